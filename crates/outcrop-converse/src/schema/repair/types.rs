//! Types that JSON Schema does not have: those of programming languages, databases and OpenAPI.

use outcrop_core::{NoteAction, OrderedMap};

use super::combined::Pending;
use super::{Keywords, Repairer, Slot};
use crate::json_tree::JsonTree;
use crate::schema::keywords::Path;

/// What a name of a type means in JSON Schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// One of JSON Schema's own types.
    Known,
    /// These types, with a `format` if the name implies one.
    Types(Vec<&'static str>, Option<&'static str>),
    /// A value of any type.
    Any,
    /// Not known.
    Unknown,
}

/// The types of JSON Schema: <https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.1>.
pub(super) const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// Other names of types, in lower case, with the types that they mean.
///
/// Function calling of Gemini has upper case (<https://ai.google.dev/api/caching#Type>); the others are what people write who
/// describe a function of their language by hand.
const FOREIGN: &[(&str, &[&str])] = &[
    (
        "array",
        &["list", "tuple", "set", "frozenset", "sequence", "iterable", "vector", "vec", "slice", "arraylist"],
    ),
    ("boolean", &["bool", "bit", "flag"]),
    (
        "integer",
        &[
            "int",
            "int8",
            "int16",
            "int32",
            "int64",
            "uint",
            "uint8",
            "uint16",
            "uint32",
            "uint64",
            "i8",
            "i16",
            "i32",
            "i64",
            "u8",
            "u16",
            "u32",
            "u64",
            "isize",
            "usize",
            "long",
            "short",
            "bigint",
            "smallint",
            "serial",
            "timestamp_ms",
        ],
    ),
    ("null", &["none", "nonetype", "nil", "undefined", "void"]),
    (
        "number",
        &[
            "float", "float32", "float64", "f32", "f64", "double", "decimal", "real", "numeric", "num",
            "currency",
        ],
    ),
    (
        "object",
        &[
            "dict",
            "dictionary",
            "map",
            "hashmap",
            "mapping",
            "record",
            "struct",
            "hash",
            "interface",
            "jsonobject",
        ],
    ),
    (
        "string",
        &[
            "str",
            "text",
            "char",
            "character",
            "varchar",
            "nvarchar",
            "password",
            "byte",
            "bytes",
            "binary",
            "file",
            "blob",
            "base64",
            "image",
            "phone",
            "enum",
            "select",
            "path",
            "filepath",
            "markdown",
            "html",
            "multiline",
            "textarea",
            "timestamp",
            "color",
            "regex",
            "symbol",
        ],
    ),
];

/// Names of strings with a format that JSON Schema has.
const FORMATS: &[(&str, &str)] = &[
    ("date", "date"),
    ("datetime", "date-time"),
    ("date-time", "date-time"),
    ("date_time", "date-time"),
    ("time", "time"),
    ("duration", "duration"),
    ("email", "email"),
    ("uri", "uri"),
    ("url", "uri"),
    ("uuid", "uuid"),
    ("guid", "uuid"),
    ("hostname", "hostname"),
    ("ipv4", "ipv4"),
    ("ipv6", "ipv6"),
];

/// Names of any type.
const ANY: &[&str] = &[
    "any",
    "mixed",
    "unknown",
    "json",
    "value",
    "jsonvalue",
    "*",
    "",
    "generic",
    "type_unspecified",
    "typing.any",
];

/// Returns what a name of a type means: `STRING`, `list[str]`, `Optional[int]`, `string | null`, `number[]`.
pub(super) fn meaning(name: &str) -> Meaning {
    if TYPES.contains(&name) { Meaning::Known } else { foreign(&name.trim().to_ascii_lowercase()) }
}

