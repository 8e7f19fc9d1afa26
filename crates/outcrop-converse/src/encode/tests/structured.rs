//! Structured answers and schemas outside AG2's dialect.

use bytes::Bytes;
use outcrop_core::{ErrorKind, FinishReason, ModelRequest, RawJson, UnifiedResponse};

use super::{body, notes};
use crate::context::ResponseMetadata;
use crate::decode::decode_response;
use crate::encode::{Encoded, encode_request};
use crate::options::EncodeOptions;

const HAIKU: &str = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const NOVA: &str = "us.amazon.nova-pro-v1:0";
const CITY: &str = r#""response_format":{"type":"json_schema","json_schema":{"name":"City","schema":{"type":"object","properties":{"n":{"type":"integer","minimum":1}},"required":["n"]}}}"#;
const TOOLS: &str = r#""tools":[{"type":"function","function":{"name":"f"}}]"#;

fn asked(model: &str, params: &str) -> Encoded {
    let text = format!(r#"{{"model":"{model}","messages":[{{"role":"user","content":"hi"}}],{params}}}"#);
    encode_request(&ModelRequest::from_json(&text).unwrap(), &EncodeOptions::converse()).unwrap()
}

fn answered(
    encoded: &Encoded,
    stop: &str,
    blocks: &str,
) -> Result<UnifiedResponse, outcrop_core::ModelError> {
    let reply = format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{blocks}]}}}},"stopReason":"{stop}"}}"#
    );
    decode_response(&Bytes::from(reply), &encoded.context, ResponseMetadata::default())
}

fn kinds(response: &UnifiedResponse) -> Vec<&str> {
    response.messages[0].content.iter().map(|block| block.block_type()).collect()
}

