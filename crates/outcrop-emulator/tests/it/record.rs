//! The recording of real exchanges.

use outcrop_emulator::{Emulator, Recording, Script};
use serde_json::{Value, json};

use crate::client::{Client, NOVA, SIGNED, post, user_body};

#[tokio::test]
async fn requests_are_kept_byte_for_byte() {
    let emulator = Emulator::start().await.expect("a start");
    let mut client = Client::connect(&emulator).await;
    let body = b"{ \"messages\" : [ {\"role\":\"user\",\"content\":[{\"text\":\"\xc3\xa9\"}]} ] }\n";
    client.send("POST", NOVA, &[SIGNED, ("X-Amz-Date", "20260131T000000Z")], body).await.expect("a response");
    let [request] = emulator.requests().try_into().expect("one request");
    assert_eq!(request.method(), "POST");
    assert_eq!(request.path(), NOVA);
    assert_eq!(request.query(), None);
    assert_eq!(request.header("x-amz-date"), Some("20260131T000000Z"));
    assert_eq!(request.header("Authorization"), Some(SIGNED.1), "credentials are only hidden in files");
    assert_eq!(request.body().as_ref(), body);
    let exchange = &emulator.recording().exchanges()[0];
    let response = exchange.response().expect("a response");
    assert_eq!(response.status(), 200);
    assert_eq!(response.header("x-amzn-requestid"), Some("00000000-0000-4000-8000-000000000001"));
}

#[tokio::test]
async fn exchanges_are_written_as_json_lines() {
    let path = std::env::temp_dir().join(format!("outcrop-emulator-{}.jsonl", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let recording = Recording::to_file(&path).expect("a file");
    let script =
        Script::from_json(r#"[{"reply": {"a": 1.0}}, {"close": "before_reply"}]"#).expect("a script");
    let emulator =
        Emulator::builder().script(script).record(recording.clone()).start().await.expect("a start");
    let hi = user_body("hi");
    post(&emulator, NOVA, &hi).await;
    let _ = Client::connect(&emulator).await.post(NOVA, &hi).await;
    post(&emulator, NOVA, "not json").await;
    emulator.shutdown().await;

    let text = std::fs::read_to_string(&path).expect("the file");
    std::fs::remove_file(&path).expect("the file is removed");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        lines[0]["request"],
        json!({"method": "POST", "path": NOVA, "body": hi, "headers": {"host": "localhost",
            "content-length": hi.len().to_string(), "authorization": "AWS4-HMAC-SHA256 <hidden>"}})
    );
    assert_eq!(lines[0]["response"]["status"], 200);
    assert_eq!(lines[0]["response"]["body"], r#"{"a": 1.0}"#);
    assert_eq!(lines[0]["response"]["headers"]["content-type"], "application/json");
    assert_eq!(lines[1]["response"], Value::Null);
    assert_eq!(lines[2]["request"]["body"], "not json");
    assert_eq!(lines[2]["response"]["status"], 400);
    assert_eq!(recording.failure(), None);
    assert_eq!(recording.exchanges().len(), 3, "the handle outlives the emulator");
}
