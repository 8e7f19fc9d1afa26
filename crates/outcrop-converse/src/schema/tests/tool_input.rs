//! Schemas of tool inputs, in both dialects.

use super::super::KeywordScope;
use super::raw;
use crate::schema::{ChangeKind, SchemaChange, tool_input_schema};

/// Returns the schema that is sent and the paths of changes, or the path and the reason of an error.
fn input(schema: &str, scope: KeywordScope) -> Result<(String, Vec<String>), (String, String)> {
    let paths = |changes: Vec<SchemaChange>| changes.into_iter().map(|change| change.path).collect();
    tool_input_schema(Some(&raw(schema)), scope, Some("D"))
        .map(|input| (input.schema.as_str().to_owned(), paths(input.changes)))
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
            // Nothing is lost with the others: the tool has the same description.
            &["additionalProperties"],
        ),
        (
            r#"{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{},"description":"E","additionalProperties":true,"$comment":"C"}"#,
            Some(r#"{"type":"object","properties":{}}"#),
            None,
            &["description"],
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
    let input = tool_input_schema(None, KeywordScope::Ag2, None).unwrap();
    assert_eq!(input.schema.to_value(), serde_json::json!({"type": "object", "properties": {}}));
    assert_eq!(input.changes, []);
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
        ("7", ""),
        ("true", ""),
        (r#""secret""#, ""),
        (r#"["secret"]"#, ""),
        (r#"{"type":"string"}"#, "type"),
        (r#"{"type":["string","null"]}"#, "type"),
        (r#"{"type":"array","items":{"type":"string"}}"#, "type"),
        (r##"{"$ref":"#/$defs/A","$defs":{"A":{"type":"string"}}}"##, ""),
    ] {
        let error = input(schema, KeywordScope::Ag2).unwrap_err();
        assert_eq!(error.0, path, "{schema}: {}", error.1);
        assert_eq!(input(schema, KeywordScope::All).unwrap_err(), error);
        assert!(!error.1.contains("secret"), "{}", error.1);
    }
}

#[test]
fn property_without_a_schema_is_an_error_in_the_dialect_of_ag2() {
    for (schema, path) in [
        (r#"{"properties":{"a":{},"b":7}}"#, "properties.b"),
        (r#"{"properties":{"b":["string"]}}"#, "properties.b"),
        (r#"{"properties":{"b":"secret"}}"#, "properties.b"),
    ] {
        assert_eq!(input(schema, KeywordScope::Ag2).unwrap_err().0, path, "{schema}");
        assert_eq!(input(schema, KeywordScope::All).unwrap().1, [path]);
    }
    for schema in [r#"{"properties":{"b":null}}"#, r#"{"properties":{"b":[]}}"#] {
        assert_eq!(input(schema, KeywordScope::Ag2), input(schema, KeywordScope::All));
    }
}

#[test]
fn top_of_a_schema_is_that_of_an_object() {
    for (schema, expected, paths) in [
        ("[]", r#"{"type":"object","properties":{}}"#, &[""][..]),
        (r#"{"type":"object","properties":null}"#, r#"{"type":"object","properties":{}}"#, &["properties"]),
        (r#"{"type":"object","properties":[]}"#, r#"{"type":"object","properties":{}}"#, &["properties"]),
        (r#"{"type":null,"properties":{"a":{}}}"#, r#"{"type":"object","properties":{"a":{}}}"#, &["type"]),
        (
            r#"{"type":"OBJECT","properties":{"a":{}}}"#,
            r#"{"type":"object","properties":{"a":{}}}"#,
            &["type"],
        ),
        (r#"{"type":"dict","properties":{}}"#, r#"{"type":"object","properties":{}}"#, &["type"]),
        (r#"{"type":7,"properties":{"a":{}}}"#, r#"{"type":"object","properties":{"a":{}}}"#, &["type"]),
        (
            r#"{"type":"string","properties":{"a":{}}}"#,
            r#"{"type":"object","properties":{"a":{}}}"#,
            &["type"],
        ),
        // Schemas under names, without the object around them.
        (
            r#"{"city":{"type":"string","required":true},"days":{"type":"int"}}"#,
            r#"{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},"required":["city"]}"#,
            &["", "city.required", "days.type"],
        ),
        (
            r#"{"type":"object","properties":{"a":{"type":"string"}},"properties":{"b":{"type":"string"}}}"#,
            r#"{"type":"object","properties":{"b":{"type":"string"}}}"#,
            &["properties"],
        ),
    ] {
        let expected = (expected.to_owned(), paths.iter().map(|path| (*path).to_owned()).collect());
        for scope in [KeywordScope::Ag2, KeywordScope::All] {
            assert_eq!(input(schema, scope), Ok(Clone::clone(&expected)), "{schema}");
        }
    }
}

#[test]
fn schema_beyond_the_nesting_limit_is_sent_with_a_warning() {
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let schema = format!(
        r##"{{"type":"object","properties":{{"a":{{"$ref":"#/$defs/A","x":{deep}}}}},"$defs":{{"A":{{}}}}}}"##
    );
    // Without `assert_eq`, which would print the schemas.
    assert!(input(&schema, KeywordScope::All) == Ok((schema.clone(), vec![String::new()])));
    let schema = format!(r#"{{"title":"T","x":{deep}}}"#);
    let expected = (r#"{"type":"object","properties":{}}"#.to_owned(), vec!["x".to_owned(), String::new()]);
    assert!(input(&schema, KeywordScope::Ag2) == Ok(expected));
}

#[test]
fn object_is_kept_of_several_types() {
    // M22
    for types in [r#"["object","null"]"#, r#"["null","object"]"#, r#"["object"]"#] {
        let schema = format!(r#"{{"type":{types},"properties":{{"a":{{}}}}}}"#);
        for scope in [KeywordScope::Ag2, KeywordScope::All] {
            let input = tool_input_schema(Some(&raw(&schema)), scope, None).unwrap();
            assert_eq!(input.schema.as_str(), r#"{"type":"object","properties":{"a":{}}}"#);
            assert_eq!(input.changes[0].kind, ChangeKind::Narrowed);
        }
    }
}
