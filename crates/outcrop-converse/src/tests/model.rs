//! AWS's service model of Converse's JSON: its types, values generated from them, and validation against them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use outcrop_core::{OrderedMap, RawJson};

use super::choices::Choices;
use super::json_text::{any_object, any_value, quoted};
use crate::json_tree::JsonTree;
use crate::wire::SERVICE_MODEL;

/// The structures, unions and enumerations of the service model, by name.
pub(crate) static MODEL: LazyLock<BTreeMap<String, Shape>> = LazyLock::new(|| {
    let schema = JsonTree::parse(&RawJson::parse(SERVICE_MODEL).unwrap()).unwrap();
    let definitions = schema.get("$defs").and_then(JsonTree::as_object).unwrap();
    definitions
        .iter()
        .filter_map(|(name, definition)| {
            Some((name.to_owned(), Shape::from_definition(definition, definitions)?))
        })
        .collect()
});

/// A type of the service model.
#[derive(Debug)]
pub(crate) enum Shape {
    Struct(Vec<Member>),
    Union(Vec<Member>),
    Names(Vec<String>),
}

/// A member of a structure or union.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) kind: String,
}

impl Shape {
    /// Converts a definition of the schema. `None` for a scalar or a list.
    fn from_definition(definition: &JsonTree, definitions: &OrderedMap<JsonTree>) -> Option<Self> {
        if let Some(names) = definition.get("enum").and_then(JsonTree::as_list) {
            return Some(Self::Names(names.iter().filter_map(JsonTree::as_text).collect()));
        }
        let properties = definition.get("properties")?.as_object()?;
        let required = definition.get("required").and_then(JsonTree::as_list).unwrap_or_default();
        let members = properties.iter().map(|(name, property)| Member {
            name: name.to_owned(),
            required: required.contains(&JsonTree::string(name)),
            kind: kind_of(property, definitions),
        });
        let is_union = definition.get("maxProperties").is_some();
        Some(if is_union { Self::Union(members.collect()) } else { Self::Struct(members.collect()) })
    }
}

/// Resolves a reference to the name of a structure, union or enumeration, or to `string`, `[string]`, `{string}` and so on.
fn kind_of(reference: &JsonTree, definitions: &OrderedMap<JsonTree>) -> String {
    let reference = reference.get("$ref").and_then(JsonTree::as_text).unwrap();
    let name = reference.trim_start_matches("#/$defs/");
    let definition = definitions.get(name).unwrap();
    if let Some(item) = definition.get("items") {
        return format!("[{}]", kind_of(item, definitions));
    }
    if definition.get("enum").is_some() || definition.get("properties").is_some() {
        return name.to_owned();
    }
    let kind = match definition.get("type").and_then(JsonTree::as_text).as_deref() {
        None => "json",
        Some("object") => {
            return format!("{{{}}}", kind_of(definition.get("additionalProperties").unwrap(), definitions));
        }
        Some("string") if definition.get("contentEncoding").is_some() => "blob",
        Some("string") => "string",
        Some("integer") => "integer",
        Some("number") => "number",
        Some("boolean") => "flag",
        Some(other) => panic!("{name} has the unknown type {other}"),
    };
    kind.to_owned()
}

/// A generator of values from the service model.
#[derive(Clone, Copy)]
pub(crate) struct Generator {
    /// Whether to generate also members, variants and names that the model does not have, and nulls.
    pub(crate) with_unknown: bool,
}

