//! A recorded exchange.

use std::collections::BTreeMap;

use bytes::Bytes;
use outcrop::converse::wire::{ContentBlock, ConverseOutput, ConverseResponse};
use outcrop::converse::{ResponseContext, ResponseMetadata, ServiceError, decode_response};
use outcrop::core::Blob;
use outcrop::{ModelError, UnifiedResponse};
use outcrop_emulator::{Action, RawResponse, ScriptedExchange};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A request to Bedrock and its response. Bodies are JSON text, so that they are sent and decoded byte for byte.
#[derive(Deserialize)]
pub(crate) struct Exchange {
    /// The project and the test that recorded it.
    pub(crate) source: String,
    pub(crate) model_id: String,
    pub(crate) path: String,
    pub(crate) status: u16,
    #[serde(default)]
    response_headers: BTreeMap<String, String>,
    request: Box<RawValue>,
    /// Whether a large part of the request was removed.
    #[serde(default)]
    request_elided: bool,
    response: Option<Box<RawValue>>,
    #[serde(default)]
    response_stream_base64: Option<Blob>,
}

/// The member of a request that was not recorded as JSON.
const UNPARSED: &str = "\"_unparsed\"";

impl Exchange {
    pub(super) fn parse(line: &str) -> Self {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("not an exchange: {error}"))
    }

    pub(super) fn is_stream(&self) -> bool {
        self.response.is_none()
    }

    /// Returns whether the service accepted the request.
    pub(crate) fn succeeded(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns the body of the request; `None` if it was not recorded completely, or not as JSON.
    pub(crate) fn request(&self) -> Option<&str> {
        Some(self.request.get()).filter(|body| !self.request_elided && !body.contains(UNPARSED))
    }

    /// Returns the body of the response.
    pub(crate) fn response(&self) -> &str {
        self.response.as_ref().map_or("", |body| body.get())
    }

    /// Returns the bytes of the stream.
    pub(crate) fn stream(&self) -> Bytes {
        let stream = self.response_stream_base64.as_ref().map(|stream| stream.bytes().expect("Base64"));
        stream.unwrap_or_default()
    }

    pub(crate) fn error_type(&self) -> Option<&str> {
        self.response_headers.get("x-amzn-errortype").map(String::as_str)
    }

    /// Parses the response into its wire type.
    pub(crate) fn wire_response(&self) -> ConverseResponse {
        outcrop::core::from_str(self.response()).unwrap_or_else(|error| panic!("{}: {error}", self.source))
    }

    /// Returns the blocks of the response.
    pub(crate) fn blocks(&self) -> Vec<ContentBlock> {
        match self.wire_response().output {
            Some(ConverseOutput::Message(message)) => message.content.unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// Decodes the response.
    pub(crate) fn decode(&self) -> Result<UnifiedResponse, ModelError> {
        decode_response(
            &self.response().to_owned().into(),
            &ResponseContext::default(),
            ResponseMetadata::default(),
        )
    }

    /// Returns the response as an error of the service.
    pub(crate) fn service_error(&self) -> ServiceError {
        let mut error = ServiceError::new(self.status, self.response().to_owned());
        error.error_type = self.error_type().map(str::to_owned);
        error
    }

    /// Returns the step of a script with which an emulator returns the response: status, headers and body.
    pub(crate) fn scripted(&self) -> ScriptedExchange {
        let body = if self.is_stream() { self.stream() } else { Bytes::from(self.response().to_owned()) };
        let response = RawResponse::new(body).with_status(self.status).unwrap();
        let response = self
            .response_headers
            .iter()
            .filter(|(name, _)| *name != "content-length")
            .fold(response, |response, (name, value)| response.with_header(name, value).unwrap());
        ScriptedExchange::new(Action::Raw(response))
    }
}
