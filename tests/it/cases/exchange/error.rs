//! The error of an exchange.

use outcrop::{ErrorKind, ModelError};
use serde_json::Value;

use super::Expected;
use crate::support::case_report::Differences;

/// The codes of errors for which the case has only the text of AG2, by the rule of the case.
const CODES: &[(&str, &str)] = &[
    ("http-status", "NotFound"),
    ("no-model", "MissingModel"),
    ("none", "InvalidResponse"),
    ("prop-not-dict", "InvalidTool"),
    ("refs-bad", "InvalidSchema"),
    ("service-error", FROM_SERVICE),
    ("validation-error", "StructuredOutputValidation"),
];

/// The code of an error of the service.
const FROM_SERVICE: &str = "ValidationException";

/// Returns whether the case expects an error.
pub(super) fn is_expected(forms: &Value) -> bool {
    !(forms["error"].is_null() && forms["error_kind"].is_null())
}

/// Compares the code and the kind of an error.
pub(super) fn compare(error: &ModelError, expected: &Expected, differences: &mut Differences) {
    let forms = &expected.forms;
    if !is_expected(forms) {
        return differences.add(format!("error: {error}"));
    }
    let by_rule = || CODES.iter().find(|(rule, _)| *rule == expected.rule).map(|(_, code)| *code);
    let Some(code) = forms["error_kind"].as_str().or_else(by_rule) else {
        return differences.add(format!("error: the rule {} has no code", expected.rule));
    };
    if (error.code(), error.kind()) != (Some(code), kind(code)) {
        differences.add(format!("error: {error:?} instead of {code}, {}", kind(code)));
    }
    // The text of an error of the service is passed on. Other texts are ours and are not compared.
    let has_text = |text: &str| code != FROM_SERVICE || text.ends_with(error.message());
    if error.message().is_empty() || !forms["error"].as_str().is_none_or(has_text) {
        differences.add(format!("error: the message is {:?}", error.message()));
    }
}

/// Returns the kind of the errors with a code.
fn kind(code: &str) -> ErrorKind {
    match code {
        "InvalidResponse" => ErrorKind::InvalidResponse,
        "NotFound" => ErrorKind::NotFound,
        "StructuredOutputValidation" => ErrorKind::InvalidOutput,
        _ => ErrorKind::InvalidRequest,
    }
}
