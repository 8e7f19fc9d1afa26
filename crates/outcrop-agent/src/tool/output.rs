//! The outputs of tools, and the types that convert to them.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Write as _};

use outcrop_core::{
    ContentBlock, DocumentContent, ImageContent, JsonContent, RawJson, Redacted, TextContent,
    ToolResultContent,
};
use serde::Serialize;

/// The output of a tool: blocks, and whether the tool failed.
///
/// Most tools return a type that converts to it, see [`IntoToolOutput`]. Build one for an output of several blocks:
///
/// ```
/// use outcrop_agent::ToolOutput;
/// use outcrop_core::ImageContent;
///
/// let chart = ImageContent::from_bytes("image/png", b"\x89PNG\r\n\x1a\n".to_vec());
/// let output = ToolOutput::text("The chart of the last week:").with(chart);
/// assert!(!output.is_failure());
/// ```
#[derive(Clone, PartialEq)]
pub struct ToolOutput {
    content: Vec<ContentBlock>,
    failed: bool,
}

impl ToolOutput {
    /// Creates an output from blocks.
    #[must_use]
    pub fn new(content: Vec<ContentBlock>) -> Self {
        Self { content, failed: false }
    }

    /// Creates an output from text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(vec![TextContent::new(text).into()])
    }

    /// Creates the output of a tool that failed, with a text for the model on what to do about it.
    #[must_use]
    pub fn failure(message: impl Into<String>) -> Self {
        Self { failed: true, ..Self::text(message) }
    }

    /// Adds a block.
    #[must_use]
    pub fn with(mut self, block: impl Into<ContentBlock>) -> Self {
        self.content.push(block.into());
        self
    }

    /// Marks the output as that of a tool that failed.
    #[must_use]
    pub fn failed(self) -> Self {
        Self { failed: true, ..self }
    }

    /// Returns the blocks.
    #[must_use]
    pub fn content(&self) -> &[ContentBlock] {
        &self.content
    }

    /// Returns whether the tool failed.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.failed
    }

    /// Converts the output to the result of a call.
    #[must_use]
    pub fn into_result(mut self, call_id: &str) -> ToolResultContent {
        let result = match self.content.pop() {
            // A plain string is the form of a result that every provider supports.
            Some(ContentBlock::Text(text)) if self.content.is_empty() => {
                ToolResultContent::new(call_id, text.text)
            }
            last => {
                self.content.extend(last);
                ToolResultContent::with_content(call_id, self.content)
            }
        };
        if self.failed { result.failed() } else { result }
    }
}

impl fmt::Debug for ToolOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolOutput")
            .field("content", &Redacted(&self.content))
            .field("failed", &self.failed)
            .finish()
    }
}

/// A type that a tool may return.
///
/// | type | result for the model |
/// |---|---|
/// | `String`, `&'static str`, `Cow<'static, str>` | text |
/// | [`Json<T>`](Json), `serde_json::Value`, [`RawJson`] | JSON |
/// | [`ImageContent`], [`DocumentContent`], [`ContentBlock`], `Vec<ContentBlock>` | the blocks |
/// | `()` | the text `done` |
/// | [`ToolOutput`] | the output |
/// | `Result<T, E>` | that of `T`, or a failed result with the text of the error and of its sources |
///
/// The error may be any error, a text, or the error of `anyhow` and its like.
pub trait IntoToolOutput {
    /// Converts the value.
    fn into_tool_output(self) -> ToolOutput;
}

/// A wrapper that makes a tool return a value as JSON.
///
/// ```
/// use outcrop_agent::{IntoToolOutput, Json};
///
/// #[derive(serde::Serialize)]
/// struct Weather {
///     celsius: i32,
/// }
///
/// let result = Json(Weather { celsius: 21 }).into_tool_output().into_result("call_1");
/// assert_eq!(result.output, r#"{"celsius":21}"#);
/// ```
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a wrapper around one value has nothing to grow")]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoToolOutput for Json<T> {
    fn into_tool_output(self) -> ToolOutput {
        match RawJson::from_serialize(&self.0) {
            Ok(json) => json.into_tool_output(),
            Err(error) => ToolOutput::failure(format!("the output of the tool has no JSON form: {error}")),
        }
    }
}

impl IntoToolOutput for ToolOutput {
    fn into_tool_output(self) -> ToolOutput {
        self
    }
}

impl IntoToolOutput for () {
    fn into_tool_output(self) -> ToolOutput {
        // Several model families reject a result without text.
        ToolOutput::text("done")
    }
}

impl<T, E> IntoToolOutput for Result<T, E>
where
    T: IntoToolOutput,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    fn into_tool_output(self) -> ToolOutput {
        match self {
            Ok(output) => output.into_tool_output(),
            Err(error) => ToolOutput::failure(with_sources(error.into().as_ref())),
        }
    }
}

impl IntoToolOutput for Vec<ContentBlock> {
    fn into_tool_output(self) -> ToolOutput {
        ToolOutput::new(self)
    }
}

/// Implements the trait for types that convert to text or to a block.
macro_rules! impl_into_tool_output {
    ($($ty:ty => $value:ident $output:expr),* $(,)?) => { $(
        impl IntoToolOutput for $ty {
            fn into_tool_output(self) -> ToolOutput {
                let $value = self;
                $output
            }
        }
    )* };
}

impl_into_tool_output! {
    String => text ToolOutput::text(text),
    &'static str => text ToolOutput::text(text),
    Cow<'static, str> => text ToolOutput::text(text),
    RawJson => json ToolOutput::new(vec![JsonContent::new(json).into()]),
    serde_json::Value => json RawJson::from(json).into_tool_output(),
    ContentBlock => block ToolOutput::new(vec![block]),
    ImageContent => image ToolOutput::new(vec![image.into()]),
    DocumentContent => document ToolOutput::new(vec![document.into()]),
}

/// Formats an error with its sources, which often have the reason: "the file cannot be read: permission denied".
fn with_sources(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let message = error.to_string();
        // Some errors repeat their source in their own message.
        if !text.ends_with(&message) {
            // Writing to a string cannot fail.
            let _ = write!(text, ": {message}");
        }
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests;
