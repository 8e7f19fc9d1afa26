//! Tests of structured output: native, or by a tool.

use bytes::Bytes;
use outcrop_core::{
    ErrorKind, FinishReason, ModelError, ModelRequest, RawJson, ResponseFormat, UnifiedResponse,
};

use crate::context::ResponseMetadata;
use crate::decode::decode_response;
use crate::encode::tests::{assert_invalid, body, notes};
use crate::encode::tools::tests::{HAIKU, NOVA, encode_for};
use crate::encode::{Encoded, encode_request};
use crate::options::EncodeOptions;

const HI: &str = r#""messages":[{"role":"user","content":"hi"}]"#;
const CITY: &str = r#""response_format":{"type":"json_schema","json_schema":{"name":"City","schema":{"type":"object","properties":{"n":{"type":"integer","minimum":1}},"required":["n"]}}}"#;
const TOOLS: &str = r#""tools":[{"type":"function","function":{"name":"f"}}]"#;

/// Decodes the response to a request, with a stop reason and blocks.
fn decode_output(encoded: &Encoded, stop: &str, blocks: &str) -> Result<UnifiedResponse, ModelError> {
    let body = format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{blocks}]}}}},"stopReason":"{stop}"}}"#
    );
    decode_response(&Bytes::from(body), &encoded.context, ResponseMetadata::default())
}

/// Returns the types of the blocks.
fn kinds(response: &UnifiedResponse) -> Vec<&str> {
    response.messages[0].content.iter().map(|block| block.block_type()).collect()
}

