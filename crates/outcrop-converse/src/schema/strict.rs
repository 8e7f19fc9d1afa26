//! The part of JSON Schema that models can be held to.

use std::borrow::Cow;

use outcrop_core::{OrderedMap, RawJson};

use super::both::both_objects;
use super::{SchemaError, union_count};
use crate::tree::Tree;

/// The most union types, and the most optional members, that a schema may have to be held to.
pub(crate) const MOST_UNIONS: usize = 16;
const MOST_OPTIONAL: usize = 24;

/// Keywords that are refused (lesson L42); they can be told in words.
const TOLD: &[&str] = &[
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
    pub(crate) schema: Tree,
    /// The places of keywords that are now told in descriptions, such as `properties.age.minimum`.
    pub(crate) told: Vec<String>,
    /// The places where several objects were put together into one.
    pub(crate) merged: Vec<String>,
}

/// Makes a schema one that a model can be held to: objects have no members but those that are named (lesson L95), and
/// bounds that are refused are told in the description beside them (lessons L42 and M25).
///
/// # Errors
/// The schema says what cannot be held to, nor be told: it refers to itself, has objects of any members, or is too large.
pub(crate) fn strict_schema(schema: &Tree) -> Result<StrictSchema, SchemaError> {
    let mut narrower = Narrower::default();
    let schema = narrower.narrow(schema, "")?;
    if narrower.optional > MOST_OPTIONAL {
        return Err(SchemaError::new("", "has more optional members than models can be held to"));
    }
    if union_count(&schema) > MOST_UNIONS {
        return Err(SchemaError::new("", "has more unions than models can be held to"));
    }
    Ok(StrictSchema { schema, told: narrower.told, merged: narrower.merged })
}

#[derive(Default)]
struct Narrower {
    told: Vec<String>,
    merged: Vec<String>,
    optional: usize,
}

impl Narrower {
    fn narrow(&mut self, schema: &Tree, path: &str) -> Result<Tree, SchemaError> {
        let Tree::Object(keywords) = schema else {
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
                    self.told.push(place);
                }
                "anyOf" | "allOf" => drop(narrowed.insert(name, self.each(value, &place)?)),
                "properties" => drop(narrowed.insert(name, self.properties(value, &place)?)),
                "items" => drop(narrowed.insert(name, self.narrow(value, &place)?)),
                _ if is_refused(name, value) => {
                    words.push(format!("{name}: {}", value.to_json().as_str()));
                    self.told.push(place);
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
        Ok(Tree::Object(narrowed))
    }

    fn each(&mut self, branches: &Tree, path: &str) -> Result<Tree, SchemaError> {
        let branches = branches.as_list().unwrap_or_default().iter().enumerate();
        branches
            .map(|(index, branch)| self.narrow(branch, &format!("{path}[{index}]")))
            .collect::<Result<_, _>>()
            .map(Tree::List)
    }

    fn properties(&mut self, properties: &Tree, path: &str) -> Result<Tree, SchemaError> {
        let members = properties.as_object().into_iter().flat_map(OrderedMap::iter);
        members
            .map(|(name, schema)| Ok((name, self.narrow(schema, &inside(path, name))?)))
            .collect::<Result<Vec<_>, _>>()
            .map(|members| Tree::Object(members.into_iter().collect()))
    }

    /// Closes an object to other members than those that are named.
    fn close(
        &mut self,
        keywords: &OrderedMap<Tree>,
        narrowed: &mut OrderedMap<Tree>,
        path: &str,
    ) -> Result<(), SchemaError> {
        let additional =
            keywords.get("additionalProperties").map(|schema| schema.to_json().as_str().to_owned());
        let properties = keywords.get("properties").and_then(Tree::as_object);
        let is_closed = additional.as_deref() == Some("false");
        let has_names = properties.is_some_and(|properties| !properties.is_empty());
        match additional.as_deref() {
            Some("false") => {}
            None | Some("true") if has_names => {
                if !is_closed && additional.is_some() {
                    self.told.push(inside(path, "additionalProperties"));
                }
            }
            _ => return Err(SchemaError::new(path, "is an object of any members")),
        }
        let required = keywords.get("required").and_then(Tree::as_list).unwrap_or_default();
        let is_named = |name: &Tree| {
            name.as_text().is_some_and(|name| properties.is_some_and(|named| named.contains(&name)))
        };
        if !required.iter().all(is_named) {
            return Err(SchemaError::new(path, "requires members that it does not name"));
        }
        let names = properties.into_iter().flat_map(OrderedMap::keys);
        self.optional += names.filter(|name| !required.contains(&Tree::string(name))).count();
        narrowed.insert("additionalProperties", Tree::Scalar(RawJson::bool(false)));
        Ok(())
    }
}

/// Keywords whose `allOf` is put together with them, where objects are asked for: each closed by itself, they would have
/// no members in common. `None` where that cannot be.
fn without_all_of(keywords: &OrderedMap<Tree>) -> Option<Cow<'_, OrderedMap<Tree>>> {
    let branches = keywords.get("allOf").and_then(Tree::as_list).unwrap_or_default();
    let mut parts = Vec::with_capacity(branches.len());
    for branch in branches {
        match branch {
            Tree::Object(branch) => parts.push(without_all_of(branch)?),
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
        merged = both_objects(&merged, part)?;
    }
    Some(Cow::Owned(merged))
}

/// Whether an object names members, and its alternatives do, too: each closed by itself, they would have none in common.
fn has_members_beside_alternatives(keywords: &OrderedMap<Tree>) -> bool {
    let alternatives =
        ["anyOf", "oneOf"].into_iter().filter_map(|name| keywords.get(name)?.as_list()).flatten();
    let mut alternatives = alternatives.filter_map(Tree::as_object);
    asks_for_object(keywords) && alternatives.any(|alternative| alternative.contains("properties"))
}

fn asks_for_object(keywords: &OrderedMap<Tree>) -> bool {
    keywords.contains("properties") || is_object(keywords)
}

/// A tool's schema that takes no arguments, closed to any; `None` where it may take some.
pub(crate) fn without_arguments(schema: &Tree) -> Option<Tree> {
    let mut keywords = schema.as_object()?.clone();
    let is_empty = |said: &Tree| {
        said.as_object().is_some_and(OrderedMap::is_empty) || said.as_list().is_some_and(<[Tree]>::is_empty)
    };
    let no = Tree::Scalar(RawJson::bool(false));
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
    Some(Tree::Object(keywords))
}

/// Adds words to the description of a schema.
pub(crate) fn describe(keywords: &mut OrderedMap<Tree>, words: &str) {
    let former = keywords.get("description").and_then(Tree::as_text).filter(|text| !text.trim().is_empty());
    let text = former.map_or_else(|| words.to_owned(), |former| format!("{former} ({words})"));
    keywords.insert("description", Tree::string(&text));
}

fn is_refused(name: &str, value: &Tree) -> bool {
    match name {
        "minItems" => value.as_number().is_none_or(|least| least > 1.0),
        "format" => value.as_text().is_none_or(|format| !FORMATS.contains(&format.as_str())),
        "pattern" => {
            let pattern = value.as_text().unwrap_or_default();
            ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|around| pattern.contains(around))
        }
        name => TOLD.contains(&name),
    }
}

fn is_object(keywords: &OrderedMap<Tree>) -> bool {
    let object = Tree::string("object");
    keywords
        .get("type")
        .is_some_and(|kind| *kind == object || kind.as_list().is_some_and(|kinds| kinds.contains(&object)))
}

fn inside(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
