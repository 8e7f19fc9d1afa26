//! Actions: the response of an exchange, or what happens instead of one.

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use outcrop_converse::wire::ConverseResponse;
use outcrop_core::JsonError;
use serde_json::value::RawValue;

use super::event::ScriptedEvent;
use crate::protocol::anthropic::{AnthropicMessage, chunk, message_events};
use crate::protocol::error::{self, ServiceError};
use crate::protocol::operation::Operation;
use crate::protocol::response::ServiceResponse;
use crate::protocol::stream::response_events;

/// The action of an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Sends a successful response; to an operation with a stream, its events.
    Response(ScriptedResponse),
    /// Sends a stream of events.
    Events(Vec<ScriptedEvent>),
    /// Sends an error of the service.
    Error(ScriptedError),
    /// Sends bytes unchanged, which need not be a response of the service.
    Raw(RawResponse),
    /// Closes the connection.
    Close(CloseWhen),
    /// Sends no response: the connection stays open until the client closes it or the emulator stops.
    Stall,
}

/// The moment at which a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseWhen {
    /// After the head of the request was read and before its body is. If the condition of the exchange depends on the
    /// body, after it.
    BeforeRequest,
    /// After the whole request was read.
    BeforeResponse,
}

/// A JSON response that is sent byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptedResponse {
    body: Bytes,
    latency_ms: u64,
}

/// An error of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptedError {
    exception: String,
    status: StatusCode,
    message: String,
    headers: HeaderMap,
}

/// A response that is sent unchanged: status, headers and bytes, valid or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Action {
    /// Returns the response to an operation, or `None` for an action that sends none.
    pub(crate) fn response(&self, operation: Operation) -> Option<ServiceResponse> {
        match self {
            Self::Response(response) if operation == Operation::ConverseStream => {
                Some(response.to_stream_response())
            }
            Self::Response(response) if operation == Operation::InvokeModelWithResponseStream => {
                Some(response.to_message_stream())
            }
            Self::Response(response) => Some(response.to_response()),
            Self::Events(events) => {
                Some(ServiceResponse::stream(events.iter().map(|event| event.item().clone()).collect()))
            }
            Self::Error(error) => Some(error.to_response()),
            Self::Raw(raw) => Some(raw.to_response()),
            Self::Close(_) | Self::Stall => None,
        }
    }
}

impl ScriptedResponse {
    /// Builds a response from its JSON.
    ///
    /// # Errors
    /// [`JsonError`] when the text is not JSON.
    pub fn new(json: impl Into<String>) -> Result<Self, JsonError> {
        let json = json.into();
        // Only checks the syntax: a parsed and rewritten response would not have the bytes of the script.
        outcrop_core::from_str::<Box<RawValue>>(&json)?;
        Ok(Self::from_checked(json))
    }

    /// Builds a response from a text that is known to be JSON.
    pub(super) fn from_checked(json: String) -> Self {
        #[derive(serde::Deserialize)]
        struct Metrics {
            #[serde(rename = "latencyMs")]
            latency_ms: u64,
        }
        #[derive(serde::Deserialize)]
        struct Timed {
            metrics: Metrics,
        }
        // AWS sends the latency in the body and in a header. The script states it once.
        let timed = outcrop_core::from_str::<Timed>(&json);
        Self {
            latency_ms: timed.map(|timed| timed.metrics.latency_ms).unwrap_or_default(),
            body: json.into(),
        }
    }

    fn to_response(&self) -> ServiceResponse {
        ServiceResponse::json(StatusCode::OK, self.body.clone()).with_latency(self.latency_ms)
    }

    /// Splits a message in Anthropic's format into events. JSON of another format is sent as one chunk.
    fn to_message_stream(&self) -> ServiceResponse {
        let message = outcrop_core::from_slice::<AnthropicMessage>(&self.body);
        let items = match message {
            Ok(message) if message.is_whole() => message_events(&message, self.latency_ms),
            _ => chunk(self.body.clone()).map(|item| vec![item]),
        };
        items.map_or_else(|_| self.to_response(), ServiceResponse::invoke_stream)
    }

