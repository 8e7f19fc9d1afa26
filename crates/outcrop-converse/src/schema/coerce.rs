//! Coercion of a model's output to a schema.

use outcrop_core::{OrderedMap, RawJson};

use super::SchemaError;
use crate::json_tree::JsonTree;

/// The maximum nesting of schemas. A value has at most 100 levels (`JsonTree`), and each level may add a reference or an
/// alternative; a schema that refers to itself without a value in between would never end.
const MAX_DEPTH: usize = 200;

/// Coerces a value to a schema, as Pydantic does, which AG2 uses.
///
/// Values that the model wrote as strings are converted to the type of the schema, and absent members get their
/// `default`. Everything else stays unchanged. A value of the right type beyond a bound (`maximum`, `minLength`, …) is
/// returned with a breach, because it is still usable. `pattern` and `format` are not checked.
///
/// # Errors
/// The first mismatch.
pub(crate) fn coerce(value: &JsonTree, schema: &JsonTree) -> Result<Coerced, SchemaError> {
    let mut coercer = Coercer { root: schema, breaches: Vec::new() };
    let value = coercer.coerce(value.clone(), schema, "$", 0)?;
    Ok(Coerced { value, breaches: coercer.breaches })
}

/// A value that matches a schema, except for bounds.
pub(crate) struct Coerced {
    pub(crate) value: JsonTree,
    /// The bounds that it exceeds.
    pub(crate) breaches: Vec<SchemaError>,
}

struct Coercer<'a> {
    root: &'a JsonTree,
    breaches: Vec<SchemaError>,
}

impl<'a> Coercer<'a> {
    fn coerce(
        &mut self,
        value: JsonTree,
        schema: &JsonTree,
        path: &str,
        depth: usize,
    ) -> Result<JsonTree, SchemaError> {
        if depth > MAX_DEPTH {
            return Err(SchemaError::new(path, "the schema refers to itself endlessly"));
        }
        let JsonTree::Object(keywords) = schema else {
            return match schema {
                JsonTree::Scalar(flag) if flag.as_str() == "false" => {
                    Err(SchemaError::new(path, "no value is allowed here"))
                }
                _ => Ok(value),
            };
        };
        let mut value = value;
        if let Some(target) = keywords.get("$ref").and_then(JsonTree::as_text) {
            if let Some(definition) = self.definition(&target) {
                value = self.coerce(value, definition, path, depth + 1)?;
            }
        }
        value = coerce_type(value, keywords, path)?;
        check_choice(&value, keywords, path)?;
        value = self.coerce_branches(value, keywords, path, depth)?;
        self.breaches.extend(
            exceeded_bounds(&value, keywords)
                .map(|bound| SchemaError::new(path, format!("is beyond the schema's `{bound}`"))),
        );
        match value {
            JsonTree::Object(members) => {
                self.coerce_members(members, keywords, path, depth).map(JsonTree::Object)
            }
            JsonTree::List(items) => self.coerce_items(items, keywords, path, depth).map(JsonTree::List),
            scalar @ JsonTree::Scalar(_) => Ok(scalar),
        }
    }

