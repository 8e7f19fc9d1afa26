//! Merging the events of a stream into a response.

use std::collections::BTreeMap;

use super::event::StreamEvent;
use crate::content::{CitationContent, ContentBlock, ReasoningContent, TextContent, ToolCallContent};
use crate::json::RawJson;
use crate::message::UnifiedMessage;
use crate::response::UnifiedResponse;
use crate::response::{FinishReason, ResponseStatus};
use crate::role::Role;

/// An accumulator that merges the events of a stream into a [`UnifiedResponse`].
///
/// The response so far is available at any time. A complete block or response in an event replaces the parts that were
/// merged for it. A tool call whose input is not valid JSON is marked as
/// [incomplete](crate::ToolCallContent::is_incomplete).
///
/// ```
/// use outcrop_core::{ResponseAccumulator, StreamEvent};
///
/// let mut response = ResponseAccumulator::new("r-1", "some-model", "some-provider");
/// response.push(&StreamEvent::Text { index: 0, text: "Par".to_owned() });
/// assert_eq!(response.partial().text(), "Par");
/// response.push(&StreamEvent::Text { index: 0, text: "is.".to_owned() });
/// assert_eq!(response.finish().text(), "Paris.");
/// ```
#[derive(Clone, Debug)]
pub struct ResponseAccumulator {
    response: UnifiedResponse,
    role: Role,
    /// The blocks so far with their indexes. An index may occur several times, if a provider reuses it.
    blocks: Vec<(usize, OpenBlock)>,
    /// The position of the last block of each index.
    last: BTreeMap<usize, usize>,
    is_complete: bool,
}

/// A block that has received at least one event.
#[derive(Clone)]
enum OpenBlock {
    Text { text: String, citations: Vec<CitationContent> },
    Reasoning(String),
    ToolCall(ToolCallContent),
    Complete(Vec<ContentBlock>),
}

impl ResponseAccumulator {
    /// Creates an empty response from the id of the call at the provider, the model and the name of the provider.
    #[must_use]
    pub fn new(id: impl Into<String>, model: impl Into<String>, provider: impl Into<String>) -> Self {
        Self {
            response: UnifiedResponse::new(id, model, provider, Vec::new()),
            role: Role::Assistant,
            blocks: Vec::new(),
            last: BTreeMap::new(),
            is_complete: false,
        }
    }

    /// Sets the id of the call, for providers that send it with the first event.
    pub fn set_id(&mut self, id: impl Into<String>) {
        self.response.id = id.into();
    }

    /// Adds the next event.
    pub fn push(&mut self, event: &StreamEvent) {
        match event {
            StreamEvent::Started { role } => self.role.clone_from(role),
            StreamEvent::Text { index, text: new } => {
                if let OpenBlock::Text { text, .. } =
                    self.open_block(*index, OpenBlock::is_text, OpenBlock::text)
                {
                    text.push_str(new);
                }
            }
            StreamEvent::Citation { index, citation } => {
                if let OpenBlock::Text { citations, .. } =
                    self.open_block(*index, OpenBlock::is_text, OpenBlock::text)
                {
                    citations.push(citation.as_ref().clone());
                }
            }
            StreamEvent::Reasoning { index, text: new } => {
                let is_reasoning = |block: &OpenBlock| matches!(block, OpenBlock::Reasoning(_));
                let empty = || OpenBlock::Reasoning(String::new());
                if let OpenBlock::Reasoning(text) = self.open_block(*index, is_reasoning, empty) {
                    text.push_str(new);
                }
            }
            StreamEvent::ToolCall { index, id, name, kind } => {
                // Always a new block: an earlier call with the same index is a different call.
                let mut call = ToolCallContent::new(id.as_str(), name.as_str(), "");
                call.kind.clone_from(kind);
                self.push_block(*index, OpenBlock::ToolCall(call));
            }
            StreamEvent::Arguments { index, json } => {
                let is_call = |block: &OpenBlock| matches!(block, OpenBlock::ToolCall(_));
                // Arguments whose call never started are kept without a name, so that the caller sees the malformed
                // call.
                let empty = || OpenBlock::ToolCall(ToolCallContent::new("", "", ""));
                if let OpenBlock::ToolCall(call) = self.open_block(*index, is_call, empty) {
                    call.arguments.push_str(json);
                }
            }
            StreamEvent::BlockCompleted { index, blocks } => {
                let is_open = |block: &OpenBlock| !matches!(block, OpenBlock::Complete(_));
                *self.open_block(*index, is_open, || OpenBlock::Complete(Vec::new())) =
                    OpenBlock::Complete(blocks.clone());
            }
            // The text of an output follows as a whole.
            StreamEvent::Output { .. } | StreamEvent::Other { .. } => {}
            StreamEvent::Stopped { finish_reason } => self.response.finish_reason.clone_from(finish_reason),
            StreamEvent::Completed { response } => {
                self.response = response.as_ref().clone();
                self.is_complete = true;
            }
        }
    }

