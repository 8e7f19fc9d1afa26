//! ConverseStream.

use outcrop_converse::ModelId;

use crate::call::Call;
use crate::conversation;
use crate::fault::Fault;
use crate::schema::{self, BodySchema};

pub(super) fn check(call: &Call) -> Result<(), Fault> {
    schema::check(BodySchema::ConverseStream, call.body())?;
    conversation::check(&ModelId::parse(call.resource()), call.conversation()?)
}
