//! Tests of the record.

use bytes::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::*;

fn request(
    path: &'static str,
    headers: &[(&'static str, &'static str)],
    body: &'static [u8],
) -> ReceivedRequest {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect();
    ReceivedRequest::new(Method::POST, path.parse().expect("a path"), headers, Bytes::from_static(body))
}

fn numbered(number: u8) -> ReceivedRequest {
    ReceivedRequest::new(
        Method::POST,
        "/".parse().expect("a path"),
        HeaderMap::new(),
        Bytes::from(vec![number]),
    )
}

fn response(body: &'static [u8]) -> SentResponse {
    SentResponse::new(StatusCode::OK, HeaderMap::new(), Bytes::from_static(body))
}

fn begin(recording: &Recording, request: ReceivedRequest) -> OpenExchange {
    recording.begin(request, watch::channel(false).1)
}

fn line(exchange: &Exchange) -> Value {
    let line = json_line::format(exchange, &[]).expect("a line");
    assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
    serde_json::from_slice(&line).expect("JSON")
}

#[test]
fn responses_out_of_order_reach_their_requests() {
    let recording = Recording::new();
    let mut first = begin(&recording, numbered(1));
    let mut second = begin(&recording, numbered(2));
    second.respond(&response(b"two"));
    assert!(recording.exchanges()[0].response().is_none());
    first.respond(&response(b"one"));
    let exchanges = recording.exchanges();
    let bodies: Vec<_> = exchanges.iter().map(|e| e.response().expect("answered").body().clone()).collect();
    assert_eq!(bodies, ["one", "two"]);
}

#[test]
fn exchanges_beyond_the_limit_are_removed() {
    let recording = Recording::new().with_limit(2);
    let mut forgotten = begin(&recording, numbered(1));
    begin(&recording, numbered(2));
    let mut kept = begin(&recording, numbered(3));
    forgotten.respond(&response(b"late"));
    kept.respond(&response(b"three"));
    let exchanges = recording.exchanges();
    assert_eq!(exchanges.len(), 2);
    assert_eq!(exchanges[0].request().body().as_ref(), [2]);
    assert!(exchanges[0].response().is_none());
    assert_eq!(exchanges[1].response().expect("answered").body(), "three");

    recording.clear();
    kept.respond(&response(b"again"));
    assert!(recording.requests().is_empty());
    begin(&recording, numbered(4));
    assert_eq!(recording.requests()[0].body().as_ref(), [4]);
}

#[test]
fn json_line_has_the_body_and_no_credentials() {
    let mut exchange = Exchange::new(request(
        "/model/a%3A0/converse?x=1&X-Amz-Signature=abc",
        &[
            ("content-type", "application/json"),
            ("authorization", "AWS4-HMAC-SHA256 Credential=AKID/x, Signature=abc"),
            ("x-amz-security-token", "abc"),
            ("accept", "a"),
            ("accept", "b"),
        ],
        b"{\n\"a\": \"\xc3\xa9\"}",
    ));
    assert_eq!(
        line(&exchange),
        json!({"request": {"method": "POST", "path": "/model/a%3A0/converse?x=1&X-Amz-Signature=<hidden>",
            "headers": {"content-type": "application/json", "authorization": "AWS4-HMAC-SHA256 <hidden>",
                "x-amz-security-token": "<hidden>", "accept": "a, b"},
            "body": "{\n\"a\": \"é\"}"}, "response": null})
    );
    exchange.respond(response(b"\xff\x00"));
    assert_eq!(line(&exchange)["response"], json!({"status": 200, "headers": {}, "body_base64": "/wA="}));
}

#[test]
fn secrets_of_clients_and_proxies_are_hidden() {
    let secrets = [
        "x-auth-token",
        "x-api-key",
        "proxy-authorization",
        "x-amz-security-token",
        "cookie",
        "x-client-secret",
    ];
    let headers = secrets.map(|name| (name, "hush"));
    let shown = [("x-amzn-bedrock-input-token-count", "17"), ("user-agent", "sdk")];
    let recorded = line(&Exchange::new(request(
        "/a?api_key=hush&Access-Token=hush&page=2",
        &[&headers[..], &shown].concat(),
        b"",
    )));
    assert!(!recorded.to_string().contains("hush"), "{recorded}");
    assert_eq!(recorded["request"]["headers"]["x-amzn-bedrock-input-token-count"], "17");
    assert_eq!(recorded["request"]["path"], "/a?api_key=<hidden>&Access-Token=<hidden>&page=2");
}

#[test]
fn debug_output_has_no_content() {
    let debug = format!("{:?}", request("/", &[("authorization", "Bearer secret")], b"a secret"));
    assert!(!debug.contains("secret"), "{debug}");
}

#[test]
fn write_failure_is_reported() {
    let recording = Recording::new();
    // A file that is open for reading cannot be written.
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    recording.lock().file = Some(File::open(path).expect("the manifest"));
    assert_eq!(recording.failure(), None);
    drop(begin(&recording, numbered(1)));
    assert!(recording.failure().is_some());
    assert_eq!(recording.requests().len(), 1);
    assert!(Recording::to_file("/nonexistent/folder/record.jsonl").is_err());
}

#[test]
fn exchanges_beyond_the_size_are_removed() {
    let large = |size: usize| {
        let body = Bytes::from(vec![0; size]);
        ReceivedRequest::new(Method::POST, "/".parse().expect("a path"), HeaderMap::new(), body)
    };
    let recording = Recording::new().with_max_bytes(1_000_000);
    for _ in 0..10 {
        begin(&recording, large(300_000)).end(Ending::Completed);
    }
    assert_eq!(recording.exchanges().len(), 3);
    begin(&recording, large(2_000_000)).end(Ending::Completed);
    assert_eq!(recording.exchanges().len(), 1, "the newest is kept whatever its size is");
    let mut streaming = begin(&recording, large(1));
    streaming.respond(&response(b""));
    streaming.add_chunk(&vec![1; 900_000]);
    streaming.end(Ending::Completed);
    begin(&recording, large(200_000)).end(Ending::Completed);
    assert_eq!(recording.exchanges().len(), 1, "the body of a stream counts");
    recording.clear();
    assert_eq!(recording.lock().bytes, 0);
}

#[test]
fn stream_that_nothing_reads_is_not_collected() {
    let recording = Recording::new().with_limit(0);
    let mut streaming = begin(&recording, numbered(1));
    streaming.add_chunk(b"event");
    assert!(streaming.streamed.is_empty());
}
