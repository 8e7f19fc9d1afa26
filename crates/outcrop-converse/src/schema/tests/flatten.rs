//! Alternatives at the top of a tool's schema (M22).

use super::tree;
use crate::schema::without_alternatives;

fn flat(schema: &str) -> (String, Vec<&'static str>, bool) {
    let flat = without_alternatives(&tree(schema)).unwrap();
    (flat.schema.to_json().as_str().to_owned(), flat.removed, flat.has_description)
}

#[test]
fn alternatives_at_the_top_become_one_object() {
    for (schema, expected, removed) in [
        (
            r#"{"type":"object","properties":{"a":{}},"required":["a"],"allOf":[{"properties":{"b":{}},"required":["b"]},{"properties":{"a":{"type":"string"}}}]}"#,
            r#"{"type":"object","properties":{"a":{"type":"string"},"b":{}},"required":["a","b"]}"#,
            "allOf",
        ),
        // A single alternative is merged.
        (
            r#"{"type":"object","properties":{"z":{}},"anyOf":[{"properties":{"a":{}},"required":["a"]},{"type":"null"}]}"#,
            r#"{"type":"object","properties":{"z":{},"a":{}},"required":["a"]}"#,
            "anyOf",
        ),
        (
            r#"{"type":"object","properties":{"a":{"type":"string"}},"oneOf":[{"minProperties":1}],"minProperties":2,"description":"D"}"#,
            r#"{"type":"object","properties":{"a":{"type":"string"}},"minProperties":2,"description":"D"}"#,
            "oneOf",
        ),
        // Keywords of all alternatives are keywords of the object.
        (
            r#"{"type":"object","anyOf":[{"properties":{"a":{}},"additionalProperties":false},{"properties":{"a":{}},"additionalProperties":false}]}"#,
            r#"{"type":"object","properties":{"a":{}},"additionalProperties":false}"#,
            "anyOf",
        ),
        (
            r#"{"type":"object","allOf":[{"if":{"required":["a"]},"then":{"required":["b"]}}]}"#,
            r#"{"type":"object","if":{"required":["a"]},"then":{"required":["b"]}}"#,
            "allOf",
        ),
        // A member with two patterns needs two schemas.
        (
            r#"{"properties":{"a":{"pattern":"x"}},"allOf":[{"properties":{"a":{"pattern":"y"}}}]}"#,
            r#"{"properties":{"a":{"allOf":[{"pattern":"x"},{"pattern":"y"}]}}}"#,
            "allOf",
        ),
    ] {
        assert_eq!(flat(schema), (expected.to_owned(), vec![removed], false), "{schema}");
    }
    assert!(without_alternatives(&tree(r#"{"properties":{"a":{"anyOf":[]}}}"#)).is_none());
}

#[test]
fn other_constraints_move_into_the_description() {
    for (schema, expected) in [
        (
            r#"{"type":"object","oneOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"string"}},"required":["b"]}]}"#,
            r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"description":"give one of these: a; or b"}"#,
        ),
        (
            r#"{"anyOf":[{"properties":{"a":{}},"required":["a","c"]},{"properties":{"a":{}},"required":["a"]}],"type":"object"}"#,
            r#"{"type":"object","properties":{"a":{}},"required":["a"],"description":"give one of these: a, c; or a"}"#,
        ),
        // Members of one name with different values, which distinguish the alternatives.
        (
            r#"{"type":"object","properties":{"k":{"type":"string"}},"anyOf":[{"title":"A","properties":{"k":{"const":"a"},"x":{}},"required":["k","x"]},{"properties":{"k":{"const":"b"}},"required":["k"],"minProperties":2}]}"#,
            r#"{"type":"object","properties":{"k":{"type":"string","anyOf":[{"const":"a"},{"const":"b"}]},"x":{}},"required":["k"],"description":"give one of these: k: \"a\", x (A); or k: \"b\" with {\"minProperties\":2}"}"#,
        ),
        (
            r#"{"type":"object","anyOf":[{"properties":{"a":{},"b":{}}},{"properties":{"c":{}},"required":["c"],"additionalProperties":false},{}]}"#,
            r#"{"type":"object","properties":{"a":{},"b":{},"c":{}},"description":"members that go together: a, b; or c; or nothing"}"#,
        ),
        // Alternatives inside `allOf`, and a condition.
        (
            r#"{"type":"object","properties":{},"allOf":[{"oneOf":[{"properties":{"a":{}},"required":["a"]},{"properties":{"b":{}},"required":["b"]}]},{"if":{"required":["a"]},"then":{"required":["c"]}}]}"#,
            r#"{"type":"object","properties":{"a":{},"b":{}},"if":{"required":["a"]},"then":{"required":["c"]},"description":"give one of these: a; or b"}"#,
        ),
        (
            r#"{"type":"object","description":"D","if":{"required":["a"]},"allOf":[{"if":{"required":["b"]},"then":{"required":["c"]}},{"type":"string"},false]}"#,
            r#"{"type":"object","description":"D (to be kept to as well: false) (to be kept to as well: {\"if\":{\"required\":[\"b\"]},\"then\":{\"required\":[\"c\"]}}) (to be kept to as well: {\"type\":\"string\"})","if":{"required":["a"]}}"#,
        ),
        // References are replaced at the top only, and a definition that contains itself adds nothing.
        (
            r##"{"type":"object","properties":{},"anyOf":[{"$ref":"#/$defs/A"},{"$ref":"#/$defs/B"}],"$defs":{"A":{"type":"object","properties":{"k":{"$ref":"#/$defs/A"}},"required":["k"]},"B":{"anyOf":[{"properties":{"z":{}},"required":["z"]},{"$ref":"#/$defs/B"}]}}}"##,
            r##"{"type":"object","properties":{"k":{"$ref":"#/$defs/A"},"z":{}},"$defs":{"A":{"type":"object","properties":{"k":{"$ref":"#/$defs/A"}},"required":["k"]},"B":{"anyOf":[{"properties":{"z":{}},"required":["z"]},{"$ref":"#/$defs/B"}]}},"description":"give one of these: k; or z"}"##,
        ),
        (
            r##"{"type":"object","properties":{},"allOf":[{"$ref":"https://a.example"}]}"##,
            r##"{"type":"object","properties":{},"description":"to be kept to as well: {\"$ref\":\"https://a.example\"}"}"##,
        ),
    ] {
        let (flat, _, has_description) = flat(schema);
        assert_eq!(flat, expected, "{schema}");
        assert!(has_description);
    }
}

#[test]
fn references_are_followed_up_to_a_limit() {
    let all: Vec<_> = (0..30).map(|index| format!(r##"{{"$ref":"#/$defs/d{index}"}}"##)).collect();
    let all = format!(r#""anyOf":[{}]"#, all.join(","));
    let definitions: Vec<_> =
        (0..30).map(|index| format!(r#""d{index}":{{{all},"properties":{{"p{index}":{{}}}}}}"#)).collect();
    let schema = format!(r#"{{{all},"$defs":{{{}}}}}"#, definitions.join(","));
    assert!(flat(&schema).2);
}
