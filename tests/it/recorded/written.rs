//! Bodies are read into the wire types and written back as what they were.

use outcrop::converse::wire::{ConverseRequest, ConverseResponse};
use outcrop::core::WriteJson;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{exchanges, with_streams};
use crate::support::tally::{Differences, Tally};

#[test]
fn requests_are_written_back_as_they_were() {
    let Some(exchanges) = with_streams() else { return };
    let mut tally = Tally::default();
    let mut whole = 0;
    for exchange in &exchanges {
        let Some(request) = exchange.request() else { continue };
        whole += 1;
        tally.check(&exchange.source, |differences| written_back::<ConverseRequest>(request, differences));
    }
    tally.holds(whole);
}

#[test]
fn replies_are_written_back_as_they_were() {
    let Some(exchanges) = exchanges() else { return };
    let mut tally = Tally::default();
    for exchange in &exchanges {
        tally.check(&exchange.source, |differences| {
            written_back::<ConverseResponse>(exchange.reply(), differences);
        });
    }
    tally.holds(exchanges.len());
}

/// Notes a difference when a body is not read, or when either writer writes something else than was read.
fn written_back<T: DeserializeOwned + Serialize + WriteJson>(body: &str, differences: &mut Differences) {
    let read: T = match outcrop::core::from_str(body) {
        Ok(read) => read,
        Err(error) => return differences.add(format!("not read: {error}")),
    };
    let mut bytes = Vec::new();
    read.write_json(&mut bytes);
    let wanted: Value = serde_json::from_str(body).unwrap();
    let by_us: Value = serde_json::from_slice(&bytes).unwrap();
    let by_serde = serde_json::to_value(&read).unwrap();
    for (writer, written) in [("WriteJson", by_us), ("serde", by_serde)] {
        // Strictly: 1 is not 1.0 here.
        if written != wanted {
            differences.add(format!("{writer}: {written} for {wanted}"));
        }
    }
}
