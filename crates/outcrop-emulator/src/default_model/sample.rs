//! Sample values: JSON that matches a JSON Schema, for the input of tool calls and for structured output.

use std::cell::Cell;

use outcrop_core::{JsonObject, RawJson};

use super::question::Question;

/// The maximum depth of a sample. A recursive schema would have no end; the rest is `null`.
const MAX_DEPTH: usize = 16;

/// The maximum number of values in a sample. A recursive schema with two branches doubles at each level, which the depth
/// alone does not contain.
const MAX_VALUES: usize = 1000;

/// The maximum length of a string, whatever `minLength` requires.
const MAX_STRING: usize = 10_000;

/// Builds a value that matches a schema: its constant, what the question has for the member, its default, example or first
/// enum value, else the simplest value of its type. Objects have only the required members, and those that the question
/// names.
pub(super) fn sample_value(schema: &RawJson, question: &str) -> RawJson {
    let question = Question::new(question);
    SchemaSampler { root: schema, question, values_left: Cell::new(MAX_VALUES) }
        .value(schema, "text", MAX_DEPTH)
}

struct SchemaSampler<'a> {
    /// The whole document, in which references are resolved.
    root: &'a RawJson,
    question: Question<'a>,
    values_left: Cell<usize>,
}

impl SchemaSampler<'_> {
    /// Builds a value. A string repeats the name of its member, so that a reader sees where it came from.
    fn value(&self, schema: &RawJson, name: &str, depth: usize) -> RawJson {
        // A schema can also be `true`, which matches anything.
        let Some(schema) = schema.as_object() else { return RawJson::from(name) };
        let values_left = self.values_left.get();
        if depth == 0 || values_left == 0 {
            return RawJson::null();
        }
        self.values_left.set(values_left - 1);
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        let options = schema.get("enum").and_then(RawJson::as_array).unwrap_or_default();
        if let Some(chosen) = self.question.one_of(&options) {
            return chosen;
        }
        // The root of a schema is an object, or the caller wants no more than any text.
        let asked =
            || if depth < MAX_DEPTH && options.is_empty() { self.asked_value(&schema, name) } else { None };
        if let Some(value) = asked().or_else(|| stated_value(&schema)) {
            return value;
        }
        let other = || {
            let referred = schema.get("$ref").and_then(|reference| self.resolve(reference));
            referred
                .or_else(|| ["anyOf", "oneOf", "allOf"].iter().find_map(|keyword| first(&schema, keyword)))
        };
        match type_name(&schema).as_deref() {
            Some("object") => self.object(&schema, depth),
            Some("array") => self.array(&schema, name, depth),
            Some("integer" | "number") => number(&schema),
            Some("boolean") => RawJson::bool(true),
            Some("null") => RawJson::null(),
            Some(_) => string(&schema, name),
            None => match other() {
                Some(other) => self.value(&other, name, depth - 1),
                None => string(&schema, name),
            },
        }
    }

    /// Returns the value that the question has for a number or a text.
    fn asked_value(&self, schema: &JsonObject, name: &str) -> Option<RawJson> {
        match type_name(schema)?.as_str() {
            "integer" => self.question.number(name, |number| {
                number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
                    && Bounds::of(schema).contain(number)
            }),
            "number" => self.question.number(name, |number| Bounds::of(schema).contain(number)),
            "string" if !schema.contains("format") && !schema.contains("pattern") => {
                let text = self.question.text(name)?;
                let is_fitting = bounded(schema, &text) == text;
                is_fitting.then(|| RawJson::from(text.as_str()))
            }
            _ => None,
        }
    }

    fn object(&self, schema: &JsonObject, depth: usize) -> RawJson {
        let properties = schema.get("properties").and_then(RawJson::as_object).unwrap_or_default();
        let required = schema.get("required").and_then(RawJson::as_array).unwrap_or_default();
        let names = required.iter().filter_map(RawJson::as_string);
        let any = RawJson::from(JsonObject::new());
        let members = names.map(|name| {
            let value = self.value(properties.get(&name).unwrap_or(&any), &name, depth - 1);
            (name.into_owned(), value)
        });
        let mut members: JsonObject = members.collect();
        for (name, schema) in properties.iter().filter(|(name, _)| self.question.states(name)) {
            if !members.contains(name) {
                members.insert(name, self.value(schema, name, depth - 1));
            }
        }
        RawJson::from(members)
    }

    /// Builds an array with the minimum number of items.
    fn array(&self, schema: &JsonObject, name: &str, depth: usize) -> RawJson {
        let min = schema.get("minItems").and_then(|min| min.deserialize::<usize>().ok()).unwrap_or_default();
        let any = RawJson::from(JsonObject::new());
        let item = || self.value(schema.get("items").unwrap_or(&any), name, depth - 1);
        let items: Vec<RawJson> = (0..min.min(MAX_VALUES)).map(|_| item()).collect();
        RawJson::from_serialize(&items).unwrap_or_else(|_| RawJson::null())
    }

    /// Resolves a reference within the document, such as `#/$defs/City`.
    fn resolve(&self, reference: &RawJson) -> Option<RawJson> {
        let reference = reference.as_string()?;
        let pointer = reference.strip_prefix('#')?;
        pointer.split('/').skip(1).try_fold(self.root.clone(), |value, token| {
            // The order matters: `~01` is `~1`. See https://www.rfc-editor.org/rfc/rfc6901#section-4.
            let token = token.replace("~1", "/").replace("~0", "~");
            value.as_object()?.get(&token).cloned()
        })
    }
}

