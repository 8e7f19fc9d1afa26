//! Tool schemas without alternatives at the top, which some models refuse (lesson M22).

use std::collections::BTreeSet;

use outcrop_core::{OrderedMap, RawJson};

use super::inline::overridden;
use super::merge::merge_objects;
use super::strict::describe;
use crate::json_tree::JsonTree;

type Keywords = OrderedMap<JsonTree>;

const ALTERNATIVES: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// How many references are followed to put a schema together: definitions that refer to each other can be walked through
/// in more ways than there is time for.
const MAX_FOLLOWED: usize = 64;

/// A schema whose alternatives at the top are put together into one object.
pub(crate) struct FlatSchema {
    pub(crate) schema: JsonTree,
    /// The keywords that are removed.
    pub(crate) removed: Vec<&'static str>,
    /// Whether the description tells what the object cannot say.
    pub(crate) has_description: bool,
}

/// A schema whose alternatives at the top are put together into one object; `None` where there are none.
///
/// All members of all alternatives may then be given. Which of them belong together, and all else that one object
/// cannot say, its description tells. References are followed as far as the top goes, and what is within keeps them.
pub(crate) fn without_alternatives(schema: &JsonTree) -> Option<FlatSchema> {
    let keywords = schema.as_object()?;
    let removed: Vec<_> = ALTERNATIVES.into_iter().filter(|keyword| keywords.contains(keyword)).collect();
    if removed.is_empty() {
        return None;
    }
    let mut flattener = Flattener { root: keywords, open: Vec::new(), followed: 0, words: Vec::new() };
    let mut flat = flattener.flat(keywords);
    for words in &flattener.words {
        describe(&mut flat, words);
    }
    Some(FlatSchema { schema: JsonTree::Object(flat), removed, has_description: !flattener.words.is_empty() })
}

struct Flattener<'a> {
    root: &'a Keywords,
    /// The definitions that are being put in place.
    open: Vec<String>,
    followed: usize,
    /// What one object cannot say.
    words: Vec<String>,
}

