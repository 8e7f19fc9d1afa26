//! Sample values: JSON that matches a JSON Schema, for the input of forced calls and for structured output.

use std::cell::Cell;

use outcrop_core::{JsonObject, RawJson};

/// The maximum depth of a sample. A recursive schema would have no end; the rest is `null`.
const MAX_DEPTH: usize = 16;

/// The maximum number of values in a sample. A recursive schema with two branches doubles at each level, which the depth
/// alone does not contain.
const MAX_VALUES: usize = 1000;

/// The maximum length of a string, whatever `minLength` requires.
const MAX_STRING: usize = 10_000;

/// Builds a value that matches a schema: its constant, default, example or first enum value, else the simplest value of its
/// type. Objects have only the required members.
pub(super) fn sample_value(schema: &RawJson) -> RawJson {
    SchemaSampler { root: schema, values_left: Cell::new(MAX_VALUES) }.value(schema, "text", MAX_DEPTH)
}

struct SchemaSampler<'a> {
    /// The whole document, in which references are resolved.
    root: &'a RawJson,
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
        if let Some(stated) = stated_value(&schema) {
            return stated;
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

    fn object(&self, schema: &JsonObject, depth: usize) -> RawJson {
        let properties = schema.get("properties").and_then(RawJson::as_object).unwrap_or_default();
        let required = schema.get("required").and_then(RawJson::as_array).unwrap_or_default();
        let names = required.iter().filter_map(RawJson::as_string);
        let any = RawJson::from(JsonObject::new());
        let members = names.map(|name| {
            let value = self.value(properties.get(&name).unwrap_or(&any), &name, depth - 1);
            (name.into_owned(), value)
        });
        RawJson::from(members.collect::<JsonObject>())
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
    let one = ["const", "default"].iter().find_map(|keyword| schema.get(keyword).cloned());
    one.or_else(|| ["examples", "enum"].iter().find_map(|keyword| first(schema, keyword)))
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

/// Builds a number: the minimum if there is one, else 1, but at most the maximum.
fn number(schema: &JsonObject) -> RawJson {
    // The minimum is copied as text, so that `0.10` stays `0.10`.
    if let Some(min) = schema.get("minimum") {
        return min.clone();
    }
    let bound = |keyword: &str| schema.get(keyword).and_then(|bound| bound.deserialize::<i64>().ok());
    if let Some(min) = bound("exclusiveMinimum") {
        return integer(min.saturating_add(1));
    }
    match (bound("maximum"), bound("exclusiveMaximum")) {
        (Some(max), _) if max < 1 => integer(max),
        (_, Some(max)) if max <= 1 => integer(max.saturating_sub(1)),
        _ => integer(1),
    }
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
    let bound = |keyword: &str| schema.get(keyword).and_then(|bound| bound.deserialize::<usize>().ok());
    let length = text.chars().count();
    let min = bound("minLength").unwrap_or(0).min(MAX_STRING);
    let max = bound("maxLength").unwrap_or(usize::MAX);
    let text: String =
        text.chars().chain(std::iter::repeat_n('x', min.saturating_sub(length))).take(max).collect();
    RawJson::from(text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(schema: &str) -> String {
        sample_value(&RawJson::parse(schema).expect(schema)).as_str().to_owned()
    }

    #[test]
    fn values_match_their_schemas() {
        for (schema, value) in [
            (r#"{"type": "string"}"#, r#""text""#),
            (r#"{"type": "integer", "minimum": 5}"#, "5"),
            (r#"{"type": "integer", "exclusiveMinimum": 5}"#, "6"),
            (r#"{"type": "number", "maximum": 0}"#, "0"),
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
