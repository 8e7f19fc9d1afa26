//! Names of properties that Claude rejects, in requests, responses, streams and histories (L134).

use bytes::Bytes;
use outcrop_core::{ModelRequest, RawJson, Role, StreamEvent, ToolCallContent, UnifiedMessage};

use crate::context::ResponseMetadata;
use crate::decode::decode_response;
use crate::encode::tests::{body, notes};
use crate::encode::tools::tests::{HAIKU, NOVA, encode_for};
use crate::encode::{Encoded, encode_request};
use crate::options::EncodeOptions;
use crate::stream::StreamDecoder;
use crate::transcript::Transcript;

const OPUS: &str = "us.anthropic.claude-opus-5";

const TOOLS: &str = r#""tools":[{"type":"function","function":{"name":"my tool","parameters":{"type":"object","properties":{"Account Number":{"type":"string"},"rule_name[]":{"type":"object","properties":{"$in":{}}},"ok":{}},"required":["Account Number","ok"]}}}]"#;

const SENT: &str = r#"{"Account_Number":"7","rule_name__":{"$in":"Account_Number"},"ok":1}"#;

const ORIGINAL: &str = r#"{"Account Number":"7","rule_name[]":{"$in":"Account_Number"},"ok":1}"#;

fn unary_input(encoded: &Encoded) -> String {
    let body = format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{{"toolUse":{{"toolUseId":"c","name":"my_tool","input":{SENT}}}}}]}}}},"stopReason":"tool_use"}}"#
    );
    let body = Bytes::from(body);
    let response = decode_response(&body, &encoded.context, ResponseMetadata::default()).unwrap();
    let call = response.tool_calls().next().unwrap();
    assert_eq!(call.name, "my tool");
    call.arguments.clone()
}

