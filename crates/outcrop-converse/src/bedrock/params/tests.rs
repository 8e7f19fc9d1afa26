//! Tests of Converse's own names among OpenAI-shaped parameters.

use outcrop_core::{ModelRequest, OrderedMap, RawJson};

use crate::bedrock::BedrockOptions;
use crate::wire::PerformanceConfigLatency;
use crate::{EncodeOptions, encode_request};

/// Returns the body without its messages, and the notes, or the error of a request with these parameters.
fn body(params: &str) -> String {
    let request = format!(r#"{{"model":"m","messages":[{{"role":"user","content":"hi"}}],{params}}}"#);
    body_of(&ModelRequest::from_json(&request).unwrap())
}

fn body_of(request: &ModelRequest) -> String {
    let encoded = match encode_request(request, &EncodeOptions::converse()) {
        Ok(encoded) => encoded,
        Err(error) => return error.to_string(),
    };
    let bytes = encoded.to_bytes();
    let mut members: OrderedMap<RawJson> = outcrop_core::from_slice(&bytes).unwrap();
    let messages = members.remove("messages").unwrap();
    if messages.as_str() != r#"[{"role":"user","content":[{"text":"hi"}]}]"# {
        members.insert("messages", messages);
    }
    let notes: Vec<_> = encoded.notes.iter().map(|note| format!("{} {}", note.rule, note.path)).collect();
    format!("{} {}", RawJson::from(members).as_str(), notes.join("; ")).trim_end().to_owned()
}

