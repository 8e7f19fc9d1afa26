//! An exchange: a request as it goes out, and the response or the error that comes of it.

mod chat;
mod fault;
mod rendered;
mod request;
mod unified;
mod wire;
mod written_down;

use outcrop::{ChatCompletion, ModelError, RetrievedMessage, Stage, UnifiedResponse, UsageSummary};
use serde_json::{Value, json};

use crate::support::json::contains;
use crate::support::tally::Differences;

pub(crate) use request::{body, normalized};
pub(crate) use unified::compare_usage;
pub(crate) use wire::Wire;
pub(crate) use written_down::{Reply, config, params};

/// What an exchange gave.
pub(crate) struct Exchange {
    /// The request, the model's id in it; `None` when none was made.
    pub(crate) request: Option<Value>,
    /// What came of it.
    pub(crate) outcome: Result<UnifiedResponse, ModelError>,
}

/// What an exchange shall give.
pub(crate) struct Wanted {
    /// The rule that the case belongs to; it tells which error is meant where AG2's has no code.
    pub(crate) rule: String,
    /// The forms of the exchange; those that are `null` are not looked at.
    pub(crate) forms: Value,
    /// Whether AG2 gives just that, and not something less.
    pub(crate) as_ag2: bool,
    /// Whether the cost counts.
    pub(crate) cost: bool,
}

impl Exchange {
    /// Notes what is not as it is wanted.
    pub(crate) fn compare(&self, wanted: &Wanted, differences: &mut Differences) {
        let forms = &wanted.forms;
        let part = &forms["request_contains"];
        if !part.is_null() && !self.request.as_ref().is_some_and(|request| contains(request, part)) {
            differences.add(format!("request: lacks {part}"));
        }
        if !forms["request"].is_null() {
            request::compare(self.request.as_ref(), &forms["request"], differences);
        }
        match &self.outcome {
            Err(error) => {
                fault::compare(error, wanted, differences);
                if error.stage() == Stage::Building && self.request.is_some() {
                    differences.add("error: while building, and yet a request went out");
                }
            }
            Ok(_) if fault::is_wanted(forms) => differences.add("error: none"),
            Ok(response) => compare_forms(response, wanted, differences),
        }
    }
}

fn compare_forms(response: &UnifiedResponse, wanted: &Wanted, differences: &mut Differences) {
    let Wanted { forms, cost, .. } = wanted;
    if !forms["unified"].is_null() {
        unified::compare(&json!(response), &forms["unified"], *cost, differences);
    }
    if !forms["v1"].is_null() {
        chat::compare(&json!(ChatCompletion::from(response)), &forms["v1"], *cost, differences);
    }
    if !forms["retrieval"].is_null() {
        let retrieved: Vec<_> = response.messages.iter().map(RetrievedMessage::from).collect();
        chat::compare_messages(&json!(retrieved), &forms["retrieval"], differences);
    }
    compare_usage("usage", &json!(UsageSummary::from(response)), &forms["usage"], *cost, differences);
    // Where we do better than AG2 there is more to render.
    if let Some(text) = forms["rendered_text"].as_str().filter(|_| wanted.as_ag2) {
        rendered::compare(&response.rendered_text(), text, differences);
    }
    if *cost {
        differences.near("cost", &json!(response.cost), &forms["cost"]);
    }
}
