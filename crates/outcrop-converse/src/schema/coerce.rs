//! Fitting a model's answer to a schema.

use outcrop_core::{OrderedMap, RawJson};

use super::SchemaError;
use crate::json_tree::JsonTree;

/// How many schemas may be looked into within each other before a recursive schema is given up.
const MAX_DEPTH: usize = 200;

/// Fits a value to a schema: checks it, and reads it as Pydantic would.
///
/// Numbers and flags that a model wrote as strings become what the schema asks for, and members that are absent get
/// their `default`. Everything else stays as the model wrote it. A value of the right kind beyond a bound of the schema
/// (`maximum`, `minLength`, …) is kept and handed out as a breach, since it can still be read. `pattern` and `format`
/// are not checked.
///
/// # Errors
/// The first place where the value does not fit.
pub(crate) fn coerce(value: &JsonTree, schema: &JsonTree) -> Result<Coerced, SchemaError> {
    let mut coercer = Coercer { root: schema, breaches: Vec::new() };
    let value = coercer.fit(value.clone(), schema, "$", 0)?;
    Ok(Coerced { value, breaches: coercer.breaches })
}

/// A value that fits a schema, its bounds aside.
pub(crate) struct Coerced {
    pub(crate) value: JsonTree,
    /// Where the value is beyond a bound.
    pub(crate) breaches: Vec<SchemaError>,
}

struct Coercer<'a> {
    root: &'a JsonTree,
    breaches: Vec<SchemaError>,
}

impl<'a> Coercer<'a> {
    fn fit(
        &mut self,
        value: JsonTree,
        schema: &JsonTree,
        path: &str,
        depth: usize,
    ) -> Result<JsonTree, SchemaError> {
        if depth > MAX_DEPTH {
            return Err(SchemaError::new(path, "the schema refers to itself without end"));
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
                value = self.fit(value, definition, path, depth + 1)?;
            }
        }
        value = fit_type(value, keywords, path)?;
        check_choice(&value, keywords, path)?;
        value = self.fit_branches(value, keywords, path, depth)?;
        self.breaches.extend(
            broken_bounds(&value, keywords)
                .map(|bound| SchemaError::new(path, format!("is beyond the schema's `{bound}`"))),
        );
        match value {
            JsonTree::Object(members) => {
                self.fit_members(members, keywords, path, depth).map(JsonTree::Object)
            }
            JsonTree::List(items) => self.fit_items(items, keywords, path, depth).map(JsonTree::List),
            scalar @ JsonTree::Scalar(_) => Ok(scalar),
        }
    }

    fn definition(&self, target: &str) -> Option<&'a JsonTree> {
        let name = target.strip_prefix("#/$defs/").or_else(|| target.strip_prefix("#/definitions/"))?;
        let section = self.root.get("$defs").or_else(|| self.root.get("definitions"))?;
        section.get(name)
    }

    fn fit_branches(
        &mut self,
        mut value: JsonTree,
        keywords: &OrderedMap<JsonTree>,
        path: &str,
        depth: usize,
    ) -> Result<JsonTree, SchemaError> {
        for branch in keywords.get("allOf").and_then(JsonTree::as_list).unwrap_or_default() {
            value = self.fit(value, branch, path, depth + 1)?;
        }
        for alternatives in ["anyOf", "oneOf"] {
            let Some(branches) = keywords.get(alternatives).and_then(JsonTree::as_list) else { continue };
            value = self.fit_one_of(&value, branches, path, depth)?;
        }
        Ok(value)
    }

    /// Fits a value to the best of several branches: one that takes it as it is goes before one that has to read it
    /// leniently, and that before one whose bounds it breaks.
    fn fit_one_of(
        &mut self,
        value: &JsonTree,
        branches: &[JsonTree],
        path: &str,
        depth: usize,
    ) -> Result<JsonTree, SchemaError> {
        let mut best: Option<(bool, bool, Coerced)> = None;
        for branch in branches {
            let mut attempt = Coercer { root: self.root, breaches: Vec::new() };
            let Ok(fitted) = attempt.fit(value.clone(), branch, path, depth + 1) else { continue };
            let rank = (attempt.breaches.is_empty(), fitted.json_equal(value));
            if best.as_ref().is_none_or(|(whole, exact, _)| rank > (*whole, *exact)) {
                best = Some((rank.0, rank.1, Coerced { value: fitted, breaches: attempt.breaches }));
            }
        }
        let (_, _, best) = best.ok_or_else(|| SchemaError::new(path, "fits none of the alternatives"))?;
        self.breaches.extend(best.breaches);
        Ok(best.value)
    }

    fn fit_members(
        &mut self,
        mut members: OrderedMap<JsonTree>,
        keywords: &OrderedMap<JsonTree>,
        path: &str,
        depth: usize,
    ) -> Result<OrderedMap<JsonTree>, SchemaError> {
        let properties = keywords.get("properties").and_then(JsonTree::as_object);
        let additional = keywords.get("additionalProperties");
        for (name, schema) in properties.into_iter().flat_map(OrderedMap::iter) {
            let default = schema.get("default");
            if let Some(default) = default.filter(|_| !members.contains(name)) {
                members.insert(name, default.clone());
            }
        }
        for required in keywords.get("required").and_then(JsonTree::as_list).unwrap_or_default() {
            let name = required.as_text().unwrap_or_default();
            if !members.contains(&name) {
                return Err(SchemaError::new(format!("{path}.{name}"), "missing"));
            }
        }
        let mut fitted = OrderedMap::new();
        for (name, part) in members {
            let place = format!("{path}.{name}");
            let schema = properties.and_then(|p| p.get(&name)).or(additional);
            let part = match schema {
                Some(schema) => self.fit(part, schema, &place, depth + 1)?,
                None => part,
            };
            fitted.insert(name, part);
        }
        Ok(fitted)
    }

    fn fit_items(
        &mut self,
        items: Vec<JsonTree>,
        keywords: &OrderedMap<JsonTree>,
        path: &str,
        depth: usize,
    ) -> Result<Vec<JsonTree>, SchemaError> {
        let first = keywords.get("prefixItems").and_then(JsonTree::as_list).unwrap_or_default();
        let rest = keywords.get("items");
        let mut fit_one = |(index, item)| match first.get(index).or(rest) {
            Some(schema) => self.fit(item, schema, &format!("{path}[{index}]"), depth + 1),
            None => Ok(item),
        };
        items.into_iter().enumerate().map(&mut fit_one).collect()
    }
}

