//! The part of JSON Schema that models can be held to.

use std::borrow::Cow;

use outcrop_core::{OrderedMap, RawJson};

use super::merge::merge_objects;
use super::{SchemaError, union_count};
use crate::json_tree::JsonTree;

/// The most union types, and the most optional members, that a schema may have to be held to.
pub(crate) const MAX_UNIONS: usize = 16;
const MAX_OPTIONAL: usize = 24;

/// Keywords that are refused (lesson L42); they can be told in words.
const DESCRIBED: &[&str] = &[
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "if",
    "maxContains",
    "maxItems",
    "maxProperties",
    "maximum",
    "minContains",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
];

const FORMATS: &[&str] =
    &["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"];

/// A schema that a model can be held to, and where the one that it was made of said more.
pub(crate) struct StrictSchema {
    pub(crate) schema: JsonTree,
    /// The places of keywords that are now told in descriptions, such as `properties.age.minimum`.
    pub(crate) described: Vec<String>,
    /// The places where several objects were put together into one.
    pub(crate) merged: Vec<String>,
}

/// Makes a schema one that a model can be held to: objects have no members but those that are named (lesson L95), and
/// bounds that are refused are told in the description beside them (lessons L42 and M25).
///
/// # Errors
/// The schema says what cannot be held to, nor be described: it refers to itself, has objects of any members, or is too large.
pub(crate) fn strict_schema(schema: &JsonTree) -> Result<StrictSchema, SchemaError> {
    let mut rewriter = StrictRewriter::default();
    let schema = rewriter.narrow(schema, "")?;
    if rewriter.optional > MAX_OPTIONAL {
        return Err(SchemaError::new("", "has more optional members than models can be held to"));
    }
    if union_count(&schema) > MAX_UNIONS {
        return Err(SchemaError::new("", "has more unions than models can be held to"));
    }
    Ok(StrictSchema { schema, described: rewriter.described, merged: rewriter.merged })
}

#[derive(Default)]
struct StrictRewriter {
    described: Vec<String>,
    merged: Vec<String>,
    optional: usize,
}

impl StrictRewriter {
    fn narrow(&mut self, schema: &JsonTree, path: &str) -> Result<JsonTree, SchemaError> {
        let JsonTree::Object(keywords) = schema else {
            return Err(SchemaError::new(path, "allows any value"));
        };
        let merged = without_all_of(keywords)
            .ok_or_else(|| SchemaError::new(path, "asks for several objects that cannot be put together"))?;
        if matches!(merged, Cow::Owned(_)) {
            self.merged.push(inside(path, "allOf"));
        }
        let keywords = merged.as_ref();
        if has_members_beside_alternatives(keywords) {
            return Err(SchemaError::new(path, "has alternatives beside its members"));
        }
        let mut narrowed = OrderedMap::new();
        let mut words = Vec::new();
        for (name, value) in keywords.iter() {
            let place = inside(path, name);
            match name {
                "$ref" | "$defs" | "definitions" => {
                    return Err(SchemaError::new(path, "refers to itself"));
                }
                "patternProperties" => return Err(SchemaError::new(path, "is an object of any members")),
                "additionalProperties" => {}
                "oneOf" => {
                    narrowed.insert("anyOf", self.each(value, &place)?);
                    self.described.push(place);
                }
                "anyOf" | "allOf" => drop(narrowed.insert(name, self.each(value, &place)?)),
                "properties" => drop(narrowed.insert(name, self.properties(value, &place)?)),
                "items" => drop(narrowed.insert(name, self.narrow(value, &place)?)),
                _ if is_refused(name, value) => {
                    words.push(format!("{name}: {}", value.to_json().as_str()));
                    self.described.push(place);
                }
                _ => drop(narrowed.insert(name, value.clone())),
            }
        }
        if keywords.contains("properties") || is_object(keywords) {
            self.close(keywords, &mut narrowed, path)?;
        }
        if !words.is_empty() {
            describe(&mut narrowed, &words.join("; "));
        }
        Ok(JsonTree::Object(narrowed))
    }

    fn each(&mut self, branches: &JsonTree, path: &str) -> Result<JsonTree, SchemaError> {
        let branches = branches.as_list().unwrap_or_default().iter().enumerate();
        branches
            .map(|(index, branch)| self.narrow(branch, &format!("{path}[{index}]")))
            .collect::<Result<_, _>>()
            .map(JsonTree::List)
    }

    fn properties(&mut self, properties: &JsonTree, path: &str) -> Result<JsonTree, SchemaError> {
        let members = properties.as_object().into_iter().flat_map(OrderedMap::iter);
        members
            .map(|(name, schema)| Ok((name, self.narrow(schema, &inside(path, name))?)))
            .collect::<Result<Vec<_>, _>>()
            .map(|members| JsonTree::Object(members.into_iter().collect()))
    }