/// Returns a value that the schema states.
fn stated_value(schema: &JsonObject) -> Option<RawJson> {
    let default = schema.get("default").cloned();
    default.or_else(|| ["examples", "enum"].iter().find_map(|keyword| first(schema, keyword)))
}

/// Returns the first item of a keyword with a list.
fn first(schema: &JsonObject, keyword: &str) -> Option<RawJson> {
    schema.get(keyword)?.as_array()?.into_iter().next()
}

/// Returns the type of a schema. Of several types, it is the first that is not `null`.
fn type_name(schema: &JsonObject) -> Option<String> {
    let value = schema.get("type");
    let one = value.and_then(RawJson::as_string).map(|name| name.into_owned());
    let several = || {
        let names: Vec<String> = value?.deserialize().ok()?;
        let other = names.iter().find(|name| *name != "null").cloned();
        other.or_else(|| names.into_iter().next())
    };
    let implied = || schema.contains("properties").then(|| "object".to_owned());
    one.or_else(several).or_else(implied)
}

/// The bounds of a number.
struct Bounds<'s> {
    schema: &'s JsonObject,
}

impl<'s> Bounds<'s> {
    fn of(schema: &'s JsonObject) -> Self {
        Self { schema }
    }

    fn float(&self, keyword: &str) -> Option<f64> {
        self.schema.get(keyword)?.deserialize().ok()
    }

    /// Returns whether a number is within the bounds.
    fn contain(&self, number: &str) -> bool {
        let Ok(number) = number.parse::<f64>() else { return false };
        self.float("minimum").is_none_or(|min| number >= min)
            && self.float("exclusiveMinimum").is_none_or(|min| number > min)
            && self.float("maximum").is_none_or(|max| number <= max)
            && self.float("exclusiveMaximum").is_none_or(|max| number < max)
            && self.float("multipleOf").is_none_or(|step| (number / step).fract() == 0.0)
    }
}

/// Builds a number: 1 if it is within the bounds, else another small one, else the bound that is nearest to 1.
// Some libraries state the range of all integers, whose minimum is a number that nobody expects.
fn number(schema: &JsonObject) -> RawJson {
    let bounds = Bounds::of(schema);
    if let Some(small) = (1..=10).chain([0, -1]).find(|small| bounds.contain(&small.to_string())) {
        return integer(small);
    }
    let bound = |keyword: &str| schema.get(keyword).and_then(|bound| bound.deserialize::<i64>().ok());
    // A bound is copied as text, so that `0.10` stays `0.10`.
    let stated = |keyword: &str| schema.get(keyword).filter(|bound| bounds.contain(bound.as_str())).cloned();
    stated("minimum")
        .or_else(|| stated("multipleOf"))
        .or_else(|| bound("exclusiveMinimum").map(|min| integer(min.saturating_add(1))))
        .or_else(|| stated("maximum"))
        .or_else(|| bound("exclusiveMaximum").map(|max| integer(max.saturating_sub(1))))
        .unwrap_or_else(|| integer(1))
}

fn integer(number: i64) -> RawJson {
    RawJson::from(serde_json::Value::from(number))
}

/// Builds a string of the format, else the name, padded or cut to the length.
fn string(schema: &JsonObject, name: &str) -> RawJson {
    let format = schema.get("format").and_then(RawJson::as_string);
    let text = match format.as_deref() {
        Some("date") => "2026-01-31",
        Some("date-time") => "2026-01-31T12:00:00Z",
        Some("time") => "12:00:00Z",
        Some("email") => "someone@example.com",
        Some("uri" | "url") => "https://example.com/",
        Some("uuid") => "00000000-0000-4000-8000-000000000000",
        _ => name,
    };
    RawJson::from(bounded(schema, text).as_str())
}

