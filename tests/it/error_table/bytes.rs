//! The bytes of responses: heads, bodies and frames.

use outcrop::converse::event_stream::{HeaderValue, encode_frame};

use super::MARK;

/// Returns a response with a JSON body and these additional headers.
pub(super) fn json(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    response(status, "application/json", headers, body.as_bytes())
}

/// Returns a response with a JSON body whose media type is written in capitals.
pub(super) fn json_in_capitals() -> Vec<u8> {
    response(200, "Application/JSON", &[], br#"{"message": "no"}"#)
}

/// Returns an error response of the service.
pub(super) fn error(status: u16, code: &str, message: &str) -> Vec<u8> {
    json(status, &[("x-amzn-errortype", code)], &serde_json::json!({"message": message}).to_string())
}

/// Returns a page of a proxy, which has neither a code nor a message.
pub(super) fn page(status: u16) -> Vec<u8> {
    response(status, "text/html", &[], format!("<p>{MARK}</p>").as_bytes())
}

/// Returns a good response that is not streamed.
pub(super) fn good() -> Vec<u8> {
    json(
        200,
        &[],
        r#"{"output": {"message": {"role": "assistant", "content": [{"text": "Po"}]}}, "stopReason": "end_turn",
           "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}, "metrics": {"latencyMs": 1}}"#,
    )
}

fn response(status: u16, media_type: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = head(status, media_type, headers, Some(body.len()));
    bytes.extend_from_slice(body);
    bytes
}

/// Returns the head of a response; without a length, the body ends with the connection.
pub(super) fn head(
    status: u16,
    media_type: &str,
    headers: &[(&str, &str)],
    length: Option<usize>,
) -> Vec<u8> {
    let mut head =
        format!("HTTP/1.1 {status} Status\r\ncontent-type: {media_type}\r\nx-amzn-requestid: r-1\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    match length {
        Some(length) => head += &format!("content-length: {length}\r\n\r\n"),
        None => head += "connection: close\r\n\r\n",
    }
    head.into_bytes()
}

/// Returns the head of a stream, followed by these frames.
pub(super) fn stream(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = head(200, "application/vnd.amazon.eventstream", &[], None);
    bytes.extend(frames.iter().flatten());
    bytes
}

/// Returns an event frame.
pub(super) fn event(name: &str, payload: &str) -> Vec<u8> {
    frame(
        &[(":message-type", "event"), (":event-type", name), (":content-type", "application/json")],
        payload,
    )
}

/// Returns an exception frame.
pub(super) fn exception(name: &str, message: &str) -> Vec<u8> {
    let payload = serde_json::json!({"message": message}).to_string();
    frame(
        &[(":message-type", "exception"), (":exception-type", name), (":content-type", "application/json")],
        &payload,
    )
}

/// Returns an error frame, which has its message in a header.
pub(super) fn error_frame(code: &str) -> Vec<u8> {
    frame(&[(":message-type", "error"), (":error-code", code), (":error-message", "it failed")], "")
}

fn frame(headers: &[(&str, &str)], payload: &str) -> Vec<u8> {
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, HeaderValue::String(value))).collect();
    encode_frame(&headers, payload.as_bytes()).expect("it is within the limits")
}

/// Returns the first frames of a stream: the start of the message and a piece of text.
pub(super) fn beginning() -> Vec<Vec<u8>> {
    let delta = format!(r#"{{"contentBlockIndex": 0, "delta": {{"text": "{MARK}"}}}}"#);
    vec![event("messageStart", r#"{"role": "assistant"}"#), event("contentBlockDelta", &delta)]
}