    /// Splits the response into events. JSON that is not a response of Converse is sent unchanged.
    fn to_stream_response(&self) -> ServiceResponse {
        let response = outcrop_core::from_slice::<ConverseResponse>(&self.body);
        match response.and_then(|response| response_events(&response)) {
            Ok(items) => ServiceResponse::stream(items),
            Err(_) => self.to_response(),
        }
    }
}

impl ScriptedError {
    /// Builds an error from the name of its exception, with the status that AWS sends with it.
    ///
    /// # Errors
    /// [`JsonError`] when AWS does not have the exception. [`custom`](Self::custom) builds an error with a status.
    pub fn new(exception: impl Into<String>) -> Result<Self, JsonError> {
        let exception = exception.into();
        match error::status_of(&exception) {
            Some(status) => Ok(Self::with_status(exception, status)),
            None => Err(JsonError::new("type", "an exception that AWS does not have must be given a status")),
        }
    }

    /// Builds an error with any name and status.
    ///
    /// # Errors
    /// [`JsonError`] when the name has other characters than letters, digits and `._-#`, or the status is invalid.
    pub fn custom(exception: impl Into<String>, status: u16) -> Result<Self, JsonError> {
        let exception = exception.into();
        // The name is sent in a header, and clients cut it at a colon (L115).
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"._-#".contains(&b);
        if exception.is_empty() || !exception.bytes().all(is_allowed) {
            return Err(JsonError::new(
                "type",
                "the name of an exception has letters, digits and `._-#` only",
            ));
        }
        Ok(Self::with_status(exception, parse_status(status)?))
    }

    fn with_status(exception: String, status: StatusCode) -> Self {
        Self { exception, status, message: String::new(), headers: HeaderMap::new() }
    }

    /// Sets the message.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Adds a header, such as `retry-after`.
    ///
    /// # Errors
    /// [`JsonError`] when HTTP does not allow the name or the value.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, JsonError> {
        append_header(&mut self.headers, name, value)?;
        Ok(self)
    }

    fn to_response(&self) -> ServiceResponse {
        let error = ServiceError::new(self.exception.clone(), self.status, self.message.clone());
        let mut response = ServiceResponse::from_error(&error);
        for (name, value) in &self.headers {
            response.headers.insert(name, value.clone());
        }
        response
    }
}

impl RawResponse {
    /// Builds a response with status 200 and no headers.
    #[must_use]
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }

    /// Sets the status.
    ///
    /// # Errors
    /// [`JsonError`] when the status is not between 200 and 999.
    pub fn with_status(mut self, status: u16) -> Result<Self, JsonError> {
        self.status = parse_status(status)?;
        Ok(self)
    }

    /// Adds a header. A wrong `content-length` is sent, too: if it is too great, the connection is closed after the body; if
    /// it is too small, the body is cut.
    ///
    /// # Errors
    /// [`JsonError`] when HTTP does not allow the name or the value.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, JsonError> {
        append_header(&mut self.headers, name, value)?;
        Ok(self)
    }

    fn to_response(&self) -> ServiceResponse {
        let mut response = ServiceResponse::bare(self.status, self.body.clone());
        response.headers.clone_from(&self.headers);
        response
    }
}

/// Parses the status of a final response.
fn parse_status(status: u16) -> Result<StatusCode, JsonError> {
    // A status below 200 announces another response, which the emulator does not send. See
    // https://www.rfc-editor.org/rfc/rfc9110#section-15.2.
    let known = StatusCode::from_u16(status).ok().filter(|status| !status.is_informational());
    known.ok_or_else(|| JsonError::new("status", "a status is a number from 200 to 999"))
}

fn append_header(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), JsonError> {
    let path = || format!("headers.{name}");
    let known = HeaderName::try_from(name)
        .map_err(|_| JsonError::new(path(), "HTTP does not allow this name of a header"))?;
    let value = HeaderValue::try_from(value)
        .map_err(|_| JsonError::new(path(), "HTTP does not allow this value of a header"))?;
    // hyper counts the body by this header, so it must at least be a number.
    if known == CONTENT_LENGTH && value.to_str().ok().and_then(|v| v.parse::<u64>().ok()).is_none() {
        return Err(JsonError::new(path(), "a content-length is a number"));
    }
    headers.append(known, value);
    Ok(())
}
