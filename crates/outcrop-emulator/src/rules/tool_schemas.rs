//! The schemas of tools: what Converse requires of all of them, and what Claude requires.

use outcrop_converse::wire::{Tool, ToolInputSchema};
use serde_json::Value;

use super::Conversation;
use super::models::Family;
use crate::protocol::error::ServiceError;

/// Requires that the schema of a tool describes an object.
pub(super) fn require_object_schemas(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    for (index, schema) in schemas(conversation) {
        // Tools without parameters break this. See https://github.com/aaif-goose/goose/pull/5064 and
        // https://github.com/earendil-works/pi/issues/8804.
        if schema.get("type").and_then(Value::as_str) != Some("object") {
            return Err(ServiceError::validation(format!(
                "The value at toolConfig.tools.{index}.toolSpec.inputSchema.json.type must be one of the following: \
                 object."
            )));
        }
        // See https://github.com/maximhq/bifrost/issues/1720.
        if schema.get("properties").is_some_and(Value::is_null) {
            return Err(ServiceError::validation(format!(
                "The json schema definition at toolConfig.tools.{index}.toolSpec.inputSchema is invalid. Fix the \
                 following errors and try again: $.properties: null found, object expected"
            )));
        }
    }
    Ok(())
}

/// Requires property names that Claude supports. It checks only those of the object itself, not deeper ones.
pub(super) fn require_property_names(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    if conversation.family() != Family::Claude {
        return Ok(());
    }
    // See https://github.com/aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws/issues/709.
    let is_supported = |name: &String| {
        (1..=64).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
    };
    for (index, schema) in schemas(conversation) {
        let properties = schema.get("properties").and_then(Value::as_object);
        if properties.is_some_and(|properties| !properties.keys().all(is_supported)) {
            return Err(ServiceError::from_model(&format!(
                "tools.{index}.custom.input_schema.properties: Property keys should match pattern \
                 '^[a-zA-Z0-9_.-]{{1,64}}$'"
            )));
        }
    }
    Ok(())
}

/// Requires that schemas are valid JSON Schema of the draft 2020-12, for Claude.
pub(super) fn require_valid_schemas(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    if conversation.family() != Family::Claude {
        return Ok(());
    }
    // Schemas of older drafts break this. See https://github.com/coder/coder/issues/23538,
    // https://github.com/hyperdxio/hyperdx/issues/2925 and, for the whole text,
    // https://github.com/openclaw/openclaw/issues/29416.
    match schemas(conversation).find(|(_, schema)| !is_valid(schema)) {
        Some((index, _)) => Err(ServiceError::from_model(&format!(
            "tools.{index}.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 \
             (https://json-schema.org/draft/2020-12). Learn more about tool use at \
             https://docs.claude.com/en/docs/tool-use."
        ))),
        None => Ok(()),
    }
}

/// Returns the schemas of tools with the indices of the tools.
fn schemas<'c>(conversation: &'c Conversation<'_>) -> impl Iterator<Item = (usize, Value)> + 'c {
    let tools = conversation.request.tool_config.iter().flat_map(|config| &config.tools);
    tools.enumerate().filter_map(|(index, tool)| match tool {
        Tool::ToolSpec(tool) => match &tool.input_schema {
            ToolInputSchema::Json(schema) => Some((index, schema.to_value())),
            _ => None,
        },
        _ => None,
    })
}

/// The types of values.
const TYPES: &[&str] = &["array", "boolean", "integer", "null", "number", "object", "string"];

/// Returns whether a schema matches the meta-schema of the draft, as far as it is about the keywords that clients send. See
/// <https://json-schema.org/draft/2020-12/schema>.
fn is_valid(schema: &Value) -> bool {
    match schema {
        Value::Bool(_) => true,
        Value::Object(keywords) => keywords.iter().all(|(keyword, value)| is_valid_keyword(keyword, value)),
        _ => false,
    }
}

fn is_valid_keyword(keyword: &str, value: &Value) -> bool {
    let all_valid = |schemas: &Vec<Value>| schemas.iter().all(is_valid);
    match keyword {
        "type" => match value {
            Value::String(name) => TYPES.contains(&name.as_str()),
            Value::Array(names) => {
                names.iter().all(|name| name.as_str().is_some_and(|name| TYPES.contains(&name)))
            }
            _ => false,
        },
        "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
            value.as_object().is_some_and(|schemas| schemas.values().all(is_valid))
        }
        "items"
        | "additionalProperties"
        | "not"
        | "if"
        | "then"
        | "else"
        | "contains"
        | "propertyNames"
        | "unevaluatedItems"
        | "unevaluatedProperties" => is_valid(value),
        "anyOf" | "allOf" | "oneOf" | "prefixItems" => {
            value.as_array().is_some_and(|schemas| !schemas.is_empty() && all_valid(schemas))
        }
        "required" => value.as_array().is_some_and(|names| names.iter().all(Value::is_string)),
        "enum" | "examples" => value.is_array(),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => value.is_number(),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
            value.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0)
        }
        "pattern" | "format" | "title" | "description" | "$ref" | "$schema" | "$id" | "$comment" => {
            value.is_string()
        }
        "uniqueItems" | "deprecated" | "readOnly" | "writeOnly" => value.is_boolean(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn validity_agrees_with_the_meta_schema() {
        for schema in [
            json!({"type": "object", "properties": {"a": {"type": ["string", "null"]}}, "required": ["a"]}),
            json!({"type": "object", "additionalProperties": false, "$defs": {"A": true}}),
            json!({"type": "array", "prefixItems": [{"type": "string"}], "items": false}),
            json!({"anyOf": [{"$ref": "#/$defs/A"}], "exclusiveMinimum": 0, "x-order": null}),
            json!({"type": "object", "required": null}),
            json!({"type": "array", "items": [{"type": "string"}]}),
            json!({"type": "number", "exclusiveMinimum": true}),
            json!({"type": "any"}),
            json!({"properties": {"a": {"properties": []}}}),
            json!({"anyOf": []}),
            json!({"minLength": -1}),
            json!({"enum": "a"}),
            json!(7),
        ] {
            assert_eq!(is_valid(&schema), jsonschema::meta::is_valid(&schema), "{schema}");
        }
    }
}
