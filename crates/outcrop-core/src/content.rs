//! Content blocks: what messages are made of.
//!
//! The JSON of a block is that of AG2's unified models, so that a Python program can read it: `type`, `extra`,
//! the block's own members (`null` where AG2 has `null`), then members that nobody knows, kept as they came.

#[macro_use]
mod macros;

mod citation;
mod custom;
mod generic;
mod media;
mod parser;
mod reasoning;
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
pub use reasoning::ReasoningContent;
pub use text::{CachePointContent, JsonContent, TextContent};
pub use tool::{ToolCallContent, ToolCallKind, ToolResultContent, ToolResultStatus};

use crate::json::{JsonError, JsonObject};
use crate::redacted::RedactedDebug;

content_blocks! {
    /// One piece of a message.
    ///
    /// Kinds will be added; match with a wildcard arm. A block of a type that is not listed here is
    /// [`Generic`](Self::Generic), with nothing lost, or [`Custom`](Self::Custom) when its type was registered
    /// with a [`ContentParser`].
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
        /// Words of the user or the model.
        Text(TextContent),
        /// An image.
        Image(ImageContent),
        /// Sound.
        Audio(AudioContent),
        /// A video.
        Video(VideoContent),
        /// A document, such as a PDF.
        Document(DocumentContent),
        /// What the model thought before it answered.
        Reasoning(ReasoningContent),
        /// Where a statement of the answer comes from.
        Citation(CitationContent),
        /// The model asks for a tool to be run.
        ToolCall(ToolCallContent),
        /// What a tool gave back.
        ToolResult(ToolResultContent),
        /// A JSON value, as tools give them back.
        Json(JsonContent),
        /// A mark up to which the provider may keep the prompt in its cache.
        CachePoint(CachePointContent),
    }
}

impl ContentBlock {
    /// The text that AG2 shows for the block: its words, `citation: TITLE`, `tool call name: …`; empty for what has none.
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

    /// A text block.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(TextContent::new(text))
    }

    /// The words of a text block.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(block) = self { Some(&block.text) } else { None }
    }

    /// The block as a tool call.
    #[must_use]
    pub fn as_tool_call(&self) -> Option<&ToolCallContent> {
        if let Self::ToolCall(block) = self { Some(block) } else { None }
    }

    /// The block as a generic one.
    #[must_use]
    pub fn as_generic(&self) -> Option<&GenericContent> {
        if let Self::Generic(block) = self { Some(block) } else { None }
    }

    /// The block as one of a registered type.
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
    /// Reads a block with a parser that knows the types of this crate; it never fails on an object.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        JsonObject::deserialize(deserializer).map(|members| ContentParser::new().parse(members))
    }
}

#[cfg(test)]
mod tests;
