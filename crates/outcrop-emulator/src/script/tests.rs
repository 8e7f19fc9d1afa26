//! Tests of scripts: parsing and selection.

use std::num::NonZeroUsize;
use std::time::Duration;

use bytes::Bytes;

use super::*;
use crate::protocol::response::ResponseContent;
use crate::protocol::stream::CloseStream;

fn read(text: &str) -> Script {
    Script::from_json(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn actions(text: &str) -> Vec<Action> {
    read(text).exchanges().iter().map(|exchange| exchange.action().clone()).collect()
}

#[test]
fn actions_are_parsed() {
    let header = |name, value| RawResponse::new("{").with_header(name, value).expect("a header");
    for (text, action) in [
        (
            r#"[{"reply": {"a": 1.0}}]"#,
            Action::Response(ScriptedResponse::new(r#"{"a": 1.0}"#).expect("JSON")),
        ),
        (
            r#"[{"error": {"type": "ThrottlingException"}}]"#,
            Action::Error(ScriptedError::custom("ThrottlingException", 429).expect("an error")),
        ),
        (
            r#"[{"error": {"type": "Teapot", "status": 418, "message": "short", "headers": {"retry-after": "1"}}}]"#,
            Action::Error(
                ScriptedError::custom("Teapot", 418)
                    .and_then(|error| error.with_message("short").with_header("retry-after", "1"))
                    .expect("an error"),
            ),
        ),
        (
            r#"[{"body": "{", "headers": {"content-length": "9"}}]"#,
            Action::Raw(header("content-length", "9")),
        ),
        (r#"[{"status": 502}]"#, Action::Raw(RawResponse::new("").with_status(502).expect("a status"))),
        (r#"[{"body_base64": "/w=="}]"#, Action::Raw(RawResponse::new(vec![255]))),
        (r#"[{"close": "before_request"}]"#, Action::Close(CloseWhen::BeforeRequest)),
        (r#"[{"close": "before_reply"}]"#, Action::Close(CloseWhen::BeforeResponse)),
        (r#"[{"stall": true}]"#, Action::Stall),
    ] {
        assert_eq!(actions(text), [action], "{text}");
    }
}

#[test]
fn scripted_response_keeps_its_bytes() {
    let written = "{\"z\": 1.0,\n\t\"a\": 12345678901234567890, \"metrics\": {\"latencyMs\": 7}}";
    let actions = actions(&format!("[{{\"reply\": {written} }}]"));
    let sent = actions[0].response(Operation::Converse).expect("a response");
    let ResponseContent::Whole(body) = sent.body else { panic!("a whole body") };
    assert_eq!(body, written);
    assert_eq!(sent.headers["x-amzn-bedrock-invocation-latency"], "7");
}

#[test]
fn conditions_and_uses_are_parsed() {
    let script = read(
        r#"{"strict": true, "exchanges": [
            {"name": "first", "when": {"model": "m", "operation": "count-tokens", "text": "t"}, "times": 3, "delay_ms": 50,
             "stall": true},
            {"times": "forever", "stall": true}]}"#,
    );
    let stall = || ScriptedExchange::new(Action::Stall);
    let when = When::new().model("m").operation(Operation::CountTokens).text("t");
    let expected = Script::new()
        .strict(true)
        .then(stall().when(when).times(3).after(Duration::from_millis(50)))
        .then(stall().forever());
    assert_eq!(script, expected);
}

#[test]
fn events_are_parsed() {
    let read = read(
        r#"[{"events": [
            {"messageStart": {"role":  "assistant"}, "delay_ms": 5, "pieces_of": 3},
            {"throttlingException": {}, "damage": "prelude_checksum"},
            {"metadata": {}, "damage": {"keep_bytes": 7}},
            {"error": {"code": "InternalFailure", "message": "m"}},
            {"frame": {"headers": {"a": "b"}, "body": "c"}, "damage": {"flip_byte": 13}},
            {"bytes_base64": "aGkh"},
            {"stall": true},
            {"close": "reset", "delay_ms": 1}]}]"#,
    );
    let event = |name, json| ScriptedEvent::event(name, json).expect("an event");
    let three = NonZeroUsize::new(3).expect("it is not zero");
    let made = ScriptedExchange::events([
        event("messageStart", r#"{"role":  "assistant"}"#)
            .after(Duration::from_millis(5))
            .with_chunk_size(three),
        event("throttlingException", "{}").with_damage(Damage::PreludeChecksum).expect("a frame"),
        event("metadata", "{}").with_damage(Damage::KeepBytes(7)).expect("a frame"),
        ScriptedEvent::error("InternalFailure", "m").expect("an error"),
        ScriptedEvent::frame(&[("a", "b")], b"c")
            .and_then(|frame| frame.with_damage(Damage::FlipByte(13)))
            .expect("a frame"),
        ScriptedEvent::bytes("hi!"),
        ScriptedEvent::stall(),
        ScriptedEvent::close(CloseStream::Reset).after(Duration::from_millis(1)),
    ]);
    assert_eq!(read, Script::new().then(made));
}

#[test]
fn invalid_scripts_are_rejected_with_path() {
    for (text, path, message) in [
        ("", "", "EOF"),
        ("{}", "", "missing field `exchanges`"),
        (r#"{"exchanges": [], "loose": true}"#, "loose", "unknown field"),
        (r#"[{"reply": {}}, {}]"#, "exchanges[1]", "exactly one of"),
        (r#"[{"reply": {}, "stall": true}]"#, "exchanges[0]", "exactly one of"),
        (r#"[{"stall": false}]"#, "exchanges[0]", "exactly one of"),
        (r#"[{"repply": {}}]"#, "exchanges[0].repply", "unknown field"),
        (r#"[{"stall": true, "times": 0}]"#, "exchanges[0].times", "a number from 1"),
        (r#"[{"stall": true, "times": "twice"}]"#, "exchanges[0].times", "forever"),
        (r#"[{"stall": true, "delay_ms": -1}]"#, "exchanges[0].delay_ms", "expected u64"),
        (
            r#"[{"stall": true, "when": {"operation": "invoke-model"}}]"#,
            "exchanges[0].when.operation",
            "one of converse,",
        ),
        (r#"[{"close": "later"}]"#, "exchanges[0].close", "before_request"),
        (r#"[{"error": {"message": "m"}}]"#, "exchanges[0].error", "missing field `type`"),
        (r#"[{"error": {"type": "Teapot"}}]"#, "exchanges[0].error.type", "must be given a status"),
        (r#"[{"error": {"type": "Tea pot", "status": 418}}]"#, "exchanges[0].error.type", "letters"),
        (r#"[{"error": {"type": "Teapot", "status": 100}}]"#, "exchanges[0].error.status", "200 to 999"),
        (r#"[{"status": 1000}]"#, "exchanges[0].status", "200 to 999"),
        (r#"[{"body": "", "headers": {"a b": "c"}}]"#, "exchanges[0].headers.a b", "name of a header"),
        (r#"[{"body": "", "headers": {"a": "\n"}}]"#, "exchanges[0].headers.a", "value of a header"),
        (
            r#"[{"body": "", "headers": {"content-length": "x"}}]"#,
            "exchanges[0].headers.content-length",
            "number",
        ),
        (r#"[{"body": "", "body_base64": ""}]"#, "exchanges[0].body_base64", "one body"),
        (r#"[{"events": [{}]}]"#, "exchanges[0].events[0]", "expected one event"),
        (
            r#"[{"events": [{"metadata": {}, "dellay_ms": 1}]}]"#,
            "exchanges[0].events[0]",
            "expected one event",
        ),
        (
            r#"[{"events": [{"metadata": {}, "delay_ms": "1"}]}]"#,
            "exchanges[0].events[0].delay_ms",
            "expected u64",
        ),
        (
            r#"[{"events": [{"metadata": {}, "pieces_of": 0}]}]"#,
            "exchanges[0].events[0].pieces_of",
            "nonzero",
        ),
        (
            r#"[{"events": [{"stall": true, "damage": "prelude_checksum"}]}]"#,
            "exchanges[0].events[0].damage",
            "only a frame or bytes",
        ),
        (
            r#"[{"events": [{"frame": {}, "damage": {"flip_byte": 16}}]}]"#,
            "exchanges[0].events[0].damage",
            "a number below 16",
        ),
        (
            r#"[{"events": [{"frame": {}, "damage": {"keep_bytes": 16}}]}]"#,
            "exchanges[0].events[0].damage",
            "a number below 16",
        ),
        (
            r#"[{"events": [{"frame": {}, "damage": "all"}]}]"#,
            "exchanges[0].events[0].damage",
            "unknown variant",
        ),
        (r#"[{"events": [{"stall": false}]}]"#, "exchanges[0].events[0].stall", "expected true"),
        (r#"[{"events": [{"close": "before_reply"}]}]"#, "exchanges[0].events[0].close", "clean"),
        (r#"[{"events": [{"error": {}}]}]"#, "exchanges[0].events[0].error", "missing field `code`"),
        (
            r#"[{"events": [{"frame": {"headers": {"": "a"}}}]}]"#,
            "exchanges[0].events[0].frame",
            "header name",
        ),
        (r#"[{"events": [], "reply": {}}]"#, "exchanges[0]", "exactly one of"),
        (r#"[{"body_base64": "***"}]"#, "exchanges[0].body_base64", "not Base64"),
    ] {
        let error = Script::from_json(text).expect_err(text);
        assert_eq!(error.path(), path, "{text}: {error}");
        assert!(error.message().contains(message), "{text}: {error}");
    }
}

fn call(model: &str, text: &str) -> OperationCall {
    let body = serde_json::json!({"messages": [{"role": "user", "content": [{"text": text}]}]}).to_string();
    OperationCall::new(Operation::Converse, model.to_owned(), Bytes::from(body))
}

/// Plays a script and returns for each call the response or the source of it.
fn played(script: &str, calls: &[(&str, &str)]) -> Vec<String> {
    let playback = Playback::new(read(script));
    let responses = calls.iter().map(|(model, text)| match playback.select(&call(model, text)) {
        Selection::Scripted(exchange) => {
            match exchange.action().response(Operation::Converse).map(|response| response.body) {
                Some(ResponseContent::Whole(body)) => String::from_utf8(body.to_vec()).expect("text"),
                other => format!("{other:?}"),
            }
        }
        Selection::DefaultModel => "model".to_owned(),
        Selection::Exhausted => "exhausted".to_owned(),
    });
    responses.collect()
}

#[test]
fn exchanges_are_used_in_order_until_exhausted() {
    let any = ("amazon.x", "hi");
    assert_eq!(
        played(r#"[{"reply": 1}, {"reply": 2, "times": 2}, {"reply": 3}]"#, &[any; 5]),
        ["1", "2", "2", "3", "model"]
    );
    assert_eq!(played(r#"[{"reply": 1, "times": "forever"}, {"reply": 2}]"#, &[any; 3]), ["1", "1", "1"]);
    assert_eq!(played(r#"{"strict": true, "exchanges": [{"reply": 1}]}"#, &[any; 2]), ["1", "exhausted"]);
    assert_eq!(played("[]", &[any]), ["model"]);
}

#[test]
fn conditions_select_the_exchange() {
    let script = r#"[
        {"when": {"model": "amazon.nova-lite-v1:0"}, "reply": "nova", "times": "forever"},
        {"when": {"text": "rain"}, "reply": "rain", "times": "forever"},
        {"when": {"operation": "converse-stream"}, "reply": "stream", "times": "forever"},
        {"reply": "any"}]"#;
    let profile = "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.amazon.nova-lite-v1:0";
    assert_eq!(
        played(
            script,
            &[
                ("amazon.nova-lite-v1:0", "hi"),
                ("us.amazon.nova-lite-v1:0", "rain"),
                (profile, "hi"),
                ("amazon.nova-pro-v1:0", "Will it rain?"),
                ("amazon.nova-pro-v1:0", "hi"),
                ("amazon.nova-pro-v1:0", "hi"),
            ]
        ),
        [r#""nova""#, r#""nova""#, r#""nova""#, r#""rain""#, r#""any""#, "model"]
    );
}

#[test]
fn connection_closes_before_the_body_only_if_the_exchange_is_certain() {
    let closes =
        |script: &str| Playback::new(read(script)).closes_before_request(Operation::Converse, "amazon.x");
    assert!(closes(r#"[{"close": "before_request"}]"#));
    assert!(closes(r#"[{"when": {"model": "amazon.y"}, "reply": 1}, {"close": "before_request"}]"#));
    assert!(!closes(r#"[{"close": "before_reply"}]"#));
    assert!(!closes(r#"[{"reply": 1}, {"close": "before_request"}]"#));
    assert!(!closes(r#"[{"when": {"text": "a"}, "reply": 1}, {"close": "before_request"}]"#));
    assert!(!closes(r#"[{"when": {"text": "a"}, "close": "before_request"}]"#));
    assert!(!closes("[]"));

    let playback = Playback::new(read(r#"[{"close": "before_request"}]"#));
    assert!(playback.closes_before_request(Operation::Converse, "amazon.x"));
    assert!(!playback.closes_before_request(Operation::Converse, "amazon.x"), "it was used");
}

#[test]
fn models_named_by_the_script_exist() {
    let playback = Playback::new(read(r#"[{"when": {"model": "my-model"}, "stall": true}]"#));
    assert!(playback.names_model("my-model"));
    assert!(!playback.names_model("your-model"));
}
