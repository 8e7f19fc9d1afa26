//! Merges the alternatives at the top of a tool's schema into one object.
//!
//! Claude rejects `oneOf`, `allOf` and `anyOf` at the top, and one such tool makes the whole request fail. See
//! <https://github.com/block/goose/issues/2150> (M22).

use std::collections::BTreeSet;

use outcrop_core::{OrderedMap, RawJson};

use super::describe::extend_description;
use super::inline::overridden;
use super::merge::merge_into;
use crate::json_tree::JsonTree;

type Keywords = OrderedMap<JsonTree>;

const ALTERNATIVES: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// The maximum number of references that are followed. Definitions that all refer to each other have exponentially many paths.
const MAX_REFERENCES: usize = 64;

/// A schema whose alternatives at the top are merged into one object.
pub(crate) struct FlatSchema {
    pub(crate) schema: JsonTree,
    /// The keywords that were removed.
    pub(crate) removed: Vec<&'static str>,
    /// Whether the description has constraints that the object cannot express.
    pub(crate) has_description: bool,
}

/// Merges the alternatives at the top of a schema into one object. Returns `None` if there are none.
///
/// The object accepts all members of all alternatives. The description lists the members that belong together, and other
/// constraints that one object cannot express. References are replaced at the top only.
pub(crate) fn without_alternatives(schema: &JsonTree) -> Option<FlatSchema> {
    let keywords = schema.as_object()?;
    let removed: Vec<_> = ALTERNATIVES.into_iter().filter(|keyword| keywords.contains(keyword)).collect();
    if removed.is_empty() {
        return None;
    }
    let mut flattener =
        Flattener { root: keywords, open: Vec::new(), references: 0, constraints: Vec::new() };
    let mut flat = flattener.flatten(keywords);
    for constraint in &flattener.constraints {
        extend_description(&mut flat, constraint);
    }
    let has_description = !flattener.constraints.is_empty();
    Some(FlatSchema { schema: JsonTree::Object(flat), removed, has_description })
}

struct Flattener<'a> {
    root: &'a Keywords,
    /// The references that are being replaced.
    open: Vec<String>,
    /// The number of references that were replaced.
    references: usize,
    /// The constraints that one object cannot express.
    constraints: Vec<String>,
}

impl Flattener<'_> {
    fn flatten(&mut self, keywords: &Keywords) -> Keywords {
        let mut flat = keywords.clone();
        flat.retain(|name, _| !ALTERNATIVES.contains(&name));
        for keyword in ALTERNATIVES {
            let Some(branches) = keywords.get(keyword).and_then(JsonTree::as_list) else { continue };
            let branches: Vec<_> = branches.iter().filter_map(|branch| self.flatten_branch(branch)).collect();
            match branches.as_slice() {
                several @ [_, _, ..] if keyword != "allOf" => {
                    let merged = self.merge_alternatives(several);
                    self.merge_into(&mut flat, &merged);
                }
                all => all.iter().for_each(|branch| self.merge_into(&mut flat, branch)),
            }
        }
        flat
    }

    /// Flattens an alternative. Returns `None` if it adds nothing: it is the schema that contains it, or accepts no object.
    fn flatten_branch(&mut self, branch: &JsonTree) -> Option<Keywords> {
        let JsonTree::Object(keywords) = branch else {
            if branch.to_json().as_str() != "true" {
                self.describe(branch);
            }
            return Some(Keywords::default());
        };
        // Libraries write an optional object as an alternative to null, which a tool input never is.
        if keywords.get("type").and_then(JsonTree::as_text).as_deref() == Some("null") {
            return None;
        }
        let Some(reference) = keywords.get("$ref").and_then(JsonTree::as_text) else {
            return Some(self.flatten(keywords));
        };
        if self.open.contains(&reference) {
            return None;
        }
        let definition = self.definition(&reference).filter(|_| self.references < MAX_REFERENCES);
        let Some(definition) = definition.filter(|definition| definition.as_object().is_some()) else {
            self.describe(branch);
            return Some(Keywords::default());
        };
        self.references += 1;
        self.open.push(reference);
        let flat = self.flatten_branch(&definition);
        self.open.pop();
        let siblings = keywords.iter().filter(|(name, _)| *name != "$ref");
        match overridden(&JsonTree::Object(flat?), siblings) {
            JsonTree::Object(flat) => Some(flat),
            _ => None,
        }
    }

    fn definition(&self, reference: &str) -> Option<JsonTree> {
        self.root.get("$defs")?.get(reference.strip_prefix("#/$defs/")?).cloned()
    }

    /// Merges alternatives: the object has all their members, and requires those that all alternatives require.
    fn merge_alternatives(&mut self, branches: &[Keywords]) -> Keywords {
        let required: Vec<Vec<String>> = branches.iter().map(required_names).collect();
        let shared: Vec<JsonTree> = required
            .first()
            .into_iter()
            .flatten()
            .filter(|name| required.iter().all(|names| names.contains(name)))
            .map(|name| JsonTree::string(name))
            .collect();
        let mut merged = Keywords::default();
        merged.insert("properties", JsonTree::Object(merge_properties(branches)));
        if !shared.is_empty() {
            merged.insert("required", JsonTree::List(shared));
        }
        let is_shared = |name: &str, part: &JsonTree| {
            branches.iter().all(|branch| branch.get(name).is_some_and(|other| other.json_equal(part)))
        };
        for (name, part) in branches.iter().flat_map(Keywords::iter) {
            if !merged.contains(name) && name != "required" && is_shared(name, part) {
                merged.insert(name, part.clone());
            }
        }
        self.describe_alternatives(branches, &merged);
        merged
    }

    /// Adds the members that belong together to the constraints.
    fn describe_alternatives(&mut self, branches: &[Keywords], merged: &Keywords) {
        let all_require = branches.iter().all(|branch| !required_names(branch).is_empty());
        let mut seen = BTreeSet::new();
        let mut texts = Vec::new();
        for branch in branches {
            let text = describe_alternative(branch, merged, all_require);
            if seen.insert(text.clone()) {
                texts.push(text);
            }
        }
        if texts.len() > 1 {
            let lead = if all_require { "give one of these" } else { "members that go together" };
            self.constraints.push(format!("{lead}: {}", texts.join("; or ")));
        }
    }

    /// Merges an alternative into an object. What the object cannot express is added to the constraints.
    fn merge_into(&mut self, flat: &mut Keywords, branch: &Keywords) {
        if merge_into(flat, branch).is_some() {
            return;
        }
        // A condition is one part; everything else is merged keyword by keyword, so that as little as possible is lost.
        const CONDITION: [&str; 3] = ["if", "then", "else"];
        let mut condition = branch.clone();
        condition.retain(|name, _| CONDITION.contains(&name));
        let single = branch.iter().filter(|(name, _)| !CONDITION.contains(name));
        let single = single.map(|(name, part)| [(name, part.clone())].into_iter().collect());
        for part in single.chain([condition]) {
            if merge_into(flat, &part).is_none() {
                self.describe(&JsonTree::Object(part));
            }
        }
    }

    /// Adds a part of a schema to the constraints.
    fn describe(&mut self, part: &JsonTree) {
        self.constraints.push(format!("to be kept to as well: {}", part.to_json().as_str()));
    }
}

