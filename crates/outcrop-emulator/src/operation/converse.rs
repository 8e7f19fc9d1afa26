//! Converse.

use outcrop_converse::ModelId;

use crate::call::Call;
use crate::fault::Fault;
use crate::reply::Reply;
use crate::schema::{self, BodySchema};
use crate::{conversation, echo};

pub(super) fn check(call: &Call) -> Result<(), Fault> {
    schema::check(BodySchema::Converse, call.body())?;
    conversation::check(&ModelId::parse(call.resource()), call.conversation()?)
}

pub(super) fn answer(call: &Call) -> Result<Reply, Fault> {
    let response = echo::answer(call.conversation()?);
    let latency = response.metrics.as_ref().and_then(|metrics| metrics.latency_ms);
    super::reply(&response, latency.unwrap_or_default())
}
