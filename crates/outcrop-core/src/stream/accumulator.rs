//! Steps folded into an answer.

use crate::content::{CitationContent, ContentBlock, ReasoningContent, TextContent, ToolCallContent};
use crate::finish::{FinishReason, ResponseStatus};
use crate::message::UnifiedMessage;
use crate::response::UnifiedResponse;
use crate::role::Role;
use crate::stream::StreamEvent;

/// Folds the steps of a stream, whoever the provider, into a [`UnifiedResponse`] that can be looked at any time.
///
/// What a provider says at the end of a block or of the answer replaces what was put together of its pieces. Nothing
/// is made up: a call whose input is not complete is marked so.
///
/// ```
/// use outcrop_core::{ResponseAccumulator, StreamEvent};
///
/// let mut answer = ResponseAccumulator::new("r-1", "some-model", "some-provider");
/// answer.push(&StreamEvent::Text { index: 0, text: "Par".to_owned() });
/// assert_eq!(answer.partial().text(), "Par");
/// answer.push(&StreamEvent::Text { index: 0, text: "is.".to_owned() });
/// assert_eq!(answer.finish().text(), "Paris.");
/// ```
#[derive(Clone, Debug)]
pub struct ResponseAccumulator {
    response: UnifiedResponse,
    role: Role,
    drafts: Vec<(usize, Draft)>,
    is_complete: bool,
}

/// A block of which pieces have come.
#[derive(Clone)]
enum Draft {
    Text { text: String, citations: Vec<CitationContent> },
    Reasoning(String),
    ToolCall(ToolCallContent),
    Complete(Vec<ContentBlock>),
}

impl ResponseAccumulator {
    /// An answer of which nothing has come: the provider's id of the call, the model that was asked, who answers.
    #[must_use]
    pub fn new(id: impl Into<String>, model: impl Into<String>, provider: impl Into<String>) -> Self {
        Self {
            response: UnifiedResponse::new(id, model, provider, Vec::new()),
            role: Role::Assistant,
            drafts: Vec::new(),
            is_complete: false,
        }
    }

    /// Takes the next step.
    pub fn push(&mut self, event: &StreamEvent) {
        match event {
            StreamEvent::Started { role } => self.role.clone_from(role),
            StreamEvent::Text { index, text: new } => {
                if let Draft::Text { text, .. } = self.draft(*index, Draft::is_text, Draft::text) {
                    text.push_str(new);
                }
            }
            StreamEvent::Citation { index, citation } => {
                if let Draft::Text { citations, .. } = self.draft(*index, Draft::is_text, Draft::text) {
                    citations.push(citation.as_ref().clone());
                }
            }
            StreamEvent::Reasoning { index, text: new } => {
                let is_reasoning = |draft: &Draft| matches!(draft, Draft::Reasoning(_));
                let empty = || Draft::Reasoning(String::new());
                if let Draft::Reasoning(text) = self.draft(*index, is_reasoning, empty) {
                    text.push_str(new);
                }
            }
            StreamEvent::ToolCall { index, id, name, kind } => {
                let mut call = ToolCallContent::new(id.as_str(), name.as_str(), "");
                call.kind.clone_from(kind);
                self.drafts.push((*index, Draft::ToolCall(call)));
            }
            StreamEvent::Arguments { index, json } => {
                let is_call = |draft: &Draft| matches!(draft, Draft::ToolCall(_));
                let empty = || Draft::ToolCall(ToolCallContent::new("", "", ""));
                if let Draft::ToolCall(call) = self.draft(*index, is_call, empty) {
                    call.arguments.push_str(json);
                }
            }
            StreamEvent::BlockCompleted { index, blocks } => {
                let is_open = |draft: &Draft| !matches!(draft, Draft::Complete(_));
                *self.draft(*index, is_open, || Draft::Complete(Vec::new())) =
                    Draft::Complete(blocks.clone());
            }
            StreamEvent::Other { .. } => {}
            StreamEvent::Stopped { finish_reason } => self.response.finish_reason.clone_from(finish_reason),
            StreamEvent::Completed { response } => {
                self.response = response.as_ref().clone();
                self.is_complete = true;
            }
        }
    }

    /// Whether the whole answer has come.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The answer as far as it has come: in progress, calls marked whose input is not complete.
    #[must_use]
    pub fn partial(&self) -> UnifiedResponse {
        self.clone().put_together(ResponseStatus::InProgress)
    }

    /// The answer; one that the provider did not complete has what came, and counts as complete with it.
    #[must_use]
    pub fn finish(self) -> UnifiedResponse {
        self.put_together(ResponseStatus::Completed)
    }

    /// Why the model stopped, once it did.
    #[must_use]
    pub fn finish_reason(&self) -> Option<&FinishReason> {
        self.response.finish_reason.as_ref()
    }

    fn put_together(mut self, status: ResponseStatus) -> UnifiedResponse {
        if self.is_complete {
            return self.response;
        }
        self.drafts.sort_by_key(|(index, _)| *index);
        let blocks: Vec<_> = self.drafts.into_iter().flat_map(|(_, draft)| draft.into_blocks()).collect();
        if !blocks.is_empty() {
            self.response.messages = vec![UnifiedMessage::new(self.role, blocks)];
        }
        self.response.status = Some(status);
        self.response
    }

    /// The latest draft of a block, if it is of the right kind; else a new one after it.
    fn draft(
        &mut self,
        index: usize,
        fits: impl Fn(&Draft) -> bool,
        new: impl FnOnce() -> Draft,
    ) -> &mut Draft {
        let latest = self.drafts.iter().rposition(|(of, _)| *of == index);
        let found = latest.filter(|at| self.drafts.get(*at).is_some_and(|(_, draft)| fits(draft)));
        let at = found.unwrap_or_else(|| {
            self.drafts.push((index, new()));
            self.drafts.len() - 1
        });
        // The position was found, or made, a moment ago.
        #[expect(clippy::indexing_slicing, reason = "the position is one of the list")]
        &mut self.drafts[at].1
    }
}

impl Draft {
    fn text() -> Self {
        Self::Text { text: String::new(), citations: Vec::new() }
    }

    fn is_text(&self) -> bool {
        matches!(self, Self::Text { .. })
    }

    fn into_blocks(self) -> Vec<ContentBlock> {
        match self {
            Self::Text { text, citations } => {
                let mut words = TextContent::new(text);
                words.cited_by = Some(citations.len()).filter(|count| *count > 0);
                let words = Some(words).filter(|words| !words.text.is_empty()).map(ContentBlock::from);
                words.into_iter().chain(citations.into_iter().map(ContentBlock::from)).collect()
            }
            Self::Reasoning(text) => vec![ReasoningContent::new(text).into()],
            Self::ToolCall(mut call) => {
                call.incomplete = Some(call.parse_arguments::<crate::RawJson>().is_err()).filter(|cut| *cut);
                vec![call.into()]
            }
            Self::Complete(blocks) => blocks,
        }
    }
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.clone().into_blocks()).finish()
    }
}
