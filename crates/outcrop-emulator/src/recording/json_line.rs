//! The JSON line of an exchange, without credentials.

use std::io;

use outcrop_core::{Blob, OrderedMap};
use serde::Serialize;

use super::{Ending, Exchange, ReceivedRequest, SentResponse};

#[derive(Serialize)]
struct ExchangeRecord<'a> {
    request: RequestRecord<'a>,
    response: Option<ResponseRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ending: Option<&'static str>,
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
}

/// Formats an exchange as one line, which ends with a line break.
pub(super) fn format(exchange: &Exchange) -> io::Result<Vec<u8>> {
    let line = ExchangeRecord {
        request: request(exchange.request()),
        response: exchange.response().map(response),
        ending: exchange.ending().and_then(ending),
    };
    let mut bytes = serde_json::to_vec(&line)?;
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

fn response(response: &SentResponse) -> ResponseRecord<'_> {
    let (body, body_base64) = body(response.body());
    ResponseRecord { status: response.status(), headers: headers(response.headers()), body, body_base64 }
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

/// Hides the secret in the value of a header.
fn hide_secret(name: &str, value: &str) -> String {
    match name {
        // The scheme is kept: it is harmless, and shows whether the client signed or sent an API key.
        "authorization" => {
            let scheme = value.split(' ').next().unwrap_or_default();
            format!("{scheme} {HIDDEN}")
        }
        "x-amz-security-token" | "x-api-key" | "cookie" | "proxy-authorization" => HIDDEN.to_owned(),
        _ => value.to_owned(),
    }
}

/// Hides the signature and the token in the query of a presigned request.
fn hide_signature(query: &str) -> String {
    let parameters = query.split('&').map(|parameter| match parameter.split_once('=') {
        Some((name, _))
            if ["x-amz-signature", "x-amz-security-token"].contains(&name.to_lowercase().as_str()) =>
        {
            format!("{name}={HIDDEN}")
        }
        _ => parameter.to_owned(),
    });
    parameters.collect::<Vec<_>>().join("&")
}