/// Checks the kind of a value, and reads a string as what the schema asks for where that is plain.
fn fit_type(value: JsonTree, keywords: &OrderedMap<JsonTree>, path: &str) -> Result<JsonTree, SchemaError> {
    let kinds: Vec<String> = match keywords.get("type") {
        None => return Ok(value),
        Some(JsonTree::List(kinds)) => kinds.iter().filter_map(JsonTree::as_text).collect(),
        Some(kind) => kind.as_text().into_iter().collect(),
    };
    if kinds.iter().any(|kind| is_of_kind(&value, kind)) {
        return Ok(value);
    }
    match kinds.iter().find_map(|kind| read_as(&value, kind)) {
        Some(read) => Ok(read),
        None => {
            Err(SchemaError::new(path, format!("is of type {}, not {}", value.kind(), kinds.join(" or "))))
        }
    }
}

fn is_of_kind(value: &JsonTree, kind: &str) -> bool {
    match kind {
        "integer" => {
            value.kind() == "number" && value.as_number().is_some_and(|number| number.fract() == 0.0)
        }
        kind => value.kind() == kind,
    }
}

/// A string that spells a number or a flag, as that.
fn read_as(value: &JsonTree, kind: &str) -> Option<JsonTree> {
    let text = value.as_text()?;
    let text = text.trim();
    let fits = match kind {
        "number" => text.parse::<f64>().is_ok_and(f64::is_finite),
        "integer" => text.parse::<i128>().is_ok(),
        "boolean" => text == "true" || text == "false",
        _ => false,
    };
    if fits { RawJson::parse(text).ok().map(JsonTree::Scalar) } else { None }
}

fn check_choice(value: &JsonTree, keywords: &OrderedMap<JsonTree>, path: &str) -> Result<(), SchemaError> {
    let allowed = keywords.get("enum").and_then(JsonTree::as_list);
    if allowed.is_some_and(|allowed| !allowed.iter().any(|one| one.json_equal(value))) {
        return Err(SchemaError::new(path, "is none of the allowed values"));
    }
    if keywords.get("const").is_some_and(|one| !one.json_equal(value)) {
        return Err(SchemaError::new(path, "is not the one allowed value"));
    }
    Ok(())
}

/// The bounds that a value is beyond, by their keywords.
fn broken_bounds(value: &JsonTree, keywords: &OrderedMap<JsonTree>) -> impl Iterator<Item = &'static str> {
    type Breaks = fn(f64, f64) -> bool;
    const BELOW: Breaks = |size, limit| size < limit;
    const ABOVE: Breaks = |size, limit| size > limit;
    const NUMBER: &[(&str, Breaks)] = &[
        ("minimum", BELOW),
        ("maximum", ABOVE),
        ("exclusiveMinimum", |size, limit| size <= limit),
        ("exclusiveMaximum", |size, limit| size >= limit),
    ];
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let (size, bounds): (f64, &'static [(&'static str, Breaks)]) = match value {
        JsonTree::Object(members) => {
            (count(members.len()), &[("minProperties", BELOW), ("maxProperties", ABOVE)])
        }
        JsonTree::List(items) => (count(items.len()), &[("minItems", BELOW), ("maxItems", ABOVE)]),
        JsonTree::Scalar(_) => match (value.as_text(), value.as_number()) {
            (Some(text), _) => (count(text.chars().count()), &[("minLength", BELOW), ("maxLength", ABOVE)]),
            (None, Some(number)) => (number, NUMBER),
            (None, None) => (0.0, &[]),
        },
    };
    let limits: Vec<_> = bounds
        .iter()
        .filter_map(|(name, breaks)| Some((*name, *breaks, keywords.get(name)?.as_number()?)))
        .collect();
    limits.into_iter().filter(move |(_, breaks, limit)| breaks(size, *limit)).map(|(name, _, _)| name)
}