/// Streams the input in pieces of some bytes. Returns the text of the events, and the input of the response.
fn streamed_input(encoded: &Encoded, size: usize) -> (String, String) {
    let mut decoder = StreamDecoder::new(encoded.context.clone(), ResponseMetadata::default());
    let mut push = |name: &str, json: &str| decoder.handle_json(name, json.as_bytes());
    push("messageStart", r#"{"role":"assistant"}"#);
    push(
        "contentBlockStart",
        r#"{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"c","name":"my_tool"}}}"#,
    );
    for piece in SENT.as_bytes().chunks(size) {
        let piece = RawJson::from(std::str::from_utf8(piece).unwrap());
        let delta =
            format!(r#"{{"contentBlockIndex":0,"delta":{{"toolUse":{{"input":{}}}}}}}"#, piece.as_str());
        push("contentBlockDelta", &delta);
    }
    push("contentBlockStop", r#"{"contentBlockIndex":0}"#);
    push("messageStop", r#"{"stopReason":"tool_use"}"#);
    push(
        "metadata",
        r#"{"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}"#,
    );
    decoder.handle_end();
    let (mut streamed, mut whole) = (String::new(), None);
    while let Some(event) = decoder.poll_event() {
        match event.unwrap() {
            StreamEvent::Arguments { json, .. } => streamed.push_str(&json),
            StreamEvent::Completed { response } => {
                whole = response.tool_calls().next().map(|call| call.arguments.clone());
            }
            _ => {}
        }
    }
    (streamed, whole.unwrap())
}

#[test]
fn illegal_names_are_replaced_for_claude_and_restored_in_responses() {
    for model in [HAIKU, OPUS] {
        let encoded = encode_for(model, TOOLS);
        let expected = r#"{"type":"object","properties":{"Account_Number":{"type":"string"},"rule_name__":{"type":"object","properties":{"$in":{}}},"ok":{}},"required":["Account_Number","ok"]}"#;
        assert!(body(&encoded).contains(expected), "{}", body(&encoded));
        let mut found = notes(&encoded);
        found.retain(|note| note.ends_with("[tools.properties]"));
        assert_eq!(
            found,
            [
                "tools[0].parameters.properties.Account Number [tools.properties]",
                "tools[0].parameters.properties.rule_name[] [tools.properties]"
            ]
        );
        assert_eq!(unary_input(&encoded), ORIGINAL);
        for size in 1..SENT.len() {
            assert_eq!(streamed_input(&encoded, size), (ORIGINAL.to_owned(), ORIGINAL.to_owned()), "{size}");
        }
    }
    assert!(body(&encode_for(NOVA, TOOLS)).contains(r#""Account Number":{"#));
}

#[test]
fn history_has_the_replaced_names() {
    let with_history = format!(
        r#"{{"model":"{HAIKU}","messages":[{{"role":"user","content":"q"}},{{"role":"assistant","tool_calls":[{{"id":"c","type":"function","function":{{"name":"my tool","arguments":{}}}}}]}},{{"role":"tool","tool_call_id":"c","content":"r"}}],{TOOLS}}}"#,
        RawJson::from(ORIGINAL).as_str()
    );
    for options in [EncodeOptions::default(), EncodeOptions::converse()] {
        let encoded = encode_request(&ModelRequest::from_json(&with_history).unwrap(), &options).unwrap();
        assert!(body(&encoded).contains(&format!(r#""input":{SENT}"#)), "{}", body(&encoded));
    }
}

#[test]
fn transcript_with_changed_tools_equals_a_fresh_encoding() {
    let options = EncodeOptions::converse();
    let tools = |schema: &str| {
        format!(r#""tools":[{{"type":"function","function":{{"name":"f","parameters":{schema}}}}}]"#)
    };
    let mut transcript = Transcript::new();
    let mut messages = vec![UnifiedMessage::user("q")];
    for (round, schema) in [
        r#"{"type":"object","properties":{"a b":{}}}"#,
        r#"{"type":"object","properties":{"a b":{},"a_b":{}}}"#,
        r#"{"type":"object","properties":{"a b":{}}}"#,
        r#"{"type":"object","properties":{}}"#,
        r#"{"type":"object","properties":{"a b":{}}}"#,
    ]
    .into_iter()
    .enumerate()
    {
        let params = format!(r#"{{"model":"{HAIKU}","messages":[],{}}}"#, tools(schema));
        let mut request = ModelRequest::from_json(&params).unwrap();
        request.messages.clone_from(&messages);
        let fresh = encode_request(&request, &options).unwrap();
        let incremental = transcript.encode(&request, &options).unwrap();
        assert_eq!(incremental.body, fresh.to_bytes(), "{round}");
        let id = format!("call_{round}");
        let call = ToolCallContent::new(id.as_str(), "f", r#"{"a b":1,"a_b":2}"#);
        messages.push(UnifiedMessage::new(Role::Assistant, vec![call.into()]));
        messages.push(UnifiedMessage::tool_result(id, "r"));
    }
}

#[test]
fn structured_output_has_the_names_of_its_schema() {
    let format = r#""response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","properties":{"Account Number":{"type":"string"}},"required":["Account Number"]}}}"#;
    let input = r#"{"Account_Number":"7"}"#;
    for options in [EncodeOptions::default(), EncodeOptions::converse()] {
        let params = format!(r#"{{"model":"{OPUS}","messages":[{{"role":"user","content":"q"}}],{format}}}"#);
        let encoded = encode_request(&ModelRequest::from_json(&params).unwrap(), &options).unwrap();
        let Some(config) = &encoded.body.tool_config else {
            // An enforced schema is not a tool's: nothing is known to reject its names.
            assert!(body(&encoded).contains("Account Number"), "{}", body(&encoded));
            continue;
        };
        assert!(!RawJson::from_serialize(config).unwrap().as_str().contains("Account Number"));
        let name = if body(&encoded).contains("__structured_output") { "__structured_output" } else { "x" };
        let answer = format!(
            r#"{{"output":{{"message":{{"role":"assistant","content":[{{"toolUse":{{"toolUseId":"c","name":"{name}","input":{input}}}}}]}}}},"stopReason":"tool_use"}}"#
        );
        let answer = Bytes::from(answer);
        let response = decode_response(&answer, &encoded.context, ResponseMetadata::default()).unwrap();
        assert_eq!(
            RawJson::parse(response.text()).unwrap().as_str().replace(' ', ""),
            r#"{"AccountNumber":"7"}"#
        );
    }
}
