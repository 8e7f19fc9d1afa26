//! Lessons of other clients that nothing else here holds; `docs/lessons.md` has them all.

use bytes::Bytes;
use outcrop_core::{ModelRequest, RawJson, Role, UnifiedMessage};

use super::body;
use crate::encode::encode_request;
use crate::options::EncodeOptions;
use crate::{ResponseContext, ResponseMetadata, Rule, Rules, decode_response};

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

/// The second turn of a conversation in which the model gave this answer, in both dialects.
fn replayed(reply: &str) -> [String; 2] {
    let context = ResponseContext { model: CLAUDE.to_owned(), ..ResponseContext::default() };
    let reply = Bytes::from(reply.to_owned());
    let response = decode_response(&reply, &context, ResponseMetadata::default()).unwrap();
    let request =
        ModelRequest::builder(CLAUDE).user("a").messages(response.into_messages()).user("b").build();
    [EncodeOptions::default(), EncodeOptions::converse()].map(|options| {
        let encoded = encode_request(&request, &options).unwrap();
        let turns = encoded.body.messages.unwrap();
        assert_eq!(turns[1].role.as_str(), "assistant");
        RawJson::from_serialize(turns[1].blocks()).unwrap().as_str().to_owned()
    })
}

fn reply(content: &str, reason: &str) -> String {
    format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{content}]}}}},"stopReason":"{reason}"}}"#
    )
}

