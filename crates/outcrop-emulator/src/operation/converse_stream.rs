//! ConverseStream.

use outcrop_converse::ModelId;

use crate::call::Call;
use crate::fault::Fault;
use crate::reply::Reply;
use crate::schema::{self, BodySchema};
use crate::{conversation, echo, stream};

pub(super) fn check(call: &Call) -> Result<(), Fault> {
    schema::check(BodySchema::ConverseStream, call.body())?;
    conversation::check(&ModelId::parse(call.resource()), call.conversation()?)
}

/// The answer that Converse gives, event by event.
pub(super) fn answer(call: &Call) -> Result<Reply, Fault> {
    let events = stream::events(&echo::answer(call.conversation()?));
    events.map(Reply::events).map_err(|error| Fault::serialization(error.to_string()))
}
