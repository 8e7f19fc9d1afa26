//! The mappings of whole bodies: requests, responses, both, wire types, and responses as history.

use outcrop::converse::wire::{ConverseRequest, ConverseResponse, ConverseStreamOutput, Message};
use outcrop::converse::{EncodeOptions, Encoded, encode_request};
use outcrop::core::{JsonObject, RawJson};
use outcrop::{
    ChatCompletion, ModelError, ModelRequest, RetrievedMessage, UnifiedMessage, UnifiedResponse, UsageSummary,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::line::Line;
use super::{Mapped, json, object};

/// Maps `{"params", "config"?}` to `{"request", "notes"}`.
pub(super) fn map_request(line: &Line) -> Mapped {
    let encoded = line.encode()?;
    Ok(object([("request", body(&encoded)), ("notes", json(&encoded.notes))]))
}

/// Maps `{"converse_response", "params"?, "config"?}` to the response in all its forms.
pub(super) fn map_response(line: &Line) -> Mapped {
    let context = line.context()?;
    Ok(forms(&line.response(&context)?))
}

/// Maps `{"params", "config"?, "converse_response"}` to the request, the response and the error.
pub(super) fn map_exchange(line: &Line) -> JsonObject {
    let failed = |error: &ModelError| object([("error", json(error))]);
    let encoded = match line.encode() {
        Ok(encoded) => encoded,
        Err(error) => return failed(&error),
    };
    let mut mapped = object([("request", body(&encoded)), ("notes", json(&encoded.notes))]);
    // The request is part of the output even if the response is invalid.
    mapped.extend(match line.response(&encoded.context) {
        Ok(response) => {
            let mut forms = forms(&response);
            forms.insert("error", RawJson::null());
            forms
        }
        Err(error) => failed(&error),
    });
    mapped
}

/// Maps `{"converse_response", "params"?}` to `{"message", "notes"}`: the response as history of the next request.
pub(super) fn map_replay(line: &Line) -> Mapped {
    let response = line.response(&line.context()?)?;
    // A conversation begins with the user, so the second message is that of the response.
    let history = [UnifiedMessage::user("…")].into_iter().chain(response.messages);
    let request = ModelRequest::builder(model_of(line)).messages(history).build();
    let encoded = encode_request(&request, &EncodeOptions::converse())?;
    let message = encoded.body.messages.iter().flatten().nth(1).map_or_else(RawJson::null, json);
    Ok(object([("message", message), ("notes", json(&encoded.notes))]))
}

/// Maps `{"kind", "value"}` to `{"value"}`: parses the value as a wire type and serializes it.
pub(super) fn map_wire(line: &Line) -> Mapped {
    let value = line.require("value")?;
    let kind = line.require("kind")?.as_string().unwrap_or_default().into_owned();
    let rewritten = match kind.as_str() {
        "request" => rewrite::<ConverseRequest>(value)?,
        "response" => rewrite::<ConverseResponse>(value)?,
        "event" => rewrite::<ConverseStreamOutput>(value)?,
        "message" => rewrite::<Message>(value)?,
        _ => {
            return Err(ModelError::invalid_request(
                "InvalidLine",
                "kind",
                "the kind must be request, response, event or message",
            ));
        }
    };
    Ok(object([("value", rewritten)]))
}

fn rewrite<T: Serialize + DeserializeOwned>(value: &RawJson) -> Result<RawJson, ModelError> {
    let parsed: T = value.deserialize().map_err(|error| {
        ModelError::invalid_request("InvalidWire", error.path().to_owned(), error.message().to_owned())
    })?;
    Ok(json(&parsed))
}

fn model_of(line: &Line) -> String {
    let params = line.get("params").and_then(RawJson::as_object).unwrap_or_default();
    params.get("model").and_then(|model| model.deserialize().ok()).unwrap_or_else(|| "unknown".to_owned())
}

/// Returns the body of a request with the id of the model, as in the parameters of the SDKs.
fn body(encoded: &Encoded) -> RawJson {
    let mut members = json(&encoded.body).as_object().unwrap_or_default();
    members.insert("modelId", RawJson::from(encoded.model_id.as_str()));
    RawJson::from(members)
}

/// Returns a response in all its forms.
fn forms(response: &UnifiedResponse) -> JsonObject {
    let retrieval: Vec<_> = response.messages.iter().map(RetrievedMessage::from).collect();
    object([
        ("unified", json(response)),
        ("v1", json(&ChatCompletion::from(response))),
        ("retrieval", json(&retrieval)),
        ("usage", json(&UsageSummary::from(response))),
        ("cost", json(&response.cost)),
        ("text", json(&response.text())),
        ("rendered_text", json(&response.rendered_text())),
    ])
}
