//! `create`: encodes a request and decodes the response.
//!
//! The cases run twice: through the pure mapping, and through a client of the emulator, which also validates every request.

mod fetcher;

use outcrop::config::ConfigEntry;
use outcrop::converse::{Encoded, decode_response};
use outcrop::{BedrockClientBuilder, ModelError, ModelRequest, UnifiedResponse};

use super::exchange::{self, CaseResponse, Exchange, Expected, LoopbackClient};
use crate::support::case_file::{self, Case};
use crate::support::case_report::CaseReport;
use fetcher::CaseFetcher;

/// The rule of the omitted case: a model class of Python may have a method that rewrites the response, which has no
/// counterpart here.
const OMITTED_RULE: &str = "format-method";

/// Responses that lack members. The mapping treats them as AG2 does; a client keeps them, because they are paid for:
/// `response_with_a_missing_member_is_kept_in_both_dialects`.
const KEPT_BY_CLIENTS: [&str; 3] =
    ["response-malformed-no-stop", "finish-mapped-tool-use-text", "usage-cost-usage-missing-missing"];

#[test]
fn cases_pass_through_the_mapping() {
    // The mapping fetches no images and receives no errors of the service.
    let needs_a_client = |case: &Case| case.text("http").is_some() || case.rule() == "service-error";
    let mut report = CaseReport::default();
    for case in cases().filter(|case| !needs_a_client(case)) {
        report.check(case.name(), |differences| map(&case).compare(&expected(&case), differences));
    }
    report.assert_all_pass(295);
}

#[test]
fn cases_pass_over_http() {
    // Every response of the emulator has an id, as those of the service do.
    let has_no_id = |case: &Case| case.name() == "response-ids-no-request-id";
    let is_kept = |case: &Case| KEPT_BY_CLIENTS.contains(&case.name().as_str());
    let mut report = CaseReport::default();
    for case in cases().filter(|case| !has_no_id(case) && !is_kept(case)) {
        report.check(case.name(), |differences| send(&case).compare(&expected(&case), differences));
    }
    report.assert_all_pass(301);
}

fn cases() -> impl Iterator<Item = Case> {
    case_file::cases("create").into_iter().filter(|case| case.rule() != OMITTED_RULE)
}

fn expected(case: &Case) -> Expected {
    let [is_ag2, has_cost] = [case.value("verdict") == "same", case.value("compare_cost") == true];
    Expected { rule: case.rule(), forms: case.expected(), is_ag2, has_cost }
}

/// A case whose request is valid.
pub(crate) struct Accepted {
    /// The name of the case.
    pub(crate) name: String,
    /// The settings of the client.
    pub(crate) entry: ConfigEntry,
    /// The request before it is encoded.
    pub(crate) request: ModelRequest,
    /// The encoded request.
    pub(crate) encoded: Encoded,
}

/// Returns the cases whose requests are valid.
pub(crate) fn accepted() -> impl Iterator<Item = Accepted> {
    cases().filter_map(|case| {
        let entry = ConfigEntry::settings_from_json(&exchange::config(&case)).ok()?;
        let request = ModelRequest::from_json(&exchange::params(&case)).ok()?;
        let encoded = entry.encode(&request).ok()?;
        Some(Accepted { name: case.name(), entry, request, encoded })
    })
}

/// Runs a case through the functions of the mapping.
fn map(case: &Case) -> Exchange {
    match encode(case) {
        Ok(encoded) => Exchange { request: Some(exchange::body(&encoded)), outcome: decode(case, &encoded) },
        Err(error) => Exchange { request: None, outcome: Err(error) },
    }
}

fn encode(case: &Case) -> Result<Encoded, ModelError> {
    let entry = ConfigEntry::settings_from_json(&exchange::config(case))?;
    entry.encode(&ModelRequest::from_json(&exchange::params(case))?)
}

fn decode(case: &Case, encoded: &Encoded) -> Result<UnifiedResponse, ModelError> {
    let response = response(case);
    decode_response(&response.body().to_owned().into(), &encoded.context, response.metadata())
}

/// Runs a case through a client of the emulator.
fn send(case: &Case) -> Exchange {
    let ready = || {
        let entry = ConfigEntry::settings_from_json(&exchange::config(case))?;
        let client = BedrockClientBuilder::from_config(&entry)?.media_fetcher(CaseFetcher::new(case));
        Ok((client, ModelRequest::from_json(&exchange::params(case))?))
    };
    match ready() {
        Ok((client, request)) => LoopbackClient::connect(client, [&response(case)]).call(&request),
        Err(error) => Exchange { request: None, outcome: Err(error) },
    }
}

fn response(case: &Case) -> CaseResponse {
    CaseResponse::parse(case.text("converse_response"))
}
