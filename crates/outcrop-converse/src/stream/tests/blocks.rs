//! Tests of the blocks of a stream: their events, and the blocks of the response.

use outcrop_core::ContentBlock;

use super::{END, START, USAGE, run, short};

/// A delta with text for block 0.
macro_rules! text {
    ($text:literal) => {
        concat!(r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":""#, $text, r#""},"p":"abcd"}"#)
    };
}

/// Returns the blocks of the response as JSON, without empty members.
fn blocks(events: &[&str]) -> Vec<String> {
    let response = run(events).end.unwrap();
    let show = |block: &ContentBlock| serde_json::to_string(block).unwrap().replace(r#""extra":{},"#, "");
    response.messages[0].content.iter().map(show).collect()
}

#[test]
fn input_that_is_encoded_twice_is_decoded_in_streams_and_responses() {
    use outcrop_core::{ContentBlock, StreamEvent};

    use crate::{
        EncodeOptions, ResponseContext, ResponseMetadata, StreamDecoder, decode_response, encode_request,
    };

    let body = r#"{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"f","input":"{\"a\": 1}"}}]}},"stopReason":"tool_use"}"#;
    let context = ResponseContext::default().with_model("us.anthropic.claude-haiku-4-5-20251001-v1:0");
    let whole = decode_response(&bytes::Bytes::from(body), &context, ResponseMetadata::new()).unwrap();

    let mut decoder = StreamDecoder::new(context.clone(), ResponseMetadata::new());
    for (name, payload) in [
        ("messageStart", r#"{"role":"assistant"}"#),
        ("contentBlockStart", r#"{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"t","name":"f"}}}"#),
        ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"toolUse":{"input":"\"{\\\"a"}}}"#),
        ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"toolUse":{"input":"\\\": 1}\""}}}"#),
        ("contentBlockStop", r#"{"contentBlockIndex":0}"#),
        ("messageStop", r#"{"stopReason":"tool_use"}"#),
    ] {
        decoder.handle_json(name, payload.as_bytes());
    }
    decoder.handle_end();
    let (mut arguments, mut completed) = (String::new(), None);
    while let Some(event) = decoder.poll_event() {
        match event.unwrap() {
            StreamEvent::Arguments { json, .. } => arguments.push_str(&json),
            StreamEvent::Completed { response } => completed = Some(response),
            _ => {}
        }
    }
    assert_eq!(arguments, r#"{"a": 1}"#);
    let streamed = completed.unwrap();
    for response in [&whole, &*streamed] {
        let ContentBlock::ToolCall(call) = &response.messages[0].content[0] else { panic!("{response:?}") };
        assert_eq!(call.arguments, r#"{"a": 1}"#);
        assert!(response.notes.iter().any(|note| note.path == "messages[0].content[0].arguments"));
        // The call is sent back with an object, which is all that the service accepts.
        let request = outcrop_core::ModelRequest::builder(context.model.as_str())
            .user("q")
            .messages(response.messages.clone())
            .message(outcrop_core::UnifiedMessage::tool_result("t", "r"))
            .tool(outcrop_core::ToolSpec::without_input("f"))
            .build();
        let body = encode_request(&request, &EncodeOptions::converse()).unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.contains(r#""input":{"a": 1}"#), "{body}");
    }
}

#[test]
fn text_response_becomes_events_and_completes() {
    let outcome = run(&[
        START,
        text!("Par"),
        text!("is."),
        r#"contentBlockStop {"contentBlockIndex":0,"p":"x"}"#,
        END,
        USAGE,
    ]);
    assert_eq!(
        short(&outcome.events),
        ["started assistant", "text 0 Par", "text 0 is.", "done 0 text", "stopped stop"]
    );
    let response = outcome.end.unwrap();
    assert_eq!((response.text().as_str(), response.id.as_str()), ("Paris.", "r-1"));
    assert_eq!(response.usage.total_tokens, Some(8));
    assert_eq!(response.provider_metadata.get("metrics").unwrap().as_str(), r#"{"latencyMs":9}"#);
}

#[test]
fn missing_or_reordered_events_give_the_same_response() {
    let usual =
        run(&[START, text!("a"), r#"contentBlockStop {"contentBlockIndex":0}"#, END, USAGE]).end.unwrap();
    for events in [
        vec![text!("a"), END, USAGE],
        vec![START, text!("a"), USAGE, END],
        vec![START, text!(""), text!("a"), text!(""), END, USAGE],
        vec![START, text!("a"), END, END, USAGE],
    ] {
        let response = run(&events).end.unwrap();
        assert_eq!(response, usual, "{events:?}");
    }
    // Without usage, the response is complete all the same.
    let response = run(&[START, text!("a"), END]).end.unwrap();
    assert_eq!((response.text().as_str(), response.usage.total_tokens), ("a", None));
}

#[test]
fn interleaved_calls_keep_their_own_input() {
    let outcome = run(&[
        START,
        text!("let me see"),
        r#"contentBlockStart {"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"t1","name":"f"}}}"#,
        r#"contentBlockStart {"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"t2","name":"g"}}}"#,
        r#"contentBlockDelta {"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"b\""}}}"#,
        r#"contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\"a\": 1.0}"}}}"#,
        r#"contentBlockStop {"contentBlockIndex":1}"#,
        r#"contentBlockDelta {"contentBlockIndex":2,"delta":{"toolUse":{"input":":2}"}}}"#,
        r#"contentBlockStop {"contentBlockIndex":2}"#,
        r#"messageStop {"stopReason":"tool_use"}"#,
    ]);
    assert_eq!(
        short(&outcome.events)[2..],
        [
            "call 1 t1 f",
            "call 2 t2 g",
            "arguments 2 {\"b\"",
            "arguments 1 {\"a\": 1.0}",
            "done 1 tool_call",
            "arguments 2 :2}",
            "done 2 tool_call",
            "done 0 text",
            "stopped tool_calls"
        ]
    );
    let response = outcome.end.unwrap();
    let calls: Vec<_> =
        response.tool_calls().map(|call| (call.id.as_str(), call.arguments.as_str())).collect();
    assert_eq!(calls, [("t1", r#"{"a": 1.0}"#), ("t2", r#"{"b":2}"#)]);
}

#[test]
fn tool_input_is_joined_unchanged_and_marked_if_cut_off() {
    let call = |parts: &[&str], stop: &str| -> Vec<String> {
        let deltas: Vec<String> = parts
            .iter()
            .map(|part| {
                let part = serde_json::to_string(part).unwrap();
                format!(
                    r#"contentBlockDelta {{"contentBlockIndex":0,"delta":{{"toolUse":{{"input":{part}}}}}}}"#
                )
            })
            .collect();
        let stop = format!(r#"messageStop {{"stopReason":"{stop}"}}"#);
        let mut events = vec![
            START,
            r#"contentBlockStart {"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"t","name":"f"}}}"#,
        ];
        events.extend(deltas.iter().map(String::as_str));
        events.extend([r#"contentBlockStop {"contentBlockIndex":0}"#, &stop]);
        blocks(&events)
    };
    for (parts, stop, expected) in [
        (&[][..], "tool_use", r#"{"type":"tool_call","id":"t","name":"f","arguments":"{}"}"#),
        (&["", " "], "tool_use", r#"{"type":"tool_call","id":"t","name":"f","arguments":"{}"}"#),
        (&["{}"], "tool_use", r#"{"type":"tool_call","id":"t","name":"f","arguments":"{}"}"#),
        (&["{", "}"], "end_turn", r#"{"type":"tool_call","id":"t","name":"f","arguments":"{}"}"#),
        // Cut off by the limit of tokens, before the input began and within it (M3).
        (&[], "max_tokens", r#"{"type":"tool_call","id":"t","name":"f","arguments":"{}","incomplete":true}"#),
        (
            &["{\"a\":"],
            "max_tokens",
            r#"{"type":"tool_call","id":"t","name":"f","arguments":"{\"a\":","incomplete":true}"#,
        ),
        (&["{\"a\":1}"], "max_tokens", r#"{"type":"tool_call","id":"t","name":"f","arguments":"{\"a\":1}"}"#),
        // The service could not read or withholds a part of the call (R-P2).
        (
            &["{\"a\":1}"],
            "malformed_tool_use",
            r#"{"type":"tool_call","id":"t","name":"f","arguments":"{\"a\":1}","incomplete":true}"#,
        ),
        (
            &["{\"a\":1}"],
            "content_filtered",
            r#"{"type":"tool_call","id":"t","name":"f","arguments":"{\"a\":1}","incomplete":true}"#,
        ),
        // A guardrail that only masks text stops with this reason, too (W20).
        (
            &["{\"a\":1}"],
            "guardrail_intervened",
            r#"{"type":"tool_call","id":"t","name":"f","arguments":"{\"a\":1}"}"#,
        ),
        // Malformed, but not cut off: unchanged, and marked (M4, R-L16).
        (
            &["{a:1}"],
            "tool_use",
            r#"{"type":"tool_call","id":"t","name":"f","arguments":"{a:1}","incomplete":true}"#,
        ),
        (
            &["{}{}"],
            "tool_use",
            r#"{"type":"tool_call","id":"t","name":"f","arguments":"{}{}","incomplete":true}"#,
        ),
        (
            &["NaN"],
            "tool_use",
            r#"{"type":"tool_call","id":"t","name":"f","arguments":"NaN","incomplete":true}"#,
        ),
        (&["[1]"], "tool_use", r#"{"type":"tool_call","id":"t","name":"f","arguments":"[1]"}"#),
    ] {
        assert_eq!(call(parts, stop), [expected], "{parts:?} {stop}");
    }
}

#[test]
fn call_without_id_gets_the_id_of_a_whole_response() {
    // The result names its call by the id, so the id must be unique, also among later responses (L32).
    let calls = [("", "f"), ("t", "g"), ("", "f")];
    let starts: Vec<String> = calls
        .iter()
        .zip(0..)
        .map(|((id, name), index)| {
            format!(
                r#"contentBlockStart {{"contentBlockIndex":{index},"start":{{"toolUse":{{"toolUseId":"{id}","name":"{name}"}}}}}}"#
            )
        })
        .collect();
    let stop = r#"messageStop {"stopReason":"tool_use"}"#;
    let events: Vec<_> =
        std::iter::once(START).chain(starts.iter().map(String::as_str)).chain([stop]).collect();
    let outcome = run(&events);
    assert_eq!(short(&outcome.events)[1..4], ["call 0 r-1-1 f", "call 1 t g", "call 2 r-1-3 f"]);
    let streamed = outcome.end.unwrap();

    let blocks = calls.map(|(id, name)| {
        format!(r#"{{"toolUse":{{"toolUseId":"{id}","name":"{name}","input":{{}},"new":1}}}}"#)
    });
    let body = format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{}]}}}},"stopReason":"tool_use"}}"#,
        blocks.join(",")
    );
    let meta = crate::ResponseMetadata::new().with_request_id("r-1");
    let whole = crate::decode_response(&body.into(), &crate::ResponseContext::default(), meta).unwrap();
    for response in [&streamed, &whole] {
        let ids: Vec<_> = response.tool_calls().map(|call| call.id.as_str()).collect();
        assert_eq!(ids, ["r-1-1", "t", "r-1-3"]);
    }
    let results = ["r-1-1", "t", "r-1-3"].map(|id| outcrop_core::UnifiedMessage::tool_result(id, "out"));
    let request = outcrop_core::ModelRequest::builder("m").user("hi").messages(whole.into_messages());
    let encoded =
        crate::encode_request(&request.messages(results).build(), &crate::EncodeOptions::converse()).unwrap();
    let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
    assert_eq!(body.matches(r#""toolUseId":"r-1-1""#).count(), 2, "{body}");
    assert!(!body.contains(r#""toolUseId":"""#), "{body}");
}

#[test]
fn each_kind_of_block_becomes_its_unified_block() {
    for (events, expected) in [
        (
            vec![
                r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"I "}}}"#,
                r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"think"}}}"#,
                r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"c2ln"}}}"#,
            ],
            r#"{"type":"reasoning","extra":{"model":"m"},"reasoning":"I think","summary":null,"signature":"c2ln"}"#,
        ),
        (
            vec![
                r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"c2ln"}}}"#,
            ],
            r#"{"type":"reasoning","extra":{"model":"m"},"reasoning":"","summary":null,"signature":"c2ln"}"#,
        ),
        (
            vec![
                r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"redactedContent":"UkVE"}}}"#,
            ],
            r#"{"type":"reasoning","extra":{"model":"m"},"reasoning":"","summary":null,"redacted_content":"UkVE"}"#,
        ),
        (
            vec![
                r#"contentBlockStart {"contentBlockIndex":0,"start":{"toolResult":{"toolUseId":"t","type":"nova_grounding_result","status":"success"}}}"#,
                r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"toolResult":[{"text":"a"},{"json":{"n":1.0}}]}}"#,
            ],
            r#"{"type":"tool_result","tool_call_id":"t","output":"a {\"n\":1.0}","content":[{"type":"text","text":"a"},{"type":"json","json":{"n":1.0}}],"status":"success","kind":"nova_grounding_result"}"#,
        ),
        (
            vec![
                r#"contentBlockStart {"contentBlockIndex":0,"start":{"image":{"format":"png"}}}"#,
                r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"image":{"source":{"bytes":"iVBORw0K"}}}}"#,
                r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"image":{"source":{"bytes":"Ggo="}}}}"#,
            ],
            r#"{"type":"image","image_url":null,"data_uri":"data:image/png;base64,iVBORw0KGgo=","detail":null}"#,
        ),
        (
            vec![
                r#"contentBlockStart {"contentBlockIndex":0,"start":{"song":{"key":"C"}}}"#,
                r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"song":{"note":1.0}}}"#,
            ],
            r#"{"type":"unknown","start":{"song":{"key":"C"}},"deltas":[{"song":{"note":1.0}}]}"#,
        ),
        // Input without a start has neither id nor name of its call.
        (
            vec![r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"toolUse":{"input":"{}"}}}"#],
            r#"{"type":"unknown","deltas":[{"toolUse":{"input":"{}"}}]}"#,
        ),
    ] {
        let all: Vec<_> = std::iter::once(START).chain(events).chain([END]).collect();
        assert_eq!(blocks(&all), [expected], "{all:?}");
    }
}

