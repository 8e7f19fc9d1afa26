//! Requests through the real transport, to an emulator that gives the recorded replies.

use outcrop::converse::{ResponseContext, ResponseMetadata, classify_error, decode_response};
use outcrop::transport::{Environment, Settings, Transport};
use outcrop::{Credentials, Retry};
use outcrop_emulator::{Emulator, Script};

use super::exchange::Exchange;
use super::exchanges;
use crate::support::tally::{Differences, Tally};

#[tokio::test]
async fn what_comes_back_is_what_was_recorded() {
    let Some(exchanges) = exchanges() else { return };
    let whole: Vec<_> = exchanges.iter().filter(|exchange| exchange.request().is_some()).collect();
    let script = whole.iter().map(|exchange| exchange.scripted()).fold(Script::new(), Script::then);
    // What the requests are worth is not the question here.
    let emulator = Emulator::builder().validate(false).any_model(true).script(script.strict(true));
    let emulator = emulator.start().await.expect("a port is free");
    let transport = connect(&emulator).await;
    let mut tally = Tally::default();
    for exchange in &whole {
        let request = exchange.request().unwrap_or_default();
        let outcome = transport.converse(&exchange.model_id, request.to_owned().into()).await;
        let received = emulator.requests().pop().expect("it was sent");
        tally.check(&exchange.source, |differences| {
            // Some clients leave colons as they are, and gateways have paths of their own before the service's.
            if !plain(&exchange.path).ends_with(&plain(received.path())) {
                differences.add(format!("path: {} for {}", received.path(), exchange.path));
            }
            if received.body() != request {
                differences.add("the request is not what was sent");
            }
            match outcome {
                Ok(reply) => compare(exchange, &reply.body, differences),
                Err(error) => {
                    let wanted = classify_error(&exchange.fault());
                    let [got, want] =
                        [&error, &wanted].map(|e| (e.kind(), e.status(), e.code(), e.message()));
                    // The SDK finds the body's own name for an error, if any; the recordings have none.
                    if exchange.succeeded() || got != want {
                        differences.add(format!("{error} for {wanted}"));
                    }
                }
            }
        });
    }
    tally.holds(whole.len());
}

fn compare(exchange: &Exchange, body: &bytes::Bytes, differences: &mut Differences) {
    if body != exchange.reply() {
        differences.add("the reply is not the recorded one");
    }
    let decoded = decode_response(body, &ResponseContext::default(), ResponseMetadata::default());
    match (decoded, exchange.decoded()) {
        (Ok(decoded), Ok(wanted)) if decoded == wanted && exchange.succeeded() => {}
        (decoded, wanted) => differences.add(format!("{decoded:?} for {wanted:?}")),
    }
}

/// A path without the percent-encoding of what stands in models' ids.
fn plain(path: &str) -> String {
    path.replace("%3A", ":").replace("%2F", "/")
}

pub(super) async fn connect(emulator: &Emulator) -> Transport {
    let settings = Settings::new()
        .with_environment(Environment::from_variables::<&str, &str>([]))
        .with_region("us-east-1")
        .with_credentials(Credentials::keys("AKIDEXAMPLE", "wJalrXUtnFEMI"))
        .with_retry(Retry::never())
        .with_endpoint_url(emulator.url());
    Transport::from_settings(settings).await.expect("the settings are complete")
}