    /// Returns the definition that a reference names. `None` for a reference to elsewhere, which allows any value.
    fn definition(&self, target: &str) -> Option<&'a JsonTree> {
        let name = target.strip_prefix("#/$defs/").or_else(|| target.strip_prefix("#/definitions/"))?;
        let section = self.root.get("$defs").or_else(|| self.root.get("definitions"))?;
        section.get(name)
    }

    fn coerce_branches(
        &mut self,
        mut value: JsonTree,
        keywords: &OrderedMap<JsonTree>,
        path: &str,
        depth: usize,
    ) -> Result<JsonTree, SchemaError> {
        for branch in keywords.get("allOf").and_then(JsonTree::as_list).unwrap_or_default() {
            value = self.coerce(value, branch, path, depth + 1)?;
        }
        for alternatives in ["anyOf", "oneOf"] {
            let Some(branches) = keywords.get(alternatives).and_then(JsonTree::as_list) else { continue };
            value = self.coerce_to_best(&value, branches, path, depth)?;
        }
        Ok(value)
    }

    /// Coerces a value to the best of several branches.
    ///
    /// A branch that it matches within all bounds is better than one whose bounds it exceeds, and among those a branch that
    /// leaves it unchanged is better than one that converts it.
    fn coerce_to_best(
        &mut self,
        value: &JsonTree,
        branches: &[JsonTree],
        path: &str,
        depth: usize,
    ) -> Result<JsonTree, SchemaError> {
        let mut best: Option<(bool, bool, Coerced)> = None;
        for branch in branches {
            let mut attempt = Coercer { root: self.root, breaches: Vec::new() };
            let Ok(coerced) = attempt.coerce(value.clone(), branch, path, depth + 1) else { continue };
            let rank = (attempt.breaches.is_empty(), coerced.json_equal(value));
            if best.as_ref().is_none_or(|(is_within, is_unchanged, _)| rank > (*is_within, *is_unchanged)) {
                best = Some((rank.0, rank.1, Coerced { value: coerced, breaches: attempt.breaches }));
            }
        }
        let (_, _, best) = best.ok_or_else(|| SchemaError::new(path, "matches none of the alternatives"))?;
        self.breaches.extend(best.breaches);
        Ok(best.value)
    }

    fn coerce_members(
        &mut self,
        mut members: OrderedMap<JsonTree>,
        keywords: &OrderedMap<JsonTree>,
        path: &str,
        depth: usize,
    ) -> Result<OrderedMap<JsonTree>, SchemaError> {
        let properties = keywords.get("properties").and_then(JsonTree::as_object);
        let additional = keywords.get("additionalProperties");
        // Defaults come before `required`, because Pydantic requires no member with a default.
        for (name, schema) in properties.into_iter().flat_map(OrderedMap::iter) {
            let default = schema.get("default");
            if let Some(default) = default.filter(|_| !members.contains(name)) {
                members.insert(name, default.clone());
            }
        }
        for required in keywords.get("required").and_then(JsonTree::as_list).unwrap_or_default() {
            let name = required.as_text().unwrap_or_default();
            if !members.contains(&name) {
                return Err(SchemaError::new(format!("{path}.{name}"), "is missing"));
            }
        }
        let mut coerced = OrderedMap::new();
        for (name, part) in members {
            let path = format!("{path}.{name}");
            let schema = properties.and_then(|p| p.get(&name)).or(additional);
            let part = match schema {
                Some(schema) => self.coerce(part, schema, &path, depth + 1)?,
                None => part,
            };
            coerced.insert(name, part);
        }
        Ok(coerced)
    }

    fn coerce_items(
        &mut self,
        items: Vec<JsonTree>,
        keywords: &OrderedMap<JsonTree>,
        path: &str,
        depth: usize,
    ) -> Result<Vec<JsonTree>, SchemaError> {
        let first = keywords.get("prefixItems").and_then(JsonTree::as_list).unwrap_or_default();
        let rest = keywords.get("items");
        let mut coerce_item = |(index, item)| match first.get(index).or(rest) {
            Some(schema) => self.coerce(item, schema, &format!("{path}[{index}]"), depth + 1),
            None => Ok(item),
        };
        items.into_iter().enumerate().map(&mut coerce_item).collect()
    }
}

/// Checks the type of a value, and converts a string that spells a value of the right type.
fn coerce_type(
    value: JsonTree,
    keywords: &OrderedMap<JsonTree>,
    path: &str,
) -> Result<JsonTree, SchemaError> {
    let kinds: Vec<String> = match keywords.get("type") {
        None => return Ok(value),
        Some(JsonTree::List(kinds)) => kinds.iter().filter_map(JsonTree::as_text).collect(),
        Some(kind) => kind.as_text().into_iter().collect(),
    };
    if kinds.iter().any(|kind| has_type(&value, kind)) {
        return Ok(value);
    }
    match kinds.iter().find_map(|kind| parse_as(&value, kind)) {
        Some(parsed) => Ok(parsed),
        None => {
            Err(SchemaError::new(path, format!("is of type {}, not {}", value.kind(), kinds.join(" or "))))
        }
    }
}

