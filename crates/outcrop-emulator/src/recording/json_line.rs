//! The JSON line of an exchange, without credentials.

use std::io;

use outcrop_core::{Blob, OrderedMap};
use serde::Serialize;

use super::{Ending, Exchange, ReceivedRequest, SentResponse};

/// An exchange in the format of a line.
#[derive(Serialize)]
pub(crate) struct ExchangeRecord<'a> {
    request: RequestRecord<'a>,
    response: Option<ResponseRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ending: Option<&'static str>,
    /// How the request differs from the recording that was replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    mismatch: Option<&'a str>,
}

#[derive(Serialize)]
struct RequestRecord<'a> {
    method: &'a str,
    path: String,
    headers: OrderedMap<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<Blob>,
}

#[derive(Serialize)]
struct ResponseRecord<'a> {
    status: u16,
    headers: OrderedMap<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<Blob>,
    /// The milliseconds until each frame was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    frames_ms: Vec<u64>,
}

impl<'a> ExchangeRecord<'a> {
    /// Converts an exchange, with the times of its chunks if there are any.
    pub(crate) fn new(exchange: &'a Exchange, times: &[(usize, u64)]) -> Self {
        Self {
            request: request(exchange.request()),
            response: exchange.response().map(|sent| response(sent, times)),
            ending: exchange.ending().and_then(ending),
            mismatch: exchange.replay_mismatch(),
        }
    }
}

/// Formats an exchange as one line, which ends with a line break.
pub(super) fn format(exchange: &Exchange, times: &[(usize, u64)]) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(&ExchangeRecord::new(exchange, times))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn request(request: &ReceivedRequest) -> RequestRecord<'_> {
    let (body, body_base64) = body(request.body());
    let path = match request.query() {
        Some(query) => format!("{}?{}", request.path(), hide_signature(query)),
        None => request.path().to_owned(),
    };
    RequestRecord { method: request.method(), path, headers: headers(request.headers()), body, body_base64 }
}

fn response<'a>(response: &'a SentResponse, times: &[(usize, u64)]) -> ResponseRecord<'a> {
    let (body, body_base64) = body(response.body());
    let frames_ms = frame_times(response.body(), times);
    ResponseRecord {
        status: response.status(),
        headers: headers(response.headers()),
        body,
        body_base64,
        frames_ms,
    }
}

/// Returns the time of each frame: that of the chunk which completed it.
fn frame_times(body: &[u8], times: &[(usize, u64)]) -> Vec<u64> {
    let time = |end: usize| times.iter().find(|(sent, _)| *sent >= end).map(|(_, time)| *time);
    frame_ends(body).into_iter().map_while(time).collect()
}

/// Returns the positions in a body at which its frames end. What follows the last whole frame is none.
pub(crate) fn frame_ends(body: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut start = 0_usize;
    // A frame begins with its length in four bytes. See https://smithy.io/2.0/aws/amazon-eventstream.html.
    while let Some(length) = body.get(start..).and_then(|rest| rest.first_chunk::<4>()) {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let end = start.saturating_add(length);
        if length < 16 || end > body.len() {
            break;
        }
        ends.push(end);
        start = end;
    }
    ends
}

/// Returns the name of an ending before the end of the response.
fn ending(ending: Ending) -> Option<&'static str> {
    match ending {
        Ending::Completed => None,
        Ending::Closed => Some("closed"),
        Ending::ClientGone => Some("client_gone"),
        Ending::Stopped => Some("stopped"),
    }
}

/// Returns a body as text or, if it is not UTF-8, as Base64.
fn body(bytes: &bytes::Bytes) -> (Option<&str>, Option<Blob>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Some(text), None),
        Err(_) => (None, Some(Blob::from_bytes(bytes.clone()))),
    }
}

/// Collects headers by name. Several values of a name are joined to a list, as
/// <https://www.rfc-editor.org/rfc/rfc9110#section-5.3> allows.
fn headers<'h>(headers: impl Iterator<Item = (&'h str, &'h [u8])>) -> OrderedMap<String> {
    let mut by_name = OrderedMap::<String>::new();
    for (name, value) in headers {
        let value = hide_secret(name, &String::from_utf8_lossy(value));
        match by_name.get_mut(name) {
            Some(values) => {
                values.push_str(", ");
                values.push_str(&value);
            }
            None => {
                by_name.insert(name, value);
            }
        }
    }
    by_name
}

/// The text in place of a secret. Recordings are committed and shared, so no secret may reach the file.
const HIDDEN: &str = "<hidden>";

/// Parts of the names of headers and parameters that hold secrets. Clients and proxies add some of their own.
const SECRET_PARTS: &[&str] =
    &["api-key", "apikey", "auth", "cookie", "credential", "passw", "secret", "signature", "token"];

/// Returns whether the value of a header or parameter may be a secret. Too much is hidden rather than too little.
fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase().replace('_', "-");
    // The responses of InvokeModel count tokens in headers.
    !name.ends_with("-count") && SECRET_PARTS.iter().any(|part| name.contains(part))
}

/// Hides the secret in the value of a header.
fn hide_secret(name: &str, value: &str) -> String {
    match name {
        // The scheme is kept: it is harmless, and shows whether the client signed or sent an API key.
        "authorization" => {
            let scheme = value.split(' ').next().unwrap_or_default();
            format!("{scheme} {HIDDEN}")
        }
        _ if is_secret(name) => HIDDEN.to_owned(),
        _ => value.to_owned(),
    }
}

/// Hides the signature and the token in the query of a presigned request.
fn hide_signature(query: &str) -> String {
    let parameters = query.split('&').map(|parameter| match parameter.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={HIDDEN}"),
        _ => parameter.to_owned(),
    });
    parameters.collect::<Vec<_>>().join("&")
}
