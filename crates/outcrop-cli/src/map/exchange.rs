//! Requests, responses, exchanges, and replies sent back.

use outcrop::converse::{EncodeOptions, Encoded, encode_request};
use outcrop::core::{JsonObject, RawJson};
use outcrop::{
    ChatCompletion, ModelError, ModelRequest, RetrievedMessage, UnifiedMessage, UnifiedResponse, UsageSummary,
};

use super::line::Line;
use super::{Mapped, json, object};

/// `{"params", "config"?}` to `{"request", "notes"}`.
pub(super) fn request(line: &Line) -> Mapped {
    let encoded = line.encoded()?;
    Ok(object([("request", body(&encoded)), ("notes", json(&encoded.notes))]))
}

/// `{"converse_response", "params"?, "config"?}` to the response in all its forms.
pub(super) fn response(line: &Line) -> Mapped {
    let context = line.context()?;
    Ok(forms(&line.response(&context)?))
}

/// `{"params", "config"?, "converse_response"}` to both, and the error; an error of the reply leaves the request.
pub(super) fn exchange(line: &Line) -> JsonObject {
    let failed = |error: &ModelError| object([("error", json(error))]);
    let encoded = match line.encoded() {
        Ok(encoded) => encoded,
        Err(error) => return failed(&error),
    };
    let mut mapped = object([("request", body(&encoded)), ("notes", json(&encoded.notes))]);
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

/// `{"converse_response", "params"?}` to `{"message", "notes"}`.
pub(super) fn replay(line: &Line) -> Mapped {
    let response = line.response(&line.context()?)?;
    let history = [UnifiedMessage::user("…")].into_iter().chain(response.messages);
    let request = ModelRequest::builder(model_of(line)).messages(history).build();
    let encoded = encode_request(&request, &EncodeOptions::converse())?;
    let message = encoded.body.messages.iter().flatten().nth(1).map_or_else(RawJson::null, json);
    Ok(object([("message", message), ("notes", json(&encoded.notes))]))
}

fn model_of(line: &Line) -> String {
    let params = line.get("params").and_then(RawJson::as_object).unwrap_or_default();
    params.get("model").and_then(|model| model.deserialize().ok()).unwrap_or_else(|| "unknown".to_owned())
}

/// The body of a request, the model's id in it as in the SDKs' parameters.
fn body(encoded: &Encoded) -> RawJson {
    let mut members = json(&encoded.body).as_object().unwrap_or_default();
    members.insert("modelId", RawJson::from(encoded.model_id.as_str()));
    RawJson::from(members)
}

/// A response in all its forms.
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
