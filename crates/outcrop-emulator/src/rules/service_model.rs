//! The check of a body against the service model of AWS, and the texts of its violations.
//!
//! The texts have the form of AWS, and no text repeats content of a prompt.

mod shape;
mod walk;

use serde_json::Value;

use crate::protocol::error::ServiceError;
use crate::protocol::operation::Operation;
use shape::{Kind, ServiceModel, Shape};
use walk::{Reason, Segment, Violation};

/// The members whose content can be a prompt. Their values are not repeated in errors.
// The service model marks some of them as sensitive, whose values must not be logged. See
// https://smithy.io/2.0/spec/documentation-traits.html#sensitive-trait.
const SENSITIVE: &[&str] = &[
    "messages",
    "system",
    "promptVariables",
    "requestMetadata",
    "additionalModelRequestFields",
    "outputConfig",
    "input",
    "content",
];

/// The maximum number of characters of a value that an error repeats. A base64 image would fill the terminal.
const MAX_VALUE: usize = 64;

/// The maximum number of violations that an error lists. It counts all of them.
const MAX_LISTED: usize = 10;

/// Checks that a body is JSON and matches the service model.
pub(super) fn check(operation: Operation, body: &[u8]) -> Result<(), ServiceError> {
    let body: Value = outcrop_core::from_slice(body).map_err(|error| {
        ServiceError::serialization(format!("The request body is not JSON: {}", error.message()))
    })?;
    let violations = shape_name(operation).map(|shape| walk::violations(shape, &body)).unwrap_or_default();
    if violations.is_empty() { Ok(()) } else { Err(ServiceError::validation(report(&violations))) }
}

/// Returns the name of the shape of an operation's body. The bodies of InvokeModel have none.
fn shape_name(operation: Operation) -> Option<&'static str> {
    match operation {
        Operation::Converse => Some("ConverseRequest"),
        Operation::ConverseStream => Some("ConverseStreamRequest"),
        Operation::CountTokens => Some("CountTokensRequest"),
        Operation::ApplyGuardrail => Some("ApplyGuardrailRequest"),
        Operation::InvokeGuardrailChecks => Some("InvokeGuardrailChecksRequest"),
        Operation::InvokeModel | Operation::InvokeModelWithResponseStream => None,
    }
}

/// Joins violations to the message of an error. AWS reports broken constraints together and first, then one union.
fn report(violations: &[Violation<'_>]) -> String {
    let constraints: Vec<String> = violations.iter().filter_map(constraint).collect();
    match (constraints.as_slice(), violations.first()) {
        ([], Some(union)) => union_sentence(union),
        ([one], _) => format!("1 validation error detected: {one}"),
        (several, _) => {
            let listed: Vec<_> = several.iter().map(String::as_str).take(MAX_LISTED).collect();
            format!("{} validation errors detected: {}", several.len(), listed.join("; "))
        }
    }
}

/// Describes a broken constraint: `Value '1.5' at 'inferenceConfig.temperature' failed to satisfy constraint: …`. A union
/// has its own sentence.
fn constraint(violation: &Violation<'_>) -> Option<String> {
    let path = counted_from_one(&violation.path);
    let member = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let (path, reason) = match &violation.reason {
        Reason::Union => return None,
        // AWS ignores unknown members. The emulator rejects them, because most are misspelt.
        Reason::UnknownMember(name) => {
            return Some(failed_constraint("", &member(name), "Member is not in the service model"));
        }
        Reason::MissingMember(name) => {
            return Some(failed_constraint("", &member(name), "Member must not be null"));
        }
        Reason::Type => {
            let shape = ServiceModel::get().shape(violation.shape);
            (path, format!("Member must be {}", shape.map_or("of another type", Shape::type_name)))
        }
        Reason::Limit(limit) => (path, limit.clone()),
        Reason::Key(limit) => (path, format!("Map keys must satisfy constraint: [{limit}]")),
    };
    let value = if is_sensitive(&violation.path) { String::new() } else { quote_value(violation) };
    Some(failed_constraint(&value, &path, &reason))
}

fn failed_constraint(value: &str, path: &str, reason: &str) -> String {
    let space = if value.is_empty() { "" } else { " " };
    format!("Value{space}{value} at '{path}' failed to satisfy constraint: {reason}")
}

/// Describes a union with none or several of its members.
fn union_sentence(violation: &Violation<'_>) -> String {
    let shape = ServiceModel::get().shape(violation.shape);
    let members: Vec<&str> = shape.map(|shape| shape.member_names().collect()).unwrap_or_default();
    let object = violation.value.as_object();
    let known_count =
        object.map_or(0, |object| object.keys().filter(|key| members.contains(&key.as_str())).count());
    let only = if known_count > 1 { "only " } else { "" };
    format!(
        "{} object at {} must set {only}one of the following keys: {}.",
        violation.shape,
        counted_from_zero(&violation.path),
        members.join(", ")
    )
}

/// Quotes a value as AWS does: floats with a decimal point, lists and objects not at all.
fn quote_value(violation: &Violation<'_>) -> String {
    let is_float =
        ServiceModel::get().shape(violation.shape).is_some_and(|shape| shape.kind == Some(Kind::Number));
    let text = match violation.value {
        Value::String(text) => text.clone(),
        Value::Number(number) if is_float => match number.as_f64() {
            Some(float) => format!("{float:?}"),
            None => number.to_string(),
        },
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null => return "null".to_owned(),
        Value::Array(_) | Value::Object(_) => return String::new(),
    };
    let mut quoted: String = text.chars().take(MAX_VALUE).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    format!("'{quoted}'")
}

fn is_sensitive(path: &[Segment<'_>]) -> bool {
    matches!(path.first(), Some(Segment::Member(name)) if SENSITIVE.contains(name))
}

/// Formats a path as in constraints: `messages.1.member.role`, counted from one.
fn counted_from_one(path: &[Segment<'_>]) -> String {
    let segments = path.iter().map(|segment| match segment {
        Segment::Member(name) => (*name).to_owned(),
        Segment::Index(index) => format!("{}.member", index + 1),
    });
    segments.collect::<Vec<_>>().join(".")
}

/// Formats a path as in sentences about unions: `messages.0.content.0`, counted from zero.
fn counted_from_zero(path: &[Segment<'_>]) -> String {
    let segments = path.iter().map(|segment| match segment {
        Segment::Member(name) => (*name).to_owned(),
        Segment::Index(index) => index.to_string(),
    });
    segments.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests;
