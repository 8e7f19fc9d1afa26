//! Replacement of references (Q42, Q74, R-M6).

use outcrop_core::RawJson;

use crate::json_tree::JsonTree;
use crate::schema::{ChangeKind, normalize_all};

/// Returns the schema without references, and the paths of references to nothing.
fn inlined(schema: &str) -> (String, Vec<String>) {
    let parsed = JsonTree::parse_lenient(&RawJson::parse(schema).unwrap()).unwrap();
    let normalized = normalize_all(&parsed);
    let lost = normalized.changes.into_iter().filter(|change| change.kind == ChangeKind::Reference);
    (normalized.schema.to_json().as_str().to_owned(), lost.map(|change| change.path).collect())
}

fn all_found(cases: &[(&str, &str)]) {
    for (schema, expected) in cases {
        assert_eq!(inlined(schema), ((*expected).to_owned(), vec![]), "{schema}");
        assert_eq!(inlined(expected).0, *expected, "{schema}");
    }
}

#[test]
fn references_are_replaced_by_their_definitions() {
    all_found(&[
        (r##"{"type":"object"}"##, r#"{"type":"object"}"#),
        (
            r##"{"items":{"$ref":"#/$defs/A"},"$defs":{"A":{"type":"string","x":1.0}}}"##,
            r#"{"items":{"type":"string","x":1.0}}"#,
        ),
        (
            r##"{"items":{"$ref":"#/definitions/A"},"definitions":{"A":{"type":"string"}}}"##,
            r#"{"items":{"type":"string"}}"#,
        ),
        (
            r##"{"items":{"$ref":"#/definitions/A"},"$defs":{"A":{"type":"string"}}}"##,
            r#"{"items":{"type":"string"}}"#,
        ),
        // Both sections, with the same name in both.
        (
            r##"{"items":{"$ref":"#/$defs/A"},"not":{"$ref":"#/definitions/A"},"$defs":{"A":{"x":1}},"definitions":{"A":{"y":2}}}"##,
            r#"{"items":{"x":1},"not":{"y":2}}"#,
        ),
        // Through lists, through other definitions, several times.
        (
            r##"{"anyOf":[{"$ref":"#/$defs/A"},{"items":{"$ref":"#/$defs/B"}}],"$defs":{"A":{"not":{"$ref":"#/$defs/B"}},"B":{"x":1}}}"##,
            r#"{"anyOf":[{"not":{"x":1}},{"items":{"x":1}}]}"#,
        ),
        // The schema itself is a reference.
        (
            r##"{"$ref":"#/$defs/A","$defs":{"A":{"type":"object","properties":{}}}}"##,
            r#"{"type":"object","properties":{}}"#,
        ),
        // Siblings of a reference override the members of the definition, or follow them.
        (
            r##"{"items":{"description":"mine","$ref":"#/$defs/A","title":"T"},"$defs":{"A":{"type":"string","description":"theirs"}}}"##,
            r#"{"items":{"type":"string","description":"mine","title":"T"}}"#,
        ),
        // A definition and what is derived from it.
        (
            r##"{"items":{"$ref":"#/$defs/A","properties":{"b":{"type":"string"}},"required":["a","b"]},"$defs":{"A":{"type":"object","properties":{"a":{}},"required":["a"]}}}"##,
            r#"{"items":{"type":"object","properties":{"a":{},"b":{"type":"string"}},"required":["a","b"]}}"#,
        ),
        // Siblings that contain references.
        (
            r##"{"items":{"$ref":"#/$defs/A","not":{"$ref":"#/$defs/B"}},"$defs":{"A":{"x":1},"B":{"y":2}}}"##,
            r#"{"items":{"x":1,"not":{"y":2}}}"#,
        ),
        // Definitions that are not objects.
        (r##"{"items":{"$ref":"#/$defs/A"},"$defs":{"A":true}}"##, r#"{"items":true}"#),
        ("true", "true"),
    ]);
}

#[test]
fn every_legal_form_of_a_local_reference_is_resolved() {
    all_found(&[
        // A part of the schema that is not a definition.
        (
            r##"{"properties":{"a":{"type":"string"},"b":{"$ref":"#/properties/a"}}}"##,
            r#"{"properties":{"a":{"type":"string"},"b":{"type":"string"}}}"#,
        ),
        (
            r##"{"properties":{"b":{"$ref":"#/$defs/A/properties/x"}},"$defs":{"A":{"properties":{"x":{"type":"integer"}}}}}"##,
            r#"{"properties":{"b":{"type":"integer"}}}"#,
        ),
        (
            r##"{"properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]},"b":{"$ref":"#/properties/a/anyOf/0"}}}"##,
            r#"{"properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]},"b":{"type":"string"}}}"#,
        ),
        // Escapes of pointers and of URIs, and names that are written without them.
        (
            r##"{"prefixItems":[{"$ref":"#/$defs/a~1b"},{"$ref":"#/$defs/c~0d"},{"$ref":"#/definitions/L%3CU%3E"},{"$ref":"#/$defs/%C3%A9"},{"$ref":"#/$defs/x/y"},{"$ref":"#/$defs/p%25"}],"$defs":{"a/b":{"x":1},"c~d":{"x":2},"é":{"x":4},"x/y":{"x":5},"p%25":{"x":6}},"definitions":{"L<U>":{"x":3}}}"##,
            r#"{"prefixItems":[{"x":1},{"x":2},{"x":3},{"x":4},{"x":5},{"x":6}]}"#,
        ),
        // Anchors, of each draft.
        (
            r##"{"prefixItems":[{"$ref":"#a"},{"$ref":"#b"},{"$ref":"#c"},{"$dynamicRef":"#d"}],"$defs":{"A":{"$anchor":"a","x":1},"B":{"$id":"#b","x":2},"C":{"id":"#c","x":3},"D":{"$dynamicAnchor":"d","x":4}}}"##,
            r##"{"prefixItems":[{"x":1},{"x":2},{"id":"#c","x":3},{"x":4}]}"##,
        ),
        // Ids, which are bases of what is in them.
        (
            r##"{"$id":"https://a.example/s/root.json","prefixItems":[{"$ref":"https://a.example/s/root.json#/$defs/A"},{"$ref":"root.json#/$defs/A"},{"$ref":"item.json"},{"$ref":"/s/item.json#/$defs/B"}],"$defs":{"A":{"x":1},"I":{"$id":"item.json","not":{"$ref":"#/$defs/B"},"$defs":{"B":{"x":2}}}}}"##,
            r#"{"$id":"https://a.example/s/root.json","prefixItems":[{"x":1},{"x":1},{"not":{"x":2}},{"x":2}]}"#,
        ),
        // An id that is only an annotation hides no definition of the root.
        (
            r##"{"properties":{"a":{"id":"field_a","$ref":"#/definitions/A"}},"definitions":{"A":{"x":1}}}"##,
            r#"{"properties":{"a":{"x":1,"id":"field_a"}}}"#,
        ),
        // The place of OpenAPI's schemas, where they are and where they should be.
        (
            r##"{"items":{"$ref":"#/components/schemas/A"},"components":{"schemas":{"A":{"not":{"$ref":"#/components/schemas/B"}},"B":{"x":1}}}}"##,
            r##"{"items":{"not":{"x":1}},"components":{"schemas":{"A":{"not":{"$ref":"#/components/schemas/B"}},"B":{"x":1}}}}"##,
        ),
        (r##"{"items":{"$ref":"#/components/schemas/A"},"$defs":{"A":{"x":1}}}"##, r#"{"items":{"x":1}}"#),
    ]);
}

#[test]
fn recursive_definition_stays_a_definition() {
    all_found(&[
        (
            r##"{"properties":{"tree":{"$ref":"#/$defs/Node"}},"$defs":{"Node":{"type":"object","properties":{"next":{"$ref":"#/$defs/Node"}}}}}"##,
            r##"{"properties":{"tree":{"$ref":"#/$defs/Node"}},"$defs":{"Node":{"type":"object","properties":{"next":{"$ref":"#/$defs/Node"}}}}}"##,
        ),
        // A definition of the other section moves to `$defs`.
        (
            r##"{"not":{"title":"T","$ref":"#/definitions/N"},"definitions":{"N":{"items":{"$ref":"#/definitions/N"}}}}"##,
            r##"{"not":{"title":"T","$ref":"#/$defs/N"},"$defs":{"N":{"items":{"$ref":"#/$defs/N"}}}}"##,
        ),
        // The whole schema is such a reference: it is replaced once.
        (
            r##"{"$ref":"#/$defs/N","$defs":{"N":{"type":"object","properties":{"next":{"$ref":"#/$defs/N"}}}}}"##,
            r##"{"type":"object","properties":{"next":{"$ref":"#/$defs/N"}},"$defs":{"N":{"type":"object","properties":{"next":{"$ref":"#/$defs/N"}}}}}"##,
        ),
        // Two definitions that contain each other, and one that only refers to them.
        (
            r##"{"items":{"$ref":"#/$defs/L"},"$defs":{"A":{"items":{"$ref":"#/$defs/B"}},"B":{"not":{"$ref":"#/$defs/A"}},"L":{"if":{"$ref":"#/$defs/A"}}}}"##,
            r##"{"items":{"if":{"$ref":"#/$defs/A"}},"$defs":{"A":{"items":{"$ref":"#/$defs/B"}},"B":{"not":{"$ref":"#/$defs/A"}}}}"##,
        ),
        // The schema refers to itself.
        (
            r##"{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"next":{"$ref":"#"}},"definitions":{"unused":{}}}"##,
            r##"{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"next":{"$ref":"#/$defs/root"}},"$defs":{"root":{"type":"object","properties":{"next":{"$ref":"#/$defs/root"}}}}}"##,
        ),
        (
            r##"{"$recursiveAnchor":true,"type":"object","properties":{"next":{"$recursiveRef":"#"}}}"##,
            r##"{"type":"object","properties":{"next":{"$ref":"#/$defs/root"}},"$defs":{"root":{"type":"object","properties":{"next":{"$ref":"#/$defs/root"}}}}}"##,
        ),
        // A part that contains itself, under a name that needs no escape.
        (
            r##"{"properties":{"a/b":{"items":{"$ref":"#/properties/a~1b"}}}}"##,
            r##"{"properties":{"a/b":{"items":{"$ref":"#/$defs/a_b"}}},"$defs":{"a_b":{"items":{"$ref":"#/$defs/a_b"}}}}"##,
        ),
        // Definitions of only each other.
        (
            r##"{"items":{"$ref":"#/$defs/A"},"$defs":{"A":{"$ref":"#/$defs/A"}}}"##,
            r##"{"items":{"$ref":"#/$defs/A"},"$defs":{"A":{"$ref":"#/$defs/A"}}}"##,
        ),
    ]);
    let circle = r##"{"$ref":"#/$defs/A","$defs":{"A":{"$ref":"#/$defs/B"},"B":{"$ref":"#/$defs/A"}}}"##;
    assert_eq!(inlined(circle).1, Vec::<String>::new());
}

#[test]
fn reference_to_nothing_moves_into_the_description() {
    for (schema, expected, path) in [
        (
            r##"{"items":{"$ref":"#/$defs/A","type":"string"}}"##,
            r##"{"items":{"type":"string","description":"$ref: \"#/$defs/A\""}}"##,
            "items.$ref",
        ),
        (
            r##"{"items":{"$ref":"https://a.example/a.json","description":"D"}}"##,
            r#"{"items":{"description":"D ($ref: \"https://a.example/a.json\")"}}"#,
            "items.$ref",
        ),
        (
            r##"{"items":{"$ref":"A"},"$defs":{"A":{}}}"##,
            r#"{"items":{"description":"$ref: \"A\""}}"#,
            "items.$ref",
        ),
        (
            r##"{"items":{"$ref":"#/$defs/A"},"$defs":{"A":{"not":{"$ref":"#/$defs/B"}}}}"##,
            r##"{"items":{"not":{"description":"$ref: \"#/$defs/B\""}}}"##,
            "$defs.A.not.$ref",
        ),
        (
            r##"{"items":{"$dynamicRef":"#nowhere"}}"##,
            r##"{"items":{"description":"$ref: \"#nowhere\""}}"##,
            "items.$dynamicRef",
        ),
    ] {
        assert_eq!(inlined(schema), (expected.to_owned(), vec![path.to_owned()]), "{schema}");
    }
}

#[test]
fn data_is_never_a_reference() {
    for schema in [
        r##"{"properties":{"a":{"default":{"$ref":"#/nope"},"const":{"$ref":"#/nope"},"enum":[{"$ref":"#/nope"}],"examples":[{"$ref":"#/nope"}]}}}"##,
        r##"{"properties":{"$ref":{"type":"string"},"$defs":{"type":"object"}},"dependentRequired":{"$ref":["$defs"]}}"##,
        r##"{"x-internal":{"$ref":"#/nope"},"example":{"$ref":"#/nope"}}"##,
    ] {
        assert_eq!(inlined(schema), (schema.to_owned(), vec![]));
    }
}

/// Returns a schema whose definitions each refer to the next one, this many times.
fn chain(length: usize, times: usize) -> String {
    let links = (0..length).map(|index| {
        let next = format!(r##"{{"$ref":"#/$defs/d{}"}}"##, index + 1);
        let members: Vec<_> = (0..times).map(|time| format!(r#""p{time}":{next}"#)).collect();
        format!(r#""d{index}":{{"properties":{{{}}}}},"#, members.join(","))
    });
    format!(
        r##"{{"items":{{"$ref":"#/$defs/d0"}},"$defs":{{{}"d{length}":{{}}}}}}"##,
        links.collect::<String>()
    )
}

#[test]
fn schema_that_would_explode_keeps_its_definitions() {
    for (length, times, is_kept) in
        [(40, 1, false), (10, 2, false), (60, 2, true), (60, 1, true), (5_000, 1, true)]
    {
        let (schema, lost) = inlined(&chain(length, times));
        assert_eq!(schema.contains("$ref"), is_kept, "{length} {times}");
        assert_eq!(lost, Vec::<String>::new());
        assert_eq!(inlined(&schema).0, schema, "{length} {times}");
    }
}
