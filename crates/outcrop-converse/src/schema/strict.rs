//! Strict schemas: the part of JSON Schema that the service enforces on a model's output.

use std::borrow::Cow;
use std::collections::BTreeSet;

use outcrop_core::{OrderedMap, RawJson};

use super::SchemaError;
use super::describe::extend_description;
use super::merge::merge_into;
use super::patterns::is_regular;
use super::unions::{alternatives, union_count};
use crate::json_tree::JsonTree;

/// The maximum number of union types, over all tools of a request.
///
/// The limits are documented at <https://platform.claude.com/docs/en/build-with-claude/structured-outputs> (L40).
pub(crate) const MAX_UNIONS: usize = 16;

/// The maximum number of optional members.
const MAX_OPTIONAL: usize = 24;

/// Keywords that strict schemas reject, which move into the description.
///
/// `minLength` and `maxLength` are accepted, although the documentation denies it: pydantic-ai tried all of them live on
/// 2026-05-19 (L42). To drop them from every schema, as some clients do, would lose information:
/// <https://github.com/raphaelmansuy/edgequake/pull/56> (M25).
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

/// The values of `format` that strict schemas accept.
const FORMATS: &[&str] =
    &["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"];

/// A strict schema, and where it differs from the original.
pub(crate) struct StrictSchema {
    pub(crate) schema: JsonTree,
    /// The paths of keywords that moved into descriptions, such as `properties.age.minimum`.
    pub(crate) described: Vec<String>,
    /// The paths at which several objects were merged into one.
    pub(crate) merged: Vec<String>,
}

