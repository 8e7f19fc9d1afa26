//! Responses as AWS sends them: status, headers and body.

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use serde::Serialize;
use tokio::sync::mpsc;

use super::error::ServiceError;
use super::stream::StreamItem;

/// A response of the service, before it is sent.
#[derive(Debug)]
pub(crate) struct ServiceResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: ResponseContent,
}

/// The body of a response.
#[derive(Debug)]
pub(crate) enum ResponseContent {
    /// A body that is sent at once.
    Whole(Bytes),
    /// A stream, sent item by item.
    Stream(Vec<StreamItem>),
    /// A stream that comes from elsewhere, chunk by chunk. An error cuts it off.
    Live(mpsc::Receiver<Result<Bytes, UpstreamBroken>>),
}

/// The error of a stream of the upstream that broke off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("the stream of the upstream broke off")]
#[non_exhaustive]
pub struct UpstreamBroken;

impl UpstreamBroken {
    /// Creates the error.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const LATENCY: HeaderName = HeaderName::from_static("x-amzn-bedrock-invocation-latency");
const CHUNK_TYPE: HeaderName = HeaderName::from_static("x-amzn-bedrock-content-type");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EVENT_STREAM: HeaderValue = HeaderValue::from_static("application/vnd.amazon.eventstream");

/// Returns whether a header of a response from elsewhere belongs to its connection. The emulator's own connection adds it
/// again, and a wrong length would break that.
pub(crate) fn is_of_connection(name: &HeaderName) -> bool {
    [CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING].contains(name)
}

impl ServiceResponse {
    /// Builds a response without headers.
    pub(crate) fn bare(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self { status, headers: HeaderMap::new(), body: ResponseContent::Whole(body.into()) }
    }

    /// Builds a response from JSON.
    pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        let mut response = Self::bare(status, body);
        response.headers.insert(CONTENT_TYPE, JSON);
        response
    }

    /// Serializes a value as a successful response.
    pub(crate) fn from_value<T: Serialize>(value: &T) -> Result<Self, ServiceError> {
        let body = serde_json::to_vec(value).map_err(|error| {
            ServiceError::serialization(format!("the response could not be serialized: {error}"))
        })?;
        Ok(Self::json(StatusCode::OK, body))
    }

    /// Builds a successful response that is a stream.
    pub(crate) fn stream(items: Vec<StreamItem>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, EVENT_STREAM);
        Self { status: StatusCode::OK, headers, body: ResponseContent::Stream(items) }
    }

    /// Builds a successful response that is a stream of InvokeModelWithResponseStream.
    pub(crate) fn invoke_stream(items: Vec<StreamItem>) -> Self {
        let mut response = Self::stream(items);
        response.headers.insert(CHUNK_TYPE, JSON);
        response
    }

    /// Builds the response for an error.
    pub(crate) fn from_error(error: &ServiceError) -> Self {
        // The exception is in the header, and the message in the body under `message`. Clients must also look for `Message`
        // (L115), which a scripted raw response can send.
        let body = serde_json::json!({ "message": error.message() }).to_string();
        let mut response = Self::json(error.status(), body);
        // `ScriptedError` rejects names that a header cannot hold, so the header is never missing.
        if let Ok(error_type) = HeaderValue::try_from(error.error_type()) {
            response.headers.insert(ERROR_TYPE, error_type);
        }
        response
    }

    /// Builds the response for a path without an operation.
    pub(crate) fn unknown_path() -> Self {
        // AWS sends status 200 and the error in the body. A client that only looks at the status returns an empty
        // response, for example for an ARN with a literal slash (L110). See
        // https://github.com/langfuse/langfuse/pull/15619.
        let body =
            r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#;
        Self::json(StatusCode::OK, body)
    }

    /// Adds the latency of the model, in milliseconds.
    pub(crate) fn with_latency(mut self, latency_ms: u64) -> Self {
        self.headers.insert(LATENCY, HeaderValue::from(latency_ms));
        self
    }

    /// Adds the id of the request, unless the response has one.
    pub(crate) fn with_request_id(mut self, id: &str) -> Self {
        if let Ok(id) = HeaderValue::try_from(id) {
            self.headers.entry(REQUEST_ID).or_insert(id);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_has_type_in_header_and_message_in_body() {
        let response = ServiceResponse::from_error(&ServiceError::validation("a \"quoted\" reason"))
            .with_request_id("id-1");
        assert_eq!(response.status, 400);
        assert_eq!(
            response.headers["x-amzn-errortype"],
            "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/"
        );
        assert_eq!(response.headers["x-amzn-requestid"], "id-1");
        let ResponseContent::Whole(body) = response.body else { panic!("an error is no stream") };
        assert_eq!(body, r#"{"message":"a \"quoted\" reason"}"#);
    }

    #[test]
    fn existing_request_id_is_kept() {
        let response = ServiceResponse::json(StatusCode::OK, "{}").with_latency(7);
        let response = response.with_request_id("first").with_request_id("second");
        assert_eq!(response.headers["x-amzn-requestid"], "first");
        assert_eq!(response.headers["x-amzn-bedrock-invocation-latency"], "7");
    }
}
