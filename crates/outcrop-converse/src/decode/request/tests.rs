//! Tests of decoding Converse requests.

use bytes::Bytes;
use outcrop_core::{ContentBlock, ReasoningEffort, Role, ServiceTier, ToolChoice};

use super::decode_request;
use crate::BedrockOptions;

#[test]
fn provider_neutral_members_become_fields() {
    let body = r#"{
        "system": [{"text": "rules"}, {"cachePoint": {"type": "default", "ttl": "1h"}}, {"guardContent": {"text": {"text": "g"}}}],
        "messages": [
            {"role": "user", "content": [{"text": "a"}, {"document": {"format": "pdf", "name": "d", "source": {"bytes": "JVBERi0="}}}, {"cachePoint": {"type": "default"}}]},
            {"role": "assistant", "content": [{"reasoningContent": {"reasoningText": {"text": "t", "signature": "s"}}}, {"toolUse": {"toolUseId": "1", "name": "f", "input": {"x": 1.0}}}]},
            {"role": "user", "content": [{"toolResult": {"toolUseId": "1", "content": [{"json": {"y": 2}}], "status": "error"}}]}],
        "toolConfig": {"tools": [{"toolSpec": {"name": "f", "description": "d", "inputSchema": {"json": {"type": "object"}}, "strict": true}}, {"cachePoint": {"type": "default"}}, {"systemTool": {"name": "nova_grounding"}}], "toolChoice": {"tool": {"name": "f"}}},
        "inferenceConfig": {"maxTokens": 9, "temperature": 0.70, "stopSequences": ["X"]},
        "additionalModelRequestFields": {"top_k": 5},
        "requestMetadata": {"team": "blue"},
        "serviceTier": {"type": "flex"},
        "performanceConfig": {"latency": "optimized"}
    }"#;
    let request = decode_request("m", &Bytes::from(body)).unwrap();
    let roles: Vec<_> = request.messages.iter().map(|message| message.role.clone()).collect();
    assert_eq!(roles, [Role::System, Role::User, Role::Assistant, Role::User]);
    let kinds = |index: usize| -> Vec<_> {
        request.messages[index].content.iter().map(ContentBlock::block_type).collect()
    };
    assert_eq!(kinds(0), ["text", "cache_point", "unknown"]);
    assert_eq!(kinds(1), ["text", "document", "cache_point"]);
    assert_eq!(kinds(2), ["reasoning", "tool_call"]);
    assert_eq!(kinds(3), ["tool_result"]);
    assert_eq!(request.tools.len(), 1);
    assert_eq!((request.tools[0].strict, request.tools[0].cache_point.is_some()), (Some(true), true));
    assert_eq!(request.tool_choice, Some(ToolChoice::Tool("f".to_owned())));
    assert_eq!(request.sampling.temperature.as_ref().map(ToString::to_string).as_deref(), Some("0.7"));
    assert_eq!(request.sampling.stop, ["X"]);
    assert_eq!(request.additional_fields.get("top_k").unwrap().as_str(), "5");
    assert_eq!(request.metadata.get("team").map(String::as_str), Some("blue"));
    assert_eq!(request.service_tier, Some(ServiceTier::Flex));
    assert_eq!(request.reasoning_effort, None::<ReasoningEffort>);
    let options = request.extensions.get::<BedrockOptions>().unwrap();
    assert!(options.performance.is_some());
    assert_eq!(options.system_tools.len(), 1);
}

#[test]
fn malformed_requests_are_errors_with_their_path() {
    for (body, path) in [
        ("", None),
        ("[]", None),
        (r#"{"messages":[{"role":"user","content":[{"text":7}]}]}"#, Some("messages[0].content[0].text")),
        (r#"{"messages":[{"content":[]}]}"#, Some("messages[0]")),
        (
            r#"{"messages":[{"role":"user","content":[{"toolResult":{"toolUseId":"1","content":[{"image":{"format":"png","source":{"bytes":"***"}}}]}}]}]}"#,
            Some("messages[0].content[0].toolResult.content[0].image.source.bytes"),
        ),
        (r#"{"toolConfig":{"tools":[{"toolSpec":{}}]}}"#, Some("toolConfig.tools[0].toolSpec")),
    ] {
        match decode_request("m", &Bytes::from(body)) {
            Ok(_) => assert_eq!(
                path,
                Some("messages[0].content[0].toolResult.content[0].image.source.bytes"),
                "{body}"
            ),
            Err(error) => assert_eq!(error.path(), path, "{body}: {error}"),
        }
    }
}
