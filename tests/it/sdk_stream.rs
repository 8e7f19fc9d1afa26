//! The emulator's streams, decoded by the SDK's typed client.

use std::time::Duration;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_bedrockruntime::error::SdkError;
use aws_sdk_bedrockruntime::operation::converse_stream::ConverseStreamOutput as Streamed;
use aws_sdk_bedrockruntime::types::error::ConverseStreamOutputError;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ContentBlockDelta, ContentBlockStart, ConversationRole, ConverseStreamOutput, Message,
    ReasoningContentBlockDelta, StopReason, TokenUsage,
};
use outcrop_emulator::{Emulator, Ending};
use serde_json::json;

use crate::support::loopback::{MODEL, serve, serve_model};

fn client(emulator: &Emulator) -> Client {
    let config = aws_sdk_bedrockruntime::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "s", None, None, "test"))
        .endpoint_url(emulator.url())
        .build();
    Client::from_conf(config)
}

async fn open_stream(emulator: &Emulator, text: &str) -> Streamed {
    let message =
        Message::builder().role(ConversationRole::User).content(ContentBlock::Text(text.to_owned()));
    let message = message.build().expect("a message");
    let call = client(emulator).converse_stream().model_id(MODEL).messages(message).send().await;
    call.expect("a stream")
}

/// Formats an event as a line.
fn line(event: &ConverseStreamOutput) -> String {
    match event {
        ConverseStreamOutput::MessageStart(start) => format!("start {}", start.role().as_str()),
        ConverseStreamOutput::ContentBlockStart(block) => match block.start() {
            Some(ContentBlockStart::ToolUse(call)) => format!("call {} {}", call.tool_use_id(), call.name()),
            other => format!("{other:?}"),
        },
        ConverseStreamOutput::ContentBlockDelta(event) => match event.delta() {
            Some(ContentBlockDelta::Text(text)) => format!("text {text:?}"),
            Some(ContentBlockDelta::ToolUse(call)) => format!("input {}", call.input()),
            Some(ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Text(text))) => {
                format!("reasoning {text:?}")
            }
            Some(ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Signature(signature))) => {
                format!("signature {signature}")
            }
            other => format!("{other:?}"),
        },
        ConverseStreamOutput::ContentBlockStop(block) => format!("stop {}", block.content_block_index()),
        ConverseStreamOutput::MessageStop(stop) => format!("end {}", stop.stop_reason().as_str()),
        ConverseStreamOutput::Metadata(metadata) => {
            format!("tokens {:?}", metadata.usage().map(TokenUsage::total_tokens))
        }
        other => format!("{other:?}"),
    }
}

/// Reads all events, and the error at their end if there is one.
async fn read(streamed: &mut Streamed) -> (Vec<String>, Option<String>) {
    let mut lines = Vec::new();
    loop {
        match streamed.stream.recv().await {
            Ok(Some(event)) => lines.push(line(&event)),
            Ok(None) => return (lines, None),
            Err(SdkError::ServiceError(error)) => {
                let error = match error.into_err() {
                    ConverseStreamOutputError::ThrottlingException(error) => format!("throttled: {error}"),
                    other => format!("{other:?}"),
                };
                return (lines, Some(error));
            }
            Err(error) => return (lines, Some(format!("{error:?}"))),
        }
    }
}

#[tokio::test]
async fn stream_of_default_model_decodes() {
    let emulator = serve_model().await;
    let mut streamed = open_stream(&emulator, "Hello you").await;
    let (lines, error) = read(&mut streamed).await;
    assert_eq!(error, None);
    assert_eq!(
        lines,
        [
            "start assistant",
            r#"text "You ""#,
            r#"text "said: ""#,
            r#"text "Hello ""#,
            r#"text "you""#,
            "stop 0",
            "end end_turn",
            "tokens Some(8)",
        ]
    );
}

#[tokio::test]
async fn scripted_response_decodes_as_its_events() {
    let body = json!({
        "output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "Well then", "signature": "c2ln"}}},
            {"text": "Let me see."},
            {"toolUse": {"toolUseId": "t1", "name": "look", "input": {"at": "the river"}}}]}},
        "stopReason": "tool_use", "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}, "metrics": {"latencyMs": 1}
    });
    let emulator = serve(&json!([{ "reply": body }]).to_string()).await;
    let (lines, error) = read(&mut open_stream(&emulator, "hi").await).await;
    assert_eq!(error, None);
    assert_eq!(
        lines,
        [
            "start assistant",
            r#"reasoning "Well ""#,
            r#"reasoning "then""#,
            "signature c2ln",
            "stop 0",
            r#"text "Let ""#,
            r#"text "me ""#,
            r#"text "see.""#,
            "stop 1",
            "call t1 look",
            r#"input {"at":"the r"#,
            r#"input iver"}"#,
            "stop 2",
            "end tool_use",
            "tokens Some(3)",
        ]
    );
    assert_eq!(StopReason::from("tool_use"), StopReason::ToolUse, "unknown to the SDK");
}

#[tokio::test]
async fn faults_of_streams_are_errors() {
    for (event, expected) in [
        (r#"{"throttlingException": {"message": "Too many"}}"#, "throttled: ThrottlingException: Too many"),
        (r#"{"error": {"code": "InternalFailure", "message": "oh"}}"#, "InternalFailure"),
        (r#"{"metadata": {}, "damage": "prelude_checksum"}"#, "PreludeChecksumMismatch"),
        (r#"{"metadata": {}, "damage": "message_checksum"}"#, "MessageChecksumMismatch"),
        (r#"{"metadata": {}, "damage": {"keep_bytes": 30}}"#, "UnexpectedEndOfStream"),
        (r#"{"close": "cut"}"#, "UnexpectedEof"),
        (r#"{"close": "reset"}"#, "ConnectionReset"),
    ] {
        let emulator =
            serve(&format!(r#"[{{"events": [{{"messageStart": {{"role": "assistant"}}}}, {event}]}}]"#))
                .await;
        let (lines, error) = read(&mut open_stream(&emulator, "hi").await).await;
        assert_eq!(lines, ["start assistant"], "{event}");
        let error = error.expect(event);
        assert!(error.contains(expected), "{event}: {error}");
    }
    let script = r#"[{"events": [{"futureEvent": {}}, {"close": "clean"}]}]"#;
    let (lines, error) = read(&mut open_stream(&serve(script).await, "hi").await).await;
    assert_eq!(
        (lines, error),
        (vec!["Unknown".to_owned()], None),
        "the SDK does not require the end of the message"
    );
}

#[tokio::test]
async fn dropped_stream_closes_its_connection() {
    let script =
        r#"[{"events": [{"messageStart": {"role": "assistant"}}, {"metadata": {}}, {"stall": true}]}]"#;
    let emulator = serve(script).await;
    let mut streamed = open_stream(&emulator, "hi").await;
    for _ in 0..2 {
        streamed.stream.recv().await.expect("a stream").expect("an event");
    }
    drop(streamed);
    let exchanges =
        tokio::time::timeout(Duration::from_secs(5), emulator.recording().wait_until_idle()).await;
    let exchange = exchanges.expect("the emulator notices it").pop().expect("an exchange");
    assert_eq!((exchange.ending(), exchange.events_sent()), (Some(Ending::ClientGone), 2));
}
