//! One recorded exchange.

use std::collections::BTreeMap;

use bytes::Bytes;
use outcrop::ModelError;
use outcrop::UnifiedResponse;
use outcrop::converse::wire::{ContentBlock, ConverseOutput, ConverseResponse};
use outcrop::converse::{ResponseContext, ResponseMetadata, ServiceError, decode_response};
use outcrop::core::Blob;
use outcrop_emulator::{Action, RawResponse, ScriptedExchange};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A request that was sent to Bedrock, and what came back. Bodies are texts, as they were recorded.
#[derive(Deserialize)]
pub(crate) struct Exchange {
    /// Whose test it is.
    pub(crate) source: String,
    pub(crate) model_id: String,
    pub(crate) path: String,
    pub(crate) status: u16,
    #[serde(default)]
    response_headers: BTreeMap<String, String>,
    request: Box<RawValue>,
    /// Whether something large was cut out of the request.
    #[serde(default)]
    request_elided: bool,
    response: Option<Box<RawValue>>,
    #[serde(default)]
    response_stream_base64: Option<Blob>,
}

/// The member that stands for a request of which the recording has text only.
const UNPARSED: &str = "\"_unparsed\"";

impl Exchange {
    pub(super) fn read(line: &str) -> Self {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("no exchange: {error}"))
    }

    pub(super) fn is_stream(&self) -> bool {
        self.response.is_none()
    }

    /// Whether the service took the request.
    pub(crate) fn succeeded(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body of the request; `None` when it was not recorded whole, or not as JSON.
    pub(crate) fn request(&self) -> Option<&str> {
        Some(self.request.get()).filter(|body| !self.request_elided && !body.contains(UNPARSED))
    }

    /// The body of the reply.
    pub(crate) fn reply(&self) -> &str {
        self.response.as_ref().map_or("", |body| body.get())
    }

    /// The bytes of the stream.
    pub(crate) fn stream(&self) -> Bytes {
        let stream = self.response_stream_base64.as_ref().map(|stream| stream.bytes().expect("Base64"));
        stream.unwrap_or_default()
    }

    pub(crate) fn error_type(&self) -> Option<&str> {
        self.response_headers.get("x-amzn-errortype").map(String::as_str)
    }

    /// The reply as our types have it.
    pub(crate) fn wire_reply(&self) -> ConverseResponse {
        outcrop::core::from_str(self.reply()).unwrap_or_else(|error| panic!("{}: {error}", self.source))
    }

    /// The blocks of the answer.
    pub(crate) fn blocks(&self) -> Vec<ContentBlock> {
        match self.wire_reply().output {
            Some(ConverseOutput::Message(message)) => message.content.unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The reply as a response.
    pub(crate) fn decoded(&self) -> Result<UnifiedResponse, ModelError> {
        decode_response(
            &self.reply().to_owned().into(),
            &ResponseContext::default(),
            ResponseMetadata::default(),
        )
    }

    /// The reply as an error of the service.
    pub(crate) fn fault(&self) -> ServiceError {
        let mut fault = ServiceError::new(self.status, self.reply().to_owned());
        fault.error_type = self.error_type().map(str::to_owned);
        fault
    }

    /// The reply, for an emulator to give: status, headers and body.
    pub(crate) fn scripted(&self) -> ScriptedExchange {
        let body = if self.is_stream() { self.stream() } else { Bytes::from(self.reply().to_owned()) };
        let reply = RawResponse::new(body).with_status(self.status).unwrap();
        let reply = self
            .response_headers
            .iter()
            .filter(|(name, _)| *name != "content-length")
            .fold(reply, |reply, (name, value)| reply.with_header(name, value).unwrap());
        ScriptedExchange::new(Action::Raw(reply))
    }
}
