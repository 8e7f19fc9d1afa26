//! Messages of every form. As in AG2, the members of a message decide what it is.

use super::{messages, notes, read, shown};
use crate::{ContentBlock, ModelRequest, Role};

/// Parses a message, and checks that there are no notes.
fn message(text: &str) -> String {
    let (read, notes) = messages(&format!("[{text}]")).unwrap();
    assert_eq!(notes, Vec::<String>::new(), "{text}");
    shown(&read[0])
}

#[test]
fn text_messages_keep_role_name_and_text() {
    for (text, expected) in [
        (r#"{"role":"user","content":"hi"}"#, r#"{"role":"user","content":[{"type":"text","text":"hi"}]}"#),
        (
            r#"{"role":"system","content":"hi"}"#,
            r#"{"role":"system","content":[{"type":"text","text":"hi"}]}"#,
        ),
        (
            r#"{"role":"developer","content":"hi"}"#,
            r#"{"role":"developer","content":[{"type":"text","text":"hi"}]}"#,
        ),
        (
            r#"{"role":"critic","content":"hi"}"#,
            r#"{"role":"critic","content":[{"type":"text","text":"hi"}]}"#,
        ),
        (r#"{"content":"hi"}"#, r#"{"role":"user","content":[{"type":"text","text":"hi"}]}"#),
        (r#"{"role":"assistant","content":null}"#, r#"{"role":"assistant","content":[]}"#),
        (r#"{"role":"assistant"}"#, r#"{"role":"assistant","content":[]}"#),
        (r#"{"role":"user","content":""}"#, r#"{"role":"user","content":[{"type":"text","text":""}]}"#),
        (
            r#"{"role":"user","content":" \n\u00e9\ud83d\ude00"}"#,
            "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\" \\né😀\"}]}",
        ),
        (r#"{"role":"user","content":7}"#, r#"{"role":"user","content":[{"type":"text","text":"7"}]}"#),
        (r#"{"role":"user","content":true}"#, r#"{"role":"user","content":[{"type":"text","text":"true"}]}"#),
        (r#"{"role":"user","content":-7}"#, r#"{"role":"user","content":[{"type":"text","text":"-7"}]}"#),
        (r#"{"role":"user","content":0.5}"#, r#"{"role":"user","content":[{"type":"text","text":"0.5"}]}"#),
        (r#"{"role":"user","content":[]}"#, r#"{"role":"user","content":[]}"#),
        (
            r#"{"role":"user","content":["a","b"]}"#,
            r#"{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#,
        ),
        (
            r#"{"role":"user","content":{"type":"text","text":"a"}}"#,
            r#"{"role":"user","content":[{"type":"text","text":"a"}]}"#,
        ),
        (
            r#"{"role":"user","name":"Ann","content":"hi"}"#,
            r#"{"role":"user","content":[{"type":"text","text":"hi"}],"name":"Ann"}"#,
        ),
        (
            r#"{"role":"user","name":null,"content":"hi","new":null}"#,
            r#"{"role":"user","content":[{"type":"text","text":"hi"}]}"#,
        ),
        (
            r#"{"role":"assistant","content":"hi","prefix":true}"#,
            r#"{"role":"assistant","content":[{"type":"text","text":"hi"}],"metadata":{"prefix":true}}"#,
        ),
        (
            r#"{"role":"assistant","content":"hi","prefix":false}"#,
            r#"{"role":"assistant","content":[{"type":"text","text":"hi"}]}"#,
        ),
    ] {
        assert_eq!(message(text), expected, "{text}");
    }
}

#[test]
fn message_with_tool_calls_is_of_the_assistant_and_keeps_its_text() {
    let call = |call: &str| {
        message(&format!(r#"{{"role":"assistant","content":"let me see","tool_calls":[{call}]}}"#))
    };
    let expected = |call: &str| {
        format!(
            r#"{{"role":"assistant","content":[{{"type":"text","text":"let me see"}},{{"type":"tool_call",{call}}}]}}"#
        )
    };
    for (given, read) in [
        (
            r#"{"id":"i","type":"function","function":{"name":"f","arguments":"{\"a\": 1.0}"}}"#,
            r#""id":"i","name":"f","arguments":"{\"a\": 1.0}""#,
        ),
        (
            r#"{"id":"i","function":{"name":"f","arguments":{"a": 1.0}}}"#,
            r#""id":"i","name":"f","arguments":"{\"a\": 1.0}""#,
        ),
        (r#"{"id":"i","function":{"name":"f","arguments":""}}"#, r#""id":"i","name":"f","arguments":"""#),
        (r#"{"id":"i","function":{"name":"f","arguments":null}}"#, r#""id":"i","name":"f","arguments":"{}""#),
        (r#"{"id":"i","function":{"name":"f"}}"#, r#""id":"i","name":"f","arguments":"{}""#),
        (
            r#"{"id":"i","function":{"name":"f","arguments":[1,2]}}"#,
            r#""id":"i","name":"f","arguments":"[1,2]""#,
        ),
        (
            r#"{"id":"i","function":{"name":"f","arguments":"broken {"}}"#,
            r#""id":"i","name":"f","arguments":"broken {""#,
        ),
        (
            r#"{"id":"i","function":{"name":"f","arguments":12345678901234567890123}}"#,
            r#""id":"i","name":"f","arguments":"12345678901234567890123""#,
        ),
        (r#"{"function":{"name":"f","arguments":"{}"}}"#, r#""id":"","name":"f","arguments":"{}""#),
        (r#"{"id":"i"}"#, r#""id":"i","name":"","arguments":"{}""#),
        (r#"{"id":null,"function":null}"#, r#""id":"","name":"","arguments":"{}""#),
    ] {
        assert_eq!(call(given), expected(read), "{given}");
    }
    // The calls decide, not the role. Without a call, the role does; AG2 fails on `null` and drops the text for `[]`.
    let text = r#"{"role":"user","content":null,"tool_calls":[{"id":"i","function":{"name":"f"}}]}"#;
    assert_eq!(
        message(text),
        r#"{"role":"assistant","content":[{"type":"tool_call","id":"i","name":"f","arguments":"{}"}]}"#
    );
    for calls in ["null", "[]"] {
        let text = format!(r#"{{"role":"user","content":"hi","tool_calls":{calls}}}"#);
        assert_eq!(message(&text), r#"{"role":"user","content":[{"type":"text","text":"hi"}]}"#);
    }
}

#[test]
fn message_with_tool_call_id_is_a_result() {
    let result = |members: &str| message(&format!(r#"{{"role":"tool","tool_call_id":"i",{members}}}"#));
    let expected = |members: &str| {
        format!(r#"{{"role":"tool","content":[{{"type":"tool_result","tool_call_id":"i",{members}}}]}}"#)
    };
    for (given, read) in [
        (r#""content":"out""#, r#""output":"out""#),
        (r#""content":"""#, r#""output":"""#),
        (r#""content":null"#, r#""output":"""#),
        (r#""new":null"#, r#""output":"""#),
        (r#""content":7"#, r#""output":"7""#),
        (r#""content":true"#, r#""output":"true""#),
        (r#""content":"out","is_error":true"#, r#""output":"out","status":"error""#),
        (r#""content":"out","is_error":false"#, r#""output":"out""#),
        (r#""content":"out","is_error":null"#, r#""output":"out""#),
        (
            r#""content":["a","b"]"#,
            r#""output":"a b","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]"#,
        ),
        (
            r#""content":[{"type":"text","text":"a"}]"#,
            r#""output":"a","content":[{"type":"text","text":"a"}]"#,
        ),
        (r#""content":[]"#, r#""output":"","content":[]"#),
        // An object and parts of unknown types are JSON, formatted as in Python. AG2 sends them in an invalid form.
        (
            r#""content":{"b":1.0,"a":[1,2]}"#,
            r#""output":"{\"b\": 1.0, \"a\": [1,2]}","content":[{"type":"json","json":{"b": 1.0, "a": [1,2]}}]"#,
        ),
        (
            r#""content":[{"b":1.0}]"#,
            r#""output":"[{\"b\": 1.0}]","content":[{"type":"json","json":{"b": 1.0}}]"#,
        ),
        (
            r#""content":[1,null,"a",[2,true]]"#,
            r#""output":"[1, null, \"a\", [2, true]]","content":[{"type":"text","text":"1"},{"type":"text","text":"null"},{"type":"text","text":"a"},{"type":"text","text":"[2, true]"}]"#,
        ),
        (
            r#""content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}},"b"]"#,
            r#""output":"[{\"type\": \"image_url\", \"image_url\": {\"url\":\"data:image/png;base64,aGk=\"}}, \"b\"]","content":[{"type":"image","data_uri":"data:image/png;base64,aGk="},{"type":"text","text":"b"}]"#,
        ),
    ] {
        assert_eq!(result(given), expected(read), "{given}");
    }
    // The id decides, not the role, and takes precedence over calls.
    let text = r#"[{"role":"user","tool_call_id":"i","content":"out","tool_calls":[{"id":"j"}]}]"#;
    let (read, notes) = messages(text).unwrap();
    assert_eq!(
        shown(&read[0]),
        r#"{"role":"tool","content":[{"type":"tool_result","tool_call_id":"i","output":"out"}]}"#
    );
    assert_eq!(notes, ["messages[0].tool_calls [messages.member]"]);
}

#[test]
fn refusal_becomes_text_of_the_assistant() {
    for (members, expected) in [
        (r#""content":null,"refusal":"I cannot""#, r#"{"type":"text","text":"I cannot"}"#),
        (r#""refusal":"I cannot""#, r#"{"type":"text","text":"I cannot"}"#),
        (
            r#""content":"Well.","refusal":"I cannot""#,
            r#"{"type":"text","text":"Well."},{"type":"text","text":"I cannot"}"#,
        ),
        (r#""content":"a","refusal":null"#, r#"{"type":"text","text":"a"}"#),
        (r#""content":"a","refusal":"""#, r#"{"type":"text","text":"a"}"#),
        (r#""content":[{"type":"refusal","refusal":"I cannot"}]"#, r#"{"type":"text","text":"I cannot"}"#),
        (
            r#""refusal":"no","tool_calls":[{"id":"i","function":{"name":"f"}}]"#,
            r#"{"type":"text","text":"no"},{"type":"tool_call","id":"i","name":"f","arguments":"{}"}"#,
        ),
    ] {
        let expected = format!(r#"{{"role":"assistant","content":[{expected}]}}"#);
        assert_eq!(message(&format!(r#"{{"role":"assistant",{members}}}"#)), expected, "{members}");
    }
}

#[test]
fn function_call_and_function_message_become_call_and_result() {
    const CALL: &str =
        r#"{"role":"assistant","content":"a","function_call":{"name":"f","arguments":"{\"a\":1}"}}"#;
    const CALLED: &str = r#"{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"tool_call","id":"function_call_1","name":"f","arguments":"{\"a\":1}"}]}"#;
    let text = |name: &str| {
        format!(r#"{{"role":"function","content":[{{"type":"text","text":"o"}}],"name":"{name}"}}"#)
    };
    let result = |members: &str| {
        format!(
            r#"{{"role":"tool","content":[{{"type":"tool_result","tool_call_id":"function_call_1","output":"o"}}]{members}}}"#
        )
    };
    for (after, expected) in [
        (r#"{"role":"function","name":"f","content":"o"}"#, vec![result(r#","name":"f""#)]),
        (r#"{"role":"function","content":"o"}"#, vec![result("")]),
        // A result of another function or a second result does not belong to the call.
        (r#"{"role":"function","name":"g","content":"o"}"#, vec![text("g")]),
        (
            r#"{"role":"function","name":"f","content":"o"},{"role":"function","name":"f","content":"o"}"#,
            vec![result(r#","name":"f""#), text("f")],
        ),
    ] {
        let unpaired: Vec<_> = expected
            .iter()
            .zip(2..)
            .filter(|(message, _)| message.contains(r#""type":"text""#))
            .map(|(_, index)| format!("messages[{index}] [messages.result]"))
            .collect();
        let (read, notes) =
            messages(&format!(r#"[{{"role":"user","content":"q"}},{CALL},{after}]"#)).unwrap();
        let read: Vec<_> = read[1..].iter().map(shown).collect();
        let expected: Vec<_> = std::iter::once(CALLED.to_owned()).chain(expected).collect();
        assert_eq!((read, notes), (expected, unpaired), "{after}");
    }
    // Each call has its own id, and a call next to `tool_calls` is dropped.
    let (read, _) = messages(&format!("[{CALL},{CALL}]")).unwrap();
    let ids: Vec<_> = read.iter().flat_map(|message| message.tool_calls()).map(|call| &call.id).collect();
    assert_eq!(ids, ["function_call_0", "function_call_1"]);
    let two_forms = r#"[{"role":"assistant","function_call":{"name":"f"},"tool_calls":[{"id":"i","function":{"name":"f"}}]}]"#;
    let (read, notes) = messages(two_forms).unwrap();
    assert_eq!(read[0].tool_calls().count(), 1);
    assert_eq!(notes, ["messages[0].function_call [messages.function_call]"]);
    let error = messages(r#"[{"function_call":{"name":7}}]"#).unwrap_err();
    let found = (error.code(), error.path());
    assert_eq!(found, (Some("InvalidToolCall"), Some("messages[0].function_call.name")));
}

#[test]
fn reasoning_content_becomes_unsigned_reasoning() {
    const NOTE: &str = "messages[0].reasoning_content [messages.reasoning_content]";
    let signed = r#"{"type":"reasoning","reasoning":"hm","summary":null,"signature":"s"},"#;
    for (members, expected, noted) in [
        (r#""reasoning_content":"hm""#, r#"{"type":"reasoning","reasoning":"hm","summary":null},"#, None),
        (r#""reasoning_content":null"#, "", None),
        (r#""reasoning_content":"""#, "", None),
        // Gateways send the text of thinking blocks twice.
        (r#""reasoning_content":"hm","thinking_blocks":[{"thinking":"hm","signature":"s"}]"#, signed, None),
        (
            r#""reasoning_content":"oh","thinking_blocks":[{"thinking":"hm","signature":"s"}]"#,
            signed,
            Some(NOTE),
        ),
    ] {
        let (read, notes) =
            messages(&format!(r#"[{{"role":"assistant","content":"a",{members}}}]"#)).unwrap();
        let expected =
            format!(r#"{{"role":"assistant","content":[{expected}{{"type":"text","text":"a"}}]}}"#);
        assert_eq!((shown(&read[0]), notes), (expected, noted.map(str::to_owned).into_iter().collect()));
    }
}

#[test]
fn thinking_blocks_come_first() {
    for (blocks, expected) in [
        (
            r#"[{"type":"thinking","thinking":"hm","signature":"s"}]"#,
            r#"{"type":"reasoning","reasoning":"hm","summary":null,"signature":"s"},"#,
        ),
        (
            r#"[{"type":"thinking","thinking":"hm"}]"#,
            r#"{"type":"reasoning","reasoning":"hm","summary":null},"#,
        ),
        (
            r#"[{"type":"thinking","thinking":"","signature":"s"}]"#,
            r#"{"type":"reasoning","reasoning":"","summary":null,"signature":"s"},"#,
        ),
        (
            r#"[{"type":"redacted_thinking","data":"aGk="}]"#,
            r#"{"type":"reasoning","reasoning":"","summary":null,"redacted_content":"aGk="},"#,
        ),
        (
            r#"[{"thinking":"1"},{"data":"aGk="},{"thinking":"2"}]"#,
            r#"{"type":"reasoning","reasoning":"1","summary":null},{"type":"reasoning","reasoning":"","summary":null,"redacted_content":"aGk="},{"type":"reasoning","reasoning":"2","summary":null},"#,
        ),
        ("[]", ""),
        ("null", ""),
    ] {
        let text = format!(r#"{{"role":"assistant","content":"a","thinking_blocks":{blocks}}}"#);
        let expected =
            format!(r#"{{"role":"assistant","content":[{expected}{{"type":"text","text":"a"}}]}}"#);
        assert_eq!(message(&text), expected, "{blocks}");
    }
}

#[test]
fn cache_control_of_a_message_becomes_a_cache_point_at_its_end() {
    for (control, point) in [
        (r#"{"type":"ephemeral"}"#, r#"{"type":"cache_point","extra":{}}"#),
        (r#"{"type":"ephemeral","ttl":"1h"}"#, r#"{"type":"cache_point","ttl":"1h"}"#),
        (r#"{}"#, r#"{"type":"cache_point","extra":{}}"#),
    ] {
        let text = format!(r#"{{"role":"user","content":"a","cache_control":{control}}}"#);
        let expected = format!(r#"{{"role":"user","content":[{{"type":"text","text":"a"}},{point}]}}"#);
        assert_eq!(message(&text), expected);
    }
    // In a tool message, the point follows the result instead of being inside it (L67).
    let text = r#"{"role":"tool","tool_call_id":"i","content":"a","cache_control":{"type":"ephemeral"}}"#;
    let (read, _) = messages(&format!("[{text}]")).unwrap();
    assert!(matches!(read[0].content[..], [ContentBlock::ToolResult(_), ContentBlock::CachePoint(_)]));
    // So does the point of a part. Of several at the same position, the last one is used.
    let part = |text: &str, ttl: &str| {
        format!(r#"{{"type":"text","text":"{text}","cache_control":{{"ttl":"{ttl}"}}}}"#)
    };
    for (parts, members, ttl) in [
        (part("a", "1h"), "", "1h"),
        (format!("{},{}", part("a", "1h"), part("b", "5m")), "", "5m"),
        (part("a", "1h"), r#","cache_control":{"ttl":"5m"}"#, "5m"),
    ] {
        let text = format!(r#"{{"role":"tool","tool_call_id":"i","content":[{parts}]{members}}}"#);
        let (read, notes) = messages(&format!("[{text}]")).unwrap();
        assert_eq!(notes, Vec::<String>::new());
        let [ContentBlock::ToolResult(result), ContentBlock::CachePoint(point)] = &read[0].content[..] else {
            panic!("{text}: {}", shown(&read[0]));
        };
        assert!(result.content.iter().flatten().all(|part| matches!(part, ContentBlock::Text(_))));
        assert_eq!(point.ttl.as_deref(), Some(ttl), "{text}");
    }
    assert_eq!(
        message(r#"{"role":"user","content":"a","cache_control":null}"#),
        r#"{"role":"user","content":[{"type":"text","text":"a"}]}"#
    );
}

#[test]
fn cache_control_of_the_request_becomes_a_cache_point_at_its_end() {
    // See L66.
    let request = read(r#""cache_control":{"type":"ephemeral","ttl":"5m"}"#).unwrap();
    assert_eq!(
        shown(&request.messages[0]),
        r#"{"role":"user","content":[{"type":"text","text":"hi"},{"type":"cache_point","ttl":"5m"}]}"#
    );
    assert!(request.other.is_empty());
    let request = ModelRequest::from_json(r#"{"cache_control":{}}"#).unwrap();
    assert!(request.messages.is_empty());
}

#[test]
fn messages_keep_their_order() {
    let (read, _) = messages(
        r#"[{"role":"system","content":"s"},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]"#,
    )
    .unwrap();
    let roles: Vec<_> = read.iter().map(|message| message.role.clone()).collect();
    assert_eq!(roles, [Role::System, Role::User, Role::Assistant, Role::User]);
}

/// L10: half a character in any text of a request is U+FFFD, with a note.
#[test]
fn lone_surrogates_are_replaced_with_a_note() {
    for (template, path) in [
        (r#""messages":[{"role":"user","content":"half @ here"}]"#, "messages[0].content"),
        (r#""messages":[{"role":"user","content":["half @ here"]}]"#, "messages[0].content[0]"),
        (
            r#""messages":[{"role":"user","content":[{"type":"text","text":"half @ here"}]}]"#,
            "messages[0].content[0].text",
        ),
        (r#""messages":[{"role":"tool","tool_call_id":"c","content":"half @ here"}]"#, "messages[0].content"),
        (
            r#""tools":[{"type":"function","function":{"name":"f","description":"half @ here"}}]"#,
            "tools[0].function.description",
        ),
        (r#""stop":["half @ here"]"#, "stop[0]"),
        (r#""additional_model_request_fields":{"a":"half @ here"}"#, "additional_model_request_fields.a"),
    ] {
        for half in [r"\ud83d", r"\uDE00", r"\ude00\ud83d"] {
            let repaired = r"\ufffd".repeat(half.matches('\\').count());
            let produced = ModelRequest::from_json(&format!("{{{}}}", template.replace('@', half))).unwrap();
            let expected =
                ModelRequest::from_json(&format!("{{{}}}", template.replace('@', &repaired))).unwrap();
            assert_eq!(notes(&produced), [format!("{path} [text.surrogate]")], "{template}");
            assert_eq!(produced.messages, expected.messages, "{template}");
            assert_eq!(produced.tools, expected.tools, "{template}");
            assert_eq!(produced.sampling, expected.sampling, "{template}");
            assert_eq!(produced.additional_fields, expected.additional_fields, "{template}");
        }
    }
}
