//! Invalid parameters never cause a panic (invariant 9 in docs/architecture.md), and errors never repeat their content.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::tests::json_text;
use crate::{ErrorKind, ModelRequest};

/// A request with every kind of parameter, message and part.
const COMPLETE: &str = r#"{"model":"m","messages":[
    {"role":"system","content":[{"type":"text","text":"be brief","cache_control":{"type":"ephemeral","ttl":"1h"}}]},
    {"role":"user","name":"Ann","content":[{"type":"text","text":"hi"},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,aGk=","detail":"high"}},
        {"type":"input_audio","input_audio":{"data":"aGk=","format":"wav"}},
        {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,aGk="}},{"type":"mood","value":1.0}]},
    {"role":"assistant","content":"let me see","thinking_blocks":[{"thinking":"hm","signature":"s"},{"data":"aGk="}],
        "tool_calls":[{"id":"i","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
    {"role":"tool","tool_call_id":"i","content":[{"b":[1.50,null]},"text"],"is_error":true},
    {"role":"assistant","content":null,"prefix":true}],
    "tools":[{"type":"function","function":{"name":"f","description":"D","parameters":{"type":"object","properties":{}},"strict":true}}],
    "tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,"max_tokens":50,"temperature":0.7,
    "top_p":1,"top_k":40,"seed":7,"stop":["X"],"response_format":{"type":"json_schema","json_schema":{"name":"N","schema":{}}},
    "price":[0.1,0.2],"supports_system_prompts":true,"additional_model_request_fields":{"a":1},"new":{"b":[]}}"#;

/// A change of a text: at a position, characters are removed and JSON is inserted.
fn change() -> impl Strategy<Value = (Index, usize, String)> {
    const INSERTED: &[&str] = &[
        "",
        "",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\ud800",
        "null",
        "true",
        "7",
        "-1.5e300",
        "1e999",
        "\"x\"",
        "{}",
        "[]",
        "{\"a\":1,\"a\":2}",
        "\"type\":\"text\",",
        "\"text\":7,",
        "\"role\":null,",
        "\"content\":{},",
        "\u{0}",
        "é",
        "\u{feff}",
        "12345678901234567890123",
    ];
    let inserted = prop_oneof![4 => select(INSERTED).prop_map(str::to_owned), 1 => json_text::value()];
    (any::<Index>(), 0..12_usize, inserted)
}

fn apply_change(text: &str, (at, removed, inserted): &(Index, usize, String)) -> String {
    let characters: Vec<char> = text.chars().collect();
    let at = at.index(characters.len() + 1);
    let end = (at + removed).min(characters.len());
    characters[..at]
        .iter()
        .copied()
        .chain(inserted.chars())
        .chain(characters[end..].iter().copied())
        .collect()
}

fn check(text: &str) -> Result<bool, TestCaseError> {
    match ModelRequest::from_json(text) {
        Ok(request) => {
            let _ = format!("{request:?}");
            Ok(true)
        }
        Err(error) => {
            prop_assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            prop_assert!(error.code().is_some() && !error.message().is_empty());
            prop_assert_eq!(error.to_string().lines().count(), 1);
            Ok(false)
        }
    }
}

#[test]
fn complete_request_is_parsed_without_notes() {
    let request = ModelRequest::from_json(COMPLETE).unwrap();
    assert!(request.notes.is_empty(), "{:?}", request.notes);
    assert_eq!(request.messages.len(), 5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_modified_request_is_parsed_or_rejected(changes in proptest::collection::vec(change(), 1..4)) {
        check(&changes.iter().fold(COMPLETE.to_owned(), |text, change| apply_change(&text, change)))?;
    }
}

proptest! {
    #[test]
    fn any_value_of_a_parameter_is_parsed_or_rejected(
        name in select(&[
            "model", "messages", "tools", "tool_choice", "parallel_tool_calls", "max_tokens", "temperature", "top_p", "topP",
            "top_k", "seed", "stop", "stop_sequences", "response_format", "price", "supports_system_prompts", "cache_control",
            "additional_model_request_fields", "new",
        ][..]),
        value in json_text::value(),
    ) {
        check(&format!(r#"{{"{name}":{value}}}"#))?;
        check(&format!(r#"{{"{name}":[{value}]}}"#))?;
    }

    #[test]
    fn any_value_of_a_message_member_is_parsed_or_rejected(
        name in select(&[
            "role", "content", "tool_calls", "tool_call_id", "name", "thinking_blocks", "cache_control", "prefix", "is_error",
        ][..]),
        value in json_text::value(),
    ) {
        for message in [
            format!(r#"{{"{name}":{value}}}"#),
            format!(r#"{{"{name}":[{value}]}}"#),
            format!(r#"{{"tool_call_id":"i","content":[{value}]}}"#),
            format!(r#"{{"content":[{{"image_url":{value}}}]}}"#),
            format!(r#"{{"content":[{{"file":{value}}},{{"input_audio":{value}}}]}}"#),
            format!(r#"{{"tool_calls":[{{"function":{{"arguments":{value}}}}}]}}"#),
        ] {
            check(&format!(r#"{{"messages":[{message}]}}"#))?;
        }
    }
}

#[test]
fn modified_requests_parse_often_enough() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut read = 0;
    for _ in 0..300 {
        let change = change().new_tree(&mut runner).unwrap().current();
        read += usize::from(check(&apply_change(COMPLETE, &change)).unwrap());
    }
    assert!((30..270).contains(&read), "{read} of 300");
}
