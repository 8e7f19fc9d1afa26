//! HTTP/2 in clear text with prior knowledge, on the same port as HTTP/1.1.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use outcrop_emulator::{Emulator, Ending, Script};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::client::{NOVA, post, user_body};

const STREAM: &str = "/model/amazon.nova-lite-v1%3A0/converse-stream";

/// A client of HTTP/2, and the task that serves its connection.
struct Http2 {
    sender: SendRequest<Full<Bytes>>,
    connection: JoinHandle<hyper::Result<()>>,
}

impl Http2 {
    async fn connect(emulator: &Emulator) -> Self {
        let socket = TcpStream::connect(emulator.address()).await.expect("a connection");
        let (sender, connection) =
            handshake(TokioExecutor::new(), TokioIo::new(socket)).await.expect("a handshake");
        Self { sender, connection: tokio::spawn(connection) }
    }

    async fn post(&mut self, path: &str, text: &str) -> hyper::Result<Response<hyper::body::Incoming>> {
        let request = Request::post(format!("http://localhost{path}"))
            .header("authorization", "Bearer any")
            .body(Full::from(user_body(text)))
            .expect("a request");
        self.sender.send_request(request).await
    }
}

async fn json(response: Response<hyper::body::Incoming>) -> Value {
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    serde_json::from_slice(&body).expect("JSON")
}

async fn playing(script: &str) -> Emulator {
    Emulator::builder().script(Script::from_json(script).expect("a script")).start().await.expect("a start")
}

#[tokio::test]
async fn both_versions_are_answered_on_one_port() {
    let emulator = Emulator::start().await.expect("a start");
    let mut client = Http2::connect(&emulator).await;
    let response = client.post(NOVA, "hi").await.expect("a response");
    assert_eq!(response.version(), hyper::Version::HTTP_2);
    assert_eq!(json(response).await["output"]["message"]["content"][0]["text"], "You said: hi");
    let error = client.post("/model/gpt-4o/converse", "hi").await.expect("a response");
    assert_eq!(error.status(), StatusCode::BAD_REQUEST);
    assert!(error.headers()["x-amzn-errortype"].to_str().expect("text").starts_with("ValidationException:"));
    assert_eq!(post(&emulator, NOVA, &user_body("hi")).await.status, 200);
    assert_eq!(emulator.connections(), 2);
    assert_eq!(emulator.requests()[0].path(), NOVA);
    assert_eq!(emulator.requests()[0].body(), user_body("hi").as_bytes());
}

#[tokio::test]
async fn requests_share_a_connection() {
    let emulator = playing(r#"[{"when": {"text": "wait"}, "stall": true, "times": "forever"}]"#).await;
    let client = Http2::connect(&emulator).await;
    let mut stalled = tokio::task::JoinSet::new();
    for _ in 0..300 {
        let mut sender = Http2 { sender: client.sender.clone(), connection: tokio::spawn(async { Ok(()) }) };
        stalled.spawn(async move { sender.post(NOVA, "wait").await.map(drop) });
    }
    while emulator.requests().len() < 300 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut sender = Http2 { sender: client.sender.clone(), connection: tokio::spawn(async { Ok(()) }) };
    let response = sender.post(NOVA, "hi").await.expect("a response beside the stalled ones");
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(emulator.connections(), 1);
    stalled.abort_all();
    let idle = tokio::time::timeout(Duration::from_secs(5), emulator.recording().wait_until_idle()).await;
    let endings: Vec<_> =
        idle.expect("it is noticed soon").iter().map(|exchange| exchange.ending()).collect();
    assert_eq!(endings.iter().filter(|ending| **ending == Some(Ending::ClientGone)).count(), 300);
}

#[tokio::test]
async fn stream_faults_reach_the_client() {
    let start = r#"{"messageStart": {"role": "assistant"}}"#;
    for (item, resets_connection) in [(r#"{"close": "cut"}"#, false), (r#"{"close": "reset"}"#, true)] {
        let emulator = playing(&format!(r#"[{{"events": [{start}, {item}]}}]"#)).await;
        let mut client = Http2::connect(&emulator).await;
        let mut body = client.post(STREAM, "hi").await.expect("a head").into_body();
        let first = body.frame().await.expect("a frame").expect("the event before the fault");
        assert!(!first.into_data().expect("data").is_empty());
        body.frame().await.expect("a frame").expect_err(item);
        let exchange = emulator.recording().wait_until_idle().await.pop().expect("an exchange");
        assert_eq!((exchange.events_sent(), exchange.ending()), (1, Some(Ending::Closed)), "{item}");
        if resets_connection {
            client.connection.await.expect("no panic").expect_err("the connection is reset");
        } else {
            let next = client.post(NOVA, "hi").await.expect("the connection serves other requests");
            assert_eq!(next.status(), StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn stalled_stream_ends_with_client_or_emulator() {
    let script =
        r#"[{"times": "forever", "events": [{"messageStart": {"role": "assistant"}}, {"stall": true}]}]"#;
    let emulator = playing(script).await;
    let mut client = Http2::connect(&emulator).await;
    let mut body = client.post(STREAM, "hi").await.expect("a head").into_body();
    body.frame().await.expect("a frame").expect("an event");
    drop(body);
    let idle = tokio::time::timeout(Duration::from_secs(5), emulator.recording().wait_until_idle()).await;
    assert_eq!(idle.expect("it is noticed soon")[0].ending(), Some(Ending::ClientGone));

    let mut body = client.post(STREAM, "hi").await.expect("a head").into_body();
    body.frame().await.expect("a frame").expect("an event");
    let recording = emulator.recording().clone();
    let stop = tokio::time::timeout(Duration::from_secs(4), emulator.shutdown()).await;
    stop.expect("a stalled stream does not block the shutdown");
    assert!(body.frame().await.is_none_or(|frame| frame.is_err()));
    assert_eq!(recording.wait_until_idle().await[1].ending(), Some(Ending::Stopped));
}

#[tokio::test]
async fn scripted_close_ends_one_request() {
    let emulator = playing(r#"[{"close": "before_reply"}, {"close": "before_request"}]"#).await;
    let mut client = Http2::connect(&emulator).await;
    for _ in 0..2 {
        client.post(NOVA, "hi").await.expect_err("no response");
    }
    assert_eq!(client.post(NOVA, "hi").await.expect("a response").status(), StatusCode::OK);
    assert_eq!(emulator.connections(), 1);
}
