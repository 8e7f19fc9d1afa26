//! Tests of structured output: extraction, validation and order.

use bytes::Bytes;
use outcrop_core::{
    ErrorKind, ModelError, ModelRequest, NoteAction, RawJson, ResponseFormat, Stage, UnifiedResponse,
};

use crate::context::ResponseMetadata;
use crate::decode::decode_response;
use crate::decode::tests::body_with_blocks;
use crate::encode::encode_request;
use crate::options::EncodeOptions;

const TOOL: &str = "__structured_output";

/// Decodes blocks as the response to a request for output with this schema.
fn decode_output(schema: &str, blocks: &str) -> Result<UnifiedResponse, ModelError> {
    let format = ResponseFormat::schema(RawJson::parse(schema).unwrap());
    let request = ModelRequest::builder("m").user("hi").response_format(format).build();
    let encoded = encode_request(&request, &EncodeOptions::ag2()).unwrap();
    decode_response(
        &Bytes::from(body_with_blocks(blocks)),
        &encoded.context,
        ResponseMetadata::new().with_request_id("r-1"),
    )
}

/// Returns a tool call.
fn call(name: &str, input: &str) -> String {
    format!(r#"{{"toolUse":{{"toolUseId":"t","name":"{name}","input":{input}}}}}"#)
}

/// Decodes the input of the output tool. Returns the structured output.
fn structured_output(schema: &str, input: &str) -> String {
    decode_output(schema, &call(TOOL, input)).unwrap().structured_text().unwrap().to_owned()
}

#[test]
fn input_of_the_output_tool_is_the_structured_output() {
    for (schema, input, expected) in [
        ("{}", r#"{"b":1.0,"a":[ ]}"#, r#"{"b":1.0,"a":[]}"#),
        ("{}", "{}", "{}"),
        (r#"{"properties":{"a":{"type":"integer"}}}"#, r#"{"a":"7"}"#, r#"{"a":7}"#),
        (r#"{"properties":{"a":{"default":1.0}}}"#, "{}", r#"{"a":1.0}"#),
        // Output that is not an object is wrapped in `data` and unwrapped again (Q72).
        (r#"{"type":"array","items":{"type":"integer"}}"#, r#"{"data":[1,"2"]}"#, "[1,2]"),
        (r#"{"type":"string"}"#, r#"{"data":"text"}"#, r#""text""#),
        (r#"{"type":["object","null"]}"#, r#"{"data":null}"#, "null"),
        (
            r##"{"type":"array","items":{"$ref":"#/$defs/N"},"$defs":{"N":{"items":{"$ref":"#/$defs/N"}}}}"##,
            r#"{"data":[[[]]]}"#,
            "[[[]]]",
        ),
        // An object that has a member `data` itself keeps it.
        (r#"{"type":"object","properties":{"data":{}}}"#, r#"{"data":7}"#, r#"{"data":7}"#),
        (
            r##"{"$ref":"#/$defs/A","$defs":{"A":{"type":"object","properties":{"a":{"type":"boolean"}}}}}"##,
            r#"{"a":"true"}"#,
            r#"{"a":true}"#,
        ),
    ] {
        assert_eq!(structured_output(schema, input), expected, "{schema} {input}");
    }
}

#[test]
fn output_wrapped_in_properties_is_unwrapped() {
    // Some models fill in the schema instead of an instance of it (L99).
    let schema = r#"{"properties":{"a":{"type":"integer"}},"required":["a"]}"#;
    assert_eq!(structured_output(schema, r#"{"properties":{"a":7}}"#), r#"{"a":7}"#);
    assert_eq!(structured_output(r#"{"type":"integer"}"#, r#"{"properties":{"data":7}}"#), "7");
    // Unchanged, if the schema has a member `properties` or the output has other members.
    let with_properties = r#"{"properties":{"properties":{"type":"object"}}}"#;
    for (schema, input) in [
        (with_properties, r#"{"properties":{"a":7}}"#),
        ("{}", r#"{"properties":{"a":7}}"#),
        (r#"{"properties":{"a":{}}}"#, r#"{"properties":{"a":7},"b":1}"#),
        (r#"{"properties":{"a":{}}}"#, r#"{"properties":7}"#),
    ] {
        assert_eq!(structured_output(schema, input), input, "{schema}");
    }
}

#[test]
fn output_comes_first_and_the_call_stays() {
    // As in AG2 (Q68, Q69, Q70).
    let blocks = format!(r#"{{"text":"Here."}},{},{}"#, call("other", "{}"), call(TOOL, r#"{"a":1}"#));
    let response = decode_output("{}", &blocks).unwrap();
    let kinds: Vec<_> =
        response.messages[0].content.iter().map(|block| block.block_type().to_owned()).collect();
    assert_eq!(kinds, ["text", "text", "tool_call", "tool_call"]);
    assert_eq!(response.structured_text(), Some(r#"{"a":1}"#));
    // The call of the output is not one to run.
    assert_eq!(response.tool_calls().count(), 1);
    assert!(response.notes.iter().all(|note| note.rule == "response.tool_call"), "{:?}", response.notes);
    let two_calls = format!("{},{}", call(TOOL, r#"{"a":1}"#), call(TOOL, r#"{"a":2}"#));
    assert_eq!(decode_output("{}", &two_calls).unwrap().structured_text(), Some(r#"{"a":1}"#));
}

#[test]
fn text_without_a_call_is_not_structured_output() {
    for blocks in [r#"{"text":"no"}"#.to_owned(), call("other", "{}")] {
        assert_eq!(decode_output(r#"{"required":["a"]}"#, &blocks).unwrap().structured_text(), None);
    }
}

#[test]
fn output_beyond_a_bound_is_kept_with_a_warning() {
    let schema = r#"{"properties":{"a":{"maximum":5},"b":{"minLength":9}}}"#;
    let response = decode_output(schema, &call(TOOL, r#"{"a":7,"b":"secret"}"#)).unwrap();
    assert_eq!(response.structured_text(), Some(r#"{"a":7,"b":"secret"}"#));
    let notes: Vec<_> = response.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "$.a: is beyond the schema's `maximum` [structured.bounds]",
            "$.b: is beyond the schema's `minLength` [structured.bounds]"
        ]
    );
    assert!(response.notes.iter().all(|note| note.action == NoteAction::Warned));
}

#[test]
fn output_that_does_not_match_is_an_error_with_its_path() {
    // As in AG2 (Q71).
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(500), "]".repeat(500));
    for (schema, input, path) in [
        (r#"{"required":["a"]}"#, "{}", Some("$.a")),
        (r#"{"properties":{"a":{"type":"integer"}}}"#, r#"{"a":"secret"}"#, Some("$.a")),
        (r#"{"properties":{"a":{"enum":["x"]}}}"#, r#"{"a":"secret"}"#, Some("$.a")),
        (r#"{"type":"array"}"#, r#"{"data":"secret"}"#, Some("$.data")),
        (r#"{"type":"array"}"#, r#"{"secret":1}"#, Some("$.data")),
        ("{}", r#"{"a":1,"a":1}"#, None),
        ("{}", deep.as_str(), None),
        ("{}", r#"["secret"]"#, Some("$")),
        ("{}", r#""secret""#, Some("$")),
    ] {
        let body = body_with_blocks(&call(TOOL, input));
        let error = decode_output(schema, &call(TOOL, input)).unwrap_err();
        assert_eq!((error.kind(), error.stage()), (ErrorKind::InvalidOutput, Stage::Replied), "{schema}");
        assert_eq!(
            (error.code(), error.path()),
            (Some("StructuredOutputValidation"), path),
            "{schema} {input}: {error}"
        );
        assert_eq!((error.request_id(), error.model()), (Some("r-1"), Some("m")));
        assert_eq!(error.body().map(|body| &body[..]), Some(body.as_bytes()));
        assert!(error.hint().is_some());
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
}

#[test]
fn response_without_a_requested_format_is_unchanged() {
    let request = ModelRequest::builder("m").user("hi").build();
    let encoded = encode_request(&request, &EncodeOptions::ag2()).unwrap();
    let body = Bytes::from(body_with_blocks(&call(TOOL, r#"{"a":1}"#)));
    let response = decode_response(&body, &encoded.context, ResponseMetadata::default()).unwrap();
    assert_eq!((response.structured_text(), response.messages[0].content.len()), (None, 1));
}
