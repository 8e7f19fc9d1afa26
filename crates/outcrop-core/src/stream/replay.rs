//! A whole answer as a stream.

use crate::content::ContentBlock;
use crate::response::UnifiedResponse;
use crate::role::Role;
use crate::stream::StreamEvent;

impl StreamEvent {
    /// The steps of an answer that came whole: a few for each block, then the end.
    #[must_use]
    pub fn replay(response: UnifiedResponse) -> Vec<Self> {
        let mut events = vec![Self::Started { role: Role::Assistant }];
        let mut index = 0;
        for message in &response.messages {
            let mut rest = message.content.as_slice();
            while !rest.is_empty() {
                let (block, after) = rest.split_at(length(rest));
                events.extend(block.iter().flat_map(|part| piece(index, part)));
                events.push(Self::BlockCompleted { index, blocks: block.to_vec() });
                rest = after;
                index += 1;
            }
        }
        events.push(Self::Stopped { finish_reason: response.finish_reason.clone() });
        events.push(Self::completed(response));
        events
    }
}

/// How many blocks come first that are one in a stream: words with their sources.
fn length(blocks: &[ContentBlock]) -> usize {
    let sources = match blocks.first() {
        Some(ContentBlock::Text(text)) => text.cited_by.unwrap_or(0),
        _ => 0,
    };
    let is_source = |block: &&ContentBlock| matches!(block, ContentBlock::Citation(_));
    1 + blocks.iter().skip(1).take(sources).take_while(is_source).count()
}

/// What a block has to say before it is complete.
fn piece(index: usize, block: &ContentBlock) -> Vec<StreamEvent> {
    match block {
        ContentBlock::Text(text) => vec![StreamEvent::Text { index, text: text.text.clone() }],
        ContentBlock::Reasoning(reasoning) => {
            vec![StreamEvent::Reasoning { index, text: reasoning.reasoning.clone() }]
        }
        ContentBlock::Citation(citation) => {
            vec![StreamEvent::Citation { index, citation: Box::new(citation.clone()) }]
        }
        ContentBlock::ToolCall(call) => vec![
            StreamEvent::ToolCall {
                index,
                id: call.id.clone(),
                name: call.name.clone(),
                kind: call.kind.clone(),
            },
            StreamEvent::Arguments { index, json: call.arguments.clone() },
        ],
        _ => Vec::new(),
    }
}
