//! Properties: an encoded request is valid by AWS's service model, or encoding fails (invariant 7), and nothing panics
//! (invariant 9).

use outcrop_core::{ErrorKind, ModelRequest, RawJson};
use proptest::prelude::*;
use proptest::sample::Index;

use super::bodies::REQUESTS;
use super::encode;
use crate::encode::{Encoded, encode_request};
use crate::json_tree::JsonTree;
use crate::options::EncodeOptions;
use crate::tests::choices::{self, Choices};
use crate::tests::json_text::{any_object, any_value, quoted};
use crate::tests::model::violations;

/// Returns the violations of the service model by a body.
pub(super) fn violations_of(encoded: &Encoded) -> Vec<String> {
    let body = RawJson::from_serialize(&encoded.body).unwrap();
    violations("ConverseRequest", &JsonTree::parse(&body).unwrap(), "$")
}

/// Generates a part of a message.
fn part(choices: &mut Choices<'_>) -> String {
    let text = quoted(&choices.text());
    let url = choices.pick(&[
        "data:image/png;base64,aGk=",
        "data:image/jpg;base64,aGk",
        "data:image/svg+xml;base64,aGk=",
        "s3://b/c.png",
        "https://a.example/b.png",
        "",
    ]);
    let cached = choices.pick(&["", "", r#","cache_control":{"type":"ephemeral","ttl":"1h"}"#]);
    match choices.below(10) {
        0..4 => format!(r#"{{"type":"text","text":{text}{cached}}}"#),
        4 => format!(r#"{{"type":"image_url","image_url":{{"url":"{url}"}}{cached}}}"#),
        5 => format!(
            r#"{{"type":"file","file":{{"filename":{text},"file_data":"data:application/pdf;base64,aGk="}}}}"#
        ),
        6 => r#"{"type":"input_audio","input_audio":{"data":"aGk=","format":"wav"}}"#.to_owned(),
        7 => text,
        8 => any_object(choices, 2),
        _ => any_value(choices, 2),
    }
}

/// Generates a message.
fn message(choices: &mut Choices<'_>) -> String {
    let content = match choices.below(4) {
        0 => quoted(&choices.text()),
        1 => any_value(choices, 2),
        _ => format!("[{}]", (0..choices.below(4)).map(|_| part(choices)).collect::<Vec<_>>().join(",")),
    };
    let role = choices.pick(&["user", "assistant", "system", "tool", "developer"]);
    let id = choices.pick(&["a", "b"]);
    match choices.below(5) {
        0 => {
            let arguments = quoted(&any_value(choices, 2));
            format!(
                r#"{{"role":"assistant","content":{content},"tool_calls":[{{"id":"{id}","type":"function","function":{{"name":"f","arguments":{arguments}}}}}]}}"#
            )
        }
        1 => format!(r#"{{"role":"tool","tool_call_id":"{id}","content":{content}}}"#),
        2 => format!(
            r#"{{"role":"assistant","content":{content},"thinking_blocks":[{{"thinking":"hm","signature":"s"}},{{"data":"aGk="}}]}}"#
        ),
        _ => format!(r#"{{"role":"{role}","content":{content}}}"#),
    }
}

/// Generates parameters.
fn params(choices: &mut Choices<'_>) -> String {
    let messages: Vec<_> = (0..=choices.below(5)).map(|_| message(choices)).collect();
    let mut members = vec![r#""model":"m""#.to_owned(), format!(r#""messages":[{}]"#, messages.join(","))];
    for (name, values) in [
        ("max_tokens", &["50", "0", "1.0", "null"][..]),
        ("temperature", &["0.7", "1.5", "-1", "\"0\""]),
        ("top_p", &["1", "2"]),
        ("stop", &["\"X\"", "[\"\"]", "[\"X\",\"Y\"]"]),
        ("top_k", &["5", "5.5"]),
        (
            "tool_choice",
            &["\"auto\"", "\"none\"", "\"required\"", r#"{"type":"function","function":{"name":"f"}}"#],
        ),
        (
            "response_format",
            &[
                r#"{"type":"json_object"}"#,
                r#"{"type":"array"}"#,
                r##"{"$ref":"#/$defs/A","$defs":{"A":{"items":{"$ref":"#/$defs/A"}}}}"##,
            ],
        ),
        ("supports_system_prompts", &["false", "true"]),
    ] {
        if choices.chance(25) {
            members.push(format!(r#""{name}":{}"#, choices.pick(values)));
        }
    }
    if choices.chance(60) {
        let schema = choices.pick(&[
            "null",
            "{}",
            r#"{"type":"object","properties":{"a":{"type":"string"}}}"#,
            r#"{"type":"string"}"#,
        ]);
        members.push(format!(
            r#""tools":[{{"type":"function","function":{{"name":"f","parameters":{schema}}}}}]"#
        ));
    }
    if choices.chance(25) {
        members.push(format!(r#""additional_model_request_fields":{}"#, any_object(choices, 2)));
    }
    format!("{{{}}}", members.join(","))
}

/// Asserts that parameters are encoded to a valid request, or are an error. Returns whether they were encoded.
fn assert_valid_or_error(params: &str) -> Result<bool, TestCaseError> {
    let request = match ModelRequest::from_json(params) {
        Ok(request) => request,
        Err(error) => {
            prop_assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            return Ok(false);
        }
    };
    let mut is_encoded = false;
    for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
        match encode_request(&request, &options) {
            Ok(encoded) => {
                prop_assert_eq!(violations_of(&encoded), Vec::<String>::new(), "{}", params);
                is_encoded = true;
            }
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::InvalidRequest);
                prop_assert!(error.code().is_some() && error.path().is_some(), "{}", error);
            }
        }
    }
    Ok(is_encoded)
}

#[test]
fn expected_bodies_are_valid() {
    for (name, params, _) in REQUESTS {
        // One of them has a member that the service model does not have.
        let params = params.replace(r#","new":1.0"#, "");
        assert_eq!(violations_of(&encode(&params).unwrap()), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn generators_produce_enough_valid_requests() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let encoded = (0..300).filter(|_| {
        let bytes = choices::bytes().new_tree(&mut runner).unwrap().current();
        assert_valid_or_error(&params(&mut Choices::new(&bytes))).unwrap()
    });
    let encoded = encoded.count();
    assert!((60..270).contains(&encoded), "{encoded} of 300");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_encoded_request_is_valid(bytes in choices::bytes()) {
        assert_valid_or_error(&params(&mut Choices::new(&bytes)))?;
    }

    #[test]
    fn edited_request_is_encoded_or_an_error(which in 0..REQUESTS.len(), at in any::<Index>(), removed in 0..9_usize, bytes in choices::bytes()) {
        let text: Vec<char> = REQUESTS[which].1.chars().collect();
        let at = at.index(text.len() + 1);
        let end = (at + removed).min(text.len());
        let mut choices = Choices::new(&bytes);
        let inserted = choices.pick(&["", "\"", "{", "}", "null", "7", "[]", "{}", ",", "\\ud800", "é"]).to_owned();
        let inserted = if choices.chance(30) { any_value(&mut choices, 2) } else { inserted };
        let changed: String = text[..at].iter().copied().chain(inserted.chars()).chain(text[end..].iter().copied()).collect();
        if let Ok(request) = ModelRequest::from_json(&changed) {
            match encode_request(&request, &EncodeOptions::ag2()) {
                Ok(encoded) => prop_assert!(!encoded.to_bytes().is_empty()),
                Err(error) => prop_assert_eq!(error.kind(), ErrorKind::InvalidRequest),
            }
        }
    }
}
