//! Tests of replay.

use bytes::Bytes;
use outcrop_core::Blob;
use serde_json::json;

use super::*;
use crate::protocol::response::ResponseContent;
use crate::protocol::stream::{StreamContent, StreamItem};

const NOVA: &str = "amazon.nova-lite-v1:0";

fn line(text: &str, response: &Value) -> String {
    let body = json!({"messages": [{"role": "user", "content": [{"text": text}]}]}).to_string();
    json!({"request": {"method": "POST", "path": "/model/amazon.nova-lite-v1%3A0/converse", "headers": {}, "body": body},
        "response": response})
    .to_string()
}

fn unary(body: &str) -> Value {
    json!({"status": 200, "headers": {"content-type": "application/json", "content-length": "99"}, "body": body})
}

fn ask(replayer: &Replayer, text: &str) -> Result<String, String> {
    let body = json!({"messages": [{"content": [{"text": text}], "role": "user"}]}).to_string();
    match replayer.find(Operation::Converse, NOVA, body.as_bytes()) {
        Lookup::Found(Some(response)) => {
            assert!(!response.headers.contains_key("content-length"));
            let ResponseContent::Whole(body) = response.body else { panic!("a whole body") };
            Ok(String::from_utf8(body.to_vec()).expect("text"))
        }
        Lookup::Found(None) => Ok("closed".to_owned()),
        Lookup::Mismatch(mismatch) => Err(mismatch),
    }
}

#[test]
fn equal_requests_are_answered_in_order() {
    let lines =
        [line("a", &unary("1")), line("b", &unary("2")), line("a", &unary("3")), line("c", &Value::Null)];
    let replayer = Replayer::new(Replay::from_json_lines(&lines.join("\n\n")).expect("a replay"));
    let answers = ["a", "b", "a", "a", "c"].map(|text| ask(&replayer, text).expect("an answer"));
    assert_eq!(answers, ["1", "2", "3", "3", "closed"], "the last equal one answers again");
    replayer.reset();
    assert_eq!(ask(&replayer, "a").as_deref(), Ok("1"));
}

#[test]
fn difference_to_the_nearest_request_is_reported() {
    let reports = Arc::new(Mutex::new(Vec::new()));
    let kept = reports.clone();
    let lines = [line("Hello there", &unary("1")), line("Something else", &unary("2"))].join("\n");
    let replay = Replay::from_json_lines(&lines).expect("a replay");
    let replay = replay.on_mismatch(move |mismatch| kept.lock().expect("a lock").push(mismatch.to_owned()));
    let replayer = Replayer::new(replay);
    let mismatch = ask(&replayer, "Hello where").expect_err("no equal request");
    assert_eq!(
        mismatch,
        "The recording has no equal converse request. The nearest, in line 1, differs: messages[0].content[0].text: \
         expected \"Hello there\", found \"Hello where\"."
    );
    assert_eq!(*reports.lock().expect("a lock"), [mismatch]);
    let Lookup::Mismatch(other) = replayer.find(Operation::Converse, "amazon.nova-pro-v1:0", b"{}") else {
        panic!("no such model")
    };
    assert_eq!(other, "The recording has no converse request for `amazon.nova-pro-v1:0`.");
}

#[test]
fn stream_keeps_its_frames_and_times() {
    let frames = [StreamItem::event("messageStart", b"{}"), StreamItem::event("messageStop", b"{\"a\": 1}")];
    let frames = frames.map(|item| match item.expect("a frame").content {
        StreamContent::Bytes(bytes) => bytes,
        _ => panic!("a frame has bytes"),
    });
    let whole = [frames[0].as_ref(), frames[1].as_ref(), b"rest"].concat();
    let body = Blob::from_bytes(Bytes::from(whole));
    let recorded = json!({"request": {"path": "/model/x/converse-stream", "body": "{}"}, "ending": "closed",
        "response": {"status": 200, "body_base64": body, "frames_ms": [10, 250]}});
    for (has_timing, delays) in [(true, [10, 240, 0]), (false, [0, 0, 0])] {
        let replay =
            Replay::from_json_lines(&recorded.to_string()).expect("a replay").with_timing(has_timing);
        let Lookup::Found(Some(response)) = Replayer::new(replay).find(Operation::ConverseStream, "x", b"{}")
        else {
            panic!("it is recorded")
        };
        let ResponseContent::Stream(items) = response.body else { panic!("a stream") };
        let sent: Vec<_> = items
            .iter()
            .filter_map(|item| match &item.content {
                StreamContent::Bytes(bytes) => Some((bytes.as_ref(), item.delay.as_millis())),
                _ => None,
            })
            .collect();
        let expected =
            [frames[0].as_ref(), frames[1].as_ref(), b"rest"].into_iter().zip(delays).collect::<Vec<_>>();
        assert_eq!(sent, expected);
        assert_eq!(items.len(), 4, "the cut follows");
    }
}

#[test]
fn invalid_lines_have_their_number() {
    for (text, path) in [
        ("\n{", "line 2"),
        (r#"{"request": {}}"#, "line 1.request"),
        (
            r#"{"request": {"path": "/model/x/converse"}, "response": {"status": 5}}"#,
            "line 1.response.status",
        ),
        (
            r#"{"request": {"path": "/model/x/converse"}, "response": {"status": 200, "headers": {"a b": "c"}}}"#,
            "line 1.response.headers.a b",
        ),
    ] {
        let error = Replay::from_json_lines(text).expect_err(text);
        assert!(error.path().starts_with(path), "{}", error.path());
    }
    assert!(
        Replay::from_json_lines(r#"{"request": {"path": "/unknown"}, "response": null}"#)
            .expect("a replay")
            .is_empty()
    );
}
