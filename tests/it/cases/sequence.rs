//! `sequence`: calls in order on one client.

use outcrop::config::ConfigEntry;
use outcrop::{BedrockClientBuilder, ModelRequest};
use serde_json::Value;
use serde_json::value::RawValue;

use super::exchange::{self, Exchange, Reply, Wanted, Wire};
use crate::support::corpus::{self, Case, Members};
use crate::support::json::items;
use crate::support::tally::{Differences, Tally};

#[test]
fn no_call_is_felt_by_the_next() {
    let mut tally = Tally::default();
    for case in corpus::of("sequence") {
        tally.check(case.name(), |differences| check(&case, differences));
    }
    tally.holds(5);
}

fn check(case: &Case, differences: &mut Differences) {
    let calls: Vec<&'static RawValue> = serde_json::from_str(case.text("calls").unwrap()).unwrap();
    let calls: Vec<Members> = calls.into_iter().map(|call| corpus::members(call.get())).collect();
    let replies: Vec<Reply> =
        calls.iter().map(|call| Reply::of(Some(call["converse_response"].get()))).collect();
    let want = case.want();
    let wanted = items(&want["calls"]);
    assert_eq!(calls.len(), wanted.len(), "calls and what is wanted of them");

    let wire = Wire::connect(client(case), &replies);
    let mut shared = case.text("shared_params").map(|params| ModelRequest::from_json(params).unwrap());
    for ((call, reply), want) in calls.iter().zip(&replies).zip(wanted) {
        let own = || ModelRequest::from_json(call["params"].get()).unwrap();
        let request = match &mut shared {
            // The caller's own request, with what AG2 has in its parameters changed from call to call.
            Some(shared) => {
                shared.supports_system_prompts = own().supports_system_prompts;
                shared
            }
            None => &mut own(),
        };
        let alone = Wire::connect(client(case), [reply]).call(request);
        compare(&wire.call(request), &alone, want, differences);
    }
}

/// A call gives what is wanted, and what it gives on a client of its own.
fn compare(got: &Exchange, alone: &Exchange, want: &Value, differences: &mut Differences) {
    // AG2 has 0 for a cost that it does not know.
    let cost = want["cost"] != 0;
    let wanted = Wanted { rule: String::new(), forms: want.clone(), as_ag2: true, cost };
    got.compare(&wanted, differences);
    let cost = |exchange: &Exchange| exchange.outcome.as_ref().map_or(None, |response| response.cost);
    if got.request != alone.request || cost(got) != cost(alone) {
        differences.add("the call gives something else on a client of its own");
    }
}

fn client(case: &Case) -> BedrockClientBuilder {
    let entry = ConfigEntry::settings_from_json(&exchange::config(case)).unwrap();
    BedrockClientBuilder::from_config(&entry).unwrap()
}
