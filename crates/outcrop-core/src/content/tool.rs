//! Tool calls and tool results.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ContentBlock;
use crate::json::{JsonError, JsonObject, from_str, replace_lone_surrogates};
use crate::open_enum;
use crate::redacted::{Redacted, RedactedDebug};

content_block! {
    /// A request of the model to run a tool.
    ///
    /// Run the tool with [`parse_arguments`](Self::parse_arguments), and add a message with its
    /// [`ToolResultContent`] to the conversation. Skip calls that [run on the server](Self::runs_on_server) or are
    /// [incomplete](Self::is_incomplete).
    pub struct ToolCallContent = "tool_call" {
        /// The id of the call, which its result repeats.
        required id: String,
        /// The name of the tool.
        required name: String,
        /// The input of the tool as the JSON text that the model wrote. Usually it is an object.
        required arguments: String,
        /// The party that runs the tool. Absent if it is the caller.
        optional kind: ToolCallKind,
        /// Whether the input is not valid JSON, or the response ended before the model had finished the call.
        optional incomplete: bool,
        /// Whether the input is the structured output of the requested format, so that there is no tool to run.
        optional structured: bool,
    }
}

content_block! {
    /// The result of a tool call.
    pub struct ToolResultContent = "tool_result" {
        /// The id of the call.
        required tool_call_id: String,
        /// The result as text. If `content` is present, it is only a rendering of it.
        required output: String,
        /// The result as blocks (text, JSON, images, documents). Absent if the result is only `output`.
        optional content: Vec<ContentBlock>,
        /// Whether the tool succeeded. Absent if it is unknown.
        optional status: ToolResultStatus,
        /// The kind of the result of a tool that the provider runs.
        optional kind: String,
    }
}

open_enum! {
    /// The party that runs a tool.
    pub enum ToolCallKind {
        /// The provider, which has run the tool already. The result follows in the same message, and the caller must
        /// not run the tool. Converse reports it for Nova's built-in tools (L46).
        ServerToolUse = "server_tool_use",
    }
}

open_enum! {
    /// Whether a tool succeeded.
    pub enum ToolResultStatus {
        /// The tool succeeded.
        Success = "success",
        /// The tool failed, and the result describes the failure.
        Error = "error",
    }
}

impl ToolCallContent {
    /// Creates a call of a tool that the caller runs.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            arguments: arguments.into(),
            kind: None,
            incomplete: None,
            structured: None,
            extra: JsonObject::new(),
            unknown: JsonObject::new(),
        }
    }

    /// Returns whether the input is cut off or not valid JSON, so that the tool cannot be run.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.incomplete == Some(true)
    }

    /// Returns whether the call only has the structured output of the response, so that there is no tool to run.
    #[must_use]
    pub fn is_structured_output(&self) -> bool {
        self.structured == Some(true)
    }

    /// Returns whether the provider runs the tool, so that the caller must not.
    #[must_use]
    pub fn runs_on_server(&self) -> bool {
        self.kind == Some(ToolCallKind::ServerToolUse)
    }

    /// Parses the arguments into a Rust type. Blank arguments count as an empty object, and half a character in a text
    /// as U+FFFD.
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
    /// [`JsonError`] with the path. Models do write invalid arguments. Send the error back as a result that
    /// [`failed`](ToolResultContent::failed), so that the model can correct itself.
    pub fn parse_arguments<T: serde::de::DeserializeOwned>(&self) -> Result<T, JsonError> {
        // Models write nothing for a tool without parameters. See https://github.com/BerriAI/litellm/issues/14583
        // (L20).
        let text = self.arguments.trim();
        let text = if text.is_empty() { "{}" } else { text };
        from_str(text).or_else(|error| match replace_lone_surrogates(text) {
            Some(replaced) => from_str(&replaced.text),
            None => Err(error),
        })
    }

    pub(super) fn rendered_text(&self) -> Cow<'_, str> {
        Cow::Owned(format!("tool call name: {} tool call arguments: {}", self.name, self.arguments))
    }
}

impl ToolResultContent {
    /// Creates a result from text.
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

    /// Creates a result from blocks. Its `output` is their text, joined with spaces.
    #[must_use]
    pub fn with_content(tool_call_id: impl Into<String>, content: Vec<ContentBlock>) -> Self {
        let output =
            content.iter().map(output_text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        Self { content: Some(content), ..Self::new(tool_call_id, output) }
    }

    /// Returns whether the tool failed.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.status == Some(ToolResultStatus::Error)
    }

    /// Marks the result as a failure.
    #[must_use]
    pub fn failed(self) -> Self {
        Self { status: Some(ToolResultStatus::Error), ..self }
    }

    pub(super) fn rendered_text(&self) -> Cow<'_, str> {
        Cow::Owned(format!("tool result: {}", self.output))
    }
}

/// Returns the text of a block in `output`.
fn output_text(block: &ContentBlock) -> Cow<'_, str> {
    match block {
        // JSON has no rendered text, but a result without its values would be useless to a program that reads `output`.
        ContentBlock::Json(block) => Cow::Borrowed(block.json.as_str()),
        block => block.rendered_text(),
    }
}
