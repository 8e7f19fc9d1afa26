//! `sequence`: calls in order on one client.

use outcrop::config::ConfigEntry;
use outcrop::{BedrockClient, BedrockClientBuilder, ModelRequest};
use serde_json::Value;
use serde_json::value::RawValue;

use super::exchange::{self, Wanted};
use crate::support::corpus::{self, Case, Members};
use crate::support::json::items;
use crate::support::tally::{Differences, Tally};
use crate::support::wire::Wire;

#[test]
fn no_call_is_felt_by_the_next() {
    let wire = Wire::start();
    let mut tally = Tally::default();
    for case in corpus::of("sequence") {
        tally.check(case.name(), |differences| check(&case, &wire, differences));
    }
    tally.holds(5);
}

fn check(case: &Case, wire: &Wire, differences: &mut Differences) {
    let calls: Vec<&'static RawValue> = serde_json::from_str(case.text("calls").unwrap()).unwrap();
    let want = case.want();
    let wanted = items(&want["calls"]);
    assert_eq!(calls.len(), wanted.len(), "calls and what is wanted of them");

    let client = client(case, wire);
    let mut shared = case.text("shared_params").map(|params| ModelRequest::from_json(params).unwrap());
    for (call, want) in calls.into_iter().zip(wanted) {
        let call = corpus::members(call.get());
        let own = || ModelRequest::from_json(call["params"].get()).unwrap();
        let request = match &mut shared {
            // The caller's own request, with what AG2 has in its parameters changed from call to call.
            Some(shared) => {
                shared.supports_system_prompts = own().supports_system_prompts;
                shared
            }
            None => &mut own(),
        };
        check_call(wire, [&client, &self::client(case, wire)], request, &call, want, differences);
    }
}

/// A call on the client of the sequence gives what is wanted, and what it gives on a client of its own.
fn check_call(
    wire: &Wire,
    [client, own_client]: [&BedrockClient; 2],
    request: &ModelRequest,
    call: &Members,
    want: &Value,
    differences: &mut Differences,
) {
    let reply = || exchange::reply(call.get("converse_response").map(|reply| reply.get()));
    let [got, alone] = [client, own_client].map(|client| wire.exchange(client, request, reply()));
    // AG2 has 0 for a cost that it does not know.
    let cost = want["cost"] != 0;
    let wanted = Wanted { rule: String::new(), forms: want.clone(), as_ag2: true, cost };
    got.compare(&wanted, differences);
    let cost =
        |exchange: &exchange::Exchange| exchange.outcome.as_ref().map_or(None, |response| response.cost);
    if got.request != alone.request || cost(&got) != cost(&alone) {
        differences.add("the call gives something else on a client of its own");
    }
}

fn client(case: &Case, wire: &Wire) -> BedrockClient {
    let entry = ConfigEntry::settings_from_json(&exchange::config(case)).unwrap();
    wire.client(BedrockClientBuilder::from_config(&entry).unwrap())
}
