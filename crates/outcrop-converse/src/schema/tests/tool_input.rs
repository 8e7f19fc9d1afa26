//! Schemas of tool inputs, in both dialects.

use super::super::KeywordScope;
use super::raw;
use crate::schema::tool_input_schema;

/// Returns the schema that is sent and the dropped keywords, or the path and the reason of an error.
fn input(schema: &str, scope: KeywordScope) -> Result<(String, Vec<String>), (String, String)> {
    tool_input_schema(Some(&raw(schema)), scope)
        .map(|input| (input.schema.as_str().to_owned(), input.dropped))
        .map_err(|error| (error.path, error.message))
}

#[test]
fn schema_is_unchanged_except_for_required_keywords() {
    for (schema, ag2, converse, dropped) in [
        (
            r#"{"type": "object", "properties": {"z": {"maximum": 1.0, "title": "Z"}, "a": {"anyOf": [{}]}}, "required": ["z"]}"#,
            None,
            None,
            &[][..],
        ),
        (
            r#"{"type":"object"}"#,
            Some(r#"{"type":"object","properties":{}}"#),
            Some(r#"{"type":"object","properties":{}}"#),
            &[],
        ),
        (
            "{}",
            Some(r#"{"type":"object","properties":{}}"#),
            Some(r#"{"type":"object","properties":{}}"#),
            &[],
        ),
        (
            r#"{"required":[]}"#,
            Some(r#"{"type":"object","required":[],"properties":{}}"#),
            Some(r#"{"type":"object","required":[],"properties":{}}"#),
            &[],
        ),
        (
            r#"{"title":"T","type":"object","properties":{"a":{}},"additionalProperties":false,"description":"D"}"#,
            Some(r#"{"type":"object","properties":{"a":{}}}"#),
            None,
            &["title", "additionalProperties", "description"],
        ),
        (
            r##"{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"type":"string","maximum":1.0}}}"##,
            Some(r#"{"type":"object","properties":{"a":{"type":"string","maximum":1.0}}}"#),
            Some(r#"{"type":"object","properties":{"a":{"type":"string","maximum":1.0}}}"#),
            &[],
        ),
        (
            r##"{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"items":{"$ref":"#/$defs/A"}}}}"##,
            None,
            None,
            &[],
        ),
        (r#"{"type":"object","properties":{"a":true,"b":false}}"#, None, None, &[]),
        (
            r#"{"type":null,"properties":{"a":{}}}"#,
            Some(r#"{"type":"object","properties":{"a":{}}}"#),
            Some(r#"{"type":"object","properties":{"a":{}}}"#),
            &[],
        ),
    ] {
        let names: Vec<String> = dropped.iter().map(|name| (*name).to_owned()).collect();
        let expected = (ag2.unwrap_or(schema).to_owned(), names);
        assert_eq!(input(schema, KeywordScope::Ag2), Ok(expected), "{schema}");
        let expected = (converse.unwrap_or(schema).to_owned(), vec![]);
        assert_eq!(input(schema, KeywordScope::All), Ok(expected), "{schema}");
    }
}

#[test]
fn tool_without_parameters_has_the_schema_of_an_empty_object() {
    let input = tool_input_schema(None, KeywordScope::Ag2).unwrap();
    assert_eq!(input.schema.to_value(), serde_json::json!({"type": "object", "properties": {}}));
    assert_eq!(input.dropped, Vec::<String>::new());
}

#[test]
fn numbers_and_order_of_properties_are_preserved() {
    let schema = r#"{"type":"object","properties":{"z":{"multipleOf":0.10,"maximum":12345678901234567890123,"default":1e2},"a":{"enum":[1.0,1,"\u0041"]}}}"#;
    for scope in [KeywordScope::Ag2, KeywordScope::All] {
        assert_eq!(input(schema, scope).unwrap().0, schema);
    }
}

#[test]
fn schema_of_another_type_is_an_error_with_its_path() {
    for (schema, path) in [
        ("[]", ""),
        ("7", ""),
        ("true", ""),
        (r#""secret""#, ""),
        (r#"{"a":1,"a":2}"#, ""),
        (r#"{"type":"string"}"#, "type"),
        (r#"{"type":"Object"}"#, "type"),
        (r#"{"type":["string","null"]}"#, "type"),
        (r#"{"type":7}"#, "type"),
        (r#"{"properties":null}"#, "properties"),
        (r#"{"properties":[]}"#, "properties"),
        (r#"{"properties":{"a":{},"b":null}}"#, "properties.b"),
        (r#"{"properties":{"b":[]}}"#, "properties.b"),
        (r##"{"properties":{"a":{"$ref":"#/$defs/A"}}}"##, ""),
    ] {
        let error = input(schema, KeywordScope::Ag2).unwrap_err();
        assert_eq!(error.0, path, "{schema}: {}", error.1);
        assert_eq!(input(schema, KeywordScope::All).unwrap_err(), error);
        assert!(!error.1.contains("secret"), "{}", error.1);
    }
}

#[test]
fn schema_beyond_the_nesting_limit_is_unchanged() {
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let schema = format!(
        r##"{{"type":"object","properties":{{"a":{{"$ref":"#/$defs/A","x":{deep}}}}},"$defs":{{"A":{{}}}}}}"##
    );
    assert_eq!(input(&schema, KeywordScope::All), Ok((schema.clone(), vec![])));
}

#[test]
fn object_is_kept_of_several_types() {
    // M22
    for types in [r#"["object","null"]"#, r#"["null","object"]"#, r#"["object"]"#] {
        let schema = format!(r#"{{"type":{types},"properties":{{"a":{{}}}}}}"#);
        for scope in [KeywordScope::Ag2, KeywordScope::All] {
            let input = tool_input_schema(Some(&raw(&schema)), scope).unwrap();
            assert_eq!(input.schema.as_str(), r#"{"type":"object","properties":{"a":{}}}"#);
            assert!(input.is_narrowed);
        }
    }
}
