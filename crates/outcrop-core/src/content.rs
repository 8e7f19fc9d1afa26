//! Content blocks: the typed parts of a message.
//!
//! The JSON of a block is that of AG2's unified models, so that a Python program can parse it: `type`, `extra`, the
//! members of the type in AG2's order (`null` where AG2 has `null`), then unknown members, unchanged. AG2 defines the
//! types in <https://github.com/ag2ai/ag2-classic/blob/main/autogen/llm_clients/models/content_blocks.py>. Members and
//! types that AG2 does not have, such as `signature` and `document`, are absent from the JSON unless they are set.

#[macro_use]
mod macros;

mod citation;
mod custom;
mod generic;
mod media;
mod parser;
mod text;
mod tool;

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use citation::{CitationContent, CitationLocation, DocumentSpan, SearchResultSpan, WebLocation};
pub use custom::{CustomBlock, CustomContent};
pub use generic::GenericContent;
pub use media::{AudioContent, DocumentContent, ImageContent, ImageDetail, VideoContent};
pub use parser::{ContentParser, UnparsedBlock};
pub use text::{CachePointContent, JsonContent, ReasoningContent, TextContent};
pub use tool::{ToolCallContent, ToolCallKind, ToolResultContent, ToolResultStatus};

use crate::json::{JsonError, JsonObject};
use crate::redacted::RedactedDebug;

content_blocks! {
    /// A block of a message, such as text, an image or a tool call.
    ///
    /// Variants will be added, so a `match` needs a wildcard arm. A block of a type that is not listed here is
    /// [`Generic`](Self::Generic) and keeps all its members, or [`Custom`](Self::Custom) if its type was registered
    /// with a [`ContentParser`]. Parsing therefore never fails on an object.
    ///
    /// ```
    /// use outcrop_core::{ContentBlock, TextContent};
    ///
    /// let block: ContentBlock = serde_json::from_str(r#"{"type": "text", "text": "hello"}"#)?;
    /// assert_eq!(block, TextContent::new("hello").into());
    ///
    /// let mood: ContentBlock = serde_json::from_str(r#"{"type": "mood", "value": "calm"}"#)?;
    /// assert_eq!(mood.block_type(), "mood");
    /// assert_eq!(mood.as_generic().and_then(|g| g.get("value")).and_then(|v| v.as_string()).as_deref(), Some("calm"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub enum ContentBlock {
        /// Text of the user or the model.
        Text(TextContent),
        /// An image.
        Image(ImageContent),
        /// Audio.
        Audio(AudioContent),
        /// A video.
        Video(VideoContent),
        /// A document, such as a PDF.
        Document(DocumentContent),
        /// The reasoning of the model before its response.
        Reasoning(ReasoningContent),
        /// The source of a statement in the text.
        Citation(CitationContent),
        /// A request of the model to run a tool.
        ToolCall(ToolCallContent),
        /// The result of a tool.
        ToolResult(ToolResultContent),
        /// A JSON value in the result of a tool.
        Json(JsonContent),
        /// A point up to which the provider may cache the prompt.
        CachePoint(CachePointContent),
    }
}

impl ContentBlock {
    /// Renders the block as the text that AG2's `get_text` returns for it.
    ///
    /// Text and reasoning are unchanged. A tool call becomes `tool call name: … tool call arguments: …`, a tool result
    /// `tool result: …`, a citation with a title `citation: …`, and audio with a transcript `audio transcript:…`. Other
    /// blocks have no text.
    ///
    /// ```
    /// use outcrop_core::{ContentBlock, ToolResultContent};
    ///
    /// assert_eq!(ContentBlock::from(ToolResultContent::new("call_1", "18 °C")).rendered_text(), "tool result: 18 °C");
    /// ```
    #[must_use]
    pub fn rendered_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(block) => Cow::Borrowed(&block.text),
            Self::Reasoning(block) => Cow::Borrowed(&block.reasoning),
            Self::Audio(block) => block.rendered_text(),
            Self::Citation(block) => block.rendered_text(),
            Self::ToolCall(block) => block.rendered_text(),
            Self::ToolResult(block) => block.rendered_text(),
            Self::Custom(block) => block.rendered_text(),
            Self::Image(_)
            | Self::Video(_)
            | Self::Document(_)
            | Self::Json(_)
            | Self::CachePoint(_)
            | Self::Generic(_) => Cow::Borrowed(""),
        }
    }

    /// Creates a text block.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(TextContent::new(text))
    }

    /// Returns the text of a text block. `None` for every other block.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(block) = self { Some(&block.text) } else { None }
    }

    /// Returns the block as a tool call, if it is one.
    #[must_use]
    pub fn as_tool_call(&self) -> Option<&ToolCallContent> {
        if let Self::ToolCall(block) = self { Some(block) } else { None }
    }

    /// Returns the block as a generic one, if its type is unknown.
    #[must_use]
    pub fn as_generic(&self) -> Option<&GenericContent> {
        if let Self::Generic(block) = self { Some(block) } else { None }
    }

    /// Returns the block as a value of a registered type, if it is one.
    #[must_use]
    pub fn as_custom<T: CustomContent>(&self) -> Option<&T> {
        if let Self::Custom(block) = self { block.downcast_ref() } else { None }
    }
}

impl From<&str> for ContentBlock {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for ContentBlock {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl fmt::Debug for ContentBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_redacted(f)
    }
}

impl<'de> Deserialize<'de> for ContentBlock {
    /// Parses a block with a parser that knows the types of this crate. It never fails on an object.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        JsonObject::deserialize(deserializer).map(|members| ContentParser::new().parse(members))
    }
}

#[cfg(test)]
mod tests;
