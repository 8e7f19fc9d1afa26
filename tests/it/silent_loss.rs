//! No silent loss: each value of the parameters is in the request, or a note names its path or that of an ancestor, or the
//! request is an error.
//!
//! The parameters are made of the published shapes of OpenAI's and Anthropic's APIs, with noise: unknown members, values of
//! other types, nulls and other spellings.

mod parameters;

use std::collections::BTreeSet;

use outcrop::ModelRequest;
use outcrop::converse::{Dialect, EncodeOptions, encode_request};
use serde_json::{Value, json};

use parameters::Generator;

/// The number of requests in each dialect.
const REQUESTS: u64 = 1500;

/// The members whose values name a form that the request has in its own way: types, roles and the like.
const FORMS: &[&str] = &[
    "action",
    "block_type",
    "detail",
    "disable_parallel_tool_use",
    "effort",
    "format",
    "media_type",
    "mimeType",
    "mime_type",
    "mediaType",
    "model",
    "reasoning_effort",
    "role",
    "service_tier",
    "source_type",
    "state",
    "stream",
    "strict",
    "tool_choice",
    "type",
    "enabled",
];

/// The ids and names that a request has in another spelling, or in the place of which it has another one.
const NAMES: &[&str] =
    &["call_id", "filename", "id", "name", "title", "tool_call_id", "tool_use_id", "toolCallId"];

#[test]
fn no_value_of_the_parameters_is_lost_silently() {
    let mut lost = BTreeSet::new();
    let mut encoded = 0;
    for options in [EncodeOptions::converse(), EncodeOptions::ag2()] {
        for seed in 0..REQUESTS {
            let mut params = Generator::new(seed).params();
            // AG2 describes the tool of every structured output by the same sentence, and drops the description without a
            // note, so that types with documentation pass `strict`.
            let format = params.get_mut("response_format").filter(|_| options.dialect == Dialect::Ag2);
            format.into_iter().for_each(remove_description);
            // Nothing is lost silently if nothing is sent.
            let Some(outcome) = Outcome::of(&params, &options) else { continue };
            encoded += 1;
            outcome.check(&params, &mut String::new(), None, &mut lost);
        }
    }
    assert!(encoded > REQUESTS / 2, "{encoded}");
    let report: Vec<_> = lost.into_iter().collect();
    assert!(report.is_empty(), "{} kinds of values are lost:\n{}", report.len(), report.join("\n"));
}

/// Removes the description of a schema of structured output, in each form that it has.
fn remove_description(format: &mut Value) {
    for pointer in ["", "/schema", "/json_schema", "/json_schema/schema"] {
        if let Some(Value::Object(members)) = format.pointer_mut(pointer) {
            members.remove("description");
        }
    }
}

/// What became of a request.
struct Outcome {
    /// The texts and numbers of the body.
    values: BTreeSet<String>,
    /// The texts of the body, joined.
    text: String,
    /// The paths of the notes.
    paths: Vec<String>,
}

impl Outcome {
    /// Encodes a request. Returns `None` if it is an error.
    fn of(params: &Value, options: &EncodeOptions) -> Option<Self> {
        let request = ModelRequest::from_json(&params.to_string()).ok()?;
        let encoded = encode_request(&request, options).ok()?;
        let paths = encoded.notes.iter().map(|note| plain_path(&note.path)).collect();
        let mut outcome = Self { values: BTreeSet::new(), text: String::new(), paths };
        outcome.collect(&json!(encoded.body));
        Some(outcome)
    }

    fn collect(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            Value::Object(members) => {
                for (name, member) in members {
                    self.text.push_str(name);
                    self.text.push('\n');
                    self.collect(member);
                }
            }
            Value::String(text) => {
                self.text.push_str(text);
                self.text.push('\n');
                // Structured output is a schema as a text.
                if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
                    self.collect(&inner);
                }
            }
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => {
                self.values
                    .insert(number.as_f64().map_or_else(|| number.to_string(), |float| float.to_string()));
            }
        }
    }

    /// Adds the kinds of values that are lost.
    fn check(&self, value: &Value, path: &mut String, name: Option<&str>, lost: &mut BTreeSet<String>) {
        let length = path.len();
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                    self.check(member, path, Some(name), lost);
                    path.truncate(length);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    path.push_str(&format!("[{index}]"));
                    self.check(item, path, name, lost);
                    path.truncate(length);
                }
            }
            leaf => {
                if !self.has(leaf, name) && !self.names(path) {
                    let kind: String = path.chars().filter(|c| !c.is_ascii_digit()).collect();
                    lost.insert(format!("{kind} = {leaf}").chars().filter(|c| !c.is_ascii_digit()).collect());
                }
            }
        }
    }

    /// Returns whether the body has a value.
    fn has(&self, leaf: &Value, name: Option<&str>) -> bool {
        let is_form = name.is_some_and(|name| FORMS.contains(&name) || NAMES.contains(&name));
        match leaf {
            Value::String(_) if is_form => true,
            Value::String(text) => {
                let text = text.trim();
                let payload = text.rsplit_once("base64,").map_or(text, |(_, payload)| payload);
                // The arguments of a call are a text with JSON, which the body has as JSON.
                let is_json = matches!(serde_json::from_str(text), Ok(Value::Object(_)));
                text.is_empty() || is_json || self.text.contains(payload)
            }
            Value::Number(number) => {
                let number = number.as_f64().map_or_else(|| number.to_string(), |float| float.to_string());
                is_form || self.values.contains(&number) || self.text.contains(&number)
            }
            // A flag has no value that could be found.
            _ => true,
        }
    }

    /// Returns whether a note names a path or an ancestor of it.
    fn names(&self, path: &str) -> bool {
        let path = plain_path(path);
        // Functions are tools, and a note on one of them has the path of a tool.
        let as_tool = path.replace("functions[", "tools[");
        self.paths.iter().any(|named| {
            is_ancestor(named, &path)
                || is_ancestor(named, &as_tool)
                || same_message(&path, named)
                || named.starts_with(&path)
        })
    }
}

/// Returns whether a path is the same as, or an ancestor of, another one.
fn is_ancestor(named: &str, path: &str) -> bool {
    path.strip_prefix(named)
        .is_some_and(|rest| named.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Returns whether both paths are in one message and the named one is that of a block, whose index is that of the request.
fn same_message(path: &str, named: &str) -> bool {
    let message = |path: &str| path.split_once(']').map(|(message, _)| message.to_owned());
    let is_block = named.contains("].content[") || named == "messages";
    path.starts_with("messages[") && (named == "messages" || (is_block && message(path) == message(named)))
}

/// Returns a path without what notes leave out: the wrapper of a function.
fn plain_path(path: &str) -> String {
    path.replace(".function.", ".")
        .replace(".input_schema", ".parameters")
        .replace("response_format.json_schema", "response_format")
}
