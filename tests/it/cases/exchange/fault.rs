//! The error of an exchange.

use outcrop::ModelError;
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
    ("service-error", "ValidationException"),
    ("validation-error", "StructuredOutputValidation"),
];

/// Whether an error is wanted.
pub(super) fn is_wanted(forms: &Value) -> bool {
    !(forms["error"].is_null() && forms["error_kind"].is_null())
}

/// Notes when an error is not the wanted one: told apart by its code, and with something to read.
pub(super) fn compare(error: &ModelError, wanted: &Wanted, differences: &mut Differences) {
    if !is_wanted(&wanted.forms) {
        return differences.add(format!("error: {error}"));
    }
    let by_rule = || CODES.iter().find(|(rule, _)| *rule == wanted.rule).map(|(_, code)| *code);
    let code = wanted.forms["error_kind"].as_str().or_else(by_rule);
    if code.is_none() || error.code() != code {
        differences.add(format!("error: code {:?} for {code:?}: {error}", error.code()));
    }
    if error.message().is_empty() {
        differences.add("error: says nothing");
    }
}
