//! Tools, and the choice among them.

use std::fmt;

use crate::content::CachePointContent;
use crate::json::{JsonObject, RawJson};

/// A tool that the model may call: a function of OpenAI's `tools`.
///
/// See <https://platform.openai.com/docs/guides/function-calling>.
///
/// ```
/// use outcrop_core::{RawJson, ToolSpec};
///
/// let schema = RawJson::parse(r#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#)?;
/// let tool = ToolSpec::function("get_weather", schema).with_description("The weather in a city.");
/// assert_eq!(tool.name, "get_weather");
/// # Ok::<(), outcrop_core::JsonError>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolSpec {
    /// The name of the tool. Providers restrict its characters; a mapping replaces illegal names and restores them in
    /// the response.
    pub name: String,
    /// A description for the model.
    pub description: Option<String>,
    /// The JSON Schema of the input. `None` if the tool has no input.
    pub parameters: Option<RawJson>,
    /// Whether the provider has to enforce the schema exactly.
    pub strict: Option<bool>,
    /// A cache point after this tool.
    pub cache_point: Option<CachePointContent>,
    /// Further members of the tool, unchanged.
    pub other: JsonObject,
}

impl ToolSpec {
    /// Creates a tool with the JSON Schema of its input.
    #[must_use]
    pub fn function(name: impl Into<String>, parameters: RawJson) -> Self {
        Self { parameters: Some(parameters), ..Self::without_input(name) }
    }

    /// Creates a tool without input.
    #[must_use]
    pub fn without_input(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: None,
            parameters: None,
            strict: None,
            cache_point: None,
            other: JsonObject::new(),
        }
    }

    /// Creates a tool whose input is a Rust type. The doc comment of the type becomes the description of the tool.
    #[cfg(feature = "schemars")]
    #[must_use]
    pub fn from_type<T: schemars::JsonSchema>(name: impl Into<String>) -> Self {
        let mut schema = schemars::schema_for!(T);
        // Moved and not copied, because the model would read it twice, and AG2's dialect drops it from schemas with a note.
        let description = schema.remove("description");
        let description = description.as_ref().and_then(serde_json::Value::as_str).map(str::to_owned);
        Self { description, ..Self::function(name, RawJson::from(schema.to_value())) }
    }

    /// Sets the description for the model.
    #[must_use]
    pub fn with_description(self, description: impl Into<String>) -> Self {
        Self { description: Some(description.into()), ..self }
    }

    /// Requests that the provider enforces the schema exactly.
    #[must_use]
    pub fn strict(self) -> Self {
        Self { strict: Some(true), ..self }
    }

    /// Adds a cache point after the tool, so that the provider caches all tools up to this one.
    #[must_use]
    pub fn cached(self) -> Self {
        Self { cache_point: Some(CachePointContent::new()), ..self }
    }
}

impl fmt::Debug for ToolSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolSpec")
            .field("name", &self.name)
            .field("parameters", &self.parameters)
            // Not the description, which is part of the prompt.
            .finish_non_exhaustive()
    }
}

/// The choice whether the model calls a tool, and which one: OpenAI's `tool_choice`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// The model decides: `auto`.
    Auto,
    /// The model must call a tool: `required`, or `any` in Anthropic's API and Converse.
    Required,
    /// The model must not call a tool: `none`.
    None,
    /// The model must call the tool with this name.
    Tool(String),
}