/// Pads or cuts a text to the length of the schema.
fn bounded(schema: &JsonObject, text: &str) -> String {
    let bound = |keyword: &str| schema.get(keyword).and_then(|bound| bound.deserialize::<usize>().ok());
    let length = text.chars().count();
    let min = bound("minLength").unwrap_or(0).min(MAX_STRING);
    let max = bound("maxLength").unwrap_or(usize::MAX);
    text.chars().chain(std::iter::repeat_n('x', min.saturating_sub(length))).take(max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(schema: &str) -> String {
        sample_value(&RawJson::parse(schema).expect(schema), "").as_str().to_owned()
    }

    #[test]
    fn values_match_their_schemas() {
        for (schema, value) in [
            (r#"{"type": "string"}"#, r#""text""#),
            (r#"{"type": "integer", "minimum": 5}"#, "5"),
            (r#"{"type": "integer", "exclusiveMinimum": 5}"#, "6"),
            (r#"{"type": "number", "maximum": 0}"#, "0"),
            (r#"{"type": "integer", "minimum": -9007199254740991, "maximum": 9007199254740991}"#, "1"),
            (r#"{"type": "number", "minimum": 0.10, "maximum": 0.5}"#, "0.10"),
            (r#"{"type": "integer", "minimum": 1, "multipleOf": 5}"#, "5"),
            (r#"{"type": "integer", "exclusiveMaximum": -100}"#, "-101"),
            (r#"{"type": "number"}"#, "1"),
            (r#"{"type": "boolean"}"#, "true"),
            (r#"{"type": "null"}"#, "null"),
            (r#"{"type": ["null", "boolean"]}"#, "true"),
            (r#"{"type": "array", "items": {"type": "boolean"}}"#, "[]"),
            (r#"{"type": "array", "items": {"type": "boolean"}, "minItems": 2}"#, "[true,true]"),
            (r#"{"enum": ["b", "a"]}"#, r#""b""#),
            (r#"{"const": 1.50}"#, "1.50"),
            (r#"{"type": "string", "default": "d"}"#, r#""d""#),
            (r#"{"type": "string", "format": "date"}"#, r#""2026-01-31""#),
            (r#"{"type": "string", "minLength": 6}"#, r#""textxx""#),
            (r#"{"type": "string", "maxLength": 2}"#, r#""te""#),
            (r#"{"anyOf": [{"type": "boolean"}, {"type": "null"}]}"#, "true"),
            (r#"{"type": "object"}"#, "{}"),
            ("{}", r#""text""#),
            ("true", r#""text""#),
        ] {
            assert_eq!(made(schema), value, "{schema}");
        }
    }

    #[test]
    fn objects_have_their_required_members_in_order() {
        assert_eq!(
            made(
                r#"{"type": "object", "required": ["to", "count", "deep", "free"], "properties": {
                    "count": {"type": "integer"}, "note": {"type": "string"}, "to": {"type": "string"},
                    "deep": {"properties": {"a": {"type": "boolean"}}, "required": ["a"]}}}"#
            ),
            r#"{"to":"to","count":1,"deep":{"a":true},"free":"free"}"#
        );
    }

    #[test]
    fn members_have_the_values_of_the_question() {
        let schema = r#"{"type": "object", "required": ["a", "b", "name", "unit", "note"], "properties": {
            "a": {"type": "integer"}, "b": {"type": "integer", "maximum": 5}, "name": {"type": "string"},
            "unit": {"enum": ["celsius", "fahrenheit"]}, "note": {"type": "string", "maxLength": 3}}}"#;
        let question = "Take 30 and 4 in Fahrenheit for Ada Lovelace, note: long text";
        let made = sample_value(&RawJson::parse(schema).expect(schema), question);
        assert_eq!(made.as_str(), r#"{"a":30,"b":4,"name":"Ada Lovelace","unit":"fahrenheit","note":"not"}"#);
    }

    #[test]
    fn references_are_resolved_up_to_a_limit() {
        assert_eq!(
            made(
                r##"{"type": "object", "required": ["c"], "properties": {"c": {"$ref": "#/$defs/City"}}, "$defs": {"City": {"enum": ["Oslo"]}}}"##
            ),
            r#"{"c":"Oslo"}"#
        );
        let endless = made(r##"{"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}}"##);
        assert!(endless.ends_with("null}}}}}}}}"), "{endless}");
        let wide = made(r##"{"type": "array", "minItems": 1000000, "items": {"$ref": "#"}}"##);
        assert!(wide.len() < 100_000, "{}", wide.len());
    }
}