/// Merges the members of several objects. A member with different schemas accepts any of them.
fn merge_properties(branches: &[Keywords]) -> Keywords {
    let mut all: OrderedMap<Vec<JsonTree>> = OrderedMap::default();
    for (name, schema) in branches.iter().filter_map(properties).flat_map(Keywords::iter) {
        match all.get_mut(name) {
            Some(schemas) if schemas.iter().any(|one| one.json_equal(schema)) => {}
            Some(schemas) => schemas.push(schema.clone()),
            None => drop(all.insert(name, vec![schema.clone()])),
        }
    }
    let any_of = |schemas: &Vec<JsonTree>| match schemas.as_slice() {
        [one] => one.clone(),
        several => JsonTree::Object([("anyOf", JsonTree::List(several.to_vec()))].into_iter().collect()),
    };
    all.iter().map(|(name, schemas)| (name, any_of(schemas))).collect()
}

/// Describes an alternative: its members, its title, and the keywords that the merged object does not have.
fn describe_alternative(branch: &Keywords, merged: &Keywords, by_required: bool) -> String {
    let names = if by_required {
        required_names(branch)
    } else {
        properties(branch).into_iter().flat_map(Keywords::keys).map(str::to_owned).collect()
    };
    let value = |name: &str| properties(branch)?.get(name)?.get("const").map(JsonTree::to_json);
    let member = |name: &String| match value(name) {
        Some(value) => format!("{name}: {}", value.as_str()),
        None => name.clone(),
    };
    let mut text = names.iter().map(member).collect::<Vec<_>>().join(", ");
    let title =
        branch.get("title").filter(|title| merged.get("title") != Some(title)).and_then(JsonTree::as_text);
    if let Some(title) = title {
        text = if text.is_empty() { title } else { format!("{text} ({title})") };
    }
    let is_open = |part: &JsonTree| *part == JsonTree::Scalar(RawJson::bool(true));
    let mut rest = branch.clone();
    rest.retain(|name, part| match name {
        "title" | "type" | "properties" | "required" | "$schema" | "$id" | "$comment" => false,
        "additionalProperties" if is_open(part) => false,
        name => merged.get(name) != Some(part),
    });
    // The list of members already implies that an alternative is closed.
    let is_closed = rest.get("additionalProperties") == Some(&JsonTree::Scalar(RawJson::bool(false)));
    if is_closed {
        rest.remove("additionalProperties");
    }
    if !rest.is_empty() {
        text = format!("{text} with {}", JsonTree::Object(rest).to_json().as_str()).trim_start().to_owned();
    }
    if text.is_empty() { "nothing".to_owned() } else { text }
}

fn properties(schema: &Keywords) -> Option<&Keywords> {
    schema.get("properties").and_then(JsonTree::as_object)
}

fn required_names(schema: &Keywords) -> Vec<String> {
    let required = schema.get("required").and_then(JsonTree::as_list).unwrap_or_default();
    required.iter().filter_map(JsonTree::as_text).collect()
}
