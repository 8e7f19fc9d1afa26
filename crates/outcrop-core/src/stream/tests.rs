//! Tests of streamed responses.

mod accumulator;
mod partial_json;
#[cfg(feature = "client")]
mod response_stream;

use crate::{
    CitationContent, ContentBlock, FinishReason, ReasoningContent, StreamEvent, TextContent, ToolCallContent,
    UnifiedMessage, UnifiedResponse,
};

/// Returns a response with each type of block that is streamed in parts, and one that is not.
fn sample() -> UnifiedResponse {
    let mut text = TextContent::new("secret text");
    text.cited_by = Some(1);
    let blocks: Vec<ContentBlock> = vec![
        ReasoningContent::new("secret reasoning").into(),
        text.into(),
        CitationContent::new("https://secret.example", "t", "s").into(),
        ToolCallContent::new("1", "f", r#"{"a": 1.0}"#).into(),
        crate::JsonContent::new(crate::RawJson::parse("[1]").unwrap()).into(),
    ];
    let message = UnifiedMessage::new(crate::Role::Assistant, blocks);
    let mut response = UnifiedResponse::new("r-1", "m", "p", vec![message]);
    response.finish_reason = Some(FinishReason::ToolCalls);
    response
}

#[test]
fn replay_has_events_for_every_block() {
    let events = StreamEvent::replay(sample());
    let json: Vec<_> = events.iter().map(|event| serde_json::to_value(event).unwrap()).collect();
    let kinds: Vec<_> = json.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "started",
            "reasoning",
            "block_completed",
            "text",
            "citation",
            "block_completed",
            "tool_call",
            "arguments",
            "block_completed",
            "block_completed",
            "stopped",
            "completed"
        ]
    );
    assert_eq!(json[3], serde_json::json!({"type": "text", "index": 1, "text": "secret text"}));
    assert_eq!(json[10], serde_json::json!({"type": "stopped", "finish_reason": "tool_calls"}));
    assert_eq!(events[3].text(), Some("secret text"));
    assert_eq!(events[1].text(), None);
}

#[test]
fn debug_hides_text() {
    let other = StreamEvent::Other { name: "new".into(), value: crate::RawJson::from("secret") };
    for event in StreamEvent::replay(sample()).into_iter().chain([other]) {
        assert!(!format!("{event:?}").contains("secret"), "{event:?}");
    }
}