#[test]
fn redacted_reasoning_is_joined_within_a_block_only() {
    // "RED" and "ACT" are one block of six bytes (L80).
    let encrypted = |index: u32, bytes: &str| {
        format!(
            r#"contentBlockDelta {{"contentBlockIndex":{index},"delta":{{"reasoningContent":{{"redactedContent":"{bytes}"}}}}}}"#
        )
    };
    let events = [encrypted(0, "UkVE"), encrypted(0, "QUNU"), encrypted(1, "QUI=")];
    let all: Vec<_> = std::iter::once(START).chain(events.iter().map(String::as_str)).chain([END]).collect();
    let block = |bytes: &str| {
        format!(
            r#"{{"type":"reasoning","extra":{{"model":"m"}},"reasoning":"","summary":null,"redacted_content":"{bytes}"}}"#
        )
    };
    assert_eq!(blocks(&all), [block("UkVEQUNU"), block("QUI=")]);
}

#[test]
fn empty_text_block_is_dropped() {
    // Some models begin with an empty delta, before reasoning with the same or the next index (L103).
    for index in [0, 1] {
        let reasoning = format!(
            r#"contentBlockDelta {{"contentBlockIndex":{index},"delta":{{"reasoningContent":{{"text":"hm"}}}}}}"#
        );
        let outcome = run(&[START, text!(""), &reasoning, END]);
        let expected = [
            "started assistant".to_owned(),
            format!("reasoning {index} hm"),
            format!("done {index} reasoning"),
            "stopped stop".to_owned(),
        ];
        assert_eq!(short(&outcome.events), expected);
        let content = outcome.end.unwrap().messages.remove(0).content;
        assert!(matches!(content.as_slice(), [ContentBlock::Reasoning(_)]), "{content:?}");
    }
}

