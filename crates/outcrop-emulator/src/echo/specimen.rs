//! A value that fits a JSON Schema: what a forced call is made with.

use std::cell::Cell;

use outcrop_core::{JsonObject, RawJson};

/// How deep schemas may be nested; deeper ones, which refer to themselves without end, get `null`.
const DEEPEST: usize = 16;

/// How many values a value may have in it; what comes after them is `null`.
const MOST_VALUES: usize = 1000;

/// A value of a schema: its constant, default, example or first name, else the plainest value of its type. Objects have
/// their required members only.
pub(super) fn of(schema: &RawJson) -> RawJson {
    Specimen { root: schema, left: Cell::new(MOST_VALUES) }.of(schema, "text", DEEPEST)
}

struct Specimen<'a> {
    root: &'a RawJson,
    left: Cell<usize>,
}

impl Specimen<'_> {
    /// `name` is the member that the value is for; strings are made of it.
    fn of(&self, schema: &RawJson, name: &str, depth: usize) -> RawJson {
        let Some(schema) = schema.as_object() else { return RawJson::from(name) };
        let left = self.left.get();
        if depth == 0 || left == 0 {
            return RawJson::null();
        }
        self.left.set(left - 1);
        if let Some(given) = given(&schema) {
            return given;
        }
        let other = || {
            let referred = schema.get("$ref").and_then(|reference| self.resolve(reference));
            referred.or_else(|| ["anyOf", "oneOf", "allOf"].iter().find_map(|word| first(&schema, word)))
        };
        match kind(&schema).as_deref() {
            Some("object") => self.object(&schema, depth),
            Some("array") => self.array(&schema, name, depth),
            Some("integer" | "number") => number(&schema),
            Some("boolean") => RawJson::bool(true),
            Some("null") => RawJson::null(),
            Some(_) => string(&schema, name),
            None => match other() {
                Some(other) => self.of(&other, name, depth - 1),
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
            let value = self.of(properties.get(&name).unwrap_or(&any), &name, depth - 1);
            (name.into_owned(), value)
        });
        RawJson::from(members.collect::<JsonObject>())
    }

    /// As many items as there must be.
    fn array(&self, schema: &JsonObject, name: &str, depth: usize) -> RawJson {
        let least =
            schema.get("minItems").and_then(|least| least.deserialize::<usize>().ok()).unwrap_or_default();
        let any = RawJson::from(JsonObject::new());
        let item = || self.of(schema.get("items").unwrap_or(&any), name, depth - 1);
        let items: Vec<RawJson> = (0..least.min(MOST_VALUES)).map(|_| item()).collect();
        RawJson::from_serialize(&items).unwrap_or_else(|_| RawJson::null())
    }

    /// The schema that a reference within the document means: `#/$defs/City`.
    fn resolve(&self, reference: &RawJson) -> Option<RawJson> {
        let reference = reference.as_string()?;
        let path = reference.strip_prefix('#')?;
        path.split('/').skip(1).try_fold(self.root.clone(), |at, step| {
            let step = step.replace("~1", "/").replace("~0", "~");
            at.as_object()?.get(&step).cloned()
        })
    }
}

/// A value that the schema itself gives.
fn given(schema: &JsonObject) -> Option<RawJson> {
    let one = ["const", "default"].iter().find_map(|word| schema.get(word).cloned());
    one.or_else(|| ["examples", "enum"].iter().find_map(|word| first(schema, word)))
}

/// The first item of a keyword that has a list.
fn first(schema: &JsonObject, keyword: &str) -> Option<RawJson> {
    schema.get(keyword)?.as_array()?.into_iter().next()
}

/// The type of a schema, the first that is not `null` where there are several.
fn kind(schema: &JsonObject) -> Option<String> {
    let kind = schema.get("type");
    let named = kind.and_then(RawJson::as_string).map(|name| name.into_owned());
    let several = || {
        let names: Vec<String> = kind?.deserialize().ok()?;
        let other = names.iter().find(|name| *name != "null").cloned();
        other.or_else(|| names.into_iter().next())
    };
    let implied = || schema.contains("properties").then(|| "object".to_owned());
    named.or_else(several).or_else(implied)
}

/// The least number, where there is one, else one; never more than the greatest.
fn number(schema: &JsonObject) -> RawJson {
    if let Some(least) = schema.get("minimum") {
        return least.clone();
    }
    let bound = |keyword: &str| schema.get(keyword).and_then(|bound| bound.deserialize::<i64>().ok());
    if let Some(below) = bound("exclusiveMinimum") {
        return whole(below.saturating_add(1));
    }
    match (bound("maximum"), bound("exclusiveMaximum")) {
        (Some(most), _) if most < 1 => whole(most),
        (_, Some(above)) if above <= 1 => whole(above.saturating_sub(1)),
        _ => whole(1),
    }
}

fn whole(number: i64) -> RawJson {
    RawJson::from(serde_json::Value::from(number))
}

/// A string of the format, else the name, as long as it must be and no longer than it may.
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
    let least = bound("minLength").unwrap_or(0).min(LONGEST);
    let most = bound("maxLength").unwrap_or(usize::MAX);
    let text: String =
        text.chars().chain(std::iter::repeat_n('x', least.saturating_sub(length))).take(most).collect();
    RawJson::from(text.as_str())
}

/// Longer strings than this are never made, whatever `minLength` says.
const LONGEST: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn made(schema: &str) -> String {
        of(&RawJson::parse(schema).expect(schema)).as_str().to_owned()
    }

    #[test]
    fn values_fit_their_schemas() {
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
    fn references_within_the_schema_are_followed_but_not_for_ever() {
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
