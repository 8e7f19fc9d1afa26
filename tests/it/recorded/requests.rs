//! Recorded requests decode to unified requests and encode to Converse again.

use outcrop::ModelRequest;
use outcrop::converse::{EncodeOptions, decode_request, encode_request};
use outcrop_emulator::Emulator;
use serde_json::Value;

use super::emulator::aws_is_lenient;
use super::exchange::Exchange;
use super::transport::connect;
use super::{all_exchanges, exchanges};
use crate::support::case_report::CaseReport;

#[test]
fn verbatim_encoding_restores_the_request() {
    let Some(exchanges) = all_exchanges() else { return };
    let mut report = CaseReport::default();
    let mut count = 0;
    for (exchange, request) in decoded(&exchanges) {
        count += 1;
        report.check(&exchange.source, |differences| {
            match encode_request(&request, &EncodeOptions::verbatim()) {
                Ok(encoded) => {
                    let actual: Value = serde_json::from_slice(&encoded.to_bytes()).unwrap();
                    let expected: Value =
                        serde_json::from_str(exchange.request().unwrap_or_default()).unwrap();
                    if actual != expected {
                        differences.add(format!("{actual} instead of {expected}"));
                    }
                }
                // A request that AWS rejected may be rejected here before it is sent.
                Err(error) if exchange.succeeded() => differences.add(error.to_string()),
                Err(_) => {}
            }
        });
    }
    report.assert_all_pass(count);
}

#[tokio::test]
async fn default_encoding_is_accepted() {
    let Some(exchanges) = exchanges() else { return };
    let emulator = Emulator::builder().any_model(true).start().await.expect("a port is free");
    let transport = connect(&emulator).await;
    let mut report = CaseReport::default();
    let mut count = 0;
    for (exchange, request) in decoded(&exchanges).filter(|(exchange, _)| exchange.succeeded()) {
        count += 1;
        let outcome = match encode_request(&request, &EncodeOptions::ag2()) {
            Ok(encoded) => transport.converse(&encoded.model_id, encoded.to_bytes()).await.map(drop),
            Err(error) => Err(error),
        };
        report.check(&exchange.source, |differences| {
            if let Some(error) = outcome.err().filter(|error| !aws_is_lenient(exchange, error)) {
                differences.add(error.to_string());
            }
        });
    }
    report.assert_all_pass(count);
}

/// Decodes the requests that were recorded completely.
fn decoded(exchanges: &[Exchange]) -> impl Iterator<Item = (&Exchange, ModelRequest)> {
    exchanges.iter().filter_map(|exchange| {
        let body = exchange.request()?.to_owned();
        let request = decode_request(&exchange.model_id, &body.into());
        Some((exchange, request.unwrap_or_else(|error| panic!("{}: {error}", exchange.source))))
    })
}