#[test]
fn thoughts_go_back_as_they_were_whatever_stands_beside_them() {
    const SIGNED: &str = r#"{"reasoningContent":{"reasoningText":{"text":" hm\n","signature":"s"}}}"#;
    const ONLY_SIGNED: &str = r#"{"reasoningContent":{"reasoningText":{"text":"","signature":"s"}}}"#;
    const TEXT: &str = r#"{"text":"x"}"#;
    for (content, expected) in [
        // L9: blank text beside them is left out, as elsewhere.
        (format!(r#"{SIGNED},{{"text":" "}},{TEXT}"#), format!("[{SIGNED},{TEXT}]")),
        (format!(r#"{SIGNED},{{"text":""}},{TEXT}"#), format!("[{SIGNED},{TEXT}]")),
        // M29: some models send nothing but the signature.
        (format!("{ONLY_SIGNED},{TEXT}"), format!("[{ONLY_SIGNED},{TEXT}]")),
    ] {
        assert_eq!(replayed(&reply(&content, "end_turn")), [expected.clone(), expected], "{content}");
    }
}

#[test]
fn an_answer_that_a_guardrail_masked_stays_in_the_history() {
    // L125, W20
    let masked = r#"{"text":"Call {PHONE}."}"#;
    let expected = format!("[{masked}]");
    assert_eq!(replayed(&reply(masked, "guardrail_intervened")), [expected.clone(), expected]);
}

#[test]
fn words_that_look_like_a_call_stay_words() {
    // L49
    let told = r#"{"text":"{\"name\": \"f\", \"arguments\": {}}"}"#;
    let expected = format!("[{told}]");
    assert_eq!(replayed(&reply(told, "end_turn")), [expected.clone(), expected]);
}

#[test]
fn without_tools_there_is_no_choice_among_them() {
    // M8
    for choice in [r#""auto""#, r#""required""#, r#""none""#] {
        for tools in ["", r#""tools":[],"#] {
            let params = format!(
                r#"{{"model":"m","messages":[{{"role":"user","content":"a"}}],{tools}"tool_choice":{choice}}}"#
            );
            for options in [EncodeOptions::default(), EncodeOptions::converse()] {
                let encoded = encode_request(&ModelRequest::from_json(&params).unwrap(), &options).unwrap();
                assert_eq!(body(&encoded), r#"{"messages":[{"role":"user","content":[{"text":"a"}]}]}"#);
            }
        }
    }
}

#[test]
fn where_a_document_has_words_beside_it_nothing_is_put_to_them() {
    // W18
    let document = outcrop_core::DocumentContent::from_bytes("n.txt", "text/plain", b"hi".to_vec());
    let message = UnifiedMessage::new(Role::User, vec!["Sum it up.".into(), document.into()]);
    let request = ModelRequest::builder(CLAUDE).message(message).build();
    for options in [EncodeOptions::default(), EncodeOptions::converse()] {
        let encoded = encode_request(&request, &options).unwrap();
        assert_eq!(encoded.notes, []);
        assert_eq!(
            body(&encoded),
            r#"{"messages":[{"role":"user","content":[{"text":"Sum it up."},{"document":{"format":"txt","name":"n","source":{"bytes":"aGk="}}}]}]}"#
        );
    }
}

#[test]
fn a_stored_call_that_cannot_be_read_is_sent_with_its_name_and_an_object() {
    // M14: without it its result would be nobody's, in this request and in all to come.
    let params = format!(
        r#"{{"model":"{CLAUDE}","messages":[{{"role":"user","content":"a"}},
            {{"role":"assistant","content":null,"tool_calls":[{{"id":"1","type":"function","function":{{"name":"f","arguments":"{{\"a\": "}}}}]}},
            {{"role":"tool","tool_call_id":"1","content":"the arguments are no JSON"}}],
            "tools":[{{"type":"function","function":{{"name":"f"}}}}]}}"#
    );
    for (options, member) in
        [(EncodeOptions::default(), "raw_arguments"), (EncodeOptions::converse(), "rawInvalidInput")]
    {
        let encoded = encode_request(&ModelRequest::from_json(&params).unwrap(), &options).unwrap();
        let body = body(&encoded);
        let call =
            format!(r#"{{"toolUse":{{"toolUseId":"1","name":"f","input":{{"{member}":"{{\"a\": "}}}}}}"#);
        assert!(body.contains(&call), "{body}");
        assert!(body.contains(r#"{"toolResult":{"toolUseId":"1""#), "{body}");
    }
}

#[test]
fn thoughts_in_plain_text_go_back_to_models_that_take_them_and_to_no_others() {
    // L76
    const THOUGHTS: &str = r#""reasoning_content":"hm""#;
    for (model, thoughts, is_sent) in [
        (CLAUDE, THOUGHTS, false),
        ("moonshot.kimi-k2-thinking", THOUGHTS, true),
        (CLAUDE, r#""thinking_blocks":[{"thinking":"hm","signature":"s"}]"#, true),
    ] {
        let params = format!(
            r#"{{"model":"{model}","messages":[{{"role":"user","content":"a"}},
                {{"role":"assistant","content":"b",{thoughts}}},{{"role":"user","content":"c"}}]}}"#
        );
        for options in [EncodeOptions::default(), EncodeOptions::converse()] {
            let encoded = encode_request(&ModelRequest::from_json(&params).unwrap(), &options).unwrap();
            assert_eq!(body(&encoded).contains("reasoningContent"), is_sent, "{model}");
            let noted: Vec<_> = encoded.notes.iter().map(|note| note.rule.as_ref()).collect();
            assert_eq!(noted.is_empty(), is_sent, "{noted:?}");
            assert!(noted.iter().all(|rule| *rule == "reasoning.replay"), "{noted:?}");
        }
    }
}

#[test]
fn tools_keep_the_order_in_which_they_were_given() {
    // M24: another order is another prompt, and misses the cache.
    let names = ["zebra", "apple", "mango", "b", "a"];
    let tools =
        names.map(|name| format!(r#"{{"type":"function","function":{{"name":"{name}"}}}}"#)).join(",");
    let params = format!(r#"{{"model":"m","messages":[{{"role":"user","content":"a"}}],"tools":[{tools}]}}"#);
    for options in [EncodeOptions::default(), EncodeOptions::converse()] {
        let encoded = encode_request(&ModelRequest::from_json(&params).unwrap(), &options).unwrap();
        let config = encoded.body.tool_config.unwrap();
        let found = config.tools.iter().map(|tool| match tool {
            crate::wire::Tool::ToolSpec(tool) => tool.name.as_str(),
            other => other.member(),
        });
        assert_eq!(found.collect::<Vec<_>>(), names);
    }
}

#[test]
fn what_lies_in_s3_is_refused_early_where_the_model_does_not_take_it_from_there() {
    // L57
    const NOVA: &str = "us.amazon.nova-lite-v1:0";
    const HIDDEN: &str = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56";
    for part in [
        r#"{"type":"image_url","image_url":{"url":"s3://b/c.png"}}"#,
        r#"{"type":"file","file":{"file_id":"s3://b/c.pdf"}}"#,
    ] {
        let request = |model: &str| {
            let params =
                format!(r#"{{"model":"{model}","messages":[{{"role":"user","content":["a",{part}]}}]}}"#);
            ModelRequest::from_json(&params).unwrap()
        };
        for options in [EncodeOptions::default(), EncodeOptions::converse()] {
            let error = encode_request(&request(CLAUDE), &options).unwrap_err();
            assert_eq!(
                (error.code(), error.path()),
                (Some("S3MediaNotTaken"), Some("messages[0].content[1]"))
            );
            assert!(error.hint().is_some());
            for model in [NOVA, HIDDEN] {
                encode_request(&request(model), &options).unwrap();
            }
        }
        encode_request(&request(CLAUDE), &EncodeOptions::verbatim()).unwrap();
    }
}

#[test]
fn what_a_model_does_not_take_is_refused_where_it_is_asked_about_and_told_in_words_where_it_was_before() {
    // L58
    const MICRO: &str = "us.amazon.nova-micro-v1:0";
    const VIDEO: &str = r#"{"type":"video_url","video_url":{"url":"data:video/mp4;base64,aGk="}}"#;
    const IMAGE: &str = r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}"#;
    const IN_S3: &str = r#"{"type":"image_url","image_url":{"url":"s3://b/c.png"}}"#;
    const TOOLS: &str = r#""tools":[{"type":"function","function":{"name":"f"}}]"#;
    const SOUND: &str = r#"{"type":"input_audio","input_audio":{"data":"aGk=","format":"wav"}}"#;
    for (model, part, code, told) in [
        (CLAUDE, SOUND, "MediaNotTaken", "[audio left out: this model takes none]"),
        (CLAUDE, VIDEO, "MediaNotTaken", "[video left out: this model takes none]"),
        (MICRO, IMAGE, "MediaNotTaken", "[image left out: this model takes none]"),
        (CLAUDE, IN_S3, "S3MediaNotTaken", "[image left out: this model takes none from S3]"),
    ] {
        let asked = format!(r#"{{"role":"user","content":["a",{part}]}}"#);
        let answered = r#"{"role":"assistant","content":"b"}"#;
        let called = r#"{"role":"assistant","tool_calls":[{"id":"x","function":{"name":"f"}}]}"#;
        let result = format!(r#"{{"role":"tool","tool_call_id":"x","content":["c",{part}]}}"#);
        let question = r#"{"role":"user","content":"d"}"#;
        let instruction = r#"{"role":"system","content":"e"}"#;
        let empty = r#"{"role":"user","content":[]}"#;
        for options in [EncodeOptions::default(), EncodeOptions::converse()] {
            if part == SOUND && options == EncodeOptions::default() {
                // AG2 never sends sound, and asks all the same.
                continue;
            }
            let encode = |options: &EncodeOptions, messages: &[&str]| {
                let messages = messages.join(",");
                let params = format!(r#"{{"model":"{model}",{TOOLS},"messages":[{messages}]}}"#);
                encode_request(&ModelRequest::from_json(&params).unwrap(), options)
            };
            for (messages, place) in [
                (vec![asked.as_str()], "messages[0].content[1]"),
                (vec![question, answered, asked.as_str()], "messages[2].content[1]"),
                (vec![question, asked.as_str()], "messages[1].content[1]"),
                (vec![asked.as_str(), instruction, empty], "messages[0].content[1]"),
            ] {
                let error = encode(&options, &messages).unwrap_err();
                let found = (error.code(), error.path(), error.hint().is_some());
                assert_eq!(found, (Some(code), Some(place), true));
            }
            for (messages, place) in [
                (vec![asked.as_str(), answered, question], "messages[0].content[1]"),
                // A request that failed, a beginning of an answer, and a result that comes late.
                (vec![asked.as_str(), question], "messages[0].content[1]"),
                (vec![asked.as_str(), answered], "messages[0].content[1]"),
                (vec![question, called, asked.as_str(), result.as_str()], "messages[2].content[1]"),
                (vec![question, called, result.as_str()], "messages[2].content[0].content[1]"),
            ] {
                let late = messages.len() == 4;
                if late && options == EncodeOptions::default()
                    || part == SOUND && messages.contains(&result.as_str())
                {
                    continue;
                }
                let encoded = encode(&options, &messages).unwrap();
                let of_media = encoded.notes.iter().filter(|note| note.rule == "media.support");
                let noted: Vec<_> = of_media.map(|note| note.path.as_str()).collect();
                let in_result = late.then_some("messages[3].content[0].content[1]");
                assert_eq!(noted, std::iter::once(place).chain(in_result).collect::<Vec<_>>());
                assert!(body(&encoded).contains(&format!(r#"{{"text":"{told}"}}"#)), "{}", body(&encoded));
            }
            let off = EncodeOptions { rules: Rules::all().without(Rule::MediaSupport), ..options.clone() };
            assert!(!body(&encode(&off, &[&asked]).unwrap()).contains(told));
        }
    }
}

#[test]
fn a_document_of_text_is_sent_as_bytes_where_claude_shall_not_cite_it() {
    // M67
    let sent = |model: &str, chunks: bool, citations: Option<bool>| {
        let mut document = outcrop_core::DocumentContent::new("n");
        document.citations = citations;
        if chunks {
            document.chunks = Some(vec!["a".to_owned(), "b".to_owned()]);
        } else {
            document.text = Some("a".to_owned());
        }
        let message = UnifiedMessage::new(Role::User, vec!["t".into(), document.into()]);
        let request = ModelRequest::builder(model).message(message).build();
        let encoded = encode_request(&request, &EncodeOptions::converse()).unwrap();
        let rules: Vec<_> = encoded.notes.iter().map(|note| note.rule.to_string()).collect();
        let body = body(&encoded);
        let (_, after) = body.split_once(r#""source":"#).unwrap();
        let (source, _) = after.split_once('}').unwrap();
        (source.to_owned(), rules.join(" "))
    };
    let changed = |source: &str| (source.to_owned(), "documents.source".to_owned());
    let same = |source: &str| (source.to_owned(), String::new());
    assert_eq!(sent(CLAUDE, false, None), changed(r#"{"bytes":"YQ==""#));
    assert_eq!(sent(CLAUDE, false, Some(false)), changed(r#"{"bytes":"YQ==""#));
    assert_eq!(sent(CLAUDE, true, None), changed(r#"{"bytes":"YQoKYg==""#));
    assert_eq!(sent(CLAUDE, false, Some(true)), same(r#"{"text":"a""#));
    assert_eq!(sent(CLAUDE, true, Some(true)), same(r#"{"content":[{"text":"a""#));
    assert_eq!(sent("us.amazon.nova-lite-v1:0", false, None), same(r#"{"text":"a""#));
}

#[test]
fn claude_gets_no_places_in_search_results_back() {
    // L128
    let cited = |location: &str| {
        format!(
            r#"{{"citationsContent":{{"content":[{{"text":"w"}}],"citations":[{{"title":"T"{location}}}]}}}}"#
        )
    };
    let search = r#","location":{"searchResultLocation":{"searchResultIndex":0,"start":1,"end":2}}"#;
    let page = r#","location":{"documentPage":{"documentIndex":0,"start":1,"end":2}}"#;
    for (location, expected) in [(search, ""), (page, page)] {
        let [_, merged] = replayed(&reply(&cited(location), "end_turn"));
        assert_eq!(merged, format!("[{}]", cited(expected)));
    }
}

#[test]
fn calls_without_thoughts_are_answered_without_thinking() {
    // L81
    const THINKING: &str = r#""thinking":{"type":"enabled","budget_tokens":2000}"#;
    const SIGNED: &str = r#""thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"s"}],"#;
    let ask = r#"{"role":"user","content":"a"}"#;
    let call = |thoughts: &str| {
        format!(
            r#"{{"role":"assistant","content":null,{thoughts}"tool_calls":[{{"id":"1","type":"function","function":{{"name":"f","arguments":"{{}}"}}}}]}}"#
        )
    };
    let result = r#"{"role":"tool","tool_call_id":"1","content":"o"}"#;
    for (messages, thinks) in [
        (ask.to_owned(), true),
        (format!("{ask},{},{result}", call(SIGNED)), true),
        (format!("{ask},{},{result}", call("")), false),
        (format!("{ask},{},{result},{ask}", call("")), false),
        (format!(r#"{ask},{},{result},{{"role":"assistant","content":"x"}},{ask}"#, call("")), true),
    ] {
        for params in [THINKING.to_owned(), format!(r#""additional_model_request_fields":{{{THINKING}}}"#)] {
            let params = format!(
                r#"{{"model":"{CLAUDE}","messages":[{messages}],"max_tokens":9000,{params},"tools":[{{"type":"function","function":{{"name":"f"}}}}]}}"#
            );
            let encoded =
                encode_request(&ModelRequest::from_json(&params).unwrap(), &EncodeOptions::converse())
                    .unwrap();
            assert_eq!(body(&encoded).contains("budget_tokens"), thinks, "{messages}");
            let noted = encoded.notes.iter().any(|note| note.rule == "params.thinking");
            assert_eq!(noted, !thinks, "{messages}");
        }
    }
}

#[test]
fn without_thinking_nothing_else_is_changed_for_its_sake() {
    // L81: that there is no thinking is decided before all that depends on it.
    let params = format!(
        r#"{{"model":"{CLAUDE}","messages":[{{"role":"user","content":"a"}},{{"role":"assistant","tool_calls":[{{"id":"1","type":"function","function":{{"name":"f"}}}}]}},{{"role":"tool","tool_call_id":"1","content":"o"}}],"reasoning_effort":"high","temperature":0.2,"top_k":5,"max_tokens":500,"tool_choice":"required","tools":[{{"type":"function","function":{{"name":"f"}}}}]}}"#
    );
    let request = ModelRequest::from_json(&params).unwrap();
    let dropped = "reasoning_effort [params.thinking]";
    for (options, notes) in [
        (EncodeOptions::converse(), &[dropped][..]),
        // In AG2's dialect each field of the model has a note.
        (EncodeOptions::default(), &[dropped, "top_k [params.model_field]"]),
    ] {
        let encoded = encode_request(&request, &options).unwrap();
        let body = body(&encoded);
        for kept in [
            r#""inferenceConfig":{"maxTokens":500,"temperature":0.2}"#,
            r#""toolChoice":{"any":{}}"#,
            r#""additionalModelRequestFields":{"top_k":5}"#,
        ] {
            assert!(body.contains(kept), "{body}");
        }
        assert_eq!(super::notes(&encoded), notes);
    }
}

#[test]
fn a_model_that_thinks_does_not_go_on_with_the_assistants_words() {
    // L5
    for (thinking, expected) in [
        (r#""reasoning_effort":"low""#, &["max_tokens [params.max_tokens]", "messages[2] [turns.last]"][..]),
        (r#""reasoning_effort":"none""#, &[]),
    ] {
        let params = format!(
            r#"{{"model":"{CLAUDE}","messages":[{{"role":"user","content":"a"}},{{"role":"assistant","content":"The"}}],{thinking}}}"#
        );
        let encoded =
            encode_request(&ModelRequest::from_json(&params).unwrap(), &EncodeOptions::converse()).unwrap();
        let mut notes = super::notes(&encoded);
        notes.sort();
        assert_eq!(notes, expected, "{thinking}");
        let turns = encoded.body.messages.as_deref().unwrap_or_default();
        assert_eq!(turns.len(), if expected.is_empty() { 2 } else { 3 });
    }
}

#[test]
fn a_model_without_system_prompts_is_told_in_the_users_words() {
    let params = |model: &str| {
        format!(
            r#"{{"model":"{model}","messages":[{{"role":"system","content":"be kind"}},{{"role":"user","content":"hi"}}]}}"#
        )
    };
    let said = r#"{"messages":[{"role":"user","content":[{"text":"be kind"},{"text":"hi"}]}]}"#;
    let filled = r#"{"messages":[{"role":"user","content":[{"text":"be kind"}]},{"role":"assistant","content":[{"text":"Please continue."}]},{"role":"user","content":[{"text":"hi"}]}]}"#;
    let system = r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"system":[{"text":"be kind"}]}"#;
    let told = &["messages[0] [system.unsupported]", "messages[1] [turns.alternate]"][..];
    for (model, options, expected, notes) in [
        ("amazon.titan-text-express-v1", EncodeOptions::converse(), said, told),
        ("mistral.mistral-7b-instruct-v0:2", EncodeOptions::converse(), said, told),
        ("mistral.mixtral-8x7b-instruct-v0:1", EncodeOptions::default(), filled, told),
        ("amazon.titan-text-express-v1", EncodeOptions::verbatim(), system, &[]),
        (CLAUDE, EncodeOptions::converse(), system, &[]),
    ] {
        let encoded = encode_request(&ModelRequest::from_json(&params(model)).unwrap(), &options).unwrap();
        assert_eq!(body(&encoded), expected, "{model}");
        assert_eq!(super::notes(&encoded), notes, "{model}");
    }
}
