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
        Self::JsonSchema(JsonSchemaFormat { schema, name: None, description: None, strict: None })
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
