//! Tests of the rules for the schemas of tools, each with the text of AWS.

use super::{USER, check_for};

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const NOVA: &str = "us.amazon.nova-pro-v1:0";

#[test]
fn schemas_are_checked_by_family() {
    let kind = "The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object.";
    let null = "The json schema definition at toolConfig.tools.0.toolSpec.inputSchema is invalid. Fix the following errors \
                and try again: $.properties: null found, object expected";
    let keys = "The model returned the following errors: tools.0.custom.input_schema.properties: Property keys should match \
                pattern '^[a-zA-Z0-9_.-]{1,64}$'";
    let invalid = "The model returned the following errors: tools.0.custom.input_schema: JSON schema is invalid. It must \
                   match JSON Schema draft 2020-12 (https://json-schema.org/draft/2020-12). Learn more about tool use at \
                   https://docs.claude.com/en/docs/tool-use.";
    let long = format!(r#"{{"type": "object", "properties": {{"{}": {{}}}}}}"#, "k".repeat(65));
    for (model, schema, expected) in [
        (CLAUDE, "{}", kind),
        (NOVA, r#"{"properties": {}}"#, kind),
        (NOVA, r#"{"type": "array"}"#, kind),
        (NOVA, r#"{"type": "object", "properties": null}"#, null),
        (CLAUDE, r#"{"type": "object", "properties": {"a.b-c_d": {"type": "string"}}}"#, ""),
        (CLAUDE, r#"{"type": "object", "properties": {"Account Number": {}}}"#, keys),
        (CLAUDE, &long, keys),
        (NOVA, r#"{"type": "object", "properties": {"Account Number": {}}}"#, ""),
        (CLAUDE, r#"{"type": "object", "properties": {"a": {"properties": {"b c": {}}}}}"#, ""),
        (CLAUDE, r#"{"type": "object", "required": null}"#, invalid),
        (CLAUDE, r#"{"type": "object", "properties": {"a": {"items": [{}]}}}"#, invalid),
        (CLAUDE, r#"{"type": "object", "properties": {"a": {"exclusiveMinimum": true}}}"#, invalid),
        (CLAUDE, r#"{"type": "object", "properties": {"a": {"type": "any"}}}"#, invalid),
        (NOVA, r#"{"type": "object", "properties": {"a": {"type": "any"}}}"#, ""),
    ] {
        let tools =
            format!(r#"{{"tools": [{{"toolSpec": {{"name": "f", "inputSchema": {{"json": {schema}}}}}}}]}}"#);
        let found = check_for(model, &format!(r#"{{"messages": [{USER}], "toolConfig": {tools}}}"#));
        let expected = if expected.is_empty() { Ok(()) } else { Err(expected.to_owned()) };
        assert_eq!(found, expected, "{model} {schema}");
    }
}
