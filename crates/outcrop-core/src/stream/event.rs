//! The steps in which an answer is written.

use std::fmt;

use serde::Serialize;

use crate::content::{CitationContent, ContentBlock, ToolCallKind};
use crate::finish::FinishReason;
use crate::json::RawJson;
use crate::redacted::Redacted;
use crate::response::UnifiedResponse;
use crate::role::Role;

/// One step of an answer that is being written.
///
/// Blocks are told apart by their `index`, which also orders them; their steps may interleave. What a step adds is only
/// what is new. Every block ends with [`BlockCompleted`](Self::BlockCompleted), which has it whole, and every good stream
/// with [`Completed`](Self::Completed), which has the whole answer: programs that show nothing in between need no
/// other. As JSON a step is an object whose `type` names it.
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum StreamEvent {
    /// The answer begins.
    Started {
        /// Whose it is: the assistant's.
        role: Role,
    },
    /// Words.
    Text {
        /// The block.
        index: usize,
        /// The words that are new.
        text: String,
    },
    /// What the model thinks.
    Reasoning {
        /// The block.
        index: usize,
        /// The words that are new.
        text: String,
    },
    /// A source of the words of a block.
    Citation {
        /// The block.
        index: usize,
        /// The source.
        citation: Box<CitationContent>,
    },
    /// A call of a tool begins.
    ToolCall {
        /// The block.
        index: usize,
        /// Ties the result to the call.
        id: String,
        /// The tool.
        name: String,
        /// Who runs the tool; absent when the caller does.
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<ToolCallKind>,
    },
    /// A piece of the input of a call. Only all pieces together are JSON; see
    /// [`parse_partial_json`](crate::parse_partial_json) for showing it before.
    Arguments {
        /// The block.
        index: usize,
        /// The piece.
        json: String,
    },
    /// A block is complete.
    BlockCompleted {
        /// The block.
        index: usize,
        /// The block, whole: words and their sources are several.
        blocks: Vec<ContentBlock>,
    },
    /// Something that this vocabulary has no step for, as the provider sent it.
    Other {
        /// The provider's name for it.
        name: String,
        /// What came.
        value: RawJson,
    },
    /// The model stopped; usage and cost may still be to come.
    Stopped {
        /// Why it stopped.
        finish_reason: Option<FinishReason>,
    },
    /// The answer is complete: the whole of it, with usage and cost. The last step of every good stream.
    Completed {
        /// The answer.
        response: Box<UnifiedResponse>,
    },
}

impl StreamEvent {
    /// The last step of a stream.
    #[must_use]
    pub fn completed(response: UnifiedResponse) -> Self {
        Self::Completed { response: Box::new(response) }
    }

    /// The words that a step adds; `None` for every other step, reasoning included.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text { text, .. } = self { Some(text) } else { None }
    }
}

impl fmt::Debug for StreamEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { role } => f.debug_struct("Started").field("role", role).finish(),
            Self::Text { index, text } => piece(f, "Text", *index, text),
            Self::Reasoning { index, text } => piece(f, "Reasoning", *index, text),
            Self::Citation { index, citation } => {
                f.debug_struct("Citation").field("index", index).field("citation", citation).finish()
            }
            Self::ToolCall { index, id, name, kind } => {
                let mut shown = f.debug_struct("ToolCall");
                shown.field("index", index).field("id", id).field("name", name).field("kind", kind).finish()
            }
            Self::Arguments { index, json } => piece(f, "Arguments", *index, json),
            Self::BlockCompleted { index, blocks } => {
                let mut shown = f.debug_struct("BlockCompleted");
                shown.field("index", index).field("blocks", &Redacted(blocks)).finish()
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

/// A step that adds text, which is not shown.
fn piece(f: &mut fmt::Formatter<'_>, name: &str, index: usize, text: &String) -> fmt::Result {
    f.debug_struct(name).field("index", &index).field("text", &Redacted(text)).finish()
}
