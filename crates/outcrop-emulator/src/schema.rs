//! Bodies checked against AWS's service model.

mod violation;

use std::sync::LazyLock;

use jsonschema::Validator;
use outcrop_converse::wire::SERVICE_MODEL;
use serde_json::{Value, json};

use crate::fault::Fault;
use violation::Violation;

static MODEL: LazyLock<Value> = LazyLock::new(parse_model);
static CONVERSE: LazyLock<Validator> = LazyLock::new(|| compile("ConverseRequest"));
static CONVERSE_STREAM: LazyLock<Validator> = LazyLock::new(|| compile("ConverseStreamRequest"));
static COUNT_TOKENS: LazyLock<Validator> = LazyLock::new(|| compile("CountTokensRequest"));
static APPLY_GUARDRAIL: LazyLock<Validator> = LazyLock::new(|| compile("ApplyGuardrailRequest"));

/// A body that the model describes. The schema of each is compiled once per process, when it is first needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodySchema {
    /// The body of a Converse request.
    Converse,
    /// The body of a ConverseStream request.
    ConverseStream,
    /// The body of a CountTokens request.
    CountTokens,
    /// The body of an ApplyGuardrail request.
    ApplyGuardrail,
}

impl BodySchema {
    /// Compiles the schema now, so that the first request need not wait for it.
    pub(crate) fn prepare(self) {
        LazyLock::force(self.compiled());
    }

    fn compiled(self) -> &'static LazyLock<Validator> {
        match self {
            Self::Converse => &CONVERSE,
            Self::ConverseStream => &CONVERSE_STREAM,
            Self::CountTokens => &COUNT_TOKENS,
            Self::ApplyGuardrail => &APPLY_GUARDRAIL,
        }
    }
}

/// Checks a body: it must be JSON, and as the service model has it. The message is worded as AWS words it.
pub(crate) fn check(schema: BodySchema, body: &[u8]) -> Result<(), Fault> {
    let body: Value = outcrop_core::from_slice(body).map_err(|error| {
        Fault::serialization(format!("The request body is not JSON: {}", error.message()))
    })?;
    let validator = schema.compiled();
    if validator.is_valid(&body) {
        return Ok(());
    }
    let errors = validator.iter_errors(&body);
    let violations: Vec<_> = errors.flat_map(|error| Violation::of(&error, &MODEL)).collect();
    Err(Fault::validation(violation::report(&violations)))
}

#[expect(clippy::expect_used, reason = "the model is part of the crate, and a test compiles it")]
fn parse_model() -> Value {
    serde_json::from_str(SERVICE_MODEL).expect("the service model is JSON")
}

#[expect(clippy::expect_used, reason = "the model is part of the crate, and a test compiles it")]
fn compile(shape: &str) -> Validator {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#/$defs/{shape}"),
        "$defs": MODEL.get("$defs"),
    });
    jsonschema::validator_for(&schema).expect("the service model is a JSON Schema")
}

#[cfg(test)]
mod tests;
