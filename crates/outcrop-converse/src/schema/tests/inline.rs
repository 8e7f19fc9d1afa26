//! Replacement of references (Q42, Q74).

use super::tree;
use crate::schema::inline_references;

fn inlined(schema: &str) -> Result<String, String> {
    inline_references(&tree(schema))
        .map(|tree| tree.to_json().as_str().to_owned())
        .map_err(|error| error.message)
}

#[test]
fn references_are_replaced_by_their_definitions() {
    for (schema, expected) in [
        (r##"{"type":"object"}"##, r#"{"type":"object"}"#),
        (
            r##"{"a":{"$ref":"#/$defs/A"},"$defs":{"A":{"type":"string","x":1.0}}}"##,
            r#"{"a":{"type":"string","x":1.0}}"#,
        ),
        (
            r##"{"a":{"$ref":"#/definitions/A"},"definitions":{"A":{"type":"string"}}}"##,
            r#"{"a":{"type":"string"}}"#,
        ),
        (
            r##"{"a":{"$ref":"#/definitions/A"},"$defs":{"A":{"type":"string"}}}"##,
            r#"{"a":{"type":"string"}}"#,
        ),
        // Both sections.
        (
            r##"{"a":{"$ref":"#/$defs/A"},"b":{"$ref":"#/definitions/B"},"$defs":{"A":{"x":1}},"definitions":{"B":{"y":2}}}"##,
            r#"{"a":{"x":1},"b":{"y":2}}"#,
        ),
        // Through lists, through other definitions, several times.
        (
            r##"{"anyOf":[{"$ref":"#/$defs/A"},{"items":[{"$ref":"#/$defs/B"}]}],"$defs":{"A":{"p":{"$ref":"#/$defs/B"}},"B":{"x":1}}}"##,
            r#"{"anyOf":[{"p":{"x":1}},{"items":[{"x":1}]}]}"#,
        ),
        // The schema itself is a reference.
        (
            r##"{"$ref":"#/$defs/A","$defs":{"A":{"type":"object","properties":{}}}}"##,
            r#"{"type":"object","properties":{}}"#,
        ),
        // Siblings of a reference override the members of the definition, or follow them.
        (
            r##"{"a":{"description":"mine","$ref":"#/$defs/A","title":"T"},"$defs":{"A":{"type":"string","description":"theirs"}}}"##,
            r#"{"a":{"type":"string","description":"mine","title":"T"}}"#,
        ),
        // Siblings that contain references.
        (
            r##"{"a":{"$ref":"#/$defs/A","not":{"$ref":"#/$defs/B"}},"$defs":{"A":{"x":1},"B":{"y":2}}}"##,
            r#"{"a":{"x":1,"not":{"y":2}}}"#,
        ),
        // A property with the name `$ref`.
        (r##"{"properties":{"$ref":{"type":"string"}}}"##, r##"{"properties":{"$ref":{"type":"string"}}}"##),
        (r##"{"a":{"$ref":7},"$defs":{}}"##, r#"{"a":{"$ref":7}}"#),
        // Unused definitions are removed.
        (r##"{"type":"object","$defs":{"A":{"x":1}}}"##, r#"{"type":"object"}"#),
        // Definitions that are not objects.
        (r##"{"a":{"$ref":"#/$defs/A"},"$defs":{"A":true}}"##, r#"{"a":true}"#),
        ("true", "true"),
    ] {
        assert_eq!(inlined(schema).as_deref(), Ok(expected), "{schema}");
    }
}

#[test]
fn recursive_definition_stays_a_definition() {
    for (schema, expected) in [
        (
            r##"{"properties":{"tree":{"$ref":"#/$defs/Node"}},"$defs":{"Node":{"type":"object","properties":{"next":{"$ref":"#/$defs/Node"}}}}}"##,
            r##"{"properties":{"tree":{"$ref":"#/$defs/Node"}},"$defs":{"Node":{"type":"object","properties":{"next":{"$ref":"#/$defs/Node"}}}}}"##,
        ),
        // A definition of the other section moves to `$defs`.
        (
            r##"{"a":{"$ref":"#/definitions/N","title":"T"},"definitions":{"N":{"items":{"$ref":"#/definitions/N"}}}}"##,
            r##"{"a":{"title":"T","$ref":"#/$defs/N"},"$defs":{"N":{"items":{"$ref":"#/$defs/N"}}}}"##,
        ),
        // The whole schema is such a reference: it is replaced once.
        (
            r##"{"$ref":"#/$defs/N","$defs":{"N":{"type":"object","properties":{"next":{"$ref":"#/$defs/N"}}}}}"##,
            r##"{"type":"object","properties":{"next":{"$ref":"#/$defs/N"}},"$defs":{"N":{"type":"object","properties":{"next":{"$ref":"#/$defs/N"}}}}}"##,
        ),
        // Two definitions that contain each other, and one that only refers to them.
        (
            r##"{"a":{"$ref":"#/$defs/L"},"$defs":{"A":{"b":{"$ref":"#/$defs/B"}},"B":{"a":{"$ref":"#/$defs/A"}},"L":{"to":{"$ref":"#/$defs/A"}}}}"##,
            r##"{"a":{"to":{"$ref":"#/$defs/A"}},"$defs":{"A":{"b":{"$ref":"#/$defs/B"}},"B":{"a":{"$ref":"#/$defs/A"}}}}"##,
        ),
    ] {
        assert_eq!(inlined(schema).as_deref(), Ok(expected), "{schema}");
    }
}

#[test]
fn reference_without_a_definition_is_an_error() {
    for (schema, message) in [
        (r##"{"a":{"$ref":"#/$defs/A"}}"##, "the definition `A` is not in `$defs`"),
        (r##"{"a":{"$ref":"#/$defs/A"},"$defs":{"B":{}}}"##, "the definition `A` is not in `$defs`"),
        (r##"{"a":{"$ref":"#/$defs/A"},"$defs":[]}"##, "the definition `A` is not in `$defs`"),
        (r##"{"$ref":"#/$defs/A"}"##, "the definition `A` is not in `$defs`"),
        (r##"{"a":{"$ref":"#"}}"##, "the reference `#` does not refer to the schema's own `$defs`"),
        (
            r##"{"a":{"$ref":"#/properties/b"}}"##,
            "the reference `#/properties/b` does not refer to the schema's own `$defs`",
        ),
        (
            r##"{"a":{"$ref":"https://a.example/#/$defs/A"},"$defs":{"A":{}}}"##,
            "the reference `https://a.example/#/$defs/A` does not refer to the schema's own `$defs`",
        ),
        (
            r##"{"a":{"$ref":"A"},"$defs":{"A":{}}}"##,
            "the reference `A` does not refer to the schema's own `$defs`",
        ),
        (
            r##"{"a":{"$ref":"#/$defs/A/properties/b"},"$defs":{"A":{}}}"##,
            "the definition `A/properties/b` is not in `$defs`",
        ),
        (
            r##"{"a":{"$ref":"#/$defs/A"},"$defs":{"A":{"$ref":"#/$defs/B"}}}"##,
            "the definition `B` is not in `$defs`",
        ),
    ] {
        assert_eq!(inlined(schema), Err(message.to_owned()), "{schema}");
    }
}

#[test]
fn definition_of_only_itself_terminates() {
    let schema = r##"{"a":{"$ref":"#/$defs/A"},"$defs":{"A":{"$ref":"#/$defs/A"}}}"##;
    assert_eq!(
        inlined(schema).as_deref(),
        Ok(r##"{"a":{"$ref":"#/$defs/A"},"$defs":{"A":{"$ref":"#/$defs/A"}}}"##)
    );
    assert!(
        inlined(r##"{"$ref":"#/$defs/A","$defs":{"A":{"$ref":"#/$defs/B"},"B":{"$ref":"#/$defs/A"}}}"##)
            .is_ok()
    );
}

/// Returns a schema whose definitions each refer to the next one, this many times and this deep inside.
fn chain(length: usize, times: usize, depth: usize) -> String {
    let links = (0..length).map(|index| {
        let next = format!(r##"{{"$ref":"#/$defs/d{}"}}"##, index + 1);
        let members: Vec<_> = (0..times).map(|time| format!(r#""p{time}":{next}"#)).collect();
        let (open, close) = (r#"{"x":"#.repeat(depth), "}".repeat(depth));
        format!(r#""d{index}":{open}{{{}}}{close},"#, members.join(","))
    });
    format!(r##"{{"a":{{"$ref":"#/$defs/d0"}},"$defs":{{{}"d{length}":{{}}}}}}"##, links.collect::<String>())
}

#[test]
fn exploding_schema_is_rejected_early() {
    let rejected = |problem: &str| Err(format!("the schema is {problem} after its references are replaced"));
    assert!(inlined(&chain(100, 1, 0)).is_ok());
    assert!(inlined(&chain(2, 1, 90)).is_ok());
    assert!(inlined(&chain(10, 2, 1)).is_ok());
    assert_eq!(inlined(&chain(60, 2, 0)), rejected("too large"));
    for (length, depth) in [(200, 0), (600, 0), (90, 90)] {
        assert_eq!(inlined(&chain(length, 1, depth)), rejected("nested too deep"));
    }
}
