//! What an exchange of a script does.

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use outcrop_converse::wire::ConverseResponse;
use outcrop_core::JsonError;
use serde_json::value::RawValue;

use super::ScriptedEvent;
use crate::fault::{self, Fault};
use crate::reply::Reply;
use crate::stream;

/// What an exchange of a script does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Sends a successful response; to ConverseStream, its events.
    Response(ScriptedResponse),
    /// Sends a stream of events.
    Events(Vec<ScriptedEvent>),
    /// Sends an error of the service.
    Error(ScriptedError),
    /// Sends bytes unchanged, which need not be a response of the service at all.
    Raw(RawResponse),
    /// Closes the connection.
    Close(CloseWhen),
    /// Never answers: the connection stays open until the client gives up or the emulator stops.
    Stall,
}

/// When a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseWhen {
    /// Once the head of the request was read, its body was not. When the exchange's turn depends on the body, after it.
    BeforeRequest,
    /// Once the whole request was read.
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

/// A response that is sent unchanged: status, headers and bytes, right or wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl ScriptedResponse {
    /// Builds a response from its JSON.
    ///
    /// # Errors
    /// [`JsonError`] when the text is not JSON.
    pub fn new(json: impl Into<String>) -> Result<Self, JsonError> {
        let json = json.into();
        // Checks the text; what is kept is the text itself.
        outcrop_core::from_str::<Box<RawValue>>(&json)?;
        Ok(Self::of_checked(json))
    }

    pub(super) fn of_checked(json: String) -> Self {
        #[derive(serde::Deserialize)]
        struct Metrics {
            #[serde(rename = "latencyMs")]
            latency_ms: u64,
        }
        #[derive(serde::Deserialize)]
        struct Timed {
            metrics: Metrics,
        }
        let timed = outcrop_core::from_str::<Timed>(&json);
        Self {
            latency_ms: timed.map(|timed| timed.metrics.latency_ms).unwrap_or_default(),
            body: json.into(),
        }
    }

    pub(crate) fn to_reply(&self) -> Reply {
        Reply::json(self.body.clone(), self.latency_ms)
    }

    /// The reply as a stream; as it is where it is no reply of Converse.
    pub(crate) fn to_stream(&self) -> Reply {
        let response = outcrop_core::from_slice::<ConverseResponse>(&self.body);
        match response.and_then(|response| stream::events(&response)) {
            Ok(events) => Reply::events(events),
            Err(_) => self.to_reply(),
        }
    }
}

impl ScriptedError {
    /// An error of the service by the name of its exception, with the status that AWS gives it.
    ///
    /// # Errors
    /// [`JsonError`] when the exception is not one of the service's; give it a status with [`custom`](Self::custom).
    pub fn new(exception: impl Into<String>) -> Result<Self, JsonError> {
        let exception = exception.into();
        match fault::status_of(&exception) {
            Some(status) => Ok(Self::with(exception, status)),
            None => Err(JsonError::new("type", "an exception that AWS does not have must be given a status")),
        }
    }

    /// An error of any name and status.
    ///
    /// # Errors
    /// [`JsonError`] when the name has other characters than letters, digits and `._-#`, or the status is none.
    pub fn custom(exception: impl Into<String>, status: u16) -> Result<Self, JsonError> {
        let exception = exception.into();
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-#".contains(&b);
        if exception.is_empty() || !exception.bytes().all(plain) {
            return Err(JsonError::new(
                "type",
                "the name of an exception has letters, digits and `._-#` only",
            ));
        }
        Ok(Self::with(exception, read_status(status)?))
    }

    fn with(exception: String, status: StatusCode) -> Self {
        Self { exception, status, message: String::new(), headers: HeaderMap::new() }
    }

    /// The same error with a message.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// The same error with one more header, such as `retry-after`.
    ///
    /// # Errors
    /// [`JsonError`] when HTTP takes no such name or value.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, JsonError> {
        add_header(&mut self.headers, name, value)?;
        Ok(self)
    }

    pub(crate) fn to_reply(&self) -> Reply {
        let fault = Fault::new(self.exception.clone(), self.status, self.message.clone());
        let mut reply = Reply::fault(&fault);
        for (name, value) in &self.headers {
            reply.headers.insert(name, value.clone());
        }
        reply
    }
}

impl RawResponse {
    /// Bytes with the status 200 and no headers.
    #[must_use]
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }

    /// Sets the status.
    ///
    /// # Errors
    /// [`JsonError`] when the status is not between 200 and 999.
    pub fn with_status(mut self, status: u16) -> Result<Self, JsonError> {
        self.status = read_status(status)?;
        Ok(self)
    }

    /// Adds a header. A `content-length` is sent as it is given: with one that is too great the
    /// connection is closed after the body, with one that is too small the body is cut.
    ///
    /// # Errors
    /// [`JsonError`] when HTTP takes no such name or value.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, JsonError> {
        add_header(&mut self.headers, name, value)?;
        Ok(self)
    }

    pub(crate) fn to_reply(&self) -> Reply {
        let mut reply = Reply::bare(self.status, self.body.clone());
        reply.headers.clone_from(&self.headers);
        reply
    }
}

/// Statuses below 200 announce a reply and are none.
fn read_status(status: u16) -> Result<StatusCode, JsonError> {
    let known = StatusCode::from_u16(status).ok().filter(|status| !status.is_informational());
    known.ok_or_else(|| JsonError::new("status", "a status is a number from 200 to 999"))
}

fn add_header(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), JsonError> {
    let place = || format!("headers.{name}");
    let known = HeaderName::try_from(name)
        .map_err(|_| JsonError::new(place(), "HTTP takes no such name of a header"))?;
    let value = HeaderValue::try_from(value)
        .map_err(|_| JsonError::new(place(), "HTTP takes no such value of a header"))?;
    if known == hyper::header::CONTENT_LENGTH
        && value.to_str().ok().and_then(|v| v.parse::<u64>().ok()).is_none()
    {
        return Err(JsonError::new(place(), "a content-length is a number"));
    }
    headers.append(known, value);
    Ok(())
}