/// Rewrites a schema as a strict one: every object is closed, and unsupported keywords move into the description (L42, L95).
///
/// # Errors
/// The schema has something that neither a strict schema nor a description can express: it refers to itself, has objects with
/// arbitrary members, or exceeds a limit.
pub(crate) fn strict_schema(schema: &JsonTree) -> Result<StrictSchema, SchemaError> {
    let mut rewriter = StrictRewriter::default();
    let schema = rewriter.rewrite(schema, "")?;
    if rewriter.optional > MAX_OPTIONAL {
        return Err(SchemaError::new("", "has too many optional members"));
    }
    if union_count(&schema) > MAX_UNIONS {
        return Err(SchemaError::new("", "has too many union types"));
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
    fn rewrite(&mut self, schema: &JsonTree, path: &str) -> Result<JsonTree, SchemaError> {
        let JsonTree::Object(keywords) = schema else {
            return Err(SchemaError::new(path, "accepts any value"));
        };
        let merged = without_all_of(keywords)
            .ok_or_else(|| SchemaError::new(path, "requires several objects that cannot be merged"))?;
        if matches!(merged, Cow::Owned(_)) {
            self.merged.push(join(path, "allOf"));
        }
        let keywords = merged.as_ref();
        if has_members_and_alternatives(keywords) {
            return Err(SchemaError::new(path, "has members and alternatives with members"));
        }
        let mut strict = OrderedMap::new();
        let mut constraints = Vec::new();
        for (name, value) in keywords.iter() {
            let part_path = join(path, name);
            match name {
                "$ref" | "$defs" | "definitions" => {
                    return Err(SchemaError::new(path, "refers to itself"));
                }
                "patternProperties" => {
                    return Err(SchemaError::new(path, "is an object with arbitrary members"));
                }
                "additionalProperties" => {}
                "oneOf" => {
                    strict.insert("anyOf", self.rewrite_branches(value, &part_path)?);
                    if !are_exclusive(value) {
                        self.described.push(part_path);
                    }
                }
                "anyOf" | "allOf" => drop(strict.insert(name, self.rewrite_branches(value, &part_path)?)),
                "properties" => drop(strict.insert(name, self.rewrite_properties(value, &part_path)?)),
                "items" => drop(strict.insert(name, self.rewrite(value, &part_path)?)),
                _ if is_rejected(name, value) => {
                    constraints.push(format!("{name}: {}", value.to_json().as_str()));
                    // A note about each number of a Rust type would hide the notes about what the caller wrote (U3).
                    if !is_range_of_type(keywords, name, value) {
                        self.described.push(part_path);
                    }
                }
                _ => drop(strict.insert(name, value.clone())),
            }
        }
        if requires_object(keywords) {
            self.close_object(keywords, &mut strict, path)?;
        }
        if !constraints.is_empty() {
            extend_description(&mut strict, &constraints.join("; "));
        }
        Ok(JsonTree::Object(strict))
    }

    fn rewrite_branches(&mut self, branches: &JsonTree, path: &str) -> Result<JsonTree, SchemaError> {
        let branches = branches.as_list().unwrap_or_default().iter().enumerate();
        branches
            .map(|(index, branch)| self.rewrite(branch, &format!("{path}[{index}]")))
            .collect::<Result<_, _>>()
            .map(JsonTree::List)
    }

    fn rewrite_properties(&mut self, properties: &JsonTree, path: &str) -> Result<JsonTree, SchemaError> {
        let members = properties.as_object().into_iter().flat_map(OrderedMap::iter);
        members
            .map(|(name, schema)| Ok((name, self.rewrite(schema, &join(path, name))?)))
            .collect::<Result<Vec<_>, _>>()
            .map(|members| JsonTree::Object(members.into_iter().collect()))
    }

    /// Closes an object to members that it does not name.
    fn close_object(
        &mut self,
        keywords: &OrderedMap<JsonTree>,
        strict: &mut OrderedMap<JsonTree>,
        path: &str,
    ) -> Result<(), SchemaError> {
        let additional =
            keywords.get("additionalProperties").map(|schema| schema.to_json().as_str().to_owned());
        let properties = keywords.get("properties").and_then(JsonTree::as_object);
        let has_names = properties.is_some_and(|properties| !properties.is_empty());
        match additional.as_deref() {
            Some("false") => {}
            None if has_names => {}
            Some("true") if has_names => self.described.push(join(path, "additionalProperties")),
            _ => return Err(SchemaError::new(path, "is an object with arbitrary members")),
        }
        let required = keywords.get("required").and_then(JsonTree::as_list).unwrap_or_default();
        // A set, because a list of names would be searched for each member (R-M9).
        let required: Option<BTreeSet<String>> = required.iter().map(JsonTree::as_text).collect();
        let is_named = |name: &String| properties.is_some_and(|named| named.contains(name));
        let Some(required) = required.filter(|names| names.iter().all(is_named)) else {
            return Err(SchemaError::new(path, "requires members that it does not define"));
        };
        let names = properties.into_iter().flat_map(OrderedMap::keys);
        self.optional += names.filter(|name| !required.contains(*name)).count();
        strict.insert("additionalProperties", JsonTree::Scalar(RawJson::bool(false)));
        Ok(())
    }
}

/// Merges the `allOf` of an object into its keywords. Returns `None` if that is not possible.
///
/// If each part were closed by itself, no object could match them all.
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
    let has_object = requires_object(keywords) || parts.iter().any(|part| requires_object(part));
    if parts.is_empty() || !has_object {
        return Some(Cow::Borrowed(keywords));
    }
    let mut merged = keywords.clone();
    merged.remove("allOf");
    for part in &parts {
        merge_into(&mut merged, part)?;
    }
    Some(Cow::Owned(merged))
}

/// Returns whether an object names members, and its alternatives do as well.
///
/// If each part were closed by itself, no object could match the object and an alternative.
fn has_members_and_alternatives(keywords: &OrderedMap<JsonTree>) -> bool {
    requires_object(keywords) && alternatives(keywords).any(|alternative| alternative.contains("properties"))
}

fn requires_object(keywords: &OrderedMap<JsonTree>) -> bool {
    keywords.contains("properties") || is_object(keywords)
}

/// Closes the schema of a tool without arguments. Returns `None` if the tool may have arguments.
///
/// An open object without members is not strict, but the caller's intention is obvious.
pub(crate) fn without_arguments(schema: &JsonTree) -> Option<JsonTree> {
    let mut keywords = schema.as_object()?.clone();
    let is_empty = |part: &JsonTree| {
        part.as_object().is_some_and(OrderedMap::is_empty)
            || part.as_list().is_some_and(<[JsonTree]>::is_empty)
    };
    let no = JsonTree::Scalar(RawJson::bool(false));
    let has_none = keywords.iter().all(|(name, part)| match name {
        "type" | "title" | "description" | "$schema" | "$id" | "$comment" | "$defs" | "definitions" => true,
        "properties" | "required" => is_empty(part),
        "additionalProperties" => *part == no,
        _ => false,
    });
    if !has_none {
        return None;
    }
    keywords.retain(|name, _| name != "$defs" && name != "definitions");
    keywords.insert("additionalProperties", no);
    Some(JsonTree::Object(keywords))
}

