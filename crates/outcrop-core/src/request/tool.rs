//! Tools that a model may call.

use std::fmt;

use crate::content::CachePointContent;
use crate::json::{JsonObject, RawJson};

/// A tool that the model may call.
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
    /// The name by which the model calls it.
    pub name: String,
    /// What it does, told to the model.
    pub description: Option<String>,
    /// The JSON Schema of its input; `None` when it takes none.
    pub parameters: Option<RawJson>,
    /// Whether the provider shall hold the model to the schema exactly.
    pub strict: Option<bool>,
    /// A point after this tool up to which the provider may keep what it read in a cache.
    pub cache_point: Option<CachePointContent>,
    /// Other members that came with the tool, as they came.
    pub other: JsonObject,
}

impl ToolSpec {
    /// A function with the JSON Schema of its input.
    #[must_use]
    pub fn function(name: impl Into<String>, parameters: RawJson) -> Self {
        Self { parameters: Some(parameters), ..Self::without_input(name) }
    }

    /// A function that takes no input.
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

    /// Builds a function whose input is a Rust type. The type's description, such as its doc comment, becomes the tool's.
    #[cfg(feature = "schemars")]
    #[must_use]
    pub fn from_type<T: schemars::JsonSchema>(name: impl Into<String>) -> Self {
        let schema = schemars::schema_for!(T);
        let description = schema.get("description").and_then(serde_json::Value::as_str).map(str::to_owned);
        Self { description, ..Self::function(name, RawJson::from(schema.to_value())) }
    }

    /// The same tool, described to the model.
    #[must_use]
    pub fn with_description(self, description: impl Into<String>) -> Self {
        Self { description: Some(description.into()), ..self }
    }

    /// The same tool, the provider asked to hold the model to the schema exactly.
    #[must_use]
    pub fn strict(self) -> Self {
        Self { strict: Some(true), ..self }
    }

    /// The same tool, the provider asked to keep all tools up to it in a cache.
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
            .finish_non_exhaustive()
    }
}

/// Whether and which tool the model shall call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// The model decides. OpenAI's `auto`.
    Auto,
    /// Some tool, whichever. OpenAI's `required`.
    Required,
    /// None. OpenAI's `none`.
    None,
    /// This one.
    Tool(String),
}