/// Returns what a name in lower case means. One of JSON Schema's own types means itself.
fn foreign(name: &str) -> Meaning {
    let name = name.trim().trim_start_matches("typing.");
    if let Some(inner) = name.strip_prefix("optional[").and_then(|rest| rest.strip_suffix(']')) {
        return or_null(foreign(inner));
    }
    if let Some(inner) = name.strip_suffix('?').filter(|inner| !inner.is_empty()) {
        return or_null(foreign(inner));
    }
    let union = name.strip_prefix("union[").and_then(|rest| rest.strip_suffix(']'));
    let parts = match union {
        Some(inner) => split_outside_brackets(inner, ','),
        None => split_outside_brackets(name, '|'),
    };
    match parts.as_slice() {
        [one] if union.is_none() => single(one),
        several => any_of(several),
    }
}

fn single(name: &str) -> Meaning {
    if name.ends_with("[]") {
        return Meaning::Types(vec!["array"], None);
    }
    // The types of items and values are dropped: they are not in a keyword of their own.
    let base = name.split(['[', '<', '(']).next().unwrap_or(name).trim();
    let base = if base.is_empty() { name } else { base };
    if let Some(known) = TYPES.into_iter().find(|known| *known == base) {
        return Meaning::Types(vec![known], None);
    }
    if ANY.contains(&base) {
        return Meaning::Any;
    }
    if let Some((_, format)) = FORMATS.iter().find(|(foreign, _)| *foreign == base) {
        return Meaning::Types(vec!["string"], Some(format));
    }
    match FOREIGN.iter().find(|(_, names)| names.contains(&base)) {
        Some((known, _)) => Meaning::Types(vec![known], None),
        None => Meaning::Unknown,
    }
}

fn any_of(names: &[&str]) -> Meaning {
    let mut all = Vec::new();
    for name in names {
        match foreign(name) {
            Meaning::Types(types, _) => all.extend(types),
            other => return other,
        }
    }
    let mut types = Vec::new();
    for name in all {
        if !types.contains(&name) {
            types.push(name);
        }
    }
    Meaning::Types(types, None)
}

fn or_null(inner: Meaning) -> Meaning {
    match inner {
        Meaning::Types(mut types, format) => {
            if !types.contains(&"null") {
                types.push("null");
            }
            Meaning::Types(types, format)
        }
        other => other,
    }
}

/// Splits a text at a separator that is not within brackets.
fn split_outside_brackets(text: &str, separator: char) -> Vec<&str> {
    let mut depth = 0_usize;
    let is_separator = |c: char| {
        match c {
            '[' | '<' | '(' => depth += 1,
            ']' | '>' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == separator && depth == 0
    };
    text.split(is_separator).collect()
}

impl Repairer<'_, '_> {
    /// Repairs `type`. Returns `None` if a value of any type is meant.
    pub(super) fn types(
        &mut self,
        value: &JsonTree,
        given: &Keywords,
        at: &Path<'_>,
        pending: &mut Pending,
    ) -> Option<JsonTree> {
        let listed = std::slice::from_ref(value);
        let names = value.as_list().unwrap_or(listed);
        let mut types: Vec<JsonTree> = Vec::new();
        let (mut is_valid, mut is_any) = (!names.is_empty(), false);
        for (index, name) in names.iter().enumerate() {
            let Some(text) = name.as_text() else {
                is_valid = false;
                if let JsonTree::Object(_) = name {
                    // Up to draft 03, a schema may be among the types.
                    let schema = match value {
                        JsonTree::List(_) => self.schema(name, &at.index(index), Slot::Other),
                        _ => self.schema(name, at, Slot::Other),
                    };
                    pending.any_of.push(schema);
                } else if name.kind() == "null" {
                    // YAML reads the type `null` as the value.
                    push_once(&mut types, JsonTree::string("null"));
                }
                continue;
            };
            let is_enumeration = matches!(text.to_ascii_lowercase().as_str(), "enum" | "select");
            match meaning(&text) {
                Meaning::Known => is_valid &= push_once(&mut types, name.clone()),
                Meaning::Types(..) | Meaning::Any if is_enumeration && given.contains("enum") => {
                    is_any = true;
                }
                Meaning::Types(known, format) => {
                    is_valid = false;
                    for known in known {
                        push_once(&mut types, JsonTree::string(known));
                    }
                    pending.format = format;
                }
                Meaning::Any => is_any = true,
                Meaning::Unknown => {
                    is_any = true;
                    pending.describe("type", name);
                }
            }
        }
        if is_valid && !is_any {
            return Some(value.clone());
        }
        if is_any || (types.is_empty() && pending.any_of.is_empty()) {
            pending.format = None;
            pending.any_of.clear();
            let message =
                "dropped the type: JSON Schema does not have it, and a value of any type is legal without";
            self.invalid(NoteAction::Dropped, at, message);
            return None;
        }
        self.invalid(NoteAction::Changed, at, "changed to types of JSON Schema");
        let types = match types.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            _ => Some(JsonTree::List(types)),
        };
        if pending.any_of.is_empty() {
            return types;
        }
        let schema = types.map(|types| JsonTree::Object([("type", types)].into_iter().collect()));
        pending.any_of.splice(0..0, schema);
        None
    }
}

