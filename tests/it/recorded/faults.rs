//! Errors of the service are told apart.

use outcrop::ErrorKind;
use outcrop::converse::classify_error;

use super::exchange::Exchange;
use super::exchanges;
use crate::support::tally::Tally;

/// What a status and, where there is one, an error type stand for. Of two rows that fit the first counts.
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
fn each_error_has_the_kind_of_its_status_and_type() {
    let Some(exchanges) = exchanges() else { return };
    let mut tally = Tally::default();
    let mut faults = 0;
    for exchange in exchanges.iter().filter(|exchange| !exchange.succeeded()) {
        faults += 1;
        tally.check(&exchange.source, |differences| {
            let error = classify_error(&exchange.fault());
            let wanted = wanted(exchange);
            if !wanted.contains(&error.kind()) {
                differences.add(format!("{} for {wanted:?}: {error}", error.kind()));
            }
            // A refinement rests on the words alone.
            let about_length =
                ["too long", "context", "tokens"].iter().any(|word| error.message().contains(word));
            if error.kind() == ErrorKind::ContextOverflow && !about_length {
                differences.add(format!("nothing is too long: {error}"));
            }
            let said: serde_json::Value = serde_json::from_str(exchange.reply()).unwrap();
            if !said["message"].is_null() && said["message"] != error.message() {
                differences.add(format!("says {:?} for {}", error.message(), said["message"]));
            }
            let named = exchange.error_type().and_then(|name| name.split(':').next());
            if named.is_some() && error.code() != named {
                differences.add(format!("has the code {:?} for {named:?}", error.code()));
            }
        });
    }
    tally.holds(faults);
}

/// The kinds that an error may have; none for a status that nobody thought of, which is a row to be added.
fn wanted(exchange: &Exchange) -> &'static [ErrorKind] {
    let named = exchange.error_type().and_then(|name| name.split(':').next());
    let fits = |(status, name, _): &&(u16, Option<&str>, _)| {
        *status == exchange.status && (name.is_none() || *name == named)
    };
    KINDS.iter().find(fits).map_or(&[], |(.., kinds)| kinds)
}
