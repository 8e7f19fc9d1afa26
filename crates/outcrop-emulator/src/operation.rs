//! The operations of Bedrock Runtime.
//!
//! An operation that is emulated has a file below this one, with the two functions that the two `match`es here call.

mod apply_guardrail;
mod converse;
mod converse_stream;
mod count_tokens;

use std::fmt;

use serde::Serialize;

use crate::call::Call;
use crate::fault::Fault;
use crate::reply::Reply;

/// An operation of Bedrock Runtime that has a path of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// `POST /model/{modelId}/converse`
    Converse,
    /// `POST /model/{modelId}/converse-stream`
    ConverseStream,
    /// `POST /model/{modelId}/count-tokens`
    CountTokens,
    /// `POST /guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply`
    ApplyGuardrail,
}

impl Operation {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Converse, Self::ConverseStream, Self::CountTokens, Self::ApplyGuardrail];

    /// The name that scripts have for it: `converse`, `converse-stream`, `count-tokens` or `apply-guardrail`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Converse => "converse",
            Self::ConverseStream => "converse-stream",
            Self::CountTokens => "count-tokens",
            Self::ApplyGuardrail => "apply-guardrail",
        }
    }

    /// Whether the operation is one of a model, not of a guardrail.
    pub(crate) fn is_of_a_model(self) -> bool {
        match self {
            Self::Converse | Self::ConverseStream | Self::CountTokens => true,
            Self::ApplyGuardrail => false,
        }
    }

    /// The operation of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.name() == name)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Checks the body of a call as AWS does before it asks the model.
pub(crate) fn check(call: &Call) -> Result<(), Fault> {
    match call.operation() {
        Operation::Converse => converse::check(call),
        Operation::ConverseStream => converse_stream::check(call),
        Operation::CountTokens => count_tokens::check(call),
        Operation::ApplyGuardrail => apply_guardrail::check(call),
    }
}

/// What the default model or guardrail makes of a call that no script answers.
pub(crate) fn answer(call: &Call) -> Result<Reply, Fault> {
    match call.operation() {
        Operation::Converse => converse::answer(call),
        Operation::ConverseStream => converse_stream::answer(call),
        Operation::CountTokens => count_tokens::answer(call),
        Operation::ApplyGuardrail => apply_guardrail::answer(call),
    }
}

/// A good reply of a value, with the milliseconds that it is said to have taken.
fn reply<T: Serialize>(value: &T, latency_ms: u64) -> Result<Reply, Fault> {
    let body = serde_json::to_vec(value)
        .map_err(|error| Fault::serialization(format!("the reply could not be written: {error}")))?;
    Ok(Reply::json(body, latency_ms))
}
