//! JSON Schemas of tools and of structured output, and JSON values.

use crate::random::Random;

/// Schemas as programs write them, from plain ones to those that models reject.
const SCHEMAS: &[&str] = &[
    r#"{"type":"object","properties":{"city":{"type":"string","description":"A city"}},"required":["city"]}"#,
    r#"{"type":"object","properties":{}}"#,
    r#"{}"#,
    r#"{"type":"object","properties":{"z":{"type":"integer","minimum":0,"maximum":9},"a":{"type":"array","items":{"type":"string"},"minItems":2}},"additionalProperties":false}"#,
    r##"{"type":"object","properties":{"p":{"$ref":"#/$defs/Point"},"q":{"$ref":"#/$defs/Point"}},"$defs":{"Point":{"type":"object","properties":{"x":{"type":"number"}},"required":["x"]}}}"##,
    r##"{"type":"object","properties":{"tree":{"$ref":"#/$defs/Node"}},"$defs":{"Node":{"type":"object","properties":{"next":{"$ref":"#/$defs/Node"}}}}}"##,
    r#"{"type":"object","properties":{"v":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null}},"required":["v"]}"#,
    r#"{"type":"object","properties":{"v":{"type":["integer","null"]},"e":{"enum":["a","b",null]},"c":{"const":1}}}"#,
    r#"{"type":"object","allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"integer"}}}]}"#,
    r#"{"type":"object","oneOf":[{"properties":{"a":{"type":"string"}}},{"properties":{"b":{"type":"string"}},"required":["b"]}]}"#,
    r#"{"anyOf":[{"type":"object","properties":{"a":{"type":"string"}}},{"type":"object","properties":{"a":{"type":"integer"}}}]}"#,
    r#"{"type":"object","properties":{"o":{"type":"object","properties":{"in":{"type":"string","format":"date","pattern":"^a"}},"patternProperties":{"^x":{}}}},"title":"T","description":""}"#,
    r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"s":{"type":"string","minLength":1,"maxLength":5,"examples":["a"]}},"required":[]}"#,
    r#"{"type":"object","properties":{"any":true,"never":false,"t":{"oneOf":[{"type":"string"},{"type":"integer"}]}},"unevaluatedProperties":false}"#,
    r#"{"type":"object","properties":{"Account Number":{"type":"string"},"rule_name[]":{"type":"string"},"$filter":{"type":"string"}},"required":["Account Number"]}"#,
    r#"{"type":"object","properties":{"p":{"type":"array","items":[{"type":"number"},{"type":"number"}]},"n":{"type":"number","minimum":0,"exclusiveMinimum":true,"required":true}},"required":null}"#,
    r##"{"type":"object","properties":{"r":{"$ref":"#/$defs/Missing"},"s":{"type":"string"}}}"##,
];

/// Schemas that no tool can have, because its input is an object, and one that only AG2's dialect rejects.
const INVALID: &[&str] =
    &[r#"{"type":"array","items":{"type":"integer"}}"#, r#"{"type":"object","properties":{"a":7}}"#];

/// JSON values as tools return them.
const VALUES: &[&str] = &[r#"{"a":1.0,"b":null}"#, "[1.0,2e3]", "\"text\"", "3", "null", "{}"];

/// Draws a schema.
pub(super) fn schema(random: &mut Random) -> &'static str {
    let schemas = if random.below(80) == 0 { INVALID } else { SCHEMAS };
    random.pick::<&str>(schemas)
}

/// Draws a JSON value.
pub(super) fn value(random: &mut Random) -> &'static str {
    random.pick::<&str>(VALUES)
}
