//! An exchange of a case: the request that is sent, and the response or error that it results in.

mod chat_completion;
mod error;
mod inputs;
mod loopback_client;
mod rendered_text;
mod request;
mod unified;

use outcrop::{ChatCompletion, ModelError, RetrievedMessage, Stage, UnifiedResponse, UsageSummary};
use serde_json::{Value, json};

use crate::support::case_report::Differences;
use crate::support::json::contains;

pub(crate) use inputs::{CaseResponse, config, params};
pub(crate) use loopback_client::LoopbackClient;
pub(crate) use request::{body, normalized};
pub(crate) use unified::compare_usage;

/// An exchange.
pub(crate) struct Exchange {
    /// The request with the id of its model; `None` if it could not be encoded.
    pub(crate) request: Option<Value>,
    pub(crate) outcome: Result<UnifiedResponse, ModelError>,
}

/// The expected exchange.
pub(crate) struct Expected {
    /// The rule of the case. It determines the code of an error for which AG2 has none.
    pub(crate) rule: String,
    /// The expected forms of request and response. Those that are `null` are not compared.
    pub(crate) forms: Value,
    /// Whether these are the forms of AG2, and not better ones.
    pub(crate) is_ag2: bool,
    /// Whether the cost is compared.
    pub(crate) has_cost: bool,
}

impl Exchange {
    /// Compares the request and the response or error.
    pub(crate) fn compare(&self, expected: &Expected, differences: &mut Differences) {
        let forms = &expected.forms;
        let part = &forms["request_contains"];
        if !part.is_null() && !self.request.as_ref().is_some_and(|request| contains(request, part)) {
            differences.add(format!("request: lacks {part}"));
        }
        if !forms["request"].is_null() {
            request::compare(self.request.as_ref(), &forms["request"], differences);
        }
        match &self.outcome {
            Err(error) => {
                error::compare(error, expected, differences);
                if error.stage() == Stage::Building && self.request.is_some() {
                    differences.add("error: its stage is `Building`, but a request was sent");
                }
            }
            Ok(_) if error::is_expected(forms) => differences.add("no error"),
            Ok(response) => compare_forms(response, expected, differences),
        }
    }
}

fn compare_forms(response: &UnifiedResponse, expected: &Expected, differences: &mut Differences) {
    let Expected { forms, has_cost, .. } = expected;
    if !forms["unified"].is_null() {
        unified::compare(&json!(response), &forms["unified"], *has_cost, differences);
    }
    if !forms["v1"].is_null() {
        chat_completion::compare(
            &json!(ChatCompletion::from(response)),
            &forms["v1"],
            *has_cost,
            differences,
        );
    }
    if !forms["retrieval"].is_null() {
        let retrieved: Vec<_> = response.messages.iter().map(RetrievedMessage::from).collect();
        chat_completion::compare_messages(&json!(retrieved), &forms["retrieval"], differences);
    }
    compare_usage("usage", &json!(UsageSummary::from(response)), &forms["usage"], *has_cost, differences);
    // A response that is better than AG2's has more blocks to render.
    if let Some(text) = forms["rendered_text"].as_str().filter(|_| expected.is_ag2) {
        rendered_text::compare(&response.rendered_text(), text, differences);
    }
    if *has_cost {
        differences.compare_amounts("cost", &json!(response.cost), &forms["cost"]);
    }
}
