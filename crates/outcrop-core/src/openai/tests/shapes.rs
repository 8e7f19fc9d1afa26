//! Messages and parts as other APIs and frameworks store them.

use super::{messages, shown};

/// Parses messages. Returns their JSON, and the notes.
fn read(list: &str) -> (Vec<String>, Vec<String>) {
    let (read, notes) = messages(list).unwrap();
    let empty = r#"{"type":"text","text":""},"#;
    (read.iter().map(|message| shown(message).replace(empty, "")).collect(), notes)
}

const USER: &str = r#"{"role":"user","content":[{"type":"text","text":"q"}]}"#;
const CALL: &str =
    r#"{"role":"assistant","content":[{"type":"tool_call","id":"c","name":"f","arguments":"{\"a\":1}"}]}"#;
const RESULT: &str = r#"{"role":"tool","content":[{"type":"tool_result","tool_call_id":"c","output":"r"}]}"#;
const TEXT: &str = r#"{"role":"assistant","content":[{"type":"text","text":"t"}]}"#;

#[test]
fn conversations_of_all_shapes_are_the_same() {
    let in_parts = |text: &str| {
        text.replace(r#""output":"r""#, r#""output":"r","content":[{"type":"text","text":"r"}]"#)
    };
    let user_result = |text: &str| text.replace(r#""role":"tool""#, r#""role":"user""#);
    for (shape, list, result) in [
        (
            "LangChain, model_dump",
            r#"[{"content":"q","additional_kwargs":{},"response_metadata":{},"type":"human","name":null,"id":null,"example":false},
                {"content":"","additional_kwargs":{},"type":"ai","tool_calls":[{"name":"f","args":{"a":1},"id":"c","type":"tool_call"}],"invalid_tool_calls":[]},
                {"content":"r","type":"tool","tool_call_id":"c","artifact":null,"status":"success"},{"content":"t","type":"ai"}]"#,
            RESULT.to_owned(),
        ),
        (
            "LangChain, messages_to_dict",
            r#"[{"type":"human","data":{"content":"q","type":"human"}},
                {"type":"ai","data":{"content":"","tool_calls":[{"name":"f","args":{"a":1},"id":"c"}]}},
                {"type":"tool","data":{"content":"r","tool_call_id":"c"}},{"type":"ai","data":{"content":"t"}}]"#,
            RESULT.to_owned(),
        ),
        (
            "LangChain, dumpd",
            r#"[{"lc":1,"type":"constructor","id":["langchain","schema","messages","HumanMessage"],"kwargs":{"content":"q","type":"human"}},
                {"lc":1,"type":"constructor","id":["langchain","schema","messages","AIMessage"],"kwargs":{"content":"","tool_calls":[{"name":"f","args":{"a":1},"id":"c"}]}},
                {"lc":1,"type":"constructor","id":["langchain","schema","messages","ToolMessage"],"kwargs":{"content":"r","tool_call_id":"c"}},
                {"lc":1,"type":"constructor","id":["langchain","schema","messages","AIMessage"],"kwargs":{"content":"t"}}]"#,
            RESULT.to_owned(),
        ),
        (
            "LangChain, calls in the content as well",
            r#"[{"role":"human","content":"q"},
                {"type":"ai","content":[{"type":"tool_use","id":"c","name":"f","input":{}}],"tool_calls":[{"name":"f","args":{"a":1},"id":"c"}]},
                {"type":"tool","content":"r","tool_call_id":"c"},{"role":"ai","content":"t"}]"#,
            RESULT.to_owned(),
        ),
        (
            "LlamaIndex",
            r#"[{"role":"user","additional_kwargs":{},"blocks":[{"block_type":"text","text":"q"}]},
                {"role":"assistant","additional_kwargs":{"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},"blocks":[]},
                {"role":"tool","additional_kwargs":{"tool_call_id":"c"},"blocks":[{"block_type":"text","text":"r"}]},
                {"role":"assistant","additional_kwargs":{},"blocks":[{"block_type":"text","text":"t"}]}]"#,
            in_parts(RESULT),
        ),
        (
            "Vercel, ModelMessage",
            r#"[{"role":"user","content":"q"},
                {"role":"assistant","content":[{"type":"tool-call","toolCallId":"c","toolName":"f","input":{"a":1}}]},
                {"role":"tool","content":[{"type":"tool-result","toolCallId":"c","toolName":"f","output":{"type":"text","value":"r"}}]},
                {"role":"assistant","content":[{"type":"text","text":"t"}]}]"#,
            RESULT.to_owned(),
        ),
        (
            "Anthropic",
            r#"[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{"a":1}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"r"}]},{"role":"assistant","content":"t"}]"#,
            user_result(RESULT),
        ),
        (
            "Responses",
            r#"[{"role":"user","content":[{"type":"input_text","text":"q"}]},
                {"type":"function_call","id":"fc","call_id":"c","name":"f","arguments":"{\"a\":1}"},
                {"type":"function_call_output","call_id":"c","output":"r"},
                {"type":"message","role":"assistant","content":[{"type":"output_text","text":"t"}]}]"#,
            RESULT.to_owned(),
        ),
        (
            "AG2, tool_responses",
            r#"[{"role":"user","content":"q"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
                {"role":"tool","content":"r","tool_responses":[{"tool_call_id":"c","role":"tool","content":"r"}]},{"role":"assistant","content":"t"}]"#,
            RESULT.to_owned(),
        ),
    ] {
        let (read, notes) = read(list);
        let notes: Vec<_> =
            notes.into_iter().filter(|note| note != "messages [messages.bookkeeping]").collect();
        assert_eq!(read, [USER.to_owned(), CALL.to_owned(), result, TEXT.to_owned()], "{shape}");
        assert_eq!(notes, Vec::<String>::new(), "{shape}");
    }
}

