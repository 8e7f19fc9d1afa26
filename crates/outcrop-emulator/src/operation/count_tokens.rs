//! CountTokens.

use outcrop_converse::ModelId;
use outcrop_converse::wire::{CountTokensInput, CountTokensResponse};

use crate::call::{Call, conversation_of};
use crate::fault::Fault;
use crate::reply::Reply;
use crate::schema::{self, BodySchema};
use crate::{conversation, echo};

/// A count takes no time to speak of.
const LATENCY_MS: u64 = 5;

pub(super) fn check(call: &Call) -> Result<(), Fault> {
    schema::check(BodySchema::CountTokens, call.body())?;
    match call.count()?.input {
        CountTokensInput::Converse(counted) => {
            conversation::check(&ModelId::parse(call.resource()), &conversation_of(counted))
        }
        _ => Ok(()),
    }
}

/// As many tokens as the default model says that it was given when it answers.
pub(super) fn answer(call: &Call) -> Result<Reply, Fault> {
    let tokens = match call.count()?.input {
        CountTokensInput::Converse(counted) => echo::count(&conversation_of(counted)),
        CountTokensInput::InvokeModel(counted) => {
            let body = counted.body.bytes().map_err(|error| Fault::serialization(error.to_string()))?;
            echo::count_body(&body)
        }
        _ => return Err(Fault::validation("The input of the request is of a kind that is not known.")),
    };
    super::reply(&CountTokensResponse::new(tokens), LATENCY_MS)
}
