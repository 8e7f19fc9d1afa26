//! `create`: a request that goes out and the response that comes back.
//!
//! The cases run twice: through the pure mapping, and through a client that talks to the emulator, which also sees to
//! it that every request is one that the service takes.

mod fetcher;

use outcrop::config::ConfigEntry;
use outcrop::converse::{Encoded, decode_response};
use outcrop::{BedrockClientBuilder, ModelError, ModelRequest, UnifiedResponse};

use super::exchange::{self, Exchange, Reply, Wanted, Wire};
use crate::support::corpus::{self, Case};
use crate::support::tally::Tally;
use fetcher::Table;

/// Left out: a model class of Python's may have a method that rewrites the answer, which has no counterpart here.
const LEFT_OUT: &str = "format-method";

#[test]
fn through_the_mapping() {
    // The mapping fetches nothing, and it sees no errors of the service.
    let needs_a_client = |case: &Case| case.text("http").is_some() || case.rule() == "service-error";
    let mut tally = Tally::default();
    for case in cases().filter(|case| !needs_a_client(case)) {
        tally.check(case.name(), |differences| mapped(&case).compare(&wanted(&case), differences));
    }
    tally.holds(295);
}

#[test]
fn over_the_wire() {
    // The service gives every reply an id, and so does the emulator.
    let has_no_id = |case: &Case| case.name() == "response-ids-no-request-id";
    let mut tally = Tally::default();
    for case in cases().filter(|case| !has_no_id(case)) {
        tally.check(case.name(), |differences| sent(&case).compare(&wanted(&case), differences));
    }
    tally.holds(304);
}

fn cases() -> impl Iterator<Item = Case> {
    corpus::of("create").into_iter().filter(|case| case.rule() != LEFT_OUT)
}

fn wanted(case: &Case) -> Wanted {
    let [as_ag2, cost] = [case.value("verdict") == "same", case.value("compare_cost") == true];
    Wanted { rule: case.rule(), forms: case.want(), as_ag2, cost }
}

/// A request of a case that can be sent.
pub(crate) struct Accepted {
    /// The name of the case.
    pub(crate) name: String,
    /// The settings of the client.
    pub(crate) entry: ConfigEntry,
    /// The request, before it is encoded.
    pub(crate) request: ModelRequest,
    /// The request, encoded.
    pub(crate) encoded: Encoded,
}

/// The requests of the cases that can be sent.
pub(crate) fn accepted() -> impl Iterator<Item = Accepted> {
    cases().filter_map(|case| {
        let entry = ConfigEntry::settings_from_json(&exchange::config(&case)).ok()?;
        let request = ModelRequest::from_json(&exchange::params(&case)).ok()?;
        let encoded = entry.encode(&request).ok()?;
        Some(Accepted { name: case.name(), entry, request, encoded })
    })
}

/// The case by the functions of the mapping alone.
fn mapped(case: &Case) -> Exchange {
    match encoded(case) {
        Ok(encoded) => Exchange { request: Some(exchange::body(&encoded)), outcome: decoded(case, &encoded) },
        Err(error) => Exchange { request: None, outcome: Err(error) },
    }
}

fn encoded(case: &Case) -> Result<Encoded, ModelError> {
    let entry = ConfigEntry::settings_from_json(&exchange::config(case))?;
    entry.encode(&ModelRequest::from_json(&exchange::params(case))?)
}

fn decoded(case: &Case, encoded: &Encoded) -> Result<UnifiedResponse, ModelError> {
    let reply = reply(case);
    decode_response(&reply.body().to_owned().into(), &encoded.context, reply.meta())
}

/// The case by a client that talks to a server.
fn sent(case: &Case) -> Exchange {
    let ready = || {
        let entry = ConfigEntry::settings_from_json(&exchange::config(case))?;
        let client = BedrockClientBuilder::from_config(&entry)?.media_fetcher(Table::of(case));
        Ok((client, ModelRequest::from_json(&exchange::params(case))?))
    };
    match ready() {
        Ok((client, request)) => Wire::connect(client, [&reply(case)]).call(&request),
        Err(error) => Exchange { request: None, outcome: Err(error) },
    }
}

fn reply(case: &Case) -> Reply {
    Reply::of(case.text("converse_response"))
}
