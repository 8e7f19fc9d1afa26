//! Coercion of outputs to schemas, as in Pydantic (Q71, Q72).

use super::tree;
use crate::schema::coerce;

/// Returns the coerced value and the exceeded bounds, or the path and the reason of the mismatch.
fn coerced(value: &str, schema: &str) -> Result<(String, Vec<String>), String> {
    coerce(&tree(value), &tree(schema))
        .map(|coerced| {
            let breaches =
                coerced.breaches.iter().map(|breach| format!("{} {}", breach.path, breach.message));
            (coerced.value.to_json().as_str().to_owned(), breaches.collect())
        })
        .map_err(|error| format!("{} {}", error.path, error.message))
}

#[test]
fn matching_value_stays_unchanged() {
    for (value, schema) in [
        (r#"{"z":1.0,"a":[1e2,"\u0041"]}"#, "{}"),
        (r#"{"z":1.0,"a":[1e2,"\u0041"]}"#, "true"),
        (r#"{"new":{"deep":1}}"#, r#"{"type":"object","properties":{}}"#),
        ("1.0", r#"{"type":"integer"}"#),
        ("12345678901234567890123", r#"{"type":"integer"}"#),
        ("1.50", r#"{"type":"number"}"#),
        ("null", r#"{"type":["string","null"]}"#),
        ("null", r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#),
        (r#""b""#, r#"{"enum":["a","b"]}"#),
        ("1.0", r#"{"enum":[1]}"#),
        (r#"{"b":1,"a":2}"#, r#"{"const":{"a":2,"b":1}}"#),
        (r#"["a",1,true]"#, r#"{"prefixItems":[{"type":"string"}],"items":{"type":["integer","boolean"]}}"#),
        (
            r#"{"a":1,"b":"x"}"#,
            r#"{"properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"string"}}"#,
        ),
        (
            r#"{"a":{"a":{}}}"#,
            r##"{"$ref":"#/$defs/N","$defs":{"N":{"type":"object","properties":{"a":{"$ref":"#/$defs/N"}}}}}"##,
        ),
        (r#""x""#, r#"{"type":"string","pattern":"^y$","format":"date"}"#),
        (r#"{"a":1}"#, r#"{"allOf":[{"required":["a"]},{"type":"object"}]}"#),
        ("7", r##"{"$ref":"#/$defs/missing"}"##),
    ] {
        assert_eq!(coerced(value, schema), Ok((value.to_owned(), vec![])), "{schema}");
    }
}

#[test]
fn strings_are_converted_to_the_type_of_the_schema() {
    for (value, schema, expected) in [
        (r#""7""#, r#"{"type":"integer"}"#, "7"),
        (r#"" -7 ""#, r#"{"type":"integer"}"#, "-7"),
        (r#""1.50""#, r#"{"type":"number"}"#, "1.50"),
        (r#""1e3""#, r#"{"type":"number"}"#, "1e3"),
        (r#""true""#, r#"{"type":"boolean"}"#, "true"),
        (r#""false""#, r#"{"type":["boolean","null"]}"#, "false"),
        (r#"{"a":["1","2"]}"#, r#"{"properties":{"a":{"items":{"type":"integer"}}}}"#, r#"{"a":[1,2]}"#),
        (r#""5""#, r#"{"type":"integer","enum":[5]}"#, "5"),
        // A branch that leaves the value unchanged is better than one that converts it.
        (r#""7""#, r#"{"anyOf":[{"type":"integer"},{"type":"string"}]}"#, r#""7""#),
        (r#""7""#, r#"{"anyOf":[{"type":"boolean"},{"type":"integer"}]}"#, "7"),
        (r#""7""#, r#"{"type":["integer","string"]}"#, r#""7""#),
        (
            r#"{"a":"7"}"#,
            r##"{"oneOf":[{"properties":{"a":{"$ref":"#/$defs/I"}}}],"$defs":{"I":{"type":"integer"}}}"##,
            r#"{"a":7}"#,
        ),
    ] {
        assert_eq!(coerced(value, schema), Ok((expected.to_owned(), vec![])), "{value} {schema}");
    }
}

#[test]
fn absent_members_get_their_default() {
    for (value, schema, expected) in [
        ("{}", r#"{"properties":{"a":{"default":1.0},"b":{}}}"#, r#"{"a":1.0}"#),
        (r#"{"a":2}"#, r#"{"properties":{"a":{"default":1.0}}}"#, r#"{"a":2}"#),
        (r#"{"a":null}"#, r#"{"properties":{"a":{"default":1.0}}}"#, r#"{"a":null}"#),
        ("{}", r#"{"properties":{"a":{"default":"x"}},"required":["a"]}"#, r#"{"a":"x"}"#),
        (r#"{"o":{}}"#, r#"{"properties":{"o":{"properties":{"a":{"default":[]}}}}}"#, r#"{"o":{"a":[]}}"#),
    ] {
        assert_eq!(coerced(value, schema), Ok((expected.to_owned(), vec![])), "{value} {schema}");
    }
}

#[test]
fn mismatch_is_an_error_with_its_path_and_without_the_value() {
    for (value, schema, expected) in [
        (r#""secret""#, r#"{"type":"integer"}"#, "$ is of type string, not integer"),
        ("1.5", r#"{"type":"integer"}"#, "$ is of type number, not integer"),
        (r#""1.5""#, r#"{"type":"integer"}"#, "$ is of type string, not integer"),
        (r#""NaN""#, r#"{"type":"number"}"#, "$ is of type string, not number"),
        (r#""+1""#, r#"{"type":"boolean"}"#, "$ is of type string, not boolean"),
        ("7", r#"{"type":"string"}"#, "$ is of type number, not string"),
        ("1", r#"{"type":"boolean"}"#, "$ is of type number, not boolean"),
        ("[]", r#"{"type":["object","null"]}"#, "$ is of type array, not object or null"),
        ("{}", r#"{"required":["a"]}"#, "$.a is missing"),
        (
            r#"{"a":{"b":[1,{"c":"secret"}]}}"#,
            r#"{"properties":{"a":{"properties":{"b":{"items":{"properties":{"c":{"type":"null"}}}}}}}}"#,
            "$.a.b[1].c is of type string, not null",
        ),
        (r#""secret""#, r#"{"enum":["a","b"]}"#, "$ is not one of the allowed values"),
        ("2", r#"{"const":1}"#, "$ is not the allowed value"),
        (
            r#"{"secret":1}"#,
            r#"{"properties":{},"additionalProperties":false}"#,
            "$.secret no value is allowed here",
        ),
        ("[1]", r#"{"items":false}"#, "$[0] no value is allowed here"),
        ("7", "false", "$ no value is allowed here"),
        ("7", r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, "$ matches none of the alternatives"),
        ("7", r#"{"oneOf":[]}"#, "$ matches none of the alternatives"),
        ("7", r#"{"allOf":[{"type":"number"},{"type":"string"}]}"#, "$ is of type number, not string"),
        ("7", r##"{"$ref":"#/$defs/S","$defs":{"S":{"type":"string"}}}"##, "$ is of type number, not string"),
        (
            "7",
            r##"{"$ref":"#/$defs/A","$defs":{"A":{"$ref":"#/$defs/A"}}}"##,
            "$ the schema refers to itself endlessly",
        ),
    ] {
        let found = coerced(value, schema).unwrap_err();
        assert_eq!(found, expected, "{value} {schema}");
    }
}

#[test]
fn value_beyond_a_bound_is_kept_with_a_breach() {
    for (value, schema, exceeded) in [
        ("5", r#"{"minimum":6}"#, &["$ minimum"][..]),
        ("5", r#"{"minimum":5,"maximum":5}"#, &[]),
        (
            "5",
            r#"{"exclusiveMinimum":5,"exclusiveMaximum":5}"#,
            &["$ exclusiveMinimum", "$ exclusiveMaximum"],
        ),
        ("5.5", r#"{"maximum":5}"#, &["$ maximum"]),
        (r#""é€""#, r#"{"minLength":2,"maxLength":2}"#, &[]),
        (r#""é€""#, r#"{"minLength":3,"maxLength":1}"#, &["$ minLength", "$ maxLength"]),
        ("[1,2]", r#"{"minItems":3,"maxItems":1}"#, &["$ minItems", "$ maxItems"]),
        (r#"{"a":1}"#, r#"{"minProperties":2,"maxProperties":0}"#, &["$ minProperties", "$ maxProperties"]),
        (r#"{"a":[9]}"#, r#"{"properties":{"a":{"items":{"maximum":5}}}}"#, &["$.a[0] maximum"]),
        ("null", r#"{"minimum":6,"minLength":1}"#, &[]),
        ("true", r#"{"minimum":6}"#, &[]),
        ("5", r#"{"minLength":9}"#, &[]),
        // A branch within its bounds is better than one whose bounds are exceeded.
        ("5", r#"{"anyOf":[{"minimum":6},{"maximum":6}]}"#, &[]),
        ("5", r#"{"anyOf":[{"minimum":6}]}"#, &["$ minimum"]),
    ] {
        let expected: Vec<_> = exceeded
            .iter()
            .map(|breach| {
                let (path, bound) = breach.split_once(' ').unwrap();
                format!("{path} is beyond the schema's `{bound}`")
            })
            .collect();
        assert_eq!(coerced(value, schema), Ok((value.to_owned(), expected)), "{value} {schema}");
    }
}