#[test]
fn schema_is_sent_natively_to_models_that_support_it() {
    // A forced tool cannot be combined with thinking (L95, L96, L100, M27).
    let encoded = encode_for(HAIKU, &format!(r#"{CITY},"reasoning_effort":"low","max_tokens":9000"#));
    let sent = body(&encoded);
    let format = r#""outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"description\":\"minimum: 1\"}},\"required\":[\"n\"],\"additionalProperties\":false}","name":"City"}}}}"#;
    assert!(sent.contains(format), "{sent}");
    assert!(!sent.contains("toolConfig"));
    assert_eq!(notes(&encoded), ["response_format.properties.n.minimum [structured.native]"]);
}

#[test]
fn text_of_a_native_model_is_the_structured_output() {
    let encoded = encode_for(HAIKU, CITY);
    let reasoning = r#"{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s"}}}"#;
    let response = decode_output(
        &encoded,
        "end_turn",
        &format!(r#"{reasoning},{{"text":"{{\"n\": "}},{{"text":"7}}"}}"#),
    )
    .unwrap();
    assert_eq!(
        (response.structured_text(), kinds(&response)),
        (Some(r#"{"n": 7}"#), vec!["reasoning", "text"])
    );
    assert_eq!(response.text(), r#"{"n": 7}"#);
    let out_of_bounds = decode_output(&encoded, "end_turn", r#"{"text":"{\"n\":0}"}"#).unwrap();
    assert_eq!(
        out_of_bounds.notes.iter().map(|note| note.rule.as_ref()).collect::<Vec<_>>(),
        ["structured.bounds"]
    );
    for (stop, text) in [("max_tokens", r#"{\"n\":"#), ("guardrail_intervened", "no"), ("tool_use", "so")] {
        let response = decode_output(&encoded, stop, &format!(r#"{{"text":"{text}"}}"#)).unwrap();
        assert_eq!(response.structured_text(), None, "{stop}");
    }
    for text in ["secret", r#"{\"n\":\"secret\"}"#, "{}"] {
        let error = decode_output(&encoded, "end_turn", &format!(r#"{{"text":"{text}"}}"#)).unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::InvalidOutput, Some("StructuredOutputValidation"))
        );
        assert!(!format!("{error:?}").contains("secret"));
    }
}

#[test]
fn models_without_native_output_get_a_tool() {
    // Not all of them can be forced to call it (L18, L97, L98, L100).
    let forced = r#"{"type":"enabled","budget_tokens":1024}"#;
    let thinking = format!(r#"{CITY},"thinking":{forced},"max_tokens":2000"#);
    let object = r#""response_format":{"type":"json_object"}"#;
    for (model, params, tool, choice, expected_notes) in [
        (NOVA, CITY.to_owned(), "City", r#""toolChoice":{"tool":{"name":"City"}}"#, &[][..]),
        (NOVA, format!("{CITY},{TOOLS}"), "City", r#""toolChoice":{"any":{}}"#, &[]),
        (
            NOVA,
            format!(r#"{CITY},{TOOLS},"tool_choice":{{"type":"function","function":{{"name":"f"}}}}"#),
            "City",
            r#""toolChoice":{"tool":{"name":"f"}}"#,
            &[],
        ),
        (
            "us.anthropic.claude-sonnet-4-20250514-v1:0",
            thinking,
            "City",
            r#""toolChoice":{"auto":{}}"#,
            &["tool_choice [tools.choice]", "response_format [structured.tool]"],
        ),
        (
            "us.meta.llama4-scout-17b-instruct-v1:0",
            CITY.to_owned(),
            "City",
            r#""toolChoice":{"auto":{}}"#,
            &["tool_choice [tools.choice]", "response_format [structured.tool]"],
        ),
        (
            NOVA,
            CITY.replace("\"City\"", "\"no name\""),
            "__structured_output",
            r#""toolChoice":{"tool":{"name":"__structured_output"}}"#,
            &[],
        ),
        (HAIKU, object.to_owned(), "__structured_output", r#"{"properties":{"data":{"type":"object"}}"#, &[]),
        (
            HAIKU,
            r#""response_format":{"type":"object","additionalProperties":{"type":"string"}}"#.to_owned(),
            "__structured_output",
            "toolChoice",
            &["response_format [structured.native]"],
        ),
    ] {
        let encoded = encode_for(model, &params);
        let sent = body(&encoded);
        // A model that cannot be forced gets an instruction to call the tool.
        let is_prompted = expected_notes.contains(&"response_format [structured.tool]");
        let prompt = if is_prompted {
            " Call this tool to give your final answer, and do not give it in any other way."
        } else {
            ""
        };
        let spec = format!(r#""name":"{tool}","description":"Respond with a JSON object.{prompt}""#);
        assert!(sent.contains(&spec), "{model}: {sent}");
        assert!(
            sent.contains(choice) || sent.contains(r#""properties":{"data":{"type":"object"}}"#),
            "{model}: {sent}"
        );
        assert!(!sent.contains("outputConfig"));
        assert_eq!(notes(&encoded), expected_notes, "{model} {params}");
    }
}

#[test]
fn call_of_the_output_tool_becomes_the_structured_output() {
    let encoded = encode_for(NOVA, &format!("{CITY},{TOOLS}"));
    let output = r#"{"toolUse":{"toolUseId":"t","name":"City","input":{"n":"7"}}}"#;
    let other = r#"{"toolUse":{"toolUseId":"u","name":"f","input":{}}}"#;
    let response = decode_output(&encoded, "tool_use", &format!(r#"{{"text":"so"}},{output}"#)).unwrap();
    assert_eq!(kinds(&response), ["text", "text"]);
    assert_eq!(
        (response.structured_text(), &response.finish_reason),
        (Some(r#"{"n":7}"#), &Some(FinishReason::Stop))
    );
    let response = decode_output(&encoded, "tool_use", &format!("{output},{other}")).unwrap();
    assert_eq!(kinds(&response), ["text", "tool_call"]);
    assert_eq!(
        (response.structured_text(), &response.finish_reason),
        (Some(r#"{"n":7}"#), &Some(FinishReason::ToolCalls))
    );
}

#[test]
fn output_config_of_converse_wins() {
    let text_format = r#"{"text_format":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{}"}}}}"#;
    let encoded = encode_for(HAIKU, &format!(r#"{CITY},"output_config":{text_format}"#));
    assert!(body(&encoded).contains(r#""jsonSchema":{"schema":"{}"}"#), "{}", body(&encoded));
    assert!(RawJson::parse(body(&encoded)).is_ok());
}

#[test]
fn invalid_output_schemas_are_errors() {
    for (format, path) in [
        (r##"{"properties":{"a":{"$ref":"#/$defs/A"}}}"##, "response_format.properties.a.$ref"),
        (r##"{"$ref":"https://a.example/b"}"##, "response_format.$ref"),
        (r##"{"type":"json_schema","json_schema":{"schema":[]}}"##, "response_format"),
        (r##"{"type":"json_schema","json_schema":{"schema":"secret"}}"##, "response_format"),
    ] {
        assert_invalid(&format!(r#"{{"model":"m",{HI},"response_format":{format}}}"#), "InvalidSchema", path);
    }
    let deep = format!(r#"{{"properties":{{"a":{{"x":{}{}}}}}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    assert_invalid(
        &format!(r#"{{"model":"m",{HI},"response_format":{deep}}}"#),
        "InvalidSchema",
        "response_format",
    );
}

#[test]
fn format_of_the_options_overrides_that_of_the_request() {
    let schema = |text: &str| ResponseFormat::schema(RawJson::parse(text).unwrap());
    let request = ModelRequest::builder("m")
        .user("hi")
        .response_format(schema(r#"{"title":"of the request"}"#))
        .build();
    let options =
        EncodeOptions::ag2().with_response_format(schema(r#"{"properties":{"of_the_options":{}}}"#));
    let encoded = encode_request(&request, &options).unwrap();
    assert!(body(&encoded).contains("of_the_options"));
    let invalid = EncodeOptions::ag2().with_response_format(schema("[]"));
    assert_eq!(encode_request(&request, &invalid).unwrap_err().code(), Some("InvalidSchema"));
}

#[test]
fn model_without_tools_is_requested_to_respond_with_json() {
    const R1: &str = "us.deepseek.r1-v1:0";
    let encoded = encode_for(R1, CITY);
    let sent = body(&encoded);
    assert!(!sent.contains("toolConfig") && !sent.contains("outputConfig"), "{sent}");
    assert!(
        sent.contains(r#""system":[{"text":"Respond with JSON that conforms to this JSON Schema"#),
        "{sent}"
    );
    assert_eq!(notes(&encoded), ["response_format [structured.prompt]"]);
    // AG2 always uses a tool.
    let request = ModelRequest::from_json(&format!(r#"{{"model":"{R1}",{HI},{CITY}}}"#)).unwrap();
    let error = encode_request(&request, &EncodeOptions::ag2()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Some("ToolsNotTaken"), Some("response_format")));
}