#[test]
fn a_model_that_can_is_held_to_the_schema() {
    // L95, L96, L100, M27
    let encoded = asked(HAIKU, &format!(r#"{CITY},"reasoning_effort":"low","max_tokens":9000"#));
    let sent = body(&encoded);
    let format = r#""outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"description\":\"minimum: 1\"}},\"required\":[\"n\"],\"additionalProperties\":false}","name":"City"}}}}"#;
    assert!(sent.contains(format), "{sent}");
    assert!(!sent.contains("toolConfig"));
    assert_eq!(notes(&encoded), ["response_format.properties.n.minimum [structured.native]"]);
}

#[test]
fn the_words_of_such_a_model_are_the_answer() {
    let encoded = asked(HAIKU, CITY);
    let thought = r#"{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s"}}}"#;
    let response =
        answered(&encoded, "end_turn", &format!(r#"{thought},{{"text":"{{\"n\": "}},{{"text":"7}}"}}"#))
            .unwrap();
    assert_eq!(
        (response.structured_text(), kinds(&response)),
        (Some(r#"{"n": 7}"#), vec!["reasoning", "text"])
    );
    assert_eq!(response.text(), r#"{"n": 7}"#);
    let beyond = answered(&encoded, "end_turn", r#"{"text":"{\"n\":0}"}"#).unwrap();
    assert_eq!(beyond.notes.iter().map(|note| note.rule.as_ref()).collect::<Vec<_>>(), ["structured.bounds"]);
    for (stop, text) in [("max_tokens", r#"{\"n\":"#), ("guardrail_intervened", "no"), ("tool_use", "so")] {
        let response = answered(&encoded, stop, &format!(r#"{{"text":"{text}"}}"#)).unwrap();
        assert_eq!(response.structured_text(), None, "{stop}");
    }
    for text in ["secret", r#"{\"n\":\"secret\"}"#, "{}"] {
        let error = answered(&encoded, "end_turn", &format!(r#"{{"text":"{text}"}}"#)).unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::InvalidOutput, Some("StructuredOutputValidation"))
        );
        assert!(!format!("{error:?}").contains("secret"));
    }
}

#[test]
fn other_models_answer_by_a_tool() {
    // L97, L98, L100, L18
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
        let encoded = asked(model, &params);
        let sent = body(&encoded);
        // Where the model is left the choice, it is asked.
        let is_asked = expected_notes.contains(&"response_format [structured.tool]");
        let asks = if is_asked {
            " Call this tool to give your final answer, and do not give it in any other way."
        } else {
            ""
        };
        let spec = format!(r#""name":"{tool}","description":"Respond with a JSON object.{asks}""#);
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
fn the_call_of_that_tool_becomes_the_answer() {
    let encoded = asked(NOVA, &format!("{CITY},{TOOLS}"));
    let answer = r#"{"toolUse":{"toolUseId":"t","name":"City","input":{"n":"7"}}}"#;
    let other = r#"{"toolUse":{"toolUseId":"u","name":"f","input":{}}}"#;
    let response = answered(&encoded, "tool_use", &format!(r#"{{"text":"so"}},{answer}"#)).unwrap();
    assert_eq!(kinds(&response), ["text", "text"]);
    assert_eq!(
        (response.structured_text(), &response.finish_reason),
        (Some(r#"{"n":7}"#), &Some(FinishReason::Stop))
    );
    let response = answered(&encoded, "tool_use", &format!("{answer},{other}")).unwrap();
    assert_eq!(kinds(&response), ["text", "tool_call"]);
    assert_eq!(
        (response.structured_text(), &response.finish_reason),
        (Some(r#"{"n":7}"#), &Some(FinishReason::ToolCalls))
    );
}

#[test]
fn tools_are_held_to_their_schemas_where_models_can() {
    // L40, L41, L42, M22
    let schema = r#"{"type":"object","properties":{"n":{"type":"integer","minimum":1}},"required":["n"]}"#;
    let strict = format!(
        r#""tools":[{{"type":"function","function":{{"name":"f","strict":true,"parameters":{schema}}}}}]"#
    );
    let held = r#"{"json":{"type":"object","properties":{"n":{"type":"integer","description":"minimum: 1"}},"required":["n"],"additionalProperties":false}},"strict":true"#;
    let encoded = asked(HAIKU, &strict);
    assert!(body(&encoded).contains(held), "{}", body(&encoded));
    assert_eq!(notes(&encoded), ["tools[0].parameters.properties.n.minimum [tools.schema]"]);
    let encoded = asked("us.anthropic.claude-opus-4-8", &strict);
    assert!(
        body(&encoded).contains(&format!(r#"{{"json":{schema}}}"#)) && !body(&encoded).contains("strict")
    );
    assert_eq!(notes(&encoded), ["tools[0].strict [tools.strict]"]);
    let many: Vec<_> = (0..21).map(|index| format!(r#"{{"type":"function","function":{{"name":"f{index}","strict":true,"parameters":{schema}}}}}"#)).collect();
    let encoded = asked(HAIKU, &format!(r#""tools":[{}]"#, many.join(",")));
    assert_eq!(body(&encoded).matches("\"strict\":true").count(), 20);
    assert_eq!(notes(&encoded).last().map(String::as_str), Some("tools[20].strict [tools.strict]"));

    let one_of = r#""tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","oneOf":[{"properties":{"a":{}}}]}}}]"#;
    let encoded = asked(HAIKU, one_of);
    assert!(
        body(&encoded).contains(r#"{"json":{"type":"object","properties":{"a":{}}}}"#),
        "{}",
        body(&encoded)
    );
    assert_eq!(notes(&encoded), ["tools[0].parameters.oneOf [tools.schema]"]);
    assert!(body(&asked(NOVA, one_of)).contains("oneOf"));

    let nullable: Vec<_> =
        (0..17).map(|index| format!(r#""p{index}":{{"type":["string","null"]}}"#)).collect();
    for (count, changed) in [(16, false), (17, true)] {
        let tools = format!(
            r#""tools":[{{"type":"function","function":{{"name":"f","parameters":{{"type":"object","properties":{{{}}}}}}}}}]"#,
            nullable[..count].join(",")
        );
        let encoded = asked(HAIKU, &tools);
        assert_eq!(body(&encoded).contains("null"), !changed);
        assert_eq!(!notes(&encoded).is_empty(), changed);
    }
}

#[test]
fn a_format_in_converses_own_words_is_the_last_word() {
    let own = r#"{"text_format":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{}"}}}}"#;
    let encoded = asked(HAIKU, &format!(r#"{CITY},"output_config":{own}"#));
    assert!(body(&encoded).contains(r#""jsonSchema":{"schema":"{}"}"#), "{}", body(&encoded));
    assert!(RawJson::parse(body(&encoded)).is_ok());
}

#[test]
fn members_that_may_be_null_are_few_enough_afterwards() {
    // L40
    let members = |alternatives: &str| {
        let members: Vec<_> = (0..17).map(|index| format!(r#""p{index}":{alternatives}"#)).collect();
        format!(r#"{{"type":"object","properties":{{{}}}}}"#, members.join(","))
    };
    let nullable = members(r#"{"anyOf":[{"type":"string"},{"type":"null"}],"description":"D"}"#);
    let tool = |schema: &str| {
        format!(r#""tools":[{{"type":"function","function":{{"name":"f","parameters":{schema}}}}}]"#)
    };
    let format = format!(
        r#""response_format":{{"type":"json_schema","json_schema":{{"name":"f","schema":{nullable}}}}}"#
    );
    let stripped = members(r#"{"description":"D","type":"string"}"#);
    for (params, expected_notes) in [
        (tool(&nullable), &["tools[0].parameters [tools.schema]"][..]),
        (format, &["response_format [structured.native]", "response_format [tools.schema]"]),
    ] {
        let encoded = asked(HAIKU, &params);
        assert!(body(&encoded).contains(&format!(r#"{{"json":{stripped}}}"#)), "{}", body(&encoded));
        assert_eq!(notes(&encoded), expected_notes);
    }
    // What is of several types without null, too, cannot be mended, and that is told.
    let several = members(r#"{"type":["string","integer"]}"#);
    let encoded = asked(HAIKU, &tool(&several));
    assert!(body(&encoded).contains(&several));
    assert_eq!(notes(&encoded), ["tools [tools.schema]"]);
    // Alternatives of which exactly one fits do not count.
    let one_of = members(r#"{"oneOf":[{"type":"string"},{"type":"null"}]}"#);
    assert_eq!(notes(&asked(HAIKU, &tool(&one_of))), <[&str; 0]>::default());
}

#[test]
fn a_tool_without_arguments_is_held_to_none() {
    let tool = |parameters: &str| {
        format!(r#""tools":[{{"type":"function","function":{{"name":"f","strict":true{parameters}}}}}]"#)
    };
    let held = r#"{"json":{"type":"object","properties":{},"additionalProperties":false}},"strict":true"#;
    for parameters in [
        "",
        r#","parameters":{"type":"object"}"#,
        r#","parameters":{"type":"object","properties":{},"additionalProperties":false}"#,
    ] {
        let encoded = asked(HAIKU, &tool(parameters));
        assert!(body(&encoded).contains(held), "{}", body(&encoded));
        assert_eq!(notes(&encoded), <[&str; 0]>::default());
    }
    let open = tool(r#","parameters":{"type":"object","additionalProperties":{"type":"string"}}"#);
    assert_eq!(notes(&asked(HAIKU, &open)), ["tools[0].strict [tools.strict]"]);
    let parts = tool(
        r#","parameters":{"type":"object","properties":{"x":{"allOf":[{"properties":{"a":{"type":"string"}}},{"properties":{"b":{"type":"string"}}}]}}}"#,
    );
    assert_eq!(notes(&asked(HAIKU, &parts)), ["tools[0].parameters.properties.x.allOf [tools.schema]"]);
}
