//! Other names for properties (L134).

use super::tree;
use crate::schema::{property_names, rename_properties};

#[test]
fn properties_are_renamed_wherever_the_schema_names_them() {
    let rename = |name: &str| match name {
        "a b" => Some("a_b"),
        "$c" => Some("_c"),
        _ => None,
    };
    for (schema, expected) in [
        (
            r#"{"type":"object","properties":{"a b":{"description":"a b"},"d":{}},"required":["a b","d"]}"#,
            r#"{"type":"object","properties":{"a_b":{"description":"a b"},"d":{}},"required":["a_b","d"]}"#,
        ),
        (
            r#"{"dependentRequired":{"a b":["$c"]},"dependentSchemas":{"$c":{"required":["a b"]}},"propertyNames":{"enum":["a b","d"]}}"#,
            r#"{"dependentRequired":{"a_b":["_c"]},"dependentSchemas":{"_c":{"required":["a_b"]}},"propertyNames":{"enum":["a_b","d"]}}"#,
        ),
        (
            r#"{"if":{"properties":{"a b":{"const":1}}},"then":{"anyOf":[{"required":["$c"]},true]},"not":{"required":["a b"]}}"#,
            r#"{"if":{"properties":{"a_b":{"const":1}}},"then":{"anyOf":[{"required":["_c"]},true]},"not":{"required":["a_b"]}}"#,
        ),
        (
            r#"{"examples":[{"a b":{"a b":1}},"a b"],"default":{"$c":2}}"#,
            r#"{"examples":[{"a_b":{"a b":1}},"a b"],"default":{"_c":2}}"#,
        ),
        // Those of other objects keep their names.
        (
            r#"{"properties":{"d":{"properties":{"a b":{}},"required":["a b"]}},"additionalProperties":{"required":["$c"]}}"#,
            r#"{"properties":{"d":{"properties":{"a b":{}},"required":["a b"]}},"additionalProperties":{"required":["$c"]}}"#,
        ),
    ] {
        assert_eq!(rename_properties(&tree(schema), &rename).to_json().as_str(), expected);
    }
}

#[test]
fn names_of_alternatives_and_conditions_are_found() {
    let schema = tree(
        r#"{"properties":{"a":{"properties":{"x":{}}}},"anyOf":[{"properties":{"b":{}}}],"if":{"properties":{"c":{}}},"dependentSchemas":{"d":{"allOf":[{"properties":{"e":{}}}]}},"items":{"properties":{"y":{}}}}"#,
    );
    let mut names = property_names(&schema);
    names.sort_unstable();
    assert_eq!(names, ["a", "b", "c", "e"]);
}
