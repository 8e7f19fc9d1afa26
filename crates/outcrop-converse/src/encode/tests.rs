//! Helpers for the tests of encoding, and tests of the stages together.

mod bodies;
pub(super) mod cases;
mod errors;
mod families;
mod field;
mod notes;
mod service_model;

use bytes::Bytes;
use outcrop_core::{ErrorKind, ModelError, ModelRequest, RawJson, Stage};

use super::{Encoded, encode_request};
use crate::context::{ResponseContext, ResponseMetadata};
use crate::decode::decode_response;
use crate::options::EncodeOptions;

/// Encodes OpenAI's parameters in AG2's dialect.
pub(super) fn encode(params: &str) -> Result<Encoded, ModelError> {
    encode_request(&ModelRequest::from_json(params)?, &EncodeOptions::ag2())
}

/// Returns the body as text.
pub(super) fn body(encoded: &Encoded) -> String {
    String::from_utf8(encoded.to_bytes().to_vec()).unwrap()
}

/// Returns the notes as `path [rule]`.
pub(super) fn notes(encoded: &Encoded) -> Vec<String> {
    encoded.notes.iter().map(|note| format!("{} [{}]", note.path, note.rule)).collect()
}

/// Asserts that parameters of the model `m` are an error, with its code and path. The error has no text of the
/// conversation.
pub(super) fn assert_invalid(params: &str, code: &str, path: &str) {
    let error = encode(params).unwrap_err();
    assert_eq!((error.kind(), error.stage()), (ErrorKind::InvalidRequest, Stage::Building), "{params}");
    assert_eq!((error.code(), error.path()), (Some(code), Some(path)), "{params}: {error}");
    assert!(!error.is_retryable());
    if code != "MissingModel" {
        assert_eq!(error.model(), Some("m"));
    }
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
}

pub(super) const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

/// Returns the assistant turn of the request that follows a response, in both dialects.
pub(super) fn replay(body: &str) -> [String; 2] {
    let context = ResponseContext { model: CLAUDE.to_owned(), ..ResponseContext::default() };
    let body = Bytes::from(body.to_owned());
    let response = decode_response(&body, &context, ResponseMetadata::default()).unwrap();
    let request =
        ModelRequest::builder(CLAUDE).user("a").messages(response.into_messages()).user("b").build();
    [EncodeOptions::ag2(), EncodeOptions::converse()].map(|options| {
        let encoded = encode_request(&request, &options).unwrap();
        let turns = encoded.body.messages.unwrap();
        assert_eq!(turns[1].role.as_str(), "assistant");
        RawJson::from_serialize(turns[1].blocks()).unwrap().as_str().to_owned()
    })
}

/// Returns the body of a response.
pub(super) fn response_body(content: &str, reason: &str) -> String {
    format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{content}]}}}},"stopReason":"{reason}"}}"#
    )
}
