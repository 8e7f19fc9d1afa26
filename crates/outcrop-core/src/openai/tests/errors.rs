//! Parameters that cannot be interpreted: errors with paths and without content.

use crate::{ErrorKind, ModelRequest, Stage};

fn check(text: &str, code: &str, path: Option<&str>) {
    let error = ModelRequest::from_json(text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{text}");
    assert_eq!(error.stage(), Stage::Building, "{text}");
    assert_eq!((error.code(), error.path()), (Some(code), path), "{text}: {error}");
    assert!(!error.is_retryable());
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
}

#[test]
fn parameters_that_are_not_an_object_are_an_error_without_path() {
    for text in [
        "",
        " ",
        "null",
        "[]",
        "7",
        "\"secret\"",
        "{",
        "{\"model\"",
        "{} {}",
        "{}secret",
        "secret",
        "{'a':1}",
    ] {
        check(text, "InvalidRequest", None);
    }
    let error = ModelRequest::from_json("[]").unwrap_err();
    assert!(
        error.message().starts_with("the parameters are not a JSON object: invalid type: sequence"),
        "{error}"
    );
}

#[test]
fn members_of_the_wrong_type_are_errors_with_path() {
    for (text, code, path) in [
        (r#"{"model":7}"#, "InvalidParameter", "model"),
        (r#"{"model":["secret"]}"#, "InvalidParameter", "model"),
        (r#"{"messages":{}}"#, "InvalidMessage", "messages"),
        (r#"{"messages":"secret"}"#, "InvalidMessage", "messages"),
        (r#"{"messages":["secret"]}"#, "InvalidMessage", "messages[0]"),
        (r#"{"messages":[{"content":"a"},null]}"#, "InvalidMessage", "messages[1]"),
        (r#"{"messages":[{"content":"a"},7]}"#, "InvalidMessage", "messages[1]"),
        (r#"{"messages":[{"content":1e999}]}"#, "InvalidMessage", "messages[0].content"),
        (r#"{"messages":[{"tool_calls":{}}]}"#, "InvalidMessage", "messages[0].tool_calls"),
        (r#"{"messages":[{"tool_calls":"secret"}]}"#, "InvalidMessage", "messages[0].tool_calls"),
        (r#"{"messages":[{"tool_calls":[7]}]}"#, "InvalidToolCall", "messages[0].tool_calls[0]"),
        (r#"{"messages":[{"tool_calls":[{"id":7}]}]}"#, "InvalidToolCall", "messages[0].tool_calls[0].id"),
        (
            r#"{"messages":[{"tool_calls":[{"id":"i","function":"secret"}]}]}"#,
            "InvalidToolCall",
            "messages[0].tool_calls[0].function",
        ),
        (
            r#"{"messages":[{"tool_calls":[{"id":"i"},{"function":{"name":["secret"]}}]}]}"#,
            "InvalidToolCall",
            "messages[0].tool_calls[1].function.name",
        ),
        (r#"{"messages":[{"thinking_blocks":"secret"}]}"#, "InvalidMessage", "messages[0].thinking_blocks"),
        (
            r#"{"messages":[{"thinking_blocks":[{"data":"aGk="},{"thinking":7}]}]}"#,
            "InvalidMessage",
            "messages[0].thinking_blocks[1].thinking",
        ),
        (r#"{"messages":[{"prefix":"secret"}]}"#, "InvalidMessage", "messages[0].prefix"),
        (
            r#"{"messages":[{"tool_call_id":"i","is_error":"secret"}]}"#,
            "InvalidMessage",
            "messages[0].is_error",
        ),
        (r#"{"stop":7}"#, "InvalidParameter", "stop"),
        (r#"{"stop":["a",7]}"#, "InvalidParameter", "stop"),
        (r#"{"stop_sequences":{"secret":1}}"#, "InvalidParameter", "stop_sequences"),
        (r#"{"tools":7}"#, "InvalidTool", "tools"),
    ] {
        check(text, code, Some(path));
    }
}

#[test]
fn duplicate_members_are_errors() {
    for (text, code, path) in [
        (r#"{"model":"a","model":"b"}"#, "InvalidRequest", None),
        (r#"{"model":"a","\u006dodel":"b"}"#, "InvalidRequest", None),
        (r#"{"messages":[],"messages":[]}"#, "InvalidRequest", None),
        (r#"{"messages":null,"messages":[]}"#, "InvalidRequest", None),
        (r#"{"temperature":0,"temperature":1}"#, "InvalidRequest", None),
        (r#"{"new":0,"x":1,"new":0}"#, "InvalidRequest", None),
        (r#"{"messages":[{"role":"user","role":"user"}]}"#, "InvalidMessage", Some("messages[0]")),
        (r#"{"messages":[{"content":"a","content":"b"}]}"#, "InvalidMessage", Some("messages[0]")),
        (
            r#"{"messages":[{"content":[{"text":"a","text":"b"}]}]}"#,
            "InvalidMessage",
            Some("messages[0].content[0]"),
        ),
        (
            r#"{"tools":[{"type":"function","type":"function","function":{"name":"f"}}]}"#,
            "InvalidTool",
            Some("tools[0]"),
        ),
        (
            r#"{"tools":[{"type":"function","function":{"name":"f","name":"g"}}]}"#,
            "InvalidTool",
            Some("tools[0].function"),
        ),
        (
            r#"{"response_format":{"type":"text","type":"json_object"}}"#,
            "InvalidResponseFormat",
            Some("response_format"),
        ),
    ] {
        check(text, code, path);
    }
}

#[test]
fn deep_nesting_is_rejected_in_content_and_kept_elsewhere() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for depth in [200, 10_000, 100_000] {
        let text = format!(r#"{{"messages":[{{"role":"user","content":{}}}]}}"#, deep(depth));
        let error = ModelRequest::from_json(&text).unwrap_err();
        assert_eq!(error.code(), Some("InvalidMessage"));
        assert!(error.path().is_some_and(|path| path.starts_with("messages[0].content[0]")));
    }
    let text = format!(
        r#"{{"new":{deep},"additional_model_request_fields":{{"a":{deep}}},"tools":[{{"type":"function","function":{{"name":"f","parameters":{{"x":{deep}}}}}}}],"messages":[{{"role":"assistant","tool_calls":[{{"id":"i","function":{{"name":"f","arguments":{deep}}}}}],"content":[{{"type":"mood","value":{deep}}}]}}]}}"#,
        deep = deep(10_000),
    );
    let request = ModelRequest::from_json(&text).unwrap();
    assert_eq!(request.other.get("new").map(|value| value.as_str().len()), Some(20_000));
    assert_eq!(request.messages[0].tool_calls().next().map(|call| call.arguments.len()), Some(20_000));
}