#[test]
fn citations_belong_to_the_text_block_of_their_index() {
    let outcome = run(&[
        START,
        text!("Ruby"),
        r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"citation":{"title":"t","location":{"web":{"url":"https://ruby-lang.org","domain":"ruby-lang.org"}}}}}"#,
        text!(" 4"),
        r#"contentBlockDelta {"contentBlockIndex":1,"delta":{"citation":{"location":{"web":{"url":"https://a.example"}}}}}"#,
        END,
    ]);
    assert_eq!(
        short(&outcome.events)[1..],
        [
            "text 0 Ruby",
            "citation 0 https://ruby-lang.org",
            "text 0  4",
            "citation 1 https://a.example",
            "done 0 text+citation",
            "done 1 citation",
            "stopped stop"
        ]
    );
    assert_eq!(outcome.end.unwrap().text(), "Ruby 4");
}

#[test]
fn unknown_events_and_members_are_passed_on() {
    let outcome = run(&[
        r#"messageStart {"role":"assistant","new":1.0}"#,
        r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"a"},"new":2.0,"p":"x"}"#,
        r#"somethingNew {"a":[1.0]}"#,
        r#"messageStop {"stopReason":"a_new_one","additionalModelResponseFields":{"x":1.0},"later":3.0}"#,
        r#"metadata {"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2,"serverToolUsage":{}},"fresh":4.0}"#,
    ]);
    let events = short(&outcome.events);
    assert!(events.contains(&r#"other contentBlockDelta {"new":2.0}"#.to_owned()), "{events:?}");
    assert!(events.contains(&r#"other somethingNew {"a":[1.0]}"#.to_owned()), "{events:?}");
    let response = outcome.end.unwrap();
    assert_eq!(response.finish_reason.as_ref().map(|reason| reason.as_str()), Some("a_new_one"));
    let metadata = serde_json::to_string(&response.provider_metadata).unwrap();
    assert_eq!(
        metadata,
        r#"{"stopReason":"a_new_one","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2,"serverToolUsage":{}},"additionalModelResponseFields":{"x":1.0},"new":1.0,"later":3.0,"fresh":4.0,"otherEvents":[{"contentBlockDelta":{"new":2.0}},{"somethingNew":{"a":[1.0]}}]}"#
    );
}

#[test]
fn split_surrogate_pairs_are_joined() {
    let delta =
        |text: &str| format!(r#"contentBlockDelta {{"contentBlockIndex":0,"delta":{{"text":"{text}"}}}}"#);
    for (parts, expected) in [
        (&[r"a\ud83d", r"\ude00b"][..], "a😀b"),
        (&[r"a\ud83d", "b"], "a\u{FFFD}b"),
        (&[r"a\ud83d"], "a\u{FFFD}"),
        (&[r"\ude00"], "\u{FFFD}"),
    ] {
        let deltas: Vec<_> = parts.iter().map(|part| delta(part)).collect();
        let events: Vec<_> =
            std::iter::once(START).chain(deltas.iter().map(String::as_str)).chain([END]).collect();
        let outcome = run(&events);
        let text: String = outcome.events.iter().filter_map(|event| event.text()).collect();
        assert_eq!(text, expected, "{parts:?}");
        assert_eq!(outcome.end.unwrap().text(), expected, "{parts:?}");
    }
}

#[test]
fn surrogate_stays_with_its_block_whatever_follows() {
    let text = |index: u32, text: &str| {
        format!(r#"contentBlockDelta {{"contentBlockIndex":{index},"delta":{{"text":"{text}"}}}}"#)
    };
    let reasoning = |text: &str| {
        format!(
            r#"contentBlockDelta {{"contentBlockIndex":0,"delta":{{"reasoningContent":{{"text":"{text}"}}}}}}"#
        )
    };
    let input = |json: &str| {
        let delta = format!(r#"{{"toolUse":{{"input":"{json}"}}}}"#);
        format!(r#"contentBlockDelta {{"contentBlockIndex":0,"delta":{delta}}}"#)
    };
    let start =
        r#"contentBlockStart {"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"t","name":"f"}}}"#;
    for (name, deltas, expected) in [
        (
            "two blocks interleave",
            vec![text(0, r"a\ud83d"), text(1, r"b\ud83d"), text(0, r"\ude00"), text(1, r"\ude01")],
            &["text 0 a", "text 1 b", "text 0 😀", "text 1 😁", "done 0 text", "done 1 text"][..],
        ),
        (
            "reasoning is split",
            vec![reasoning(r"a\ud83d"), reasoning(r"\ude00")],
            &["reasoning 0 a", "reasoning 0 😀", "done 0 reasoning"],
        ),
        (
            "reasoning lacks the second half",
            vec![reasoning(r"a\ud83d"), reasoning("b")],
            &["reasoning 0 a", "reasoning 0 \u{FFFD}", "reasoning 0 b", "done 0 reasoning"],
        ),
        (
            "tool input is split",
            vec![start.to_owned(), input(r#"{\"a\":\"\ud83d"#), input(r#"\ude00\"}"#)],
            &["call 0 t f", r#"arguments 0 {"a":""#, r#"arguments 0 😀"}"#, "done 0 tool_call"],
        ),
        (
            "tool input lacks the second half",
            vec![start.to_owned(), input(r#"{\"a\":\"\ud83d"#), input(r#"\"}"#)],
            &[
                "call 0 t f",
                r#"arguments 0 {"a":""#,
                "arguments 0 \u{FFFD}",
                r#"arguments 0 "}"#,
                "done 0 tool_call",
            ],
        ),
        (
            "another kind follows",
            vec![text(0, r"a\ud83d"), reasoning(r"\ude00")],
            &["text 0 a", "text 0 \u{FFFD}", "done 0 text", "reasoning 0 \u{FFFD}", "done 0 reasoning"],
        ),
    ] {
        let input: Vec<_> =
            std::iter::once(START).chain(deltas.iter().map(String::as_str)).chain([END]).collect();
        let events = short(&run(&input).events);
        assert_eq!(events[1..events.len() - 1], *expected, "{name}");
    }
}

#[test]
fn delta_of_another_kind_begins_another_block() {
    let outcome = run(&[
        START,
        text!("a"),
        r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"t"}}}"#,
        text!("b"),
        END,
    ]);
    assert_eq!(
        short(&outcome.events)[1..],
        [
            "text 0 a",
            "done 0 text",
            "reasoning 0 t",
            "done 0 reasoning",
            "text 0 b",
            "done 0 text",
            "stopped stop"
        ]
    );
}

#[test]
fn unknown_members_of_an_incomplete_call_are_kept() {
    let outcome = run(&[
        START,
        r#"contentBlockStart {"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"t","name":"f","first":1}}}"#,
        r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"toolUse":{"input":"{","second":2}}}"#,
        r#"messageStop {"stopReason":"max_tokens"}"#,
    ]);
    let response = outcome.end.unwrap();
    let call = response.tool_calls().next().unwrap();
    assert_eq!(call.incomplete, Some(true));
    assert_eq!(call.extra.keys().collect::<Vec<_>>(), ["first", "second"]);
}

#[test]
fn unknown_members_of_two_events_with_one_name_are_kept() {
    let outcome = run(&[
        START,
        r#"messageStop {"stopReason":"end_turn","new":"of-stop"}"#,
        r#"metadata {"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"new":"of-metadata"}"#,
    ]);
    let end = serde_json::to_string(&outcome.end.unwrap()).unwrap();
    assert!(end.contains("of-stop") && end.contains("of-metadata"), "{end}");
}

#[test]
fn start_without_content_begins_no_block() {
    for start in ["{}", r#"{"text":""}"#, r#"{"reasoningContent":{"text":null}}"#] {
        let start = format!(r#"contentBlockStart {{"contentBlockIndex":0,"start":{start}}}"#);
        let outcome = run(&[START, &start, text!("a"), END]);
        assert_eq!(short(&outcome.events)[1..], ["text 0 a", "done 0 text", "stopped stop"], "{start}");
    }
}

#[test]
fn debug_output_has_no_content() {
    let mut decoder = super::decoder();
    decoder.handle_json("contentBlockDelta", br#"{"contentBlockIndex":0,"delta":{"text":"secret"}}"#);
    assert!(!format!("{decoder:?}").contains("secret"), "{decoder:?}");
}
