//! The emulator accepts and rejects the requests that AWS accepted and rejected.

use outcrop::ModelError;
use outcrop::converse::classify_error;
use outcrop_emulator::{Emulator, Script, ScriptedExchange};

use super::exchange::Exchange;
use super::exchanges;
use super::transport::connect;
use crate::support::case_report::CaseReport;
use crate::support::loopback;

/// Requests that AWS accepted although its service model or documentation forbids them. The emulator rejects them.
const LENIENT: &[Lenience] = &[
    Lenience { vendor: "anthropic", rejection: "A conversation must start with a user message" },
    Lenience { vendor: "anthropic", rejection: "is blank. Add text to the text field" },
    // Claude accepted a document next to tool results, but rejected it in later calls of the same models (L3).
    Lenience { vendor: "anthropic", rejection: "document.source.type: Field required" },
    Lenience {
        vendor: "amazon",
        rejection: "A conversation must alternate between user and assistant roles",
    },
    // Nova accepted the media type `video/mp4` for the format `mp4`.
    Lenience { vendor: "amazon", rejection: "video.format' failed to satisfy constraint" },
];

/// A rule that the models of one vendor do not enforce.
struct Lenience {
    vendor: &'static str,
    rejection: &'static str,
}

/// Texts of rejections that the emulator cannot reproduce, because they depend on the model's features or the account.
const NOT_EMULATED: &[&str] = &["This model doesn't support", "on-demand throughput"];

#[tokio::test]
async fn requests_that_aws_accepted_are_accepted() {
    let Some(exchanges) = exchanges() else { return };
    let verdicts = verdicts(exchanges.iter().filter(|exchange| exchange.succeeded())).await;
    let mut report = CaseReport::default();
    let count = verdicts.len();
    for (exchange, verdict) in verdicts {
        report.check(&exchange.source, |differences| {
            if let Some(error) = verdict.err().filter(|error| !aws_is_lenient(exchange, error)) {
                differences.add(error.to_string());
            }
        });
    }
    report.assert_all_pass(count);
}

#[tokio::test]
async fn requests_that_aws_rejected_have_the_same_error() {
    let Some(exchanges) = exchanges() else { return };
    let verdicts = verdicts(exchanges.iter().filter(|exchange| is_about_the_request(exchange))).await;
    let mut report = CaseReport::default();
    let count = verdicts.len();
    for (exchange, verdict) in verdicts {
        let expected = classify_error(&exchange.service_error());
        report.check(&exchange.source, |differences| match verdict {
            Err(error) if error.kind() == expected.kind() && error.message() == expected.message() => {}
            Err(error) => differences.add(format!("{error} instead of {expected}")),
            Ok(()) => differences.add(format!("accepted instead of {expected}")),
        });
    }
    report.assert_all_pass(count);
}

/// Returns whether AWS is known to accept, for the model, what was rejected.
pub(super) fn aws_is_lenient(exchange: &Exchange, error: &ModelError) -> bool {
    LENIENT.iter().any(|lenience| {
        exchange.model_id.contains(&format!("{}.", lenience.vendor))
            && error.message().contains(lenience.rejection)
    })
}

/// Returns whether the request alone causes an error. The emulator does not verify credentials and is never overloaded.
fn is_about_the_request(exchange: &Exchange) -> bool {
    exchange.status == 400 && !NOT_EMULATED.iter().any(|text| exchange.response().contains(text))
}

/// Sends the requests that were recorded completely, and returns the outcomes.
async fn verdicts<'e>(
    exchanges: impl Iterator<Item = &'e Exchange>,
) -> Vec<(&'e Exchange, Result<(), ModelError>)> {
    let response = ScriptedExchange::response(loopback::response("Yes.")).expect("JSON").forever();
    let emulator =
        Emulator::builder().script(Script::new().then(response)).start().await.expect("a port is free");
    let transport = connect(&emulator).await;
    let mut verdicts = Vec::new();
    for exchange in exchanges {
        let Some(request) = exchange.request() else { continue };
        let outcome = transport.converse(&exchange.model_id, request.to_owned().into()).await;
        verdicts.push((exchange, outcome.map(drop)));
    }
    verdicts
}