fn has_type(value: &JsonTree, kind: &str) -> bool {
    match kind {
        // 1.0 is an integer for JSON Schema and for Pydantic.
        "integer" => {
            value.kind() == "number" && value.as_number().is_some_and(|number| number.fract() == 0.0)
        }
        kind => value.kind() == kind,
    }
}

/// Converts a string that spells a value of another type.
fn parse_as(value: &JsonTree, kind: &str) -> Option<JsonTree> {
    let text = value.as_text()?;
    let text = text.trim();
    // Models write a list or an object as a text that has its JSON: https://github.com/vercel/ai/issues/7558 (L137).
    if kind == "array" || kind == "object" {
        let parsed = RawJson::parse(text).ok().as_ref().and_then(JsonTree::parse)?;
        return Some(parsed).filter(|parsed| parsed.kind() == kind);
    }
    let is_valid = match kind {
        "number" => text.parse::<f64>().is_ok_and(f64::is_finite),
        "integer" => text.parse::<i128>().is_ok(),
        "boolean" => text == "true" || text == "false",
        _ => false,
    };
    if is_valid { RawJson::parse(text).ok().map(JsonTree::Scalar) } else { None }
}

fn check_choice(value: &JsonTree, keywords: &OrderedMap<JsonTree>, path: &str) -> Result<(), SchemaError> {
    let allowed = keywords.get("enum").and_then(JsonTree::as_list);
    if allowed.is_some_and(|allowed| !allowed.iter().any(|one| one.json_equal(value))) {
        return Err(SchemaError::new(path, "is not one of the allowed values"));
    }
    if keywords.get("const").is_some_and(|one| !one.json_equal(value)) {
        return Err(SchemaError::new(path, "is not the allowed value"));
    }
    Ok(())
}

/// Returns the keywords of the bounds that a value exceeds.
fn exceeded_bounds(value: &JsonTree, keywords: &OrderedMap<JsonTree>) -> impl Iterator<Item = &'static str> {
    type Exceeds = fn(f64, f64) -> bool;
    const BELOW: Exceeds = |size, limit| size < limit;
    const ABOVE: Exceeds = |size, limit| size > limit;
    const NUMBER: &[(&str, Exceeds)] = &[
        ("minimum", BELOW),
        ("maximum", ABOVE),
        ("exclusiveMinimum", |size, limit| size <= limit),
        ("exclusiveMaximum", |size, limit| size >= limit),
    ];
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let (size, bounds): (f64, &'static [(&'static str, Exceeds)]) = match value {
        JsonTree::Object(members) => {
            (count(members.len()), &[("minProperties", BELOW), ("maxProperties", ABOVE)])
        }
        JsonTree::List(items) => (count(items.len()), &[("minItems", BELOW), ("maxItems", ABOVE)]),
        JsonTree::Scalar(_) => match (value.as_text(), value.as_number()) {
            // Lengths count characters, not bytes: https://json-schema.org/draft/2020-12/json-schema-validation.
            (Some(text), _) => (count(text.chars().count()), &[("minLength", BELOW), ("maxLength", ABOVE)]),
            (None, Some(number)) => (number, NUMBER),
            (None, None) => (0.0, &[]),
        },
    };
    let limits: Vec<_> = bounds
        .iter()
        .filter_map(|(name, exceeds)| Some((*name, *exceeds, keywords.get(name)?.as_number()?)))
        .collect();
    limits.into_iter().filter(move |(_, exceeds, limit)| exceeds(size, *limit)).map(|(name, _, _)| name)
}
