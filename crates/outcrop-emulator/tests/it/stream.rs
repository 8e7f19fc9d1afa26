//! The protocol of ConverseStream.

use std::io;
use std::time::{Duration, Instant};

use outcrop_converse::event_stream::FrameDecoder;
use outcrop_emulator::{Emulator, Ending, Script};
use serde_json::{Value, json};

use crate::client::{Client, HttpResponse, NOVA, post, user_body};

pub(crate) const STREAM: &str = "/model/amazon.nova-lite-v1%3A0/converse-stream";

/// A stream that was read to its end.
pub(crate) struct Streamed {
    pub(crate) head: HttpResponse,
    /// The bytes that were received.
    pub(crate) body: Vec<u8>,
    /// The end of the response, or the error that ended it.
    pub(crate) end: io::Result<()>,
}

impl Streamed {
    /// Returns the names and payloads of events and exceptions, without padding.
    pub(crate) fn events(&self) -> Vec<(String, Value)> {
        let mut decoder = FrameDecoder::new();
        decoder.feed(self.body.clone().into());
        let mut events = Vec::new();
        while let Some(frame) = decoder.next_frame().expect("the frames are valid") {
            let name = frame.event_type().or_else(|| frame.exception_type()).expect("an event or exception");
            let mut payload: Value = serde_json::from_slice(frame.payload()).expect("JSON");
            if let Some(payload) = payload.as_object_mut() {
                payload.remove("p");
            }
            events.push((name.to_owned(), payload));
        }
        decoder.finish().expect("the last frame is whole");
        events
    }

    /// Returns the names of the events.
    pub(crate) fn names(&self) -> Vec<String> {
        self.events().into_iter().map(|(name, _)| name).collect()
    }
}

pub(crate) async fn playing(script: &str) -> Emulator {
    let script = Script::from_json(script).expect("a script");
    Emulator::builder().script(script).start().await.expect("a start")
}

/// Opens a stream and reads it to its end.
pub(crate) async fn stream(emulator: &Emulator, body: &str) -> Streamed {
    stream_over(&mut Client::connect(emulator).await, body).await
}

async fn stream_over(client: &mut Client, body: &str) -> Streamed {
    let head = client.open(STREAM, body).await.expect("a head");
    let mut streamed = Streamed { head, body: Vec::new(), end: Ok(()) };
    loop {
        match client.chunk().await {
            Ok(chunk) if chunk.is_empty() => return streamed,
            Ok(chunk) => streamed.body.extend(chunk),
            Err(error) => {
                streamed.end = Err(error);
                return streamed;
            }
        }
    }
}

#[tokio::test]
async fn default_model_streams_its_answer() {
    let emulator = Emulator::start().await.expect("a start");
    let mut client = Client::connect(&emulator).await;
    let streamed = stream_over(&mut client, &user_body("Hello")).await;
    assert!(streamed.end.is_ok());
    assert_eq!(streamed.head.status, 200);
    assert_eq!(streamed.head.header("content-type"), Some("application/vnd.amazon.eventstream"));
    assert_eq!(streamed.head.header("transfer-encoding"), Some("chunked"));
    assert_eq!(streamed.head.header("x-amzn-requestid"), Some("00000000-0000-4000-8000-000000000001"));
    let text = |text: &str| {
        ("contentBlockDelta".to_owned(), json!({"contentBlockIndex": 0, "delta": {"text": text}}))
    };
    assert_eq!(
        streamed.events(),
        [
            ("messageStart".to_owned(), json!({"role": "assistant"})),
            text("You "),
            text("said: "),
            text("Hello"),
            ("contentBlockStop".to_owned(), json!({"contentBlockIndex": 0})),
            ("messageStop".to_owned(), json!({"stopReason": "end_turn"})),
            (
                "metadata".to_owned(),
                json!({"usage": {"inputTokens": 2, "outputTokens": 4, "totalTokens": 6}, "metrics": {"latencyMs": 140}})
            ),
        ]
    );
    assert!(
        !stream_over(&mut client, &user_body("again")).await.body.is_empty(),
        "the connection is used again"
    );
}

#[tokio::test]
async fn tool_call_input_is_split() {
    let emulator = Emulator::start().await.expect("a start");
    let schema = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    let tool = json!({"toolSpec": {"name": "get_weather", "inputSchema": {"json": schema}}});
    let body = json!({"messages": [{"role": "user", "content": [{"text": "Is the weather in Santiago de Compostela good?"}]}],
        "toolConfig": {"tools": [tool], "toolChoice": {"any": {}}}});
    let events = stream(&emulator, &body.to_string()).await.events();
    assert_eq!(events[1].1["start"]["toolUse"]["name"], "get_weather");
    let pieces: Vec<_> =
        events.iter().filter_map(|(_, payload)| payload["delta"]["toolUse"]["input"].as_str()).collect();
    assert!(pieces.len() > 1, "{pieces:?}");
    let input: Value = serde_json::from_str(&pieces.concat()).expect("JSON");
    let whole = post(&emulator, NOVA, &body.to_string()).await.json();
    assert_eq!(whole["output"]["message"]["content"][0]["toolUse"]["input"], input);
}

