//! Calls of tools and what the tools gave back.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ContentBlock;
use crate::json::{JsonError, JsonObject};
use crate::open_enum;
use crate::redacted::{Redacted, RedactedDebug};

content_block! {
    /// The model asks for a tool to be run.
    pub struct ToolCallContent = "tool_call" {
        /// Ties the result to the call.
        required id: String,
        /// The tool.
        required name: String,
        /// The tool's input: the text of a JSON object, exactly as the model wrote it.
        required arguments: String,
        /// Who runs the tool; absent when the caller does.
        optional kind: ToolCallKind,
        /// Whether the model was cut off while it wrote the input, which is no whole JSON then.
        optional incomplete: bool,
    }
}

content_block! {
    /// What a tool gave back.
    pub struct ToolResultContent = "tool_result" {
        /// The call that is answered.
        required tool_call_id: String,
        /// The result as text. Where `content` is given, only a rendering of it.
        required output: String,
        /// The result in blocks (text, JSON, images, documents); absent when `output` is all there is.
        optional content: Vec<ContentBlock>,
        /// Whether the tool succeeded; absent when nobody said.
        optional status: ToolResultStatus,
        /// The kind of result, for tools that the provider runs.
        optional kind: String,
    }
}

open_enum! {
    /// Who runs a tool.
    pub enum ToolCallKind {
        /// The provider ran it already; its result follows in the same message. Nothing is left to do for the caller.
        ServerToolUse = "server_tool_use",
    }
}

open_enum! {
    /// Whether a tool succeeded.
    pub enum ToolResultStatus {
        /// It did.
        Success = "success",
        /// It failed, and the result says how.
        Error = "error",
    }
}

impl ToolCallContent {
    /// A call of a tool that the caller runs.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            arguments: arguments.into(),
            kind: None,
            incomplete: None,
            extra: JsonObject::new(),
            unknown: JsonObject::new(),
        }
    }

    /// Whether the model was cut off while it wrote the input: there is nothing that could be run.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.incomplete == Some(true)
    }

    /// Whether the provider runs the tool itself, so that there is nothing to do for the caller.
    #[must_use]
    pub fn runs_on_server(&self) -> bool {
        self.kind == Some(ToolCallKind::ServerToolUse)
    }

    /// Reads the arguments as a Rust type; no arguments are those of an empty object.
    ///
    /// ```
    /// use outcrop_core::ToolCallContent;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Arguments {
    ///     city: String,
    /// }
    ///
    /// let call = ToolCallContent::new("t1", "get_weather", r#"{"city": "Lisbon"}"#);
    /// let arguments: Arguments = call.parse_arguments()?;
    /// assert_eq!(arguments.city, "Lisbon");
    /// # Ok::<(), outcrop_core::JsonError>(())
    /// ```
    ///
    /// # Errors
    /// [`JsonError`] with the place. Models do write such calls: tell the model, in a result that
    /// [`failed`](ToolResultContent::failed).
    pub fn parse_arguments<T: serde::de::DeserializeOwned>(&self) -> Result<T, JsonError> {
        let text = self.arguments.trim();
        crate::json::from_str(if text.is_empty() { "{}" } else { text })
    }

    pub(super) fn rendered_text(&self) -> Cow<'_, str> {
        Cow::Owned(format!("tool call name: {} tool call arguments: {}", self.name, self.arguments))
    }
}

impl ToolResultContent {
    /// A result that is text.
    #[must_use]
    pub fn new(tool_call_id: impl Into<String>, output: impl Into<String>) -> Self {
        Self {
            tool_call_id: tool_call_id.into(),
            output: output.into(),
            content: None,
            status: None,
            kind: None,
            extra: JsonObject::new(),
            unknown: JsonObject::new(),
        }
    }

    /// A result made of blocks; its `output` is their text.
    #[must_use]
    pub fn with_content(tool_call_id: impl Into<String>, content: Vec<ContentBlock>) -> Self {
        let output =
            content.iter().map(text_of).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        Self { content: Some(content), ..Self::new(tool_call_id, output) }
    }

    /// The same result, marked as a failure.
    #[must_use]
    pub fn failed(self) -> Self {
        Self { status: Some(ToolResultStatus::Error), ..self }
    }

    pub(super) fn rendered_text(&self) -> Cow<'_, str> {
        Cow::Owned(format!("tool result: {}", self.output))
    }
}

fn text_of(block: &ContentBlock) -> Cow<'_, str> {
    match block {
        ContentBlock::Json(block) => Cow::Borrowed(block.json.as_str()),
        block => block.rendered_text(),
    }
}