#[test]
fn results_without_ids_are_paired_by_name_and_order() {
    for (shape, list, id) in [
        (
            "Gemini",
            r#"[{"role":"user","parts":[{"text":"q"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}},{"functionCall":{"name":"g","args":{}}}]},
                {"role":"user","parts":[{"functionResponse":{"name":"g","response":{"x":2}}},{"functionResponse":{"name":"f","response":{"x":1}}}]}]"#,
            ["call_1_1", "call_1_0"],
        ),
        (
            "Ollama",
            r#"[{"role":"user","content":"q"},{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}},{"function":{"name":"g","arguments":{}}}]},
                {"role":"tool","tool_name":"g","content":"2"},{"role":"tool","tool_name":"f","content":"1"}]"#,
            ["call_1_2", "call_1_1"],
        ),
    ] {
        let (read, _) = messages(list).unwrap();
        let results: Vec<_> = read[2..]
            .iter()
            .flat_map(|message| &message.content)
            .filter_map(|block| match block {
                crate::ContentBlock::ToolResult(result) => Some(result.tool_call_id.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(results, id, "{shape}");
        let calls: Vec<_> = read[1].tool_calls().map(|call| call.id.as_str()).collect();
        assert_eq!(calls, [id[1], id[0]], "{shape}");
    }
}

#[test]
fn steps_of_a_user_interface_keep_calls_and_results_in_order() {
    let part = |id: &str| {
        format!(
            r#"{{"type":"tool-f","toolCallId":"{id}","state":"output-available","input":{{}},"output":"r"}}"#
        )
    };
    let list = format!(
        r#"[{{"id":"m","role":"assistant","parts":[{{"type":"step-start"}},{},{},{{"type":"text","text":"t"}},{}]}}]"#,
        part("a"),
        part("b"),
        part("c")
    );
    let (read, _) = messages(&list).unwrap();
    let kinds: Vec<_> = read[0].content.iter().map(crate::ContentBlock::block_type).collect();
    assert_eq!(
        kinds,
        ["tool_call", "tool_call", "tool_result", "tool_result", "text", "tool_call", "tool_result"]
    );
}

#[test]
fn reasoning_of_all_shapes_comes_first() {
    let signed = r#"{"type":"reasoning","reasoning":"hm","summary":null,"signature":"s"}"#;
    let unsigned = r#"{"type":"reasoning","reasoning":"hm","summary":null}"#;
    let redacted = r#"{"type":"reasoning","reasoning":"","summary":null,"redacted_content":"aGk="}"#;
    for (members, expected) in [
        (
            r#""content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"t"}]"#,
            signed,
        ),
        (r#""content":[{"type":"redacted_thinking","data":"aGk="},{"type":"text","text":"t"}]"#, redacted),
        (
            r#""content":[{"type":"reasoning","text":"hm","providerOptions":{"bedrock":{"signature":"s"}}},{"type":"text","text":"t"}]"#,
            signed,
        ),
        (
            r#""content":[{"type":"reasoning_content","reasoning_content":{"text":"hm","signature":"s"}},{"type":"text","text":"t"}]"#,
            signed,
        ),
        (
            r#""content":"t","reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"s"}]"#,
            signed,
        ),
        (r#""content":"t","reasoning":"hm""#, unsigned),
        (r#""content":"t","thinking":"hm""#, unsigned),
        (r#""content":"t","additional_kwargs":{"reasoning_content":"hm"}"#, unsigned),
    ] {
        let (read, notes) = read(&format!(r#"[{{"role":"assistant",{members}}}]"#));
        let expected =
            format!(r#"{{"role":"assistant","content":[{expected},{{"type":"text","text":"t"}}]}}"#);
        assert_eq!((read, notes), (vec![expected], vec![]), "{members}");
    }
}

#[test]
fn media_of_all_shapes_are_read() {
    const PNG: &str = "iVBORw0KGgoAAAANSUhEUg==";
    let image = format!(r#"{{"type":"image","data_uri":"data:image/png;base64,{PNG}"}}"#);
    for part in [
        format!(r#"{{"type":"image","source":{{"type":"base64","media_type":"image/png","data":"{PNG}"}}}}"#),
        format!(r#"{{"type":"image","data":"{PNG}","mimeType":"image/png"}}"#),
        format!(r#"{{"type":"image","source_type":"base64","data":"{PNG}","mime_type":"image/png"}}"#),
        format!(r#"{{"type":"image","base64":"{PNG}","mime_type":"image/png"}}"#),
        format!(r#"{{"type":"image","image":"{PNG}","mediaType":"image/png"}}"#),
        format!(r#"{{"type":"file","data":"{PNG}","mediaType":"image/png"}}"#),
        format!(r#"{{"inlineData":{{"mimeType":"image/png","data":"{PNG}"}}}}"#),
        format!(r#"{{"inline_data":{{"mime_type":"image/png","data":"{PNG}"}}}}"#),
        format!(r#"{{"type":"input_image","image_url":"data:image/png;base64,{PNG}"}}"#),
        format!(r#"{{"block_type":"image","image":"{PNG}","image_mimetype":"image/png"}}"#),
        format!(r#"{{"type":"resource","resource":{{"blob":"{PNG}","mimeType":"image/png"}}}}"#),
    ] {
        let (read, notes) = read(&format!(r#"[{{"role":"user","content":["a",{part}]}}]"#));
        let expected = format!(r#"{{"role":"user","content":[{{"type":"text","text":"a"}},{image}]}}"#);
        assert_eq!((read, notes), (vec![expected], vec![]), "{part}");
    }
    let (read, _) = read(&format!(r#"[{{"role":"user","content":"a","images":["{PNG}"]}}]"#));
    assert_eq!(read, [format!(r#"{{"role":"user","content":[{{"type":"text","text":"a"}},{image}]}}"#)]);
}

#[test]
fn shapes_that_are_not_supported_are_errors_that_name_them() {
    for (message, name) in [
        (r#"{"kind":"request","parts":[{"part_kind":"user-prompt","content":"q"}]}"#, "pydantic-ai"),
        (r#"{"from":"human","value":"q"}"#, "ShareGPT"),
        (r#"{"role":"CHATBOT","message":"t"}"#, "Cohere"),
        (r#"{"_role":"user","_content":[{"text":"q"}]}"#, "Haystack"),
        (r#"{"type":"UserMessage","content":"q","source":"user"}"#, "AutoGen"),
        (r#"{"role":"user","items":[{"text":"q"}]}"#, "Semantic Kernel"),
        (r#"{"type":"item_reference","id":"x"}"#, "Responses"),
        (r#"{"role":"user","utterance":"q"}"#, "utterance"),
    ] {
        let error = messages(&format!("[{message}]")).unwrap_err();
        assert_eq!(error.code(), Some("UnsupportedMessage"), "{message}");
        assert!(error.message().contains(name), "{error}");
        assert!(error.path().is_some_and(|path| path.starts_with("messages[0]")), "{error}");
    }
}

#[test]
fn arguments_that_were_encoded_twice_are_decoded() {
    let call = |arguments: &str| {
        let list = format!(
            r#"[{{"role":"assistant","tool_calls":[{{"id":"c","function":{{"name":"f","arguments":{arguments}}}}}]}}]"#
        );
        let (read, notes) = messages(&list).unwrap();
        (read[0].tool_calls().next().unwrap().arguments.clone(), notes)
    };
    let note = "messages[0].tool_calls[0] [tool_use.input]".to_owned();
    assert_eq!(call(r#""\"{\\\"a\\\": 1}\"""#), (r#"{"a": 1}"#.to_owned(), vec![note]));
    assert_eq!(call(r#""\"text\"""#), (r#""text""#.to_owned(), vec![]));
    // White space around an object is not an encoding.
    assert_eq!(call(r#"" {\"a\": \"\\n\"}\n""#), (" {\"a\": \"\\n\"}\n".to_owned(), vec![]));
}

#[test]
fn thinking_of_anthropic_needs_no_text_if_it_is_signed() {
    let list = r#"[{"role":"assistant","content":[{"type":"thinking","signature":"s"},{"type":"text","text":"t"}]}]"#;
    let expected = r#"{"role":"assistant","content":[{"type":"reasoning","reasoning":"","summary":null,"signature":"s"},{"type":"text","text":"t"}]}"#;
    assert_eq!(read(list), (vec![expected.to_owned()], Vec::new()));
}

#[test]
fn blocks_of_converse_in_other_spellings_are_those_of_converse() {
    for (part, expected) in [
        (
            r#"{"type":"document","document":{"format":"pdf","name":"n","source":{"bytes":"aGk="}}}"#,
            r#"{"document":{"format":"pdf","name":"n","source":{"bytes":"aGk="}}}"#,
        ),
        (r#"{"type":"cachePoint","cachePoint":{"type":"default"}}"#, r#"{"cachePoint":{"type":"default"}}"#),
        (r#"{"cache_point":{"type":"default"}}"#, r#"{"cachePoint":{"type":"default"}}"#),
        (
            r#"{"type":"guard_content","guard_content":{"text":{"text":"x","qualifiers":["query"]}}}"#,
            r#"{"guardContent":{"text":{"text":"x","qualifiers":["query"]}}}"#,
        ),
        (
            r#"{"tool_use":{"tool_use_id":"c","name":"f","input":{"a_b":1},"type":null}}"#,
            r#"{"toolUse":{"toolUseId":"c","name":"f","input":{"a_b":1}}}"#,
        ),
        (
            r#"{"type":"tool_result","toolResult":{"toolUseId":"c","content":[{"json":{"a_b":1}}]}}"#,
            r#"{"toolResult":{"toolUseId":"c","content":[{"json":{"a_b":1}}]}}"#,
        ),
        (
            r#"{"reasoning_content":{"reasoning_text":{"text":"t","signature":"s"}}}"#,
            r#"{"reasoningContent":{"reasoningText":{"text":"t","signature":"s"}}}"#,
        ),
        (
            r#"{"type":"reasoning_content","reasoningContent":{"text":"t","signature":"s"}}"#,
            r#"{"reasoningContent":{"reasoningText":{"text":"t","signature":"s"}}}"#,
        ),
    ] {
        let (read, notes) = messages(&format!(r#"[{{"role":"user","content":[{part}]}}]"#)).unwrap();
        let block: serde_json::Value = serde_json::to_value(&read[0].content[0]).unwrap();
        let mut members = block.as_object().unwrap().clone();
        members.retain(|name, _| name != "type" && name != "extra");
        let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
        assert_eq!((serde_json::Value::Object(members), notes), (expected, vec![]), "{part}");
    }
}
