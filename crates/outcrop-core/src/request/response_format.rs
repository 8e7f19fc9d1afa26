//! The structure that an answer shall have.

use std::fmt;

use crate::json::RawJson;
use crate::redacted::Redacted;

/// The structure that the answer shall have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseFormat {
    /// Words, as without a format.
    Text,
    /// Some JSON object.
    JsonObject,
    /// JSON that a schema describes.
    JsonSchema(JsonSchemaFormat),
}

/// A JSON Schema for the answer.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonSchemaFormat {
    /// The schema.
    pub schema: RawJson,
    /// A name for it, where one was given.
    pub name: Option<String>,
    /// What it describes, told to the model.
    pub description: Option<String>,
    /// Whether the provider shall hold the model to the schema exactly.
    pub strict: Option<bool>,
}

impl ResponseFormat {
    /// JSON that a schema describes.
    #[must_use]
    pub const fn schema(schema: RawJson) -> Self {
        Self::JsonSchema(JsonSchemaFormat::new(schema))
    }

    /// Builds the schema of a Rust type. The type's name and description, such as its doc comment, become the format's.
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
        })
    }
}

impl JsonSchemaFormat {
    /// Builds a format from its schema alone.
    #[must_use]
    pub const fn new(schema: RawJson) -> Self {
        Self { schema, name: None, description: None, strict: None }
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

    /// Asks the provider to enforce the schema exactly.
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
