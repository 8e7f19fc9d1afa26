//! Reading responses of OpenAI's API, for clients of services that are compatible with it.
//!
//! Such services differ in what they leave out: ids, indexes, usage, the last event of a stream. What is missing is no error,
//! unless the response would be incomplete without it. Only the first choice is read.

mod delta;
mod error;
mod stream;

pub use stream::ChatStreamDecoder;

use serde_json::Value;

use crate::error::{ErrorKind, ModelError, Stage};
use crate::response::UnifiedResponse;
use delta::MessageBuilder;

impl UnifiedResponse {
    /// Parses the JSON of an OpenAI `ChatCompletion`.
    ///
    /// ```
    /// use outcrop_core::UnifiedResponse;
    ///
    /// let json = r#"{"id": "c-1", "model": "m", "choices": [{"message": {"content": "The Tagus."}, "finish_reason": "stop"}]}"#;
    /// let response = UnifiedResponse::from_chat_completion(json.as_bytes(), "some-provider")?;
    /// assert_eq!(response.text(), "The Tagus.");
    /// # Ok::<(), outcrop_core::ModelError>(())
    /// ```
    ///
    /// # Errors
    /// An error of kind [`InvalidResponse`](ErrorKind::InvalidResponse): the body is not JSON, or it has no choice. An object
    /// with an `error` is that error, see [`ModelError::from_openai`].
    pub fn from_chat_completion(body: &[u8], provider: &str) -> Result<Self, ModelError> {
        let completion = parse(body)?;
        let Some(choice) = completion.pointer("/choices/0") else {
            return Err(invalid("the completion has no choice"));
        };
        let mut builder = MessageBuilder::new(provider);
        builder.read_envelope(&completion);
        builder.read_message(choice.get("message").unwrap_or(&Value::Null));
        builder.read_finish_reason(choice);
        Ok(builder.finish())
    }
}

/// Parses a completion or a chunk.
///
/// # Errors
/// The body is not a JSON object, or it has an error.
fn parse(body: &[u8]) -> Result<Value, ModelError> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| invalid("the response is not valid JSON").with_source(error))?;
    match value.get("error") {
        // Gateways send errors with status 200, in streams above all.
        Some(error) if !error.is_null() => Err(ModelError::from_openai(200, body)),
        _ if value.is_object() => Ok(value),
        _ => Err(invalid("the response is not a JSON object")),
    }
}

fn invalid(message: &'static str) -> ModelError {
    ModelError::new(ErrorKind::InvalidResponse, message).with_stage(Stage::Replied)
}

#[cfg(test)]
mod tests;
