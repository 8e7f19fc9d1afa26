//! The error of an exchange.

use outcrop::{ErrorKind, ModelError};
use serde_json::Value;

use super::Wanted;
use crate::support::tally::Differences;

/// What the code is where the case has the text of AG2's error: the rule tells.
const CODES: &[(&str, &str)] = &[
    ("http-status", "NotFound"),
    ("no-model", "MissingModel"),
    ("none", "InvalidResponse"),
    ("prop-not-dict", "InvalidTool"),
    ("refs-bad", "InvalidSchema"),
    ("service-error", FROM_SERVICE),
    ("validation-error", "StructuredOutputValidation"),
];

/// The code of an error that the service gave.
const FROM_SERVICE: &str = "ValidationException";

/// Whether an error is wanted.
pub(super) fn is_wanted(forms: &Value) -> bool {
    !(forms["error"].is_null() && forms["error_kind"].is_null())
}

/// Notes when an error is not the wanted one, which is told apart by its code.
pub(super) fn compare(error: &ModelError, wanted: &Wanted, differences: &mut Differences) {
    let forms = &wanted.forms;
    if !is_wanted(forms) {
        return differences.add(format!("error: {error}"));
    }
    let by_rule = || CODES.iter().find(|(rule, _)| *rule == wanted.rule).map(|(_, code)| *code);
    let Some(code) = forms["error_kind"].as_str().or_else(by_rule) else {
        return differences.add(format!("error: no code is known for the rule {}", wanted.rule));
    };
    if (error.code(), error.kind()) != (Some(code), kind(code)) {
        differences.add(format!("error: not {code}, {}: {error:?}", kind(code)));
    }
    // The service's own words are handed on; all others are ours to write.
    let is_told = |text: &str| code != FROM_SERVICE || text.ends_with(error.message());
    if error.message().is_empty() || !forms["error"].as_str().is_none_or(is_told) {
        differences.add(format!("error: says {:?}", error.message()));
    }
}

/// The kind of error that a code belongs to.
fn kind(code: &str) -> ErrorKind {
    match code {
        "InvalidResponse" => ErrorKind::InvalidResponse,
        "NotFound" => ErrorKind::NotFound,
        "StructuredOutputValidation" => ErrorKind::InvalidOutput,
        _ => ErrorKind::InvalidRequest,
    }
}