impl Generator {
    /// Generates a value of a kind: the name of a type, `string`, `[string]`, `{string}` and so on.
    pub(crate) fn value(self, kind: &str, choices: &mut Choices<'_>, depth: usize) -> String {
        if let Some(item) = kind.strip_prefix('[') {
            let item = item.trim_end_matches(']');
            let count = if depth == 0 { 0 } else { choices.below(4) };
            let items: Vec<_> = (0..count).map(|_| self.value(item, choices, depth - 1)).collect();
            return format!("[{}]", items.join(","));
        }
        if let Some(item) = kind.strip_prefix('{') {
            let item = item.trim_end_matches('}');
            let count = if depth == 0 { 0 } else { choices.below(3) };
            let members: Vec<_> = (0..count)
                .map(|index| {
                    let name = quoted(&format!("{}{index}", choices.text()));
                    format!("{name}:{}", self.value(item, choices, depth - 1))
                })
                .collect();
            return format!("{{{}}}", members.join(","));
        }
        match kind {
            "string" => quoted(&choices.text()),
            "blob" => {
                choices.pick(&["\"aGk=\"", "\"\"", "\"iVBORw0KGgo=\"", "\"aGk\"", "\"no Base64\""]).to_owned()
            }
            "integer" => choices.pick(&["0", "1", "4096", "2147483647"]).to_owned(),
            "number" => choices.pick(&["0", "0.7", "1.0", "1e-1", "0.30000000000000004", "-1.50"]).to_owned(),
            "flag" => choices.pick(&["true", "false"]).to_owned(),
            "json" if self.with_unknown => any_value(choices, 3),
            "json" => any_object(choices, 3),
            name => self.shaped(&MODEL[name], choices, depth),
        }
    }

    /// Generates a value of a type.
    fn shaped(self, shape: &Shape, choices: &mut Choices<'_>, depth: usize) -> String {
        let depth = depth.saturating_sub(1);
        match shape {
            Shape::Names(names) => {
                let known = names[choices.below(names.len())].clone();
                quoted(&if self.with_unknown && choices.chance(10) { choices.text() } else { known })
            }
            Shape::Union(_) if self.with_unknown && choices.chance(8) => any_object(choices, 2),
            Shape::Union(variants) => {
                let variant = &variants[choices.below(variants.len())];
                let value = self.value(&variant.kind, choices, depth);
                let more = if self.with_unknown && choices.chance(5) { ",\"new\":{\"a\":1.0}" } else { "" };
                format!("{{\"{}\":{value}{more}}}", variant.name)
            }
            Shape::Struct(members) => {
                let mut generated: Vec<String> = Vec::new();
                for member in members {
                    if member.required || (depth > 0 && choices.chance(50)) {
                        let value = match within_bounds(&member.name) {
                            Some(values) if !self.with_unknown => choices.pick(values).to_owned(),
                            _ => self.value(&member.kind, choices, depth),
                        };
                        generated.push(format!("\"{}\":{value}", member.name));
                    } else if self.with_unknown && choices.chance(10) {
                        generated.push(format!("\"{}\":null", member.name));
                    }
                }
                if self.with_unknown && choices.chance(15) {
                    let at = choices.below(generated.len() + 1);
                    generated.insert(at, format!("\"new\":{}", any_value(choices, 2)));
                }
                let first = choices.below(generated.len());
                generated.rotate_left(first);
                format!("{{{}}}", generated.join(","))
            }
        }
    }
}