    /// Closes an object to other members than those that are named.
    fn close(
        &mut self,
        keywords: &OrderedMap<JsonTree>,
        narrowed: &mut OrderedMap<JsonTree>,
        path: &str,
    ) -> Result<(), SchemaError> {
        let additional =
            keywords.get("additionalProperties").map(|schema| schema.to_json().as_str().to_owned());
        let properties = keywords.get("properties").and_then(JsonTree::as_object);
        let is_closed = additional.as_deref() == Some("false");
        let has_names = properties.is_some_and(|properties| !properties.is_empty());
        match additional.as_deref() {
            Some("false") => {}
            None | Some("true") if has_names => {
                if !is_closed && additional.is_some() {
                    self.described.push(inside(path, "additionalProperties"));
                }
            }
            _ => return Err(SchemaError::new(path, "is an object of any members")),
        }
        let required = keywords.get("required").and_then(JsonTree::as_list).unwrap_or_default();
        let is_named = |name: &JsonTree| {
            name.as_text().is_some_and(|name| properties.is_some_and(|named| named.contains(&name)))
        };
        if !required.iter().all(is_named) {
            return Err(SchemaError::new(path, "requires members that it does not name"));
        }
        let names = properties.into_iter().flat_map(OrderedMap::keys);
        self.optional += names.filter(|name| !required.contains(&JsonTree::string(name))).count();
        narrowed.insert("additionalProperties", JsonTree::Scalar(RawJson::bool(false)));
        Ok(())
    }
}

/// Keywords whose `allOf` is put together with them, where objects are asked for: each closed by itself, they would have
/// no members in common. `None` where that cannot be.
fn without_all_of(keywords: &OrderedMap<JsonTree>) -> Option<Cow<'_, OrderedMap<JsonTree>>> {
    let branches = keywords.get("allOf").and_then(JsonTree::as_list).unwrap_or_default();
    let mut parts = Vec::with_capacity(branches.len());
    for branch in branches {
        match branch {
            JsonTree::Object(branch) => parts.push(without_all_of(branch)?),
            any if any.to_json().as_str() == "true" => {}
            _ => return None,
        }
    }
    if !asks_for_object(keywords) && !parts.iter().any(|part| asks_for_object(part)) {
        return Some(Cow::Borrowed(keywords));
    }
    if parts.is_empty() {
        return Some(Cow::Borrowed(keywords));
    }
    let mut merged = keywords.clone();
    merged.remove("allOf");
    for part in &parts {
        merged = merge_objects(&merged, part)?;
    }
    Some(Cow::Owned(merged))
}

/// Whether an object names members, and its alternatives do, too: each closed by itself, they would have none in common.
fn has_members_beside_alternatives(keywords: &OrderedMap<JsonTree>) -> bool {
    let alternatives =
        ["anyOf", "oneOf"].into_iter().filter_map(|name| keywords.get(name)?.as_list()).flatten();
    let mut alternatives = alternatives.filter_map(JsonTree::as_object);
    asks_for_object(keywords) && alternatives.any(|alternative| alternative.contains("properties"))
}

fn asks_for_object(keywords: &OrderedMap<JsonTree>) -> bool {
    keywords.contains("properties") || is_object(keywords)
}

/// A tool's schema that takes no arguments, closed to any; `None` where it may take some.
pub(crate) fn without_arguments(schema: &JsonTree) -> Option<JsonTree> {
    let mut keywords = schema.as_object()?.clone();
    let is_empty = |said: &JsonTree| {
        said.as_object().is_some_and(OrderedMap::is_empty)
            || said.as_list().is_some_and(<[JsonTree]>::is_empty)
    };
    let no = JsonTree::Scalar(RawJson::bool(false));
    let takes_none = keywords.iter().all(|(name, said)| match name {
        "type" | "title" | "description" | "$schema" | "$id" | "$comment" | "$defs" | "definitions" => true,
        "properties" | "required" => is_empty(said),
        "additionalProperties" => *said == no,
        _ => false,
    });
    if !takes_none {
        return None;
    }
    keywords.retain(|name, _| name != "$defs" && name != "definitions");
    keywords.insert("additionalProperties", no);
    Some(JsonTree::Object(keywords))
}

/// Adds words to the description of a schema.
pub(crate) fn describe(keywords: &mut OrderedMap<JsonTree>, words: &str) {
    let former =
        keywords.get("description").and_then(JsonTree::as_text).filter(|text| !text.trim().is_empty());
    let text = former.map_or_else(|| words.to_owned(), |former| format!("{former} ({words})"));
    keywords.insert("description", JsonTree::string(&text));
}

fn is_refused(name: &str, value: &JsonTree) -> bool {
    match name {
        "minItems" => value.as_number().is_none_or(|least| least > 1.0),
        "format" => value.as_text().is_none_or(|format| !FORMATS.contains(&format.as_str())),
        "pattern" => {
            let pattern = value.as_text().unwrap_or_default();
            ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|around| pattern.contains(around))
        }
        name => DESCRIBED.contains(&name),
    }
}

fn is_object(keywords: &OrderedMap<JsonTree>) -> bool {
    let object = JsonTree::string("object");
    keywords
        .get("type")
        .is_some_and(|kind| *kind == object || kind.as_list().is_some_and(|kinds| kinds.contains(&object)))
}

fn inside(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
