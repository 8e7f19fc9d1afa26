//! An exchange as a line of JSON.

use std::io;

use outcrop_core::{Blob, OrderedMap};
use serde::Serialize;

use super::{Ending, Exchange, ReceivedRequest, SentResponse};

#[derive(Serialize)]
struct Line<'a> {
    request: RequestOf<'a>,
    response: Option<ResponseOf<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ending: Option<&'static str>,
}

#[derive(Serialize)]
struct RequestOf<'a> {
    method: &'a str,
    path: String,
    headers: OrderedMap<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<Blob>,
}

#[derive(Serialize)]
struct ResponseOf<'a> {
    status: u16,
    headers: OrderedMap<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<Blob>,
}

/// The line of an exchange, its line break included.
pub(super) fn of(exchange: &Exchange) -> io::Result<Vec<u8>> {
    let line = Line {
        request: request(exchange.request()),
        response: exchange.response().map(response),
        ending: exchange.ending().and_then(ending),
    };
    let mut bytes = serde_json::to_vec(&line)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn request(request: &ReceivedRequest) -> RequestOf<'_> {
    let (body, body_base64) = body(request.body());
    let path = match request.query() {
        Some(query) => format!("{}?{}", request.path(), without_signature(query)),
        None => request.path().to_owned(),
    };
    RequestOf { method: request.method(), path, headers: headers(request.headers()), body, body_base64 }
}

fn response(response: &SentResponse) -> ResponseOf<'_> {
    let (body, body_base64) = body(response.body());
    ResponseOf { status: response.status(), headers: headers(response.headers()), body, body_base64 }
}

/// How the exchange ended, where that was not the end of the response.
fn ending(ending: Ending) -> Option<&'static str> {
    match ending {
        Ending::Completed => None,
        Ending::Closed => Some("closed"),
        Ending::ClientGone => Some("client_gone"),
        Ending::Stopped => Some("stopped"),
    }
}

/// The body as text where it is text, else as Base64.
fn body(bytes: &bytes::Bytes) -> (Option<&str>, Option<Blob>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Some(text), None),
        Err(_) => (None, Some(Blob::from_bytes(bytes.clone()))),
    }
}

/// Headers by name; several of one name are one list, as HTTP has it.
fn headers<'h>(headers: impl Iterator<Item = (&'h str, &'h [u8])>) -> OrderedMap<String> {
    let mut by_name = OrderedMap::<String>::new();
    for (name, value) in headers {
        let value = without_secret(name, &String::from_utf8_lossy(value));
        match by_name.get_mut(name) {
            Some(before) => {
                before.push_str(", ");
                before.push_str(&value);
            }
            None => {
                by_name.insert(name, value);
            }
        }
    }
    by_name
}

const HIDDEN: &str = "<hidden>";

/// The value of a header without what must not stand in a file: of `authorization` the scheme stays.
fn without_secret(name: &str, value: &str) -> String {
    match name {
        "authorization" => {
            let scheme = value.split(' ').next().unwrap_or_default();
            format!("{scheme} {HIDDEN}")
        }
        "x-amz-security-token" | "x-api-key" | "cookie" | "proxy-authorization" => HIDDEN.to_owned(),
        _ => value.to_owned(),
    }
}

/// The query of a presigned request without its signature and token.
fn without_signature(query: &str) -> String {
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
