//! Recorded exchanges through the real transport, with an emulator that returns the recorded responses.

use outcrop::converse::{ResponseContext, ResponseMetadata, classify_error, decode_response};
use outcrop::transport::{Environment, Settings, Transport};
use outcrop::{Credentials, Retry};
use outcrop_emulator::{Emulator, Script};

use super::exchange::Exchange;
use super::exchanges;
use crate::support::case_report::{CaseReport, Differences};

#[tokio::test]
async fn exchanges_pass_through_the_transport_unchanged() {
    let Some(exchanges) = exchanges() else { return };
    let complete: Vec<_> = exchanges.iter().filter(|exchange| exchange.request().is_some()).collect();
    let script = complete.iter().map(|exchange| exchange.scripted()).fold(Script::new(), Script::then);
    // The emulator must return the recorded error even for a request that it would reject differently.
    let emulator = Emulator::builder().validate(false).any_model(true).script(script.strict(true));
    let emulator = emulator.start().await.expect("a port is free");
    let transport = connect(&emulator).await;
    let mut report = CaseReport::default();
    for exchange in &complete {
        let request = exchange.request().unwrap_or_default();
        let outcome = transport.converse(&exchange.model_id, request.to_owned().into()).await;
        let received = emulator.requests().pop().expect("a request");
        report.check(&exchange.source, |differences| {
            // Some clients do not encode colons, and gateways add a prefix to the path.
            if !unescaped(&exchange.path).ends_with(&unescaped(received.path())) {
                differences.add(format!("path: {} instead of {}", received.path(), exchange.path));
            }
            if received.body() != request {
                differences.add("the request was changed");
            }
            match outcome {
                Ok(response) => compare(exchange, &response.body, differences),
                Err(error) => {
                    let expected = classify_error(&exchange.service_error());
                    let [parts, expected_parts] =
                        [&error, &expected].map(|e| (e.kind(), e.status(), e.code(), e.message()));
                    if exchange.succeeded() || parts != expected_parts {
                        differences.add(format!("{error} instead of {expected}"));
                    }
                }
            }
        });
    }
    report.assert_all_pass(complete.len());
}

fn compare(exchange: &Exchange, body: &bytes::Bytes, differences: &mut Differences) {
    if body != exchange.response() {
        differences.add("the response was changed");
    }
    let decoded = decode_response(body, &ResponseContext::default(), ResponseMetadata::default());
    match (decoded, exchange.decode()) {
        (Ok(decoded), Ok(expected)) if decoded == expected && exchange.succeeded() => {}
        (decoded, expected) => differences.add(format!("{decoded:?} instead of {expected:?}")),
    }
}

/// Decodes the characters of a path that occur in ids of models.
fn unescaped(path: &str) -> String {
    path.replace("%3A", ":").replace("%2F", "/")
}

pub(super) async fn connect(emulator: &Emulator) -> Transport {
    let settings = Settings::new()
        .with_environment(Environment::from_variables::<&str, &str>([]))
        .with_region("us-east-1")
        .with_credentials(Credentials::keys("AKIDEXAMPLE", "wJalrXUtnFEMI"))
        .with_retry(Retry::never())
        .with_endpoint_url(emulator.url());
    Transport::from_settings(settings).await.expect("a transport")
}
