//! Lines of a recording of `outcrop emulate`, as input of the mappings.

use std::borrow::Cow;

use outcrop::ModelRequest;
use outcrop::converse::{ServiceError, decode_request};
use outcrop::core::{Blob, JsonObject, ModelError, OrderedMap, RawJson};
use serde::Deserialize;

#[derive(Deserialize)]
struct RequestJson {
    path: String,
    #[serde(default)]
    body: String,
}

#[derive(Deserialize)]
struct ResponseJson {
    status: u16,
    #[serde(default)]
    headers: OrderedMap<String>,
    body: Option<String>,
    body_base64: Option<Blob>,
}

/// A recorded response.
pub(super) enum Response {
    /// The connection was closed without one.
    Missing,
    /// The member `converse_response` or `stream_base64` of a line.
    Member(&'static str, RawJson),
    Error(ServiceError),
}

/// An exchange of a recording.
pub(super) struct Recorded {
    pub(super) request: ModelRequest,
    pub(super) response: Response,
}

impl Recorded {
    /// Parses a line, or returns `None` if it is not from a recording.
    ///
    /// # Errors
    /// Kind `InvalidRequest`: the exchange is not one of Converse or ConverseStream, or its body is not a request.
    pub(super) fn parse(line: &JsonObject) -> Result<Option<Self>, ModelError> {
        let Some(request) = line.get("request").and_then(|request| request.deserialize::<RequestJson>().ok())
        else {
            return Ok(None);
        };
        let Some((model, is_stream)) = parse_path(&request.path) else {
            return Err(invalid(
                "request.path",
                "only exchanges of Converse and ConverseStream can be mapped",
            ));
        };
        let decoded = decode_request(&model, &request.body.into_bytes().into())
            .map_err(|error| error.with_path_prefix("request.body"))?;
        let response = match line.get("response").filter(|response| !response.is_null()) {
            Some(response) => response
                .deserialize::<ResponseJson>()
                .map_err(|error| invalid("response", error.to_string()))?
                .convert(is_stream)?,
            None => Response::Missing,
        };
        Ok(Some(Self { request: decoded, response }))
    }
}

impl ResponseJson {
    fn convert(self, is_stream: bool) -> Result<Response, ModelError> {
        let text = self.body.unwrap_or_default();
        if self.status != 200 {
            let mut error = ServiceError::new(self.status, text);
            if let Some(error_type) = self.headers.get("x-amzn-errortype") {
                error = error.with_error_type(error_type);
            }
            if let Some(id) = self.headers.get("x-amzn-requestid") {
                error = error.with_request_id(id);
            }
            return Ok(Response::Error(error));
        }
        if is_stream {
            // Frames that happen to be UTF-8 are recorded as text.
            let bytes = self.body_base64.unwrap_or_else(|| Blob::from_bytes(text.into_bytes()));
            return Ok(Response::Member("stream_base64", RawJson::from(bytes.base64().as_ref())));
        }
        let body = RawJson::parse(text).map_err(|error| invalid("response.body", error.to_string()))?;
        Ok(Response::Member("converse_response", body))
    }
}

fn invalid(path: &str, message: impl Into<Cow<'static, str>>) -> ModelError {
    ModelError::invalid_request("InvalidLine", path, message)
}

/// Returns the model of a path, and whether it is that of a stream.
fn parse_path(path: &str) -> Option<(String, bool)> {
    let path = path.split('?').next().unwrap_or(path).strip_prefix("/model/")?;
    let (model, operation) = path.split_once('/')?;
    match operation {
        "converse" => Some((decode(model)?, false)),
        "converse-stream" => Some((decode(model)?, true)),
        _ => None,
    }
}

/// Decodes the percent-encoding of a segment.
fn decode(segment: &str) -> Option<String> {
    let mut parts = segment.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend_from_slice(part.get(2..)?.as_bytes());
    }
    String::from_utf8(bytes).ok()
}
