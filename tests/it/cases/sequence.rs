//! `sequence`: several calls of one client, in order.

use outcrop::config::ConfigEntry;
use outcrop::{BedrockClientBuilder, ModelRequest};
use serde_json::Value;
use serde_json::value::RawValue;

use super::exchange::{self, CaseResponse, Exchange, Expected, LoopbackClient};
use crate::support::case_file::{self, Case, Members};
use crate::support::case_report::{CaseReport, Differences};
use crate::support::json::items;

#[test]
fn calls_of_one_client_are_independent() {
    let mut report = CaseReport::default();
    for case in case_file::cases("sequence") {
        report.check(case.name(), |differences| check(&case, differences));
    }
    report.assert_all_pass(5);
}

fn check(case: &Case, differences: &mut Differences) {
    let calls: Vec<&'static RawValue> = serde_json::from_str(case.text("calls").unwrap()).unwrap();
    let calls: Vec<Members> = calls.into_iter().map(|call| case_file::members(call.get())).collect();
    let responses: Vec<CaseResponse> =
        calls.iter().map(|call| CaseResponse::parse(Some(call["converse_response"].get()))).collect();
    let expected = case.expected();
    let expected = items(&expected["calls"]);
    assert_eq!(calls.len(), expected.len(), "number of expected calls");

    let shared_client = LoopbackClient::connect(client(case), &responses);
    let mut shared = case.text("shared_params").map(|params| ModelRequest::from_json(params).unwrap());
    for ((call, response), expected) in calls.iter().zip(&responses).zip(expected) {
        let own = || ModelRequest::from_json(call["params"].get()).unwrap();
        let request = match &mut shared {
            // The caller changes the shared request between the calls, as with AG2's parameters.
            Some(shared) => {
                shared.supports_system_prompts = own().supports_system_prompts;
                shared
            }
            None => &mut own(),
        };
        let alone = LoopbackClient::connect(client(case), [response]).call(request);
        compare(&shared_client.call(request), &alone, expected, differences);
    }
}

/// Compares a call with the expected one, and with the same call on a client of its own.
fn compare(actual: &Exchange, alone: &Exchange, expected: &Value, differences: &mut Differences) {
    // AG2 returns 0 for an unknown cost.
    let has_cost = expected["cost"] != 0;
    let expected = Expected { rule: String::new(), forms: expected.clone(), is_ag2: true, has_cost };
    actual.compare(&expected, differences);
    let cost = |exchange: &Exchange| exchange.outcome.as_ref().map_or(None, |response| response.cost);
    if actual.request != alone.request || cost(actual) != cost(alone) {
        differences.add("the call differs on a client of its own");
    }
}

fn client(case: &Case) -> BedrockClientBuilder {
    let entry = ConfigEntry::settings_from_json(&exchange::config(case)).unwrap();
    BedrockClientBuilder::from_config(&entry).unwrap()
}