/// Returns whether strict schemas reject a keyword with this value.
fn is_rejected(name: &str, value: &JsonTree) -> bool {
    match name {
        "minItems" => value.as_number().is_none_or(|least| least > 1.0),
        "format" => value.as_text().is_none_or(|format| !FORMATS.contains(&format.as_str())),
        "pattern" => {
            // Lookarounds are not regular, and the service compiles patterns into a grammar.
            !is_regular(&value.as_text().unwrap_or_default())
        }
        name => DESCRIBED.contains(&name),
    }
}

/// Returns whether no value matches two branches, so that `anyOf` is the same as `oneOf`: they are constants, or objects with
/// a required member that is a constant in each of them. Generators write the enums of Rust and others in these forms (U3).
fn are_exclusive(branches: &JsonTree) -> bool {
    let branches: Vec<_> =
        branches.as_list().unwrap_or_default().iter().filter_map(JsonTree::as_object).collect();
    let constant = |keywords: &OrderedMap<JsonTree>| {
        keywords.get("const").map(|value| value.to_json().as_str().to_owned())
    };
    let tags = |name: &str| -> Option<Vec<String>> {
        let tag = |branch: &&OrderedMap<JsonTree>| {
            // An object without the member would match all branches.
            let required = branch.get("required")?.as_list()?;
            let member = branch.get("properties")?.as_object()?.get(name)?.as_object()?;
            required.contains(&JsonTree::string(name)).then(|| constant(member))?
        };
        branches.iter().map(tag).collect()
    };
    let are_different = |values: Vec<String>| values.iter().collect::<BTreeSet<_>>().len() == values.len();
    if let Some(values) = branches.iter().map(|branch| constant(branch)).collect::<Option<Vec<_>>>() {
        return are_different(values);
    }
    let names = branches.first().and_then(|branch| branch.get("properties")?.as_object()).into_iter();
    names.flat_map(OrderedMap::keys).any(|name| tags(name).is_some_and(are_different))
}

/// Returns whether a keyword only repeats the range of a number type.
///
/// Generators derive such keywords from types and not from a caller: schemars writes `u8` as
/// `{"type": "integer", "format": "uint8", "minimum": 0, "maximum": 255}`. The formats are those of
/// <https://spec.openapis.org/registry/format/> and their unsigned forms.
fn is_range_of_type(keywords: &OrderedMap<JsonTree>, name: &str, value: &JsonTree) -> bool {
    let Some(format) = keywords.get("format").and_then(JsonTree::as_text) else { return false };
    let is_unsigned = format.strip_prefix("uint").is_some_and(is_width);
    let is_number = is_unsigned
        || format.strip_prefix("int").is_some_and(is_width)
        || matches!(format.as_str(), "float" | "double");
    // Generators do not write the bounds of wider types, apart from the 0 of unsigned ones.
    let bounds = match format.as_str() {
        "uint8" => Some((0.0, 255.0)),
        "uint16" => Some((0.0, 65_535.0)),
        "int8" => Some((-128.0, 127.0)),
        "int16" => Some((-32_768.0, 32_767.0)),
        _ => None,
    };
    match name {
        "format" => is_number,
        "minimum" => {
            let least = bounds.map(|(least, _)| least).or_else(|| is_unsigned.then_some(0.0));
            least.is_some() && value.as_number() == least
        }
        "maximum" => bounds.is_some_and(|(_, greatest)| value.as_number() == Some(greatest)),
        _ => false,
    }
}

/// Returns whether a text is the width of an integer, which is empty for the native one.
fn is_width(text: &str) -> bool {
    matches!(text, "" | "8" | "16" | "32" | "64" | "128")
}

fn is_object(keywords: &OrderedMap<JsonTree>) -> bool {
    let object = JsonTree::string("object");
    keywords
        .get("type")
        .is_some_and(|kind| *kind == object || kind.as_list().is_some_and(|kinds| kinds.contains(&object)))
}

/// Appends a name to a path.
fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
