//! The lines of a recording, read back.

use std::time::Duration;

use bytes::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use outcrop_core::{Blob, JsonError, OrderedMap};
use serde::Deserialize;
use serde_json::Value;

use crate::protocol::operation::Operation;
use crate::protocol::response::{ResponseContent, ServiceResponse, is_of_connection};
use crate::protocol::route::Route;
use crate::protocol::stream::{CloseStream, StreamContent, StreamItem};
use crate::recording::json_line::frame_ends;

/// An exchange of a recording.
#[derive(Clone, Debug)]
pub(super) struct RecordedExchange {
    /// The number of its line.
    pub(super) line: usize,
    pub(super) operation: Operation,
    pub(super) resource: String,
    pub(super) body: Bytes,
    /// The body as JSON, if it is.
    pub(super) json: Option<Value>,
    response: Option<RecordedResponse>,
}

#[derive(Clone, Debug)]
struct RecordedResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// The positions at which the frames of the body end. Only a stream has some.
    frame_ends: Vec<usize>,
    frames_ms: Vec<u64>,
    /// Whether the response was cut off.
    is_cut: bool,
}

#[derive(Deserialize)]
struct LineJson {
    request: RequestJson,
    response: Option<ResponseJson>,
    ending: Option<String>,
}

#[derive(Deserialize)]
struct RequestJson {
    method: Option<String>,
    path: String,
    body: Option<String>,
    body_base64: Option<Blob>,
}

#[derive(Deserialize)]
struct ResponseJson {
    status: u16,
    #[serde(default)]
    headers: OrderedMap<String>,
    body: Option<String>,
    body_base64: Option<Blob>,
    #[serde(default)]
    frames_ms: Vec<u64>,
}

impl RecordedExchange {
    /// Parses a line, or returns `None` for an exchange that no request can be equal to, such as one with an unknown path.
    pub(super) fn parse(line: &str, number: usize) -> Result<Option<Self>, JsonError> {
        let line: LineJson = outcrop_core::from_str(line)?;
        let method = line.request.method.as_deref().unwrap_or("POST");
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| JsonError::new("request.method", "HTTP does not allow this method"))?;
        let path = line.request.path.split('?').next().unwrap_or_default();
        let Route::Operation { operation, resource, .. } = Route::new(&method, path) else { return Ok(None) };
        let body = read_body(line.request.body, line.request.body_base64.as_ref())
            .map_err(|error| error.with_path_prefix("request"))?;
        let is_cut = line.ending.as_deref() == Some("closed");
        let response = line.response.map(|response| response.build(is_cut)).transpose();
        Ok(Some(Self {
            line: number,
            operation,
            resource,
            json: serde_json::from_slice(&body).ok(),
            body,
            response: response.map_err(|error| error.with_path_prefix("response"))?,
        }))
    }

    /// Builds the response again, or returns `None` if there was none.
    pub(super) fn response(&self, has_timing: bool) -> Option<ServiceResponse> {
        let response = self.response.as_ref()?;
        let body = if response.frame_ends.is_empty() {
            ResponseContent::Whole(response.body.clone())
        } else {
            ResponseContent::Stream(response.items(has_timing))
        };
        Some(ServiceResponse { status: response.status, headers: response.headers.clone(), body })
    }
}

impl ResponseJson {
    fn build(self, is_cut: bool) -> Result<RecordedResponse, JsonError> {
        let status = StatusCode::from_u16(self.status)
            .map_err(|_| JsonError::new("status", "a status is a number from 100 to 999"))?;
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers.iter() {
            let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) else {
                return Err(JsonError::new(format!("headers.{name}"), "HTTP does not allow this header"));
            };
            if !is_of_connection(&name) {
                headers.append(name, value);
            }
        }
        let body = read_body(self.body, self.body_base64.as_ref())?;
        let frame_ends = frame_ends(&body);
        Ok(RecordedResponse { status, headers, body, frame_ends, frames_ms: self.frames_ms, is_cut })
    }
}

impl RecordedResponse {
    /// Returns the frames of a stream, and whatever follows the last whole one.
    fn items(&self, has_timing: bool) -> Vec<StreamItem> {
        let mut items = Vec::new();
        let (mut start, mut elapsed) = (0, 0);
        let length = self.body.len();
        let rest = (self.frame_ends.last() != Some(&length)).then_some(length);
        for (index, end) in self.frame_ends.iter().copied().chain(rest).enumerate() {
            let mut item = StreamItem::new(StreamContent::Bytes(self.body.slice(start..end)));
            if let Some(time) = self.frames_ms.get(index).copied().filter(|_| has_timing) {
                item.delay = Duration::from_millis(time.saturating_sub(elapsed));
                elapsed = time;
            }
            items.push(item);
            start = end;
        }
        if self.is_cut {
            items.push(StreamItem::new(StreamContent::Close(CloseStream::Cut)));
        }
        items
    }
}

fn read_body(text: Option<String>, base64: Option<&Blob>) -> Result<Bytes, JsonError> {
    match base64 {
        Some(blob) => blob.bytes().map_err(|error| JsonError::new("body_base64", error.to_string())),
        None => Ok(text.unwrap_or_default().into()),
    }
}
