//! Structured output in streams: the tool that has it never shows, and the text is the same as in a whole response.

use bytes::Bytes;
use outcrop_core::openai::{ChatChunks, ChatCompletion};
use outcrop_core::{ModelRequest, StreamEvent, UnifiedResponse};

use super::super::StreamDecoder;
use crate::options::{Dialect, EncodeOptions};
use crate::{ResponseMetadata, decode_response, encode_request};

const NOVA: &str = "amazon.nova-lite-v1:0";
const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

/// A response to a request for `{"a": integer, "items"?: [string]}`: the blocks, and the stop reason.
struct Case {
    model: &'static str,
    blocks: Vec<&'static str>,
    stop: &'static str,
    content: &'static str,
    finish: &'static str,
    calls: usize,
}

fn case(
    model: &'static str,
    blocks: &[&'static str],
    stop: &'static str,
    content: &'static str,
    finish: &'static str,
    calls: usize,
) -> Case {
    Case { model, blocks: blocks.to_vec(), stop, content, finish, calls }
}

fn cases() -> Vec<Case> {
    let call = r#"{"toolUse":{"toolUseId":"o","name":"ans","input":{"a":1}}}"#;
    let other = r#"{"toolUse":{"toolUseId":"t","name":"f","input":{}}}"#;
    vec![
        case(NOVA, &[call], "tool_use", r#"{"a":1}"#, "stop", 0),
        case(NOVA, &[r#"{"text":"Sure:"}"#, call], "tool_use", r#"{"a":1}"#, "stop", 0),
        case(NOVA, &[other, call], "tool_use", r#"{"a":1}"#, "tool_calls", 1),
        case(NOVA, &[call, other], "tool_use", r#"{"a":1}"#, "tool_calls", 1),
        case(NOVA, &[other], "tool_use", "", "tool_calls", 1),
        // A list as text, and text instead of the call.
        case(
            NOVA,
            &[r#"{"toolUse":{"toolUseId":"o","name":"ans","input":{"a":"1","items":"[\"x\"]"}}}"#],
            "tool_use",
            r#"{"a":1,"items":["x"]}"#,
            "stop",
            0,
        ),
        case(NOVA, &[r#"{"text":"```json\n{\"a\":1}\n```"}"#], "end_turn", r#"{"a":1}"#, "stop", 0),
        case(CLAUDE, &[r#"{"text":"```json\n{\"a\":1}\n```"}"#], "end_turn", r#"{"a":1}"#, "stop", 0),
        case(CLAUDE, &[r#"{"text":"Here it is: {\"a\":1} Bye."}"#], "end_turn", r#"{"a":1}"#, "stop", 0),
        case(CLAUDE, &[r#"{"text":"\"{\\\"a\\\":1}\""}"#], "end_turn", r#"{"a":1}"#, "stop", 0),
        // Cut by the limit: not an error of the schema.
        case(CLAUDE, &[r#"{"text":"{\"a\":"}"#], "max_tokens", r#"{"a":"#, "length", 0),
        case(
            NOVA,
            &[r#"{"toolUse":{"toolUseId":"o","name":"ans","input":{}}}"#],
            "max_tokens",
            "",
            "length",
            0,
        ),
        case(
            NOVA,
            &[r#"{"toolUse":{"toolUseId":"o","name":"ans","input":{"items":["x"]}}}"#],
            "max_tokens",
            r#"{"items":["x"]}"#,
            "length",
            0,
        ),
        case(CLAUDE, &[r#"{"text":"No."}"#], "guardrail_intervened", "No.", "content_filter", 0),
    ]
}

fn options(dialect: Dialect) -> EncodeOptions {
    match dialect {
        Dialect::Converse => EncodeOptions::converse(),
        Dialect::Ag2 => EncodeOptions::converse().with_dialect(Dialect::Ag2),
    }
}

fn request(model: &str, dialect: Dialect) -> ModelRequest {
    let name = if dialect == Dialect::Ag2 { "__structured_output" } else { "ans" };
    ModelRequest::from_json(&format!(
        r#"{{"model":"{model}","messages":[{{"role":"user","content":"hi"}}],"response_format":{{"type":"json_schema","json_schema":{{"name":"{name}","schema":{{"type":"object","properties":{{"a":{{"type":"integer"}},"items":{{"type":"array","items":{{"type":"string"}}}}}},"required":["a"]}}}}}},"tools":[{{"type":"function","function":{{"name":"f","parameters":{{"type":"object","properties":{{}}}}}}}}]}}"#
    ))
    .unwrap()
}

/// Streams blocks, and returns the events.
fn stream(blocks: &[String], stop: &str, context: crate::ResponseContext) -> Vec<StreamEvent> {
    let mut decoder = StreamDecoder::new(context, ResponseMetadata::new().with_request_id("r-1"));
    decoder.handle_json("messageStart", br#"{"role":"assistant"}"#);
    for (index, block) in blocks.iter().enumerate() {
        let block: serde_json::Value = serde_json::from_str(block).unwrap();
        let deltas: Vec<serde_json::Value> = match &block["toolUse"] {
            serde_json::Value::Null => {
                let text = block["text"].as_str().unwrap();
                let half = text.len() / 2;
                <[&str; 2]>::from(text.split_at(half)).map(|part| serde_json::json!({"text": part})).to_vec()
            }
            call => {
                let start = serde_json::json!({"contentBlockIndex": index, "start": {"toolUse": {"toolUseId": call["toolUseId"], "name": call["name"]}}});
                decoder.handle_json("contentBlockStart", start.to_string().as_bytes());
                let input = call["input"].to_string();
                let input = if input == "{}" { String::new() } else { input };
                let half = input.len() / 2;
                <[&str; 2]>::from(input.split_at(half))
                    .map(|part| serde_json::json!({"toolUse": {"input": part}}))
                    .to_vec()
            }
        };
        for delta in deltas {
            let event = serde_json::json!({"contentBlockIndex": index, "delta": delta});
            decoder.handle_json("contentBlockDelta", event.to_string().as_bytes());
        }
        decoder.handle_json("contentBlockStop", format!(r#"{{"contentBlockIndex":{index}}}"#).as_bytes());
    }
    decoder.handle_json("messageStop", format!(r#"{{"stopReason":"{stop}"}}"#).as_bytes());
    decoder.handle_json("metadata", br#"{"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}}"#);
    decoder.handle_end();
    let mut events = Vec::new();
    while let Some(event) = decoder.poll_event() {
        events.push(event.unwrap());
    }
    events
}

#[test]
fn tool_of_a_structured_output_never_shows() {
    for dialect in [Dialect::Converse, Dialect::Ag2] {
        // In AG2, the beginning of an output stays the input of its call.
        for case in
            cases().into_iter().filter(|case| dialect == Dialect::Converse || case.stop != "max_tokens")
        {
            let request = request(case.model, dialect);
            let encoded = encode_request(&request, &options(dialect)).unwrap();
            let name = encoded.context.structured.as_ref().unwrap().tool().unwrap_or("ans").to_owned();
            let blocks: Vec<String> =
                case.blocks.iter().map(|block| block.replace(r#""ans""#, &format!("{name:?}"))).collect();
            let description = format!("{dialect:?} {} {blocks:?} {}", case.model, case.stop);
            let body = format!(
                r#"{{"output":{{"message":{{"role":"assistant","content":[{}]}}}},"stopReason":"{}","usage":{{"inputTokens":1,"outputTokens":2,"totalTokens":3}}}}"#,
                blocks.join(","),
                case.stop
            );
            let metadata = ResponseMetadata::new().with_request_id("r-1");
            let whole = decode_response(&Bytes::from(body), &encoded.context, metadata).unwrap();
            let events = stream(&blocks, case.stop, encoded.context.clone());
            let Some(StreamEvent::Completed { response }) = events.last() else { panic!("{description}") };
            for response in [&whole, response.as_ref()] {
                let completion = ChatCompletion::from(response);
                let message = &completion.choices[0].message;
                assert_eq!(message.content.as_deref(), Some(case.content), "{description}");
                assert_eq!(response.tool_calls().count(), case.calls, "{description}");
                let finish = response.finish_reason.as_ref().unwrap().as_str();
                assert_eq!(finish, case.finish, "{description}");
                assert!(dialect == Dialect::Ag2 || message.tool_calls.len() == case.calls, "{description}");
            }
            assert_chunks(&case, &request, &events, &description);
        }
    }
}

/// Asserts that neither the events nor the chunks show the tool of the output.
fn assert_chunks(case: &Case, request: &ModelRequest, events: &[StreamEvent], description: &str) {
    let calls = events.iter().filter(|event| matches!(event, StreamEvent::ToolCall { .. })).count();
    assert_eq!(calls, case.calls, "{description}");
    let mut chunks = ChatChunks::from_request(request, "r-1");
    let mut content = String::new();
    let mut indices = Vec::new();
    let mut finish = None;
    for chunk in events.iter().flat_map(|event| chunks.push(event.clone())) {
        for choice in chunk.choices {
            content.push_str(choice.delta.content.as_deref().unwrap_or_default());
            indices.extend(
                choice.delta.tool_calls.iter().filter(|call| call.id.is_some()).map(|call| call.index),
            );
            finish = choice.finish_reason.or(finish);
        }
    }
    assert_eq!(content, case.content, "{description}");
    assert_eq!(indices, (0..u32::try_from(case.calls).unwrap()).collect::<Vec<_>>(), "{description}");
    assert_eq!(finish.unwrap().as_str(), case.finish, "{description}");
}

#[test]
fn output_that_does_not_match_is_an_error_with_the_response() {
    let request = request(CLAUDE, Dialect::Converse);
    let encoded = encode_request(&request, &options(Dialect::Converse)).unwrap();
    let body = r#"{"output":{"message":{"role":"assistant","content":[{"text":"I would rather not."}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}}"#;
    let error = decode_response(&Bytes::from(body), &encoded.context, ResponseMetadata::new()).unwrap_err();
    let response: &UnifiedResponse = error.partial_response().unwrap();
    assert_eq!((response.text().as_str(), response.usage.total_tokens), ("I would rather not.", Some(3)));
}
