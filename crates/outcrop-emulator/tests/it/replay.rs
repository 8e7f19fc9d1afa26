//! Recordings that are replayed, and requests that are passed on.

use std::path::PathBuf;

use bytes::Bytes;
use outcrop_emulator::{
    Emulator, EmulatorBuilder, Recording, Replay, Upstream, UpstreamBody, UpstreamBroken, UpstreamResponse,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::client::{Client, HttpResponse, NOVA, post, user_body};

const STREAM: &str = "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream";

/// A file for a recording, which is removed at the end.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("outcrop-replay-{}-{name}.jsonl", std::process::id()));
        // An earlier process with the same id may have left it.
        let _ = std::fs::remove_file(&path);
        Self(path)
    }

    fn recording(&self) -> Recording {
        Recording::to_file(&self.0).expect("a file")
    }

    fn read(&self) -> String {
        std::fs::read_to_string(&self.0).expect("the file")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // A failed test may not have written it.
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn start(builder: EmulatorBuilder) -> Emulator {
    builder.start().await.expect("a start")
}

/// Reads a stream to its end.
async fn read_stream(emulator: &Emulator, body: &str) -> Vec<u8> {
    let mut client = Client::connect(emulator).await;
    assert_eq!(client.open(STREAM, body).await.expect("a head").status, 200);
    let mut bytes = Vec::new();
    loop {
        match client.chunk().await.expect("a chunk") {
            chunk if chunk.is_empty() => return bytes,
            chunk => bytes.extend(chunk),
        }
    }
}

fn tools() -> Value {
    json!({"tools": [{"toolSpec": {"name": "get_weather", "inputSchema": {"json": {"type": "object",
        "properties": {"city": {"type": "string"}}, "required": ["city"]}}}}]})
}

/// Builds the requests of a tool loop with reasoning, from the answer to the first.
async fn tool_loop(emulator: &Emulator, path: &str) -> Vec<(String, HttpResponse)> {
    let thinking = json!({"thinking": {"type": "enabled", "budget_tokens": 1024}});
    let question = json!({"role": "user", "content": [{"text": "What is the weather in Lisbon?"}]});
    let request = |messages: &[&Value]| {
        json!({"messages": messages, "toolConfig": tools(), "additionalModelRequestFields": thinking,
            "inferenceConfig": {"maxTokens": 4096}})
        .to_string()
    };
    let first_body = request(&[&question]);
    let first = post(emulator, path, &first_body).await;
    let answer = first.json()["output"]["message"].clone();
    let call =
        answer["content"].as_array().expect("blocks").iter().find(|block| block["toolUse"].is_object());
    let id = call.expect("a call")["toolUse"]["toolUseId"].clone();
    let result = json!({"role": "user", "content": [{"toolResult": {"toolUseId": id, "content": [{"json": {"celsius": 21}}]}}]});
    let second_body = request(&[&question, &answer, &result]);
    let second = post(emulator, path, &second_body).await;
    vec![(first_body, first), (second_body, second)]
}

#[tokio::test]
async fn recorded_tool_loop_with_reasoning_is_replayed_byte_for_byte() {
    let claude = STREAM.replace("converse-stream", "converse");
    let file = File::new("loop");
    let recorder = start(Emulator::builder().record(file.recording())).await;
    let recorded = tool_loop(&recorder, &claude).await;
    let (streamed_body, _) = &recorded[1];
    let streamed = read_stream(&recorder, streamed_body).await;
    recorder.shutdown().await;
    assert!(recorded.iter().all(|(_, response)| response.status == 200), "{recorded:?}");
    assert!(recorded[0].1.json().to_string().contains("signature"), "{:?}", recorded[0]);

    let replay = Replay::from_json_lines(&file.read()).expect("a replay").strict(true);
    let emulator = start(Emulator::builder().replay(replay)).await;
    let replayed = tool_loop(&emulator, &claude).await;
    for ((body, response), (replayed_body, replayed)) in recorded.iter().zip(&replayed) {
        assert_eq!(body, replayed_body);
        assert_eq!(response.body, replayed.body);
        assert_eq!(response.header("x-amzn-requestid"), replayed.header("x-amzn-requestid"));
    }
    assert_eq!(read_stream(&emulator, streamed_body).await, streamed);

    let changed = recorded[1].0.replacen("Lisbon?", "Lisbun?", 1);
    let response = post(&emulator, &claude, &changed).await;
    assert_eq!((response.status, response.exception()), (400, Some("ValidationException")));
    assert_eq!(
        response.message(),
        "The recording has no equal converse request. The nearest, in line 2, differs: \
         messages[0].content[0].text: expected \"What is the weather in Lisbon?\", found \"What is the weather in Lisbun?\"."
    );
}

#[tokio::test]
async fn unrecorded_request_is_answered_by_the_model_and_noted() {
    let file = File::new("fallback");
    let recorder = start(Emulator::builder().record(file.recording())).await;
    post(&recorder, NOVA, &user_body("hi")).await;
    recorder.shutdown().await;

    let replay = Replay::from_json_lines(&file.read()).expect("a replay");
    let emulator = start(Emulator::builder().replay(replay)).await;
    let answer = post(&emulator, NOVA, &user_body("ho")).await;
    assert_eq!(answer.json()["output"]["message"]["content"][0]["text"], "You said: ho");
    let [exchange] = emulator.recording().exchanges().try_into().expect("one exchange");
    let mismatch = exchange.replay_mismatch().expect("a mismatch");
    assert!(mismatch.ends_with("messages[0].content[0].text: expected \"hi\", found \"ho\"."), "{mismatch}");
}

/// Answers with the path's parts, or with two chunks of a stream that breaks off.
fn upstream() -> Upstream {
    Upstream::new(|request| async move {
        if request.operation.name() == "converse-stream" {
            let (sender, receiver) = mpsc::channel(4);
            for chunk in [
                Ok(Bytes::from_static(b"half a ")),
                Ok(Bytes::from_static(b"frame")),
                Err(UpstreamBroken::new()),
            ] {
                sender.send(chunk).await.expect("room");
            }
            return UpstreamResponse::new(200, UpstreamBody::Stream(receiver));
        }
        let seen = json!({"resource": request.resource, "version": request.guardrail_version,
            "length": request.body.len()});
        UpstreamResponse::new(418, UpstreamBody::Whole(seen.to_string().into()))
            .with_header("X-Amzn-RequestId", "of the upstream")
            .with_header("Content-Length", "1")
            .with_header("Set-Cookie", "session=abc")
    })
}

#[tokio::test]
async fn requests_are_passed_on_and_recorded_without_secrets() {
    let file = File::new("upstream");
    let emulator = start(Emulator::builder().upstream(upstream()).record(file.recording())).await;
    let answer = post(&emulator, NOVA, "not even JSON").await;
    assert_eq!(answer.status, 418, "the upstream makes its own checks");
    assert_eq!(answer.json(), json!({"resource": "amazon.nova-lite-v1:0", "version": null, "length": 13}));
    assert_eq!(answer.header("x-amzn-requestid"), Some("of the upstream"));
    assert_eq!(answer.header("set-cookie"), Some("session=abc"));
    let guardrail = post(&emulator, "/guardrail/gr%3A1/version/DRAFT/apply", "{}").await;
    assert_eq!(guardrail.json(), json!({"resource": "gr:1", "version": "DRAFT", "length": 2}));

    let mut client = Client::connect(&emulator).await;
    assert_eq!(client.open(STREAM, "{}").await.expect("a head").status, 200);
    assert_eq!(client.chunk().await.expect("a chunk"), b"half a ");
    assert_eq!(client.chunk().await.expect("a chunk"), b"frame");
    assert!(client.chunk().await.is_err(), "the stream is cut as it was");
    emulator.shutdown().await;

    let lines: Vec<Value> =
        file.read().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["response"]["headers"]["set-cookie"], "<hidden>");
    assert_eq!(lines[2]["response"]["body"], "half a frame");
    assert_eq!(lines[2]["ending"], "closed");
}