impl Flattener<'_> {
    fn flat(&mut self, keywords: &Keywords) -> Keywords {
        let mut flat = keywords.clone();
        flat.retain(|name, _| !ALTERNATIVES.contains(&name));
        for keyword in ALTERNATIVES {
            let Some(branches) = keywords.get(keyword).and_then(JsonTree::as_list) else { continue };
            let branches: Vec<_> = branches.iter().filter_map(|branch| self.branch(branch)).collect();
            match branches.as_slice() {
                several @ [_, _, ..] if keyword != "allOf" => {
                    let any = self.any_of(several);
                    self.add(&mut flat, &any);
                }
                all => all.iter().for_each(|branch| self.add(&mut flat, branch)),
            }
        }
        flat
    }

    /// An alternative as one object; `None` where it adds nothing, because it is the schema that it stands in, or no
    /// object fits it.
    fn branch(&mut self, branch: &JsonTree) -> Option<Keywords> {
        let JsonTree::Object(keywords) = branch else {
            if branch.to_json().as_str() != "true" {
                self.tell(branch);
            }
            return Some(Keywords::default());
        };
        if keywords.get("type").and_then(JsonTree::as_text).as_deref() == Some("null") {
            return None;
        }
        let Some(reference) = keywords.get("$ref").and_then(JsonTree::as_text) else {
            return Some(self.flat(keywords));
        };
        if self.open.contains(&reference) {
            return None;
        }
        let definition = self.definition(&reference).filter(|_| self.followed < MAX_FOLLOWED);
        let Some(definition) = definition.filter(|definition| definition.as_object().is_some()) else {
            self.tell(branch);
            return Some(Keywords::default());
        };
        self.followed += 1;
        self.open.push(reference);
        let followed = self.branch(&definition);
        self.open.pop();
        let beside = keywords.iter().filter(|(name, _)| *name != "$ref");
        match overridden(&JsonTree::Object(followed?), beside) {
            JsonTree::Object(flat) => Some(flat),
            _ => None,
        }
    }

    fn definition(&self, reference: &str) -> Option<JsonTree> {
        let (section, name) = reference.strip_prefix("#/")?.split_once('/')?;
        self.root.get(section)?.get(name).cloned()
    }

    /// One object for what any of several may be: all their members, of which those are asked for that each asks for.
    fn any_of(&mut self, branches: &[Keywords]) -> Keywords {
        let required: Vec<Vec<String>> = branches.iter().map(required_names).collect();
        let shared: Vec<JsonTree> = required
            .first()
            .into_iter()
            .flatten()
            .filter(|name| required.iter().all(|names| names.contains(name)))
            .map(|name| JsonTree::string(name))
            .collect();
        let mut any = Keywords::default();
        any.insert("properties", JsonTree::Object(any_properties(branches)));
        if !shared.is_empty() {
            any.insert("required", JsonTree::List(shared));
        }
        let is_shared = |name: &str, said: &JsonTree| {
            branches.iter().all(|branch| branch.get(name).is_some_and(|other| other.json_equal(said)))
        };
        for (name, said) in branches.iter().flat_map(Keywords::iter) {
            if !any.contains(name) && name != "required" && is_shared(name, said) {
                any.insert(name, said.clone());
            }
        }
        self.tell_apart(branches, &any);
        any
    }

    /// Tells which members belong together.
    fn tell_apart(&mut self, branches: &[Keywords], any: &Keywords) {
        let all_ask = branches.iter().all(|branch| !required_names(branch).is_empty());
        let mut seen = BTreeSet::new();
        let mut texts = Vec::new();
        for branch in branches {
            let text = told(branch, any, all_ask);
            if seen.insert(text.clone()) {
                texts.push(text);
            }
        }
        if texts.len() > 1 {
            let lead = if all_ask { "give one of these" } else { "members that go together" };
            self.words.push(format!("{lead}: {}", texts.join("; or ")));
        }
    }

    /// Adds to an object what it is to say, too; what it cannot is told.
    fn add(&mut self, flat: &mut Keywords, branch: &Keywords) {
        if let Some(joined) = merge_objects(flat, branch) {
            *flat = joined;
            return;
        }
        const CONDITION: [&str; 3] = ["if", "then", "else"];
        let mut condition = branch.clone();
        condition.retain(|name, _| CONDITION.contains(&name));
        let single = branch.iter().filter(|(name, _)| !CONDITION.contains(name));
        let single = single.map(|(name, said)| [(name, said.clone())].into_iter().collect());
        for part in single.chain([condition]) {
            match merge_objects(flat, &part) {
                Some(joined) => *flat = joined,
                None => self.tell(&JsonTree::Object(part)),
            }
        }
    }

    fn tell(&mut self, part: &JsonTree) {
        self.words.push(format!("to be kept to as well: {}", part.to_json().as_str()));
    }
}

/// The members of several objects, each as any of them has it.
fn any_properties(branches: &[Keywords]) -> Keywords {
    let mut all: OrderedMap<Vec<JsonTree>> = OrderedMap::default();
    for (name, schema) in branches.iter().filter_map(properties).flat_map(Keywords::iter) {
        match all.get_mut(name) {
            Some(former) if former.iter().any(|one| one.json_equal(schema)) => {}
            Some(former) => former.push(schema.clone()),
            None => drop(all.insert(name, vec![schema.clone()])),
        }
    }
    let any = |schemas: &Vec<JsonTree>| match schemas.as_slice() {
        [one] => one.clone(),
        several => JsonTree::Object([("anyOf", JsonTree::List(several.to_vec()))].into_iter().collect()),
    };
    all.iter().map(|(name, schemas)| (name, any(schemas))).collect()
}

/// An alternative in words: its title, its members, and what else it says that the object for all of them does not.
fn told(branch: &Keywords, any: &Keywords, by_required: bool) -> String {
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
        branch.get("title").filter(|title| any.get("title") != Some(title)).and_then(JsonTree::as_text);
    if let Some(title) = title {
        text = if text.is_empty() { title } else { format!("{text} ({title})") };
    }
    let is_open = |said: &JsonTree| *said == JsonTree::Scalar(RawJson::bool(true));
    let mut rest = branch.clone();
    rest.retain(|name, said| match name {
        "title" | "type" | "properties" | "required" | "$schema" | "$id" | "$comment" => false,
        "additionalProperties" if is_open(said) => false,
        name => any.get(name) != Some(said),
    });
    // That an alternative has no other members than its own, its members tell already.
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
