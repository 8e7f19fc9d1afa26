//! Schemas of all drafts, with the mistakes of real tools, as valid ones of draft 2020-12 (L135).

use super::raw;
use crate::json_tree::JsonTree;
use crate::schema::{ChangeKind, normalize_all};

/// Returns the schema and the paths of changes.
fn repaired(schema: &str) -> (String, Vec<String>) {
    let normalized = normalize_all(&JsonTree::parse_lenient(&raw(schema)).unwrap());
    let changes: Vec<_> = normalized.changes.into_iter().map(|change| change.path).collect();
    (normalized.schema.to_json().as_str().to_owned(), changes)
}

/// Checks schemas of a member `a`, given and repaired, with the paths of changes below it.
fn check(cases: &[(&str, &str, &[&str])]) {
    for (given, expected, paths) in cases {
        let whole = |schema: &str| format!(r#"{{"properties":{{"a":{schema}}}}}"#);
        let below = |path: &&str| match *path {
            "" => "properties.a".to_owned(),
            path if path.starts_with('[') => format!("properties.a{path}"),
            path => format!("properties.a.{path}"),
        };
        let expected = whole(expected);
        let paths: Vec<_> = paths.iter().map(below).collect();
        assert_eq!(repaired(&whole(given)), (expected.clone(), paths), "{given}");
        assert_eq!(repaired(&expected), (expected.clone(), vec![]), "{given} twice");
    }
}

#[test]
fn valid_schema_does_not_change() {
    for schema in [
        "true",
        "{}",
        r#"{"$schema":"http://json-schema.org/draft-04/schema#","id":"https://a.example/","type":["object","null"]}"#,
        r#"{"type":"object","properties":{"required":{"type":"boolean"},"type":{"enum":[null]},"nullable":{"const":null}},"required":["b"]}"#,
        r#"{"enum":[1,"a",null,{"type":"int"}],"default":null,"examples":[null],"title":"","x-any":null,"nullable":false}"#,
        r#"{"minimum":-1.5,"exclusiveMaximum":1e3,"multipleOf":0.01,"minLength":1.0,"maxItems":0,"uniqueItems":true}"#,
        r#"{"prefixItems":[{"type":"string"}],"items":false,"contains":true,"additionalProperties":{"type":"string"}}"#,
        r#"{"definitions":{"A":{"type":"string"}},"$defs":{"B":true},"$anchor":"a_1","$id":"https://a.example/#"}"#,
        r#"{"if":{"required":["a"]},"then":{"required":["b"]},"dependentRequired":{"a":["b"]},"dependentSchemas":{"a":{}}}"#,
    ] {
        let normalized = normalize_all(&JsonTree::parse_lenient(&raw(schema)).unwrap());
        assert_eq!((normalized.schema.to_json().as_str(), normalized.is_rewritten), (schema, false));
    }
}

#[test]
fn null_is_not_the_value_of_a_keyword() {
    check(&[
        (
            r#"{"type":"object","properties":null,"required":null}"#,
            r#"{"type":"object"}"#,
            &["properties", "required"],
        ),
        (
            r#"{"type":"string","description":null,"enum":null,"default":null}"#,
            r#"{"type":"string","default":null}"#,
            &["description", "enum"],
        ),
        (r#"{"type":"array","items":null,"minItems":null}"#, r#"{"type":"array"}"#, &["items", "minItems"]),
        (
            r#"{"additionalProperties":null,"anyOf":null,"$ref":null,"format":null}"#,
            "{}",
            &["additionalProperties", "anyOf", "$ref", "format"],
        ),
        ("null", "{}", &[""]),
        (r#"{"properties":{"b":null}}"#, r#"{"properties":{"b":{}}}"#, &["properties.b"]),
        (r#"{"anyOf":[null,{"type":"string"}]}"#, r#"{"anyOf":[{"type":"string"}]}"#, &["anyOf[0]"]),
        (r#"{"type":["string",null]}"#, r#"{"type":["string","null"]}"#, &["type"]),
    ]);
}

#[test]
fn keywords_of_older_drafts_move_to_their_counterparts() {
    check(&[
        // Tuples: up to draft 2019-09.
        (
            r#"{"type":"array","items":[{"type":"number"},{"type":"number"}],"minItems":2}"#,
            r#"{"type":"array","prefixItems":[{"type":"number"},{"type":"number"}],"minItems":2}"#,
            &["items"],
        ),
        (
            r#"{"items":[{"type":"number"}],"additionalItems":{"type":"string"}}"#,
            r#"{"prefixItems":[{"type":"number"}],"items":{"type":"string"}}"#,
            &["items", "additionalItems"],
        ),
        (
            r#"{"additionalItems":false,"items":[{"type":"number"}]}"#,
            r#"{"items":false,"prefixItems":[{"type":"number"}]}"#,
            &["additionalItems", "items"],
        ),
        (r#"{"items":{},"additionalItems":false}"#, r#"{"items":{}}"#, &["additionalItems"]),
        (r#"{"items":[],"type":"array"}"#, r#"{"type":"array"}"#, &["items"]),
        (
            r#"{"items":["string","int"]}"#,
            r#"{"prefixItems":[{"type":"string"},{"type":"integer"}]}"#,
            &["items", "items[0]", "items[1]"],
        ),
        // Exclusive bounds: draft 04.
        (
            r#"{"minimum":0,"exclusiveMinimum":true,"maximum":9,"exclusiveMaximum":false}"#,
            r#"{"exclusiveMinimum":0,"maximum":9}"#,
            &["exclusiveMinimum", "exclusiveMaximum"],
        ),
        (r#"{"exclusiveMaximum":true,"maximum":1.0}"#, r#"{"exclusiveMaximum":1.0}"#, &["exclusiveMaximum"]),
        (r#"{"exclusiveMinimum":true}"#, "{}", &["exclusiveMinimum"]),
        // Dependencies: up to draft 07.
        (
            r#"{"dependencies":{"a":["b"],"c":{"required":["d"]},"e":"f"}}"#,
            r#"{"dependentRequired":{"a":["b"],"e":["f"]},"dependentSchemas":{"c":{"required":["d"]}}}"#,
            &["dependencies"],
        ),
        (
            r#"{"dependencies":{"a":["b"]},"dependentRequired":{"c":"d"}}"#,
            r#"{"dependentRequired":{"c":["d"],"a":["b"]}}"#,
            &["dependencies", "dependentRequired.c"],
        ),
        // Required as a flag: draft 03 and OpenAPI's parameters.
        (
            r#"{"properties":{"b":{"type":"string","required":true},"c":{"required":false},"d":{"required":"true"}}}"#,
            r#"{"properties":{"b":{"type":"string"},"c":{},"d":{}},"required":["b","d"]}"#,
            &["properties.b.required", "properties.c.required", "properties.d.required"],
        ),
        (
            r#"{"required":["b"],"properties":{"b":{"required":true},"c":{"required":true}}}"#,
            r#"{"required":["b","c"],"properties":{"b":{},"c":{}}}"#,
            &["properties.b.required", "properties.c.required"],
        ),
        // Anchors as ids: drafts 06 and 07.
        (r##"{"$id":"#foo"}"##, r#"{"$anchor":"foo"}"#, &["$id"]),
        // OpenAPI 3.0.
        (r#"{"type":"string","nullable":true}"#, r#"{"type":["string","null"]}"#, &["nullable"]),
        (
            r#"{"type":"string","enum":["x"],"nullable":true}"#,
            r#"{"type":["string","null"],"enum":["x",null]}"#,
            &["nullable"],
        ),
        (r#"{"nullable":true,"const":"x"}"#, r#"{"enum":["x",null]}"#, &["nullable"]),
        (
            r#"{"anyOf":[{"type":"string"}],"nullable":true}"#,
            r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#,
            &["nullable"],
        ),
        (
            r#"{"description":"D","allOf":[{"type":"string"}],"nullable":true}"#,
            r#"{"description":"D","anyOf":[{"allOf":[{"type":"string"}]},{"type":"null"}]}"#,
            &["nullable"],
        ),
        (r#"{"description":"D","nullable":true}"#, r#"{"description":"D"}"#, &["nullable"]),
    ]);
}

#[test]
fn foreign_types_become_types_of_json_schema() {
    check(&[
        (r#"{"type":"STRING"}"#, r#"{"type":"string"}"#, &["type"]),
        (r#"{"type":"any","description":"D"}"#, r#"{"description":"D"}"#, &["type"]),
        (r#"{"type":"float"}"#, r#"{"type":"number"}"#, &["type"]),
        (r#"{"type":"date"}"#, r#"{"type":"string","format":"date"}"#, &["type"]),
        (r#"{"type":"date","format":"iso"}"#, r#"{"type":"string","format":"iso"}"#, &["type"]),
        (r#"{"type":"file"}"#, r#"{"type":"string"}"#, &["type"]),
        (r#"{"type":"list[str]"}"#, r#"{"type":"array"}"#, &["type"]),
        (r#"{"type":"Money"}"#, r#"{"description":"type: \"Money\""}"#, &["type"]),
        (r#"{"type":["str","None","string"]}"#, r#"{"type":["string","null"]}"#, &["type"]),
        (r#"{"type":["string","string"]}"#, r#"{"type":"string"}"#, &["type"]),
        (r#"{"type":[]}"#, "{}", &["type"]),
        (r#"{"type":7}"#, "{}", &["type"]),
        (r#"{"type":""}"#, "{}", &["type"]),
        (r#"{"type":"enum","enum":[1,2]}"#, r#"{"enum":[1,2]}"#, &["type"]),
        // Schemas among types: draft 03.
        (
            r#"{"type":["int",{"type":"object"}]}"#,
            r#"{"anyOf":[{"type":"integer"},{"type":"object"}]}"#,
            &["type"],
        ),
        (r#"{"type":{"type":"str"}}"#, r#"{"anyOf":[{"type":"string"}]}"#, &["type.type", "type"]),
    ]);
}

#[test]
fn value_of_a_wrong_kind_is_read_as_what_it_means_or_dropped() {
    check(&[
        // Schemas.
        (r#""string""#, r#"{"type":"string"}"#, &[""]),
        (r#""dict""#, r#"{"type":"object"}"#, &[""]),
        (r#""any""#, "{}", &[""]),
        (r#""The name of a city.""#, r#"{"description":"The name of a city."}"#, &[""]),
        ("[]", "{}", &[""]),
        (r#"["string","null"]"#, r#"{"type":["string","null"]}"#, &[""]),
        (
            r#"[{"type":"string"},{"type":"int"}]"#,
            r#"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#,
            &["", "[1].type"],
        ),
        ("7", "{}", &[""]),
        (
            r#"{"additionalProperties":"false"}"#,
            r#"{"additionalProperties":false}"#,
            &["additionalProperties"],
        ),
        (
            r#"{"additionalProperties":"string"}"#,
            r#"{"additionalProperties":{"type":"string"}}"#,
            &["additionalProperties"],
        ),
        (r#"{"items":"number"}"#, r#"{"items":{"type":"number"}}"#, &["items"]),
        // Lists of schemas.
        (r#"{"anyOf":{"type":"string"}}"#, r#"{"anyOf":[{"type":"string"}]}"#, &["anyOf"]),
        (r#"{"anyOf":[],"oneOf":"x","allOf":[null]}"#, "{}", &["anyOf", "oneOf", "allOf[0]", "allOf"]),
        // Properties.
        (
            r#"{"properties":[{"name":"b","type":"str","required":true},{"c":{"type":"string"}},{"type":"string"}]}"#,
            r#"{"properties":{"b":{"type":"string"},"c":{"type":"string"}},"required":["b"]}"#,
            &["properties", "properties[0].type", "properties[0].required", "properties[2]"],
        ),
        (
            r#"{"properties":"x","$defs":[],"patternProperties":true}"#,
            "{}",
            &["properties", "$defs", "patternProperties"],
        ),
        // Names.
        (r#"{"required":["b",7,"b",null]}"#, r#"{"required":["b"]}"#, &["required"]),
        (
            r#"{"properties":{"b":{}},"required":"b"}"#,
            r#"{"properties":{"b":{}},"required":["b"]}"#,
            &["required"],
        ),
        (r#"{"required":{"b":true}}"#, "{}", &["required"]),
        (
            r#"{"properties":{"b":{}},"required":["b","c"],"additionalProperties":false}"#,
            r#"{"properties":{"b":{}},"required":["b"],"additionalProperties":false}"#,
            &["required"],
        ),
        (
            r#"{"dependentRequired":{"a":7},"dependentSchemas":[]}"#,
            r#"{"dependentRequired":{}}"#,
            &["dependentRequired.a", "dependentSchemas"],
        ),
        // Values.
        (r#"{"enum":"x"}"#, r#"{"enum":["x"]}"#, &["enum"]),
        (r#"{"enum":{"A":"a","B":"b"}}"#, r#"{"enum":["a","b"]}"#, &["enum"]),
        (r#"{"enum":[],"examples":"x"}"#, r#"{"examples":["x"]}"#, &["enum", "examples"]),
        // Texts, numbers and flags.
        (
            r#"{"description":["a","b"],"title":7,"pattern":7}"#,
            r#"{"description":"a b","title":"7"}"#,
            &["description", "title", "pattern"],
        ),
        (
            r#"{"minimum":"0","maxLength":"10","minLength":-1,"maxItems":1.5}"#,
            r#"{"minimum":0,"maxLength":10}"#,
            &["minimum", "maxLength", "minLength", "maxItems"],
        ),
        (
            r#"{"multipleOf":0,"uniqueItems":"True","deprecated":1}"#,
            r#"{"uniqueItems":true}"#,
            &["multipleOf", "uniqueItems", "deprecated"],
        ),
        (
            r#"{"$anchor":"1","$id":"a#b","$recursiveAnchor":true,"$vocabulary":{}}"#,
            "{}",
            &["$anchor", "$id", "$recursiveAnchor", "$vocabulary"],
        ),
    ]);
}

#[test]
fn draft_is_renamed_only_if_the_schema_changed() {
    for (schema, expected) in [
        (
            r#"{"$schema":"http://json-schema.org/draft-07/schema#","items":[{}]}"#,
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","prefixItems":[{}]}"#,
        ),
        (
            r#"{"$schema":"http://json-schema.org/draft-07/schema#","items":{}}"#,
            r#"{"$schema":"http://json-schema.org/draft-07/schema#","items":{}}"#,
        ),
        (r#"{"$schema":null}"#, "{}"),
    ] {
        assert_eq!(repaired(schema).0, expected);
    }
}

#[test]
fn part_that_is_referred_to_is_repaired_once() {
    let schema = r##"{"prefixItems":[{"$ref":"#/$defs/A"},{"$ref":"#/$defs/A"},{"$ref":"#/$defs/A/items/0"},{"$ref":"#/x/B"}],"$defs":{"A":{"items":[{"type":"int"}]},"C":{"type":"int"}},"x":{"B":{"type":"str"}}}"##;
    let expected = r#"{"prefixItems":[{"prefixItems":[{"type":"integer"}]},{"prefixItems":[{"type":"integer"}]},{"type":"integer"},{"type":"string"}],"x":{"B":{"type":"str"}}}"#;
    let changes = ["x.B.type", "$defs.A.items", "$defs.A.items[0].type"].map(str::to_owned).to_vec();
    assert_eq!(repaired(schema), (expected.to_owned(), changes));
}

#[test]
fn messages_never_repeat_values() {
    let schema = r#"{"properties":{"a":{"type":"secret"},"b":"secret","c":{"enum":{"secret":"secret"}},"d":{"minimum":"secret"}}}"#;
    let normalized = normalize_all(&JsonTree::parse_lenient(&raw(schema)).unwrap());
    assert_eq!(normalized.changes.len(), 4);
    for change in normalized.changes {
        assert!(!change.message.contains("secret") && change.kind == ChangeKind::Invalid);
    }
}
