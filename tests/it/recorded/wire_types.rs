//! Recorded bodies survive parsing into the wire types and serialization.

use outcrop::converse::wire::{ConverseRequest, ConverseResponse};
use outcrop::core::WriteJson;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{all_exchanges, exchanges};
use crate::support::case_report::{CaseReport, Differences};

#[test]
fn requests_serialize_to_equal_json() {
    let Some(exchanges) = all_exchanges() else { return };
    let mut report = CaseReport::default();
    let mut count = 0;
    for exchange in &exchanges {
        let Some(request) = exchange.request() else { continue };
        count += 1;
        report.check(&exchange.source, |differences| round_trip::<ConverseRequest>(request, differences));
    }
    report.assert_all_pass(count);
}

#[test]
fn responses_serialize_to_equal_json() {
    let Some(exchanges) = exchanges() else { return };
    let mut report = CaseReport::default();
    for exchange in &exchanges {
        report.check(&exchange.source, |differences| {
            round_trip::<ConverseResponse>(exchange.response(), differences);
        });
    }
    report.assert_all_pass(exchanges.len());
}

/// Adds a difference if a body cannot be parsed, or if one of the two serializers changes it.
fn round_trip<T: DeserializeOwned + Serialize + WriteJson>(body: &str, differences: &mut Differences) {
    let parsed: T = match outcrop::core::from_str(body) {
        Ok(parsed) => parsed,
        Err(error) => return differences.add(format!("cannot be parsed: {error}")),
    };
    let mut bytes = Vec::new();
    parsed.write_json(&mut bytes);
    let expected: Value = serde_json::from_str(body).unwrap();
    let by_write_json: Value = serde_json::from_slice(&bytes).unwrap();
    let by_serde = serde_json::to_value(&parsed).unwrap();
    for (serializer, json) in [("WriteJson", by_write_json), ("serde", by_serde)] {
        // Strict: 1 does not equal 1.0.
        if json != expected {
            differences.add(format!("{serializer}: {json} instead of {expected}"));
        }
    }
}