#[test]
fn parameters_become_members_of_converse() {
    for (params, expected) in [
        (
            r#""guardrailConfig":{"guardrailIdentifier":"g1","guardrailVersion":"DRAFT","trace":"enabled_full","streamProcessingMode":"async","new":1.0}"#,
            r#"{"guardrailConfig":{"guardrailIdentifier":"g1","guardrailVersion":"DRAFT","trace":"enabled_full","streamProcessingMode":"async","new":1.0}}"#,
        ),
        (
            r#""guardrail_config":{"guardrail_identifier":"g1","guardrail_version":"7"}"#,
            r#"{"guardrailConfig":{"guardrailIdentifier":"g1","guardrailVersion":"7"}}"#,
        ),
        (
            r#""guardrail_config":{"guardrailIdentifier":"g1","guard_last_turn_only":true}"#,
            r#"{"guardrailConfig":{"guardrailIdentifier":"g1"},"messages":[{"role":"user","content":[{"guardContent":{"text":{"text":"hi"}}}]}]}"#,
        ),
        (
            r#""performance_config":{"latency":"optimized"},"service_tier":"flex""#,
            r#"{"performanceConfig":{"latency":"optimized"},"serviceTier":{"type":"flex"}}"#,
        ),
        (r#""serviceTier":{"type":"reserved"}"#, r#"{"serviceTier":{"type":"reserved"}}"#),
        (r#""service_tier":{"type":"priority"}"#, r#"{"serviceTier":{"type":"priority"}}"#),
        (r#""service_tier":"auto""#, "{} params.service_tier service_tier"),
        (
            r#""metadata":{"team":"blue","run":7,"deep":{}}"#,
            r#"{"requestMetadata":{"team":"blue","run":"7"}} params.type metadata.deep"#,
        ),
        (
            r#""requestMetadata":{"a":"1","b":"2"},"metadata":{"b":"3"}"#,
            r#"{"requestMetadata":{"a":"1","b":"3"}}"#,
        ),
        (
            r#""prompt_variables":{"city":"Lisbon","other":{"text":"x"}}"#,
            r#"{"promptVariables":{"city":{"text":"Lisbon"},"other":{"text":"x"}}}"#,
        ),
        (
            r#""additional_model_response_field_paths":["/stop_sequence"]"#,
            r#"{"additionalModelResponseFieldPaths":["/stop_sequence"]}"#,
        ),
        (
            r#""inferenceConfig":{"maxTokens":9,"topP":0.5},"max_tokens":7"#,
            r#"{"inferenceConfig":{"maxTokens":7,"topP":0.5}}"#,
        ),
        (r#""system":"Be brief.""#, r#"{"system":[{"text":"Be brief."}]}"#),
        (
            r#""system":[{"text":"a"},{"cachePoint":{"type":"default"}},{"new":1}]"#,
            r#"{"system":[{"text":"a"},{"cachePoint":{"type":"default"}},{"new":1}]}"#,
        ),
        (
            r#""toolConfig":{"tools":[{"systemTool":{"name":"nova_grounding"}}],"tool_choice":{"auto":{}}}"#,
            r#"{"toolConfig":{"tools":[{"systemTool":{"name":"nova_grounding"}}],"toolChoice":{"auto":{}}}}"#,
        ),
        (r#""output_config":{"effort":"low"}"#, r#"{"outputConfig":{"effort":"low"}}"#),
        (r#""additionalModelRequestFields":{"a":1.0}"#, r#"{"additionalModelRequestFields":{"a":1.0}}"#),
        (r#""n":1,"presence_penalty":0.0,"logprobs":false,"guardrail_config":null"#, "{}"),
        (
            r#""n":2,"frequency_penalty":0.5,"logit_bias":{},"parallel_tool_calls":false"#,
            "{} tools.parallel parallel_tool_calls; params.unknown n; params.unknown frequency_penalty; params.unknown logit_bias",
        ),
    ] {
        assert_eq!(body(params), expected, "{params}");
    }
}

#[test]
fn mismatched_value_is_an_error_with_its_path() {
    for (params, place) in [
        (r#""guardrailConfig":7"#, "guardrailConfig"),
        (r#""guardrailConfig":{"trace":7}"#, "guardrailConfig.trace"),
        (r#""promptVariables":{"a":7}"#, "promptVariables.a"),
        (r#""additionalModelResponseFieldPaths":["/a",7]"#, "additionalModelResponseFieldPaths[1]"),
        (r#""system":[{"text":"a"},7]"#, "system[1]"),
        (r#""requestMetadata":{"a":{}}"#, "requestMetadata.a"),
        (r#""toolConfig":{"tools":[{"toolSpec":{"name":7}}]}"#, "toolConfig.tools[0].toolSpec.name"),
        (r#""toolConfig":{"tools":[]},"tools":[{"type":"function","function":{"name":"f"}}]"#, "toolConfig"),
    ] {
        let request = format!(r#"{{"model":"m","messages":[{{"role":"user","content":"hi"}}],{params}}}"#);
        let request = ModelRequest::from_json(&request).unwrap();
        let error = encode_request(&request, &EncodeOptions::ag2()).unwrap_err();
        assert_eq!(error.path(), Some(place), "{params}: {error}");
    }
}

#[test]
fn typed_options_override_parameters() {
    let params = r#"{"model":"m","messages":[{"role":"user","content":"hi"}],
        "guardrailConfig":{"guardrailIdentifier":"theirs"},"performanceConfig":{"latency":"standard"},
        "promptVariables":{"a":"1","b":"2"}}"#;
    let mut request = ModelRequest::from_json(params).unwrap();
    let options = BedrockOptions::new().guardrail("mine", "1").prompt_variable("b", "3").response_field("/x");
    request
        .extensions
        .insert(options.latency(PerformanceConfigLatency::Optimized).system_tool("nova_grounding"));
    assert_eq!(
        body_of(&request),
        r#"{"toolConfig":{"tools":[{"systemTool":{"name":"nova_grounding"}}]},"guardrailConfig":{"guardrailIdentifier":"mine","guardrailVersion":"1"},"promptVariables":{"a":{"text":"1"},"b":{"text":"3"}},"additionalModelResponseFieldPaths":["/x"],"performanceConfig":{"latency":"optimized"}}"#
    );
}

#[test]
fn stored_prompt_needs_no_messages() {
    let request = ModelRequest::builder("arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:2")
        .extension(BedrockOptions::new().prompt_variable("city", "Lisbon"))
        .build();
    let encoded = encode_request(&request, &EncodeOptions::ag2()).unwrap();
    assert_eq!(encoded.to_bytes(), r#"{"promptVariables":{"city":{"text":"Lisbon"}}}"#);
}

#[test]
fn last_user_message_is_guarded_whatever_follows() {
    let params = r#"{"model":"m","tools":[{"type":"function","function":{"name":"f"}}],"messages":[
        {"role":"user","content":"old"},{"role":"assistant","content":"x"},
        {"role":"user","content":[{"type":"text","text":"new"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}},{"type":"image_url","image_url":{"url":"data:image/gif;base64,R0lGODlh"}}]},
        {"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"1","content":"done"}]}"#;
    let mut request = ModelRequest::from_json(params).unwrap();
    request.extensions.insert(BedrockOptions::new().guard_last_turn_only());
    let body = body_of(&request);
    assert!(body.contains(r#"{"role":"user","content":[{"text":"old"}]}"#), "{body}");
    let guarded = r#"[{"guardContent":{"text":{"text":"new"}}},{"guardContent":{"image":{"format":"png","source":{"bytes":"iVBORw0KGgo="}}}},{"image":{"format":"gif","source":{"bytes":"R0lGODlh"}}}]"#;
    assert!(body.contains(guarded), "{body}");
}
