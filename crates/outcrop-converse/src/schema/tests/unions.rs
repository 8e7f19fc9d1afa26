//! Union types (L40).

use super::tree;
use crate::schema::{union_count, without_null};

#[test]
fn null_is_removed_from_several_types() {
    for (schema, expected) in [
        (r#"{"type":["string","null"]}"#, r#"{"type":"string"}"#),
        (r#"{"type":["string","number","null"]}"#, r#"{"type":["string","number"]}"#),
        (r#"{"type":"null"}"#, r#"{"type":"null"}"#),
        (r#"{"type":["null"]}"#, r#"{"type":["null"]}"#),
        (r#"{"enum":["null",null]}"#, r#"{"enum":["null",null]}"#),
        // A single alternative that is left.
        (r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, r#"{"type":"string"}"#),
        (r#"{"oneOf":[{"type":"string"},{"type":"null","title":"None"}]}"#, r#"{"type":"string"}"#),
        (
            r#"{"anyOf":[{"type":"string","title":"A","description":"inner"},{"type":"null"}],"title":"B","description":"outer","default":null}"#,
            r#"{"title":"B","description":"outer (inner)","default":null,"type":"string"}"#,
        ),
        (
            r#"{"anyOf":[{"anyOf":[{"type":"string"},{"type":"null"}]},{"type":"null"}]}"#,
            r#"{"type":"string"}"#,
        ),
        (
            r#"{"anyOf":[{"type":"string"},{"type":"integer"},{"type":"null"}]}"#,
            r#"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#,
        ),
        (
            r##"{"title":"N","anyOf":[{"$ref":"#/$defs/N"},{"type":"null"}]}"##,
            r##"{"title":"N","$ref":"#/$defs/N"}"##,
        ),
        (r#"{"title":"N","anyOf":[true,{"type":"null"}]}"#, r#"{"title":"N"}"#),
        // Two patterns need two schemas, which are not a union.
        (
            r#"{"pattern":"a","anyOf":[{"pattern":"b"},{"type":"null"}]}"#,
            r#"{"pattern":"a","allOf":[{"pattern":"b"}]}"#,
        ),
        // Members with the names of keywords, and values that look like schemas.
        (
            r#"{"properties":{"default":{"type":["string","null"]},"anyOf":{"type":"string"}},"default":{"type":["a","null"]}}"#,
            r#"{"properties":{"default":{"type":"string"},"anyOf":{"type":"string"}},"default":{"type":["a","null"]}}"#,
        ),
    ] {
        let without = without_null(&tree(schema));
        assert_eq!(without.to_json().as_str(), expected);
        assert_eq!(without_null(&without), without, "{schema}");
    }
}

#[test]
fn unions_are_counted_as_by_the_service() {
    for (schema, count) in [
        (r#"{"properties":{"a":{"type":["string","null"]},"b":{"anyOf":[{"type":["string"]}]}}}"#, 3),
        (r#"{"anyOf":[{"type":"string"}],"type":["string","null"]}"#, 1),
        (r#"{"oneOf":[{"type":"string"},{"anyOf":[]}]}"#, 1),
        (
            r#"{"properties":{"type":{"items":{"type":["a"]}}},"enum":[{"anyOf":[]}],"default":{"type":[]}}"#,
            1,
        ),
        ("true", 0),
    ] {
        assert_eq!(union_count(&tree(schema)), count, "{schema}");
    }
}