    /// Returns whether the complete response was received.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Returns the response so far, with the status [`InProgress`](ResponseStatus::InProgress).
    #[must_use]
    pub fn partial(&self) -> UnifiedResponse {
        self.clone().build_response(ResponseStatus::InProgress)
    }

    /// Returns the response. If the provider did not complete it, the response so far gets the status
    /// [`Completed`](ResponseStatus::Completed).
    #[must_use]
    pub fn finish(self) -> UnifiedResponse {
        self.build_response(ResponseStatus::Completed)
    }

    /// Returns the reason that the model stopped, once it has.
    #[must_use]
    pub fn finish_reason(&self) -> Option<&FinishReason> {
        self.response.finish_reason.as_ref()
    }

    fn build_response(mut self, status: ResponseStatus) -> UnifiedResponse {
        if self.is_complete {
            return self.response;
        }
        // A stable sort, so that blocks with the same index stay in order.
        self.blocks.sort_by_key(|(index, _)| *index);
        let blocks: Vec<_> = self.blocks.into_iter().flat_map(|(_, block)| block.into_blocks()).collect();
        if !blocks.is_empty() {
            self.response.messages = vec![UnifiedMessage::new(self.role, blocks)];
        }
        self.response.status = Some(status);
        self.response
    }

    /// Adds a block, which is the last one of its index.
    fn push_block(&mut self, index: usize, block: OpenBlock) {
        self.last.insert(index, self.blocks.len());
        self.blocks.push((index, block));
    }

    /// Returns the last block with an index if it fits, otherwise a new block with that index.
    fn open_block(
        &mut self,
        index: usize,
        fits: impl Fn(&OpenBlock) -> bool,
        new: impl FnOnce() -> OpenBlock,
    ) -> &mut OpenBlock {
        let fitting = self
            .last
            .get(&index)
            .copied()
            .filter(|position| self.blocks.get(*position).is_some_and(|(_, block)| fits(block)));
        let position = fitting.unwrap_or_else(|| {
            self.push_block(index, new());
            self.blocks.len() - 1
        });
        // A reference from the search itself would borrow the list in both branches, which the borrow checker rejects.
        #[expect(clippy::indexing_slicing, reason = "the position was found or created above")]
        &mut self.blocks[position].1
    }
}

impl OpenBlock {
    fn text() -> Self {
        Self::Text { text: String::new(), citations: Vec::new() }
    }

    fn is_text(&self) -> bool {
        matches!(self, Self::Text { .. })
    }

    fn into_blocks(self) -> Vec<ContentBlock> {
        match self {
            Self::Text { text, citations } => {
                let mut block = TextContent::new(text);
                block.cited_by = Some(citations.len()).filter(|count| *count > 0);
                // Services reject empty text in the history, so citations without text stay alone.
                let block = Some(block).filter(|block| !block.text.is_empty()).map(ContentBlock::from);
                block.into_iter().chain(citations.into_iter().map(ContentBlock::from)).collect()
            }
            Self::Reasoning(text) => vec![ReasoningContent::new(text).into()],
            Self::ToolCall(mut call) => {
                // A stream may end within any part, so only parsing shows whether the input is complete.
                call.incomplete =
                    Some(call.parse_arguments::<RawJson>().is_err()).filter(|is_incomplete| *is_incomplete);
                vec![call.into()]
            }
            Self::Complete(blocks) => blocks,
        }
    }
}

impl std::fmt::Debug for OpenBlock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.clone().into_blocks()).finish()
    }
}