/// Returns values within the bounds of a member that has a pattern, a range or a length.
fn within_bounds(member: &str) -> Option<&'static [&'static str]> {
    Some(match member {
        "additionalModelResponseFieldPaths" => &["[\"/a\"]", "[]", "[\"/a/b\",\"/c\"]"],
        "effort" => &["\"low\"", "\"\""],
        "guardrailIdentifier" => {
            &["\"gr1\"", "\"\"", "\"arn:aws:bedrock:eu-west-1:123456789012:guardrail/g1\""]
        }
        "guardrailVersion" => &["\"1\"", "\"DRAFT\""],
        "maxTokens" => &["1", "4096"],
        "requestMetadata" => &[r#"{"team":"blue"}"#, r#"{"a b":"","c":"1/2"}"#, "{}"],
        "temperature" | "topP" => &["0", "0.7", "1.0", "1e-1", "0.30000000000000004"],
        _ => return None,
    })
}

/// Returns the violations of the service model by a value of a kind: unknown and missing members, unions without exactly
/// one member, unknown names, values of a wrong type.
pub(crate) fn violations(kind: &str, value: &JsonTree, path: &str) -> Vec<String> {
    let item_of = |open, close| kind.strip_prefix(open).map(|item: &str| item.trim_end_matches(close));
    match (item_of('[', ']'), item_of('{', '}'), value) {
        (Some(item), _, JsonTree::List(items)) => {
            let each =
                items.iter().zip(0..).map(|(part, at)| violations(item, part, &format!("{path}[{at}]")));
            return each.flatten().collect();
        }
        (_, Some(item), JsonTree::Object(members)) => {
            let each = members.iter().map(|(name, part)| violations(item, part, &format!("{path}.{name}")));
            return each.flatten().collect();
        }
        _ => {}
    }
    let fits = match kind {
        "json" => true,
        "string" | "blob" => value.kind() == "string",
        "flag" => value.kind() == "boolean",
        "integer" => {
            value.kind() == "number" && value.as_number().is_some_and(|number| number.fract() == 0.0)
        }
        "number" => value.kind() == "number",
        name => match (MODEL.get(name), value) {
            (Some(Shape::Names(names)), JsonTree::Scalar(_)) => {
                value.as_text().is_some_and(|name| names.contains(&name))
            }
            (Some(Shape::Union(variants)), JsonTree::Object(members)) if members.len() == 1 => {
                return member_violations(variants, members, path);
            }
            (Some(Shape::Struct(known)), JsonTree::Object(members)) => {
                let lacking =
                    known.iter().filter(|member| member.required && !members.contains(&member.name));
                let mut found: Vec<_> =
                    lacking.map(|member| format!("{path} lacks {}", member.name)).collect();
                found.extend(member_violations(known, members, path));
                return found;
            }
            _ => false,
        },
    };
    if fits { Vec::new() } else { vec![format!("{path} is not a {kind}")] }
}

fn member_violations(known: &[Member], members: &OrderedMap<JsonTree>, path: &str) -> Vec<String> {
    let each = members.iter().map(|(name, part)| match known.iter().find(|member| member.name == name) {
        Some(member) => violations(&member.kind, part, &format!("{path}.{name}")),
        None => vec![format!("{path} has no member {name}")],
    });
    each.flatten().collect()
}

#[test]
fn violations_have_their_path() {
    for (kind, text, expected) in [
        ("ConverseRequest", r#"{"messages":[{"role":"user","content":[{"text":"a"}]}]}"#, &[][..]),
        (
            "ConverseRequest",
            r#"{"messages":[{"role":"critic","content":[{"text":7}]}],"new":1}"#,
            &[
                "$.messages[0].role is not a ConversationRole",
                "$.messages[0].content[0].text is not a string",
                "$ has no member new",
            ],
        ),
        (
            "Message",
            r#"{"content":[{},{"text":"a","image":{}},{"song":1}]}"#,
            &[
                "$ lacks role",
                "$.content[0] is not a ContentBlock",
                "$.content[1] is not a ContentBlock",
                "$.content[2] has no member song",
            ],
        ),
        ("ImageBlock", r#"{"format":"png"}"#, &["$ lacks source"]),
        (
            "InferenceConfiguration",
            r#"{"maxTokens":1.5,"topP":"1","stopSequences":"X"}"#,
            &["$.maxTokens is not a integer", "$.topP is not a number", "$.stopSequences is not a [string]"],
        ),
        (
            "ConverseRequest",
            r#"{"requestMetadata":{"a":"b","c":7}}"#,
            &["$.requestMetadata.c is not a string"],
        ),
    ] {
        let tree = JsonTree::parse(&RawJson::parse(text).unwrap()).unwrap();
        assert_eq!(violations(kind, &tree, "$"), expected, "{text}");
    }
}
