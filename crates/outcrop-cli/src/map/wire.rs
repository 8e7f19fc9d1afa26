//! Wire types read and written again.

use outcrop::converse::wire::{ConverseRequest, ConverseResponse, ConverseStreamOutput, Message};
use outcrop::core::{ModelError, RawJson};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::line::Line;
use super::{Mapped, json, object};

/// `{"kind", "value"}` to `{"value"}`.
pub(super) fn wire(line: &Line) -> Mapped {
    let value = line.require("value")?;
    let kind = line.require("kind")?.as_string().unwrap_or_default().into_owned();
    let written = match kind.as_str() {
        "request" => rewrite::<ConverseRequest>(value)?,
        "response" => rewrite::<ConverseResponse>(value)?,
        "event" => rewrite::<ConverseStreamOutput>(value)?,
        "message" => rewrite::<Message>(value)?,
        _ => {
            return Err(ModelError::invalid_request(
                "InvalidLine",
                "kind",
                "is none of request, response, event and message",
            ));
        }
    };
    Ok(object([("value", written)]))
}

fn rewrite<T: Serialize + DeserializeOwned>(value: &RawJson) -> Result<RawJson, ModelError> {
    let read: T = value.deserialize().map_err(|error| {
        ModelError::invalid_request("InvalidWire", error.path().to_owned(), error.message().to_owned())
    })?;
    Ok(json(&read))
}
