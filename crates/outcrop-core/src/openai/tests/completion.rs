//! A response as an OpenAI chat completion: AG2's `create_v1_compatible`.

use serde_json::json;

use crate::openai::{ChatCompletion, ChatToolCall, UsageSummary};
use crate::{
    CitationContent, ContentBlock, FinishReason, ImageContent, ReasoningContent, Role, TextContent,
    ToolCallContent, ToolCallKind, UnifiedMessage, UnifiedResponse, Usage, from_str,
};

fn response(content: Vec<ContentBlock>) -> UnifiedResponse {
    UnifiedResponse::new("r-1", "m", "bedrock", vec![UnifiedMessage::new(Role::Assistant, content)])
}

fn json(response: &UnifiedResponse) -> serde_json::Value {
    serde_json::to_value(ChatCompletion::from(response)).unwrap()
}

#[test]
fn json_is_that_of_openai_with_cost() {
    let mut response = response(vec!["Bern.".into()]);
    response.usage = Usage::new(3, 4);
    response.cost = Some(0.5);
    response.created = Some(1_700_000_000);
    response.finish_reason = Some(FinishReason::Stop);
    assert_eq!(
        json(&response),
        json!({
            "id": "r-1", "model": "m", "created": 1_700_000_000, "object": "chat.completion",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "Bern."}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}, "cost": 0.5,
        }),
    );
}

#[test]
fn unknown_values_are_zero_or_null() {
    assert_eq!(
        json(&response(vec![])),
        json!({
            "id": "r-1", "model": "m", "created": 0, "object": "chat.completion",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": null}],
            "usage": {}, "cost": null,
        }),
    );
}

#[test]
fn content_is_text_or_exactly_the_structured_output() {
    let call = || ContentBlock::from(ToolCallContent::new("i", "f", "{}"));
    let structured = TextContent { structured: Some(true), ..TextContent::new(r#"{"a":1}"#) };
    for (content, expected) in [
        (vec![ReasoningContent::new("hm").into(), "a".into(), call(), "b".into()], "a b"),
        (vec![ImageContent::from_url("u").into(), CitationContent::new("u", "t", "s").into()], ""),
        (vec![structured.into(), "Here it is.".into(), call()], r#"{"a":1}"#),
    ] {
        assert_eq!(json(&response(content)).pointer("/choices/0/message/content"), Some(&expected.into()));
    }
    let messages = vec![UnifiedMessage::assistant("a"), UnifiedMessage::assistant("b")];
    assert_eq!(
        json(&UnifiedResponse::new("r", "m", "p", messages))["choices"][0]["message"]["content"],
        "a b"
    );
}

#[test]
fn calls_that_the_provider_ran_are_left_out() {
    let ran =
        ToolCallContent { kind: Some(ToolCallKind::ServerToolUse), ..ToolCallContent::new("1", "f", "{}") };
    let response = response(vec![ran.into(), ToolCallContent::new("2", "g", r#"{"a": 1.0}"#).into()]);
    assert_eq!(
        json(&response)["choices"][0]["message"]["tool_calls"],
        json!([{"id": "2", "type": "function", "function": {"name": "g", "arguments": "{\"a\": 1.0}"}}]),
    );
    let call: ChatToolCall =
        from_str(r#"{"id":"2","type":"function","function":{"name":"g","arguments":"{\"a\": 1.0}"}}"#)
            .unwrap();
    assert_eq!(ChatCompletion::from(&response).choices[0].message.tool_calls, [call]);
}

#[test]
fn cached_tokens_are_also_in_prompt_tokens_details() {
    let mut response = response(vec![]);
    response.usage = Usage::new(100, 4);
    response.usage.cache_read_input_tokens = Some(80);
    response.usage.cache_creation_input_tokens = Some(0);
    response.usage.other.insert("seconds", serde_json::Number::from_f64(0.25).unwrap());
    assert_eq!(
        json(&response)["usage"],
        json!({
            "prompt_tokens": 100, "completion_tokens": 4, "total_tokens": 104, "cache_read_input_tokens": 80,
            "cache_creation_input_tokens": 0, "seconds": 0.25, "prompt_tokens_details": {"cached_tokens": 80},
        }),
    );
}

#[test]
fn usage_summary_has_the_members_of_ag2() {
    let mut response = response(vec![]);
    let summary = serde_json::to_string(&UsageSummary::from(&response)).unwrap();
    assert_eq!(
        summary,
        r#"{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0,"cost":0.0,"model":"m"}"#
    );
    response.usage =
        from_str(r#"{"prompt_tokens":1.5,"completion_tokens":2,"cache_creation_input_tokens":0}"#).unwrap();
    response.cost = Some(0.25);
    let summary = UsageSummary::from(&response);
    assert_eq!(
        serde_json::to_string(&summary).unwrap(),
        r#"{"prompt_tokens":1.5,"completion_tokens":2,"total_tokens":0,"cost":0.25,"model":"m","cache_creation_input_tokens":0}"#,
    );
    assert_eq!((summary.cost, summary.cache.len()), (0.25, 1));
}

#[test]
fn debug_hides_text() {
    let mut response = response(vec!["secret".into(), ToolCallContent::new("i", "f", "secret").into()]);
    response.usage = Usage::new(3, 4);
    let shown = format!("{:?}", ChatCompletion::from(&response));
    assert!(!shown.contains("secret"), "{shown}");
    assert!(shown.contains("content: <6 bytes>") && shown.contains("arguments: <6 bytes>"), "{shown}");
}