fn push_once(types: &mut Vec<JsonTree>, name: JsonTree) -> bool {
    let is_new = !types.contains(&name);
    if is_new {
        types.push(name);
    }
    is_new
}

/// Returns the schema of a type, for a type or a list of them in the place of a schema.
pub(super) fn schema_of_types(value: &JsonTree) -> Option<JsonTree> {
    let listed = std::slice::from_ref(value);
    let mut types = Vec::new();
    let mut implied = None;
    for name in value.as_list().unwrap_or(listed) {
        match (meaning(&name.as_text()?), name) {
            (Meaning::Known, name) => {
                push_once(&mut types, name.clone());
            }
            (Meaning::Types(known, format), _) => {
                for known in known {
                    push_once(&mut types, JsonTree::string(known));
                }
                implied = format;
            }
            (Meaning::Any, _) => return Some(JsonTree::Object(OrderedMap::new())),
            (Meaning::Unknown, _) => return None,
        }
    }
    let types = match types.as_slice() {
        [one] => one.clone(),
        _ => JsonTree::List(types),
    };
    let format = implied.map(|format| ("format", JsonTree::string(format)));
    Some(JsonTree::Object([("type", types)].into_iter().chain(format).collect()))
}

#[cfg(test)]
mod tests {
    use super::{Meaning, meaning};

    #[test]
    fn foreign_types_mean_types_of_json_schema() {
        let types = |types: &[&'static str]| Meaning::Types(types.to_vec(), None);
        for (name, expected) in [
            ("string", Meaning::Known),
            ("STRING", types(&["string"])),
            ("Object", types(&["object"])),
            ("str", types(&["string"])),
            ("int64", types(&["integer"])),
            ("float", types(&["number"])),
            ("list", types(&["array"])),
            ("List[str]", types(&["array"])),
            ("string[]", types(&["array"])),
            ("Array<string>", types(&["array"])),
            ("dict[str, int]", types(&["object"])),
            ("Dict[str, Optional[int]]", types(&["object"])),
            ("Optional[int]", types(&["integer", "null"])),
            ("Optional[string]", types(&["string", "null"])),
            ("int?", types(&["integer", "null"])),
            ("str | None", types(&["string", "null"])),
            ("string|null", types(&["string", "null"])),
            ("Union[int, str, int]", types(&["integer", "string"])),
            ("Union[dict[str, int], None]", types(&["object", "null"])),
            ("date", Meaning::Types(vec!["string"], Some("date"))),
            ("datetime", Meaning::Types(vec!["string"], Some("date-time"))),
            ("any", Meaning::Any),
            ("typing.Any", Meaning::Any),
            ("int | Any", Meaning::Any),
            ("", Meaning::Any),
            ("Money", Meaning::Unknown),
            ("Money | int", Meaning::Unknown),
            ("?", Meaning::Unknown),
        ] {
            assert_eq!(meaning(name), expected, "{name}");
        }
    }
}
