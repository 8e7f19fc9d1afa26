//! Tests of strict schemas.

use super::tree;
use crate::schema::strict_schema;

#[test]
fn objects_are_closed_and_bounds_are_described() {
    // L42, L95, M25
    for (schema, expected, described) in [
        (
            r#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"#,
            r#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#,
            &[][..],
        ),
        (
            r#"{"properties":{"a":{"type":"integer","minimum":0,"maximum":9,"description":"An age."}}}"#,
            r#"{"properties":{"a":{"type":"integer","description":"An age. (minimum: 0; maximum: 9)"}},"additionalProperties":false}"#,
            &["properties.a.minimum", "properties.a.maximum"],
        ),
        (
            r#"{"properties":{"a":{"type":"array","minItems":1,"maxItems":3,"items":{"type":"string","format":"uuid","minLength":2}}}}"#,
            r#"{"properties":{"a":{"type":"array","minItems":1,"items":{"type":"string","format":"uuid","minLength":2},"description":"maxItems: 3"}},"additionalProperties":false}"#,
            &["properties.a.maxItems"],
        ),
        (
            r#"{"properties":{"a":{"type":"string","pattern":"^(?!x)","format":"zip"},"b":{"type":"array","minItems":2}}}"#,
            r#"{"properties":{"a":{"type":"string","description":"pattern: \"^(?!x)\"; format: \"zip\""},"b":{"type":"array","description":"minItems: 2"}},"additionalProperties":false}"#,
            &["properties.a.pattern", "properties.a.format", "properties.b.minItems"],
        ),
        (
            r#"{"properties":{"a":{"oneOf":[{"type":"string"},{"properties":{"b":{"const":1}},"additionalProperties":true}]}}}"#,
            r#"{"properties":{"a":{"anyOf":[{"type":"string"},{"properties":{"b":{"const":1}},"additionalProperties":false}]}},"additionalProperties":false}"#,
            &["properties.a.oneOf[1].additionalProperties", "properties.a.oneOf"],
        ),
        // The ranges of number types and the alternatives of enums, as generators write them (U3).
        (
            r#"{"properties":{"a":{"type":"integer","format":"uint8","minimum":0,"maximum":255},"b":{"type":"integer","format":"uint32","minimum":1}}}"#,
            r#"{"properties":{"a":{"type":"integer","description":"format: \"uint8\"; minimum: 0; maximum: 255"},"b":{"type":"integer","description":"format: \"uint32\"; minimum: 1"}},"additionalProperties":false}"#,
            &["properties.b.minimum"],
        ),
        (
            r#"{"properties":{"a":{"oneOf":[{"const":"x"},{"const":"y"}]},"b":{"oneOf":[{"const":"x"},{"const":"x"}]}}}"#,
            r#"{"properties":{"a":{"anyOf":[{"const":"x"},{"const":"y"}]},"b":{"anyOf":[{"const":"x"},{"const":"x"}]}},"additionalProperties":false}"#,
            &["properties.b.oneOf"],
        ),
        (
            r#"{"properties":{"a":{"oneOf":[{"properties":{"t":{"const":"x"}},"required":["t"]},{"properties":{"t":{"const":"y"}},"required":["t"]}]}}}"#,
            r#"{"properties":{"a":{"anyOf":[{"properties":{"t":{"const":"x"}},"required":["t"],"additionalProperties":false},{"properties":{"t":{"const":"y"}},"required":["t"],"additionalProperties":false}]}},"additionalProperties":false}"#,
            &[],
        ),
        // A member with the name of a keyword.
        (
            r#"{"properties":{"minimum":{"type":"number"}}}"#,
            r#"{"properties":{"minimum":{"type":"number"}},"additionalProperties":false}"#,
            &[],
        ),
    ] {
        let strict = strict_schema(&tree(schema)).unwrap();
        assert_eq!(strict.schema.to_json().as_str(), expected, "{schema}");
        assert_eq!(strict.described, described, "{schema}");
    }
}

#[test]
fn schema_that_cannot_be_strict_is_an_error_with_its_path() {
    let optional: Vec<_> = (0..25).map(|index| format!(r#""p{index}":{{"type":"string"}}"#)).collect();
    let unions: Vec<_> = (0..17).map(|index| format!(r#""p{index}":{{"type":["string","null"]}}"#)).collect();
    let many = format!(r#"{{"properties":{{{}}}}}"#, optional.join(","));
    let mixed = format!(r#"{{"properties":{{{}}}}}"#, unions.join(","));
    for (schema, path) in [
        (r#"{"type":"object"}"#, ""),
        (
            r#"{"properties":{"a":{"type":"object","additionalProperties":{"type":"string"}}}}"#,
            "properties.a",
        ),
        (r#"{"properties":{"a":{"type":["object","null"]}}}"#, "properties.a"),
        (r#"{"properties":{"a":{"patternProperties":{}}}}"#, "properties.a"),
        (r#"{"properties":{"a":true}}"#, "properties.a"),
        (r##"{"properties":{"a":{"items":{"$ref":"#/$defs/A"}}},"$defs":{"A":{}}}"##, "properties.a.items"),
        (&many, ""),
        (&mixed, ""),
    ] {
        assert_eq!(
            strict_schema(&tree(schema)).err().map(|error| error.path).as_deref(),
            Some(path),
            "{schema}"
        );
    }
}

#[test]
fn objects_of_all_of_are_merged() {
    for (schema, expected) in [
        (
            r#"{"properties":{"x":{"allOf":[{"type":"object","properties":{"a":{}}},{"type":"object","properties":{"b":{"type":"string"}},"required":["b"]}]}}}"#,
            r#"{"properties":{"x":{"type":"object","properties":{"a":{},"b":{"type":"string"}},"required":["b"],"additionalProperties":false}},"additionalProperties":false}"#,
        ),
        (
            r#"{"properties":{"x":{"properties":{"c":{}},"allOf":[{"allOf":[{"properties":{"a":{}},"additionalProperties":false}]}],"description":"D"}}}"#,
            r#"{"properties":{"x":{"properties":{"c":{},"a":{}},"description":"D","additionalProperties":false}},"additionalProperties":false}"#,
        ),
    ] {
        let strict = strict_schema(&tree(schema)).unwrap();
        assert_eq!(strict.schema.to_json().as_str(), expected);
        assert_eq!(strict.merged, ["properties.x.allOf"]);
    }
    // Objects that cannot be merged.
    for schema in [
        r#"{"properties":{"a":{}},"allOf":[{"properties":{"b":{}},"not":{"a":1}},{"not":{"b":1}}]}"#,
        r#"{"properties":{"a":{}},"anyOf":[{"properties":{"b":{}}}]}"#,
        r#"{"properties":{"a":{}},"required":["a","b"]}"#,
        r#"{"properties":{"a":{}},"allOf":[{"properties":{"b":{}}},false]}"#,
    ] {
        assert_eq!(
            strict_schema(&tree(schema)).err().map(|error| error.path).as_deref(),
            Some(""),
            "{schema}"
        );
    }
    let texts =
        r#"{"properties":{"a":{"allOf":[{"type":"string"},{"minLength":1}]}},"additionalProperties":false}"#;
    assert_eq!(strict_schema(&tree(texts)).unwrap().schema.to_json().as_str(), texts);
}
