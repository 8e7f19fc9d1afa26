//! The events of a streamed response.

use std::fmt;

use serde::Serialize;

use crate::content::{CitationContent, ContentBlock, ToolCallContent, ToolCallKind};
use crate::json::RawJson;
use crate::redacted::Redacted;
use crate::response::FinishReason;
use crate::response::UnifiedResponse;
use crate::role::Role;

/// An event of a streamed response.
///
/// Each block has an `index`, which identifies and orders it. Events of different blocks may interleave. An event has
/// only the new part of its block. Every block ends with [`BlockCompleted`](Self::BlockCompleted), which has the whole
/// block, and every successful stream ends with [`Completed`](Self::Completed), which has the whole response: a program
/// that shows nothing while it waits needs only that one.
///
/// The JSON of an event is an object whose `type` is the name of the variant in snake case.
///
/// ```
/// use outcrop_core::StreamEvent;
///
/// let event = StreamEvent::Text { index: 0, text: "Par".to_owned() };
/// assert_eq!(serde_json::to_string(&event)?, r#"{"type":"text","index":0,"text":"Par"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum StreamEvent {
    /// The start of the response.
    Started {
        /// The role of the message: that of the assistant.
        role: Role,
    },
    /// Text.
    Text {
        /// The index of the block.
        index: usize,
        /// The new text.
        text: String,
    },
    /// Reasoning of the model.
    Reasoning {
        /// The index of the block.
        index: usize,
        /// The new text.
        text: String,
    },
    /// A citation for the text of a block.
    Citation {
        /// The index of the block.
        index: usize,
        /// The citation.
        citation: Box<CitationContent>,
    },
    /// The start of a tool call.
    ToolCall {
        /// The index of the block.
        index: usize,
        /// The id of the call, which its result repeats.
        id: String,
        /// The name of the tool.
        name: String,
        /// The party that runs the tool. Absent if it is the caller.
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<ToolCallKind>,
    },
    /// A part of the input of a tool call.
    ///
    /// Only all parts together are JSON. [`parse_partial_json`](crate::parse_partial_json) parses the parts so far.
    Arguments {
        /// The index of the block.
        index: usize,
        /// The new part of the JSON text.
        json: String,
    },
    /// A part of a structured output that the model writes as the input of a tool.
    ///
    /// It is for a display of the output while it is written: [`parse_partial_json`](crate::parse_partial_json) parses the
    /// parts so far. The output is the text that follows as a whole, checked against its schema. Until then it may have
    /// values of another type, or be in the member `data` of an object if its schema is not that of an object. An output that
    /// the model writes as text has [`Text`](Self::Text) events only.
    Output {
        /// The index of the block.
        index: usize,
        /// The new part of the JSON text.
        json: String,
    },
    /// The end of a block.
    BlockCompleted {
        /// The index of the block.
        index: usize,
        /// The complete block. A text with citations is several blocks: the text, then its citations.
        blocks: Vec<ContentBlock>,
    },
    /// An event of the provider without a variant in this enum.
    Other {
        /// The name of the event at the provider.
        name: String,
        /// The content of the event.
        value: RawJson,
    },
    /// The end of the generation. Usage and cost may follow.
    Stopped {
        /// The reason that the model stopped.
        finish_reason: Option<FinishReason>,
    },
    /// The complete response with usage and cost: the last event of every successful stream.
    Completed {
        /// The response.
        response: Box<UnifiedResponse>,
    },
}

impl StreamEvent {
    /// Creates the last event of a stream.
    #[must_use]
    pub fn completed(response: UnifiedResponse) -> Self {
        Self::Completed { response: Box::new(response) }
    }

    /// Returns the events of a complete response: those of its blocks in order, then `Stopped` and `Completed`.
    ///
    /// It serves providers and models that cannot stream. A call that only has the structured output of the response has no
    /// events, as in a stream of a provider: the output is in the events of its text.
    #[must_use]
    pub fn replay(response: UnifiedResponse) -> Vec<Self> {
        let mut events = vec![Self::Started { role: Role::Assistant }];
        let mut index = 0;
        for message in &response.messages {
            let mut rest = message.content.as_slice();
            while !rest.is_empty() {
                let (block, after) = rest.split_at(block_length(rest));
                rest = after;
                if block.iter().all(is_hidden) {
                    continue;
                }
                events.extend(block.iter().flat_map(|part| part_events(index, part)));
                events.push(Self::BlockCompleted { index, blocks: block.to_vec() });
                index += 1;
            }
        }
        events.push(Self::Stopped { finish_reason: response.finish_reason.clone() });
        events.push(Self::completed(response));
        events
    }

    /// Returns the new text. `None` for every other event, including reasoning.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text { text, .. } = self { Some(text) } else { None }
    }
}

/// Returns whether a block has no events in a stream: the call of a structured output, which a program must not run.
pub(crate) fn is_hidden(block: &ContentBlock) -> bool {
    block.as_tool_call().is_some_and(ToolCallContent::is_structured_output)
}

/// Returns the number of content blocks that form the first block of a stream: a text and its citations.
fn block_length(blocks: &[ContentBlock]) -> usize {
    let citations = match blocks.first() {
        Some(ContentBlock::Text(text)) => text.cited_by.unwrap_or(0),
        _ => 0,
    };
    let is_citation = |block: &&ContentBlock| matches!(block, ContentBlock::Citation(_));
    // `cited_by` of a stored message may be wrong, so only citations are counted.
    1 + blocks.iter().skip(1).take(citations).take_while(is_citation).count()
}

/// Returns the events of a content block before `BlockCompleted`.
fn part_events(index: usize, block: &ContentBlock) -> Vec<StreamEvent> {
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
        // Images, documents and the like are complete or absent.
        _ => Vec::new(),
    }
}

impl fmt::Debug for StreamEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { role } => f.debug_struct("Started").field("role", role).finish(),
            Self::Text { index, text } => fmt_text(f, "Text", *index, text),
            Self::Reasoning { index, text } => fmt_text(f, "Reasoning", *index, text),
            Self::Citation { index, citation } => {
                f.debug_struct("Citation").field("index", index).field("citation", citation).finish()
            }
            Self::ToolCall { index, id, name, kind } => {
                let mut output = f.debug_struct("ToolCall");
                output.field("index", index).field("id", id).field("name", name).field("kind", kind).finish()
            }
            Self::Arguments { index, json } => fmt_text(f, "Arguments", *index, json),
            Self::Output { index, json } => fmt_text(f, "Output", *index, json),
            Self::BlockCompleted { index, blocks } => {
                let mut output = f.debug_struct("BlockCompleted");
                output.field("index", index).field("blocks", &Redacted(blocks)).finish()
            }
            Self::Other { name, value } => {
                f.debug_struct("Other").field("name", name).field("value", value).finish()
            }
            Self::Stopped { finish_reason } => {
                f.debug_struct("Stopped").field("finish_reason", finish_reason).finish()
            }
            Self::Completed { response } => f.debug_struct("Completed").field("response", response).finish(),
        }
    }
}

/// Formats an event that adds text, without the text.
fn fmt_text(f: &mut fmt::Formatter<'_>, name: &str, index: usize, text: &String) -> fmt::Result {
    f.debug_struct(name).field("index", &index).field("text", &Redacted(text)).finish()
}
