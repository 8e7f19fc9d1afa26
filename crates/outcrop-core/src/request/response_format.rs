//! The format of a response: OpenAI's `response_format`.

use std::fmt;

use crate::json::RawJson;
use crate::redacted::Redacted;

/// The format of a response.
///
/// See <https://platform.openai.com/docs/guides/structured-outputs>. Parse the output with
/// [`UnifiedResponse::parse`](crate::UnifiedResponse::parse).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseFormat {
    /// Text, the default.
    Text,
    /// Any JSON object.
    JsonObject,
    /// JSON that conforms to a schema.
    JsonSchema(JsonSchemaFormat),
}

/// A JSON Schema for a response.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonSchemaFormat {
    /// The schema.
    pub schema: RawJson,
    /// The name of the schema.
    pub name: Option<String>,
    /// A description for the model.
    pub description: Option<String>,
    /// Whether the provider has to enforce the schema exactly.
    pub strict: Option<bool>,
    /// Whether the schema was derived from a Rust type.
    is_derived: bool,
}

impl ResponseFormat {
    /// Creates a format from a schema.
    #[must_use]
    pub const fn schema(schema: RawJson) -> Self {
        Self::JsonSchema(JsonSchemaFormat::new(schema))
    }

    /// Creates a format from a Rust type. The name and the doc comment of the type become the name and the description.
    #[cfg(feature = "schemars")]
    #[must_use]
    pub fn from_type<T: schemars::JsonSchema>() -> Self {
        let schema = schemars::schema_for!(T);
        let description = schema.get("description").and_then(serde_json::Value::as_str).map(str::to_owned);
        let name = Some(T::schema_name().into_owned());
        Self::JsonSchema(JsonSchemaFormat {
            schema: RawJson::from(schema.to_value()),
            name,
            description,
            strict: None,
            is_derived: true,
        })
    }
}

impl JsonSchemaFormat {
    /// Creates a format from a schema, without a name.
    #[must_use]
    pub const fn new(schema: RawJson) -> Self {
        Self { schema, name: None, description: None, strict: None, is_derived: false }
    }

    /// Returns whether the schema was derived from a Rust type, by [`ResponseFormat::from_type`].
    ///
    /// Its keywords then follow from the type, which checks the response when it is parsed. A provider need not report each
    /// keyword that it cannot enforce.
    #[must_use]
    pub const fn is_derived(&self) -> bool {
        self.is_derived
    }

    /// Sets the name.
    #[must_use]
    pub fn with_name(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// Sets the description, which the model reads.
    #[must_use]
    pub fn with_description(self, description: impl Into<String>) -> Self {
        Self { description: Some(description.into()), ..self }
    }

    /// Requests that the provider enforces the schema exactly.
    #[must_use]
    pub fn strict(self) -> Self {
        Self { strict: Some(true), ..self }
    }
}

impl From<JsonSchemaFormat> for ResponseFormat {
    fn from(format: JsonSchemaFormat) -> Self {
        Self::JsonSchema(format)
    }
}

impl fmt::Debug for JsonSchemaFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonSchemaFormat")
            .field("schema", &self.schema)
            .field("name", &self.name)
            .field("description", &Redacted(&self.description))
            .field("strict", &self.strict)
            .finish()
    }
}