#[tokio::test]
async fn stream_requests_are_checked_like_converse() {
    let emulator = Emulator::start().await.expect("a start");
    for (path, body, status, exception, message) in [
        (STREAM, json!({"messages": [], "stream": true}).to_string(), 400, "ValidationException", "'stream'"),
        (
            STREAM,
            json!({"messages": [{"role": "assistant", "content": [{"text": "a"}]}]}).to_string(),
            400,
            "ValidationException",
            "user",
        ),
        (
            "/model/amazon.no-such-model/converse-stream",
            user_body("hi"),
            404,
            "ResourceNotFoundException",
            "Could not resolve",
        ),
    ] {
        let response = post(&emulator, path, &body).await;
        assert_eq!((response.status, response.exception()), (status, Some(exception)));
        assert!(response.message().contains(message), "{}", response.message());
    }
    let mode = json!({"messages": [{"role": "user", "content": [{"text": "hi"}]}],
        "guardrailConfig": {"guardrailIdentifier": "gr1", "guardrailVersion": "1", "streamProcessingMode": "async"}});
    assert_eq!(stream(&emulator, &mode.to_string()).await.head.status, 200);
}

#[tokio::test]
async fn scripted_response_serves_both_operations() {
    let response = json!({"output": {"message": {"role": "assistant", "content": [{"text": "Paris."}]}}, "stopReason": "end_turn"});
    let emulator =
        playing(&json!([{"reply": response, "times": 2}, {"reply": ["no reply"]}]).to_string()).await;
    assert_eq!(post(&emulator, NOVA, &user_body("hi")).await.json(), response);
    let streamed = stream(&emulator, &user_body("hi")).await;
    assert_eq!(
        streamed.names(),
        ["messageStart", "contentBlockDelta", "contentBlockStop", "messageStop"],
        "no event for a missing member"
    );
    let other = post(&emulator, STREAM, &user_body("hi")).await;
    assert_eq!(other.header("content-type"), Some("application/json"));
    assert_eq!(other.body, br#"["no reply"]"#, "JSON that is not a Converse response is sent unchanged");
}

#[tokio::test]
async fn errors_before_a_stream_are_plain_responses() {
    let emulator = playing(r#"[{"error": {"type": "ThrottlingException", "message": "Too many"}}]"#).await;
    let response = post(&emulator, STREAM, &user_body("hi")).await;
    assert_eq!((response.status, response.exception()), (429, Some("ThrottlingException")));
    assert_eq!(response.message(), "Too many");
}

#[tokio::test]
async fn scripted_events_are_sent_byte_for_byte() {
    let payload = "{ \"role\" : \"assistant\", \"n\": 1.50 }";
    let emulator = playing(&format!(
        r#"[{{"events": [{{"messageStart": {payload}}}, {{"hologram": {{"hz": 440}}}}, {{"metadata": {{}}}}]}}]"#
    ))
    .await;
    let streamed = stream(&emulator, &user_body("hi")).await;
    assert_eq!(streamed.names(), ["messageStart", "hologram", "metadata"]);
    assert!(String::from_utf8_lossy(&streamed.body).contains(payload));
    let [exchange] = emulator.recording().wait_until_idle().await.try_into().expect("one exchange");
    assert_eq!((exchange.events_sent(), exchange.ending()), (3, Some(Ending::Completed)));
    let sent = exchange.response().expect("a response");
    assert_eq!(sent.header("content-type"), Some("application/vnd.amazon.eventstream"));
    assert_eq!(sent.body().as_ref(), streamed.body);
    assert_eq!(exchange.request().body(), &user_body("hi"));
}

#[tokio::test]
async fn delays_and_chunk_sizes_are_kept() {
    let emulator = playing(
        r#"[{"events": [{"messageStart": {"role": "assistant"}}, {"metadata": {}, "delay_ms": 120}]},
            {"events": [{"metadata": {"usage": {}}, "pieces_of": 1}]}]"#,
    )
    .await;
    let mut client = Client::connect(&emulator).await;
    let start = Instant::now();
    client.open(STREAM, &user_body("hi")).await.expect("a head");
    client.chunk().await.expect("the first event");
    assert!(start.elapsed() < Duration::from_millis(110), "the first event does not wait for the second");
    client.chunk().await.expect("the second event");
    assert!(start.elapsed() >= Duration::from_millis(120));
    assert!(client.chunk().await.expect("the end").is_empty());

    client.open(STREAM, &user_body("hi")).await.expect("a head");
    let mut lengths = Vec::new();
    loop {
        match client.chunk().await.expect("a chunk").len() {
            0 => break,
            length => lengths.push(length),
        }
    }
    assert!(lengths.len() > 80 && lengths.iter().all(|length| *length == 1), "{lengths:?}");
}
