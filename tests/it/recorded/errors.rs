//! Recorded errors are classified.

use outcrop::ErrorKind;
use outcrop::converse::classify_error;

use super::exchange::Exchange;
use super::exchanges;
use crate::support::case_report::CaseReport;

/// The kinds of errors with a status and an error type. The first row that matches applies.
const KINDS: &[(u16, Option<&str>, &[ErrorKind])] = &[
    (400, Some("ValidationException"), &[ErrorKind::InvalidRequest, ErrorKind::ContextOverflow]),
    (400, Some("ServiceQuotaExceededException"), &[ErrorKind::QuotaExceeded]),
    (400, None, &[ErrorKind::InvalidRequest, ErrorKind::ContextOverflow]),
    (401, None, &[ErrorKind::Unauthenticated]),
    (403, Some("UnrecognizedClientException"), &[ErrorKind::Unauthenticated]),
    (403, Some("ExpiredTokenException"), &[ErrorKind::Unauthenticated]),
    (403, Some("InvalidSignatureException"), &[ErrorKind::Unauthenticated]),
    (403, Some("IncompleteSignatureException"), &[ErrorKind::Unauthenticated]),
    (403, Some("MissingAuthenticationTokenException"), &[ErrorKind::Unauthenticated]),
    (403, None, &[ErrorKind::PermissionDenied]),
    (404, None, &[ErrorKind::NotFound]),
    (408, None, &[ErrorKind::Timeout]),
    (424, None, &[ErrorKind::ModelFailure]),
    (429, Some("ModelNotReadyException"), &[ErrorKind::Unavailable]),
    (429, None, &[ErrorKind::Throttled, ErrorKind::QuotaExceeded]),
    (500, None, &[ErrorKind::Unavailable]),
    (503, None, &[ErrorKind::Unavailable]),
];

#[test]
fn errors_have_the_kind_of_status_and_type() {
    let Some(exchanges) = exchanges() else { return };
    let mut report = CaseReport::default();
    let mut count = 0;
    for exchange in exchanges.iter().filter(|exchange| !exchange.succeeded()) {
        count += 1;
        report.check(&exchange.source, |differences| {
            let error = classify_error(&exchange.service_error());
            let kinds = expected_kinds(exchange);
            if !kinds.contains(&error.kind()) {
                differences.add(format!("{} instead of {kinds:?}: {error}", error.kind()));
            }
            // An overflow of the context is recognized by its text.
            let about_length =
                ["too long", "context", "tokens"].iter().any(|part| error.message().contains(part));
            if error.kind() == ErrorKind::ContextOverflow && !about_length {
                differences.add(format!("not about a length: {error}"));
            }
            let body: serde_json::Value = serde_json::from_str(exchange.response()).unwrap();
            if !body["message"].is_null() && body["message"] != error.message() {
                differences.add(format!("message: {:?} instead of {}", error.message(), body["message"]));
            }
            let name = exchange.error_type().and_then(|name| name.split(':').next());
            if name.is_some() && error.code() != name {
                differences.add(format!("code: {:?} instead of {name:?}", error.code()));
            }
        });
    }
    report.assert_all_pass(count);
}

/// Returns the kinds that an error may have; none if a row for it is missing.
fn expected_kinds(exchange: &Exchange) -> &'static [ErrorKind] {
    let name = exchange.error_type().and_then(|name| name.split(':').next());
    let matches = |(status, expected, _): &&(u16, Option<&str>, _)| {
        *status == exchange.status && (expected.is_none() || *expected == name)
    };
    KINDS.iter().find(matches).map_or(&[], |(.., kinds)| kinds)
}
