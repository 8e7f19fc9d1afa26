//! Requests are read into the words of every provider, and are Converse's again.

use outcrop::ModelRequest;
use outcrop::converse::{EncodeOptions, decode_request, encode_request};
use outcrop_emulator::Emulator;
use serde_json::Value;

use super::exchange::Exchange;
use super::judged::aws_is_lenient;
use super::sent::connect;
use super::{exchanges, with_streams};
use crate::support::tally::Tally;

#[test]
fn verbatim_a_request_is_the_same_again() {
    let Some(exchanges) = with_streams() else { return };
    let mut tally = Tally::default();
    let mut whole = 0;
    for (exchange, request) in read(&exchanges) {
        whole += 1;
        tally.check(&exchange.source, |differences| {
            match encode_request(&request, &EncodeOptions::verbatim()) {
                Ok(encoded) => {
                    let written: Value = serde_json::from_slice(&encoded.to_bytes()).unwrap();
                    let wanted: Value = serde_json::from_str(exchange.request().unwrap_or_default()).unwrap();
                    if written != wanted {
                        differences.add(format!("{written} for {wanted}"));
                    }
                }
                // What AWS refused may be refused here before it is sent.
                Err(error) if exchange.succeeded() => differences.add(error.to_string()),
                Err(_) => {}
            }
        });
    }
    tally.holds(whole);
}

#[tokio::test]
async fn written_anew_a_request_is_one_that_the_service_takes() {
    let Some(exchanges) = exchanges() else { return };
    let emulator = Emulator::builder().any_model(true).start().await.expect("a port is free");
    let transport = connect(&emulator).await;
    let mut tally = Tally::default();
    let mut taken = 0;
    for (exchange, request) in read(&exchanges).filter(|(exchange, _)| exchange.succeeded()) {
        taken += 1;
        let outcome = match encode_request(&request, &EncodeOptions::default()) {
            Ok(encoded) => transport.converse(&encoded.model_id, encoded.to_bytes()).await.map(drop),
            Err(error) => Err(error),
        };
        tally.check(&exchange.source, |differences| {
            if let Some(error) = outcome.err().filter(|error| !aws_is_lenient(exchange, error)) {
                differences.add(error.to_string());
            }
        });
    }
    tally.holds(taken);
}

/// The requests that were recorded whole.
fn read(exchanges: &[Exchange]) -> impl Iterator<Item = (&Exchange, ModelRequest)> {
    exchanges.iter().filter_map(|exchange| {
        let body = exchange.request()?.to_owned();
        let request = decode_request(&exchange.model_id, &body.into());
        Some((exchange, request.unwrap_or_else(|error| panic!("{}: {error}", exchange.source))))
    })
}
