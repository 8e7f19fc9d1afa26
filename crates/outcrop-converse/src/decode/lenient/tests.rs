//! Tests of responses with parts that are not as documented (R-L1, R-L4, R-L19).

use outcrop_core::{ContentBlock, RawJson, UnifiedResponse};

use crate::decode::tests::{body_with_blocks, decode};

/// Returns the paths of the notes of a response.
fn paths(response: &UnifiedResponse) -> Vec<&str> {
    response.notes.iter().map(|note| note.path.as_str()).collect()
}

/// Decodes a response with the text `a` and further members.
fn with_members(members: &str) -> UnifiedResponse {
    decode(&format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{{"text":"a"}}]}}}},"stopReason":"end_turn",{members}}}"#
    ))
    .unwrap()
}

#[test]
fn members_with_wrong_types_are_kept_and_noted() {
    for (members, path) in [
        (r#""usage":{"inputTokens":3.5,"outputTokens":1,"totalTokens":2}"#, "usage.inputTokens"),
        (r#""usage":{"inputTokens":-5,"outputTokens":1,"totalTokens":2}"#, "usage.inputTokens"),
        (r#""usage":{"inputTokens":"3","outputTokens":1,"totalTokens":2}"#, "usage.inputTokens"),
        (
            r#""usage":{"inputTokens":1,"outputTokens":1,"cacheDetails":[{"ttl":"5m"}]}"#,
            "usage.cacheDetails[0]",
        ),
        (r#""usage":7"#, "usage"),
        (r#""metrics":{"latencyMs":7.5}"#, "metrics.latencyMs"),
        (
            r#""trace":{"guardrail":{"modelOutput":"x"},"promptRouter":{"invokedModelId":"m"}}"#,
            "trace.guardrail.modelOutput",
        ),
        (r#""trace":"x""#, "trace"),
        (r#""serviceTier":{"type":[1]}"#, "serviceTier.type"),
        (r#""serviceTier":{}"#, "serviceTier"),
        (r#""performanceConfig":{"latency":1}"#, "performanceConfig.latency"),
        (r#""performanceConfig":[]"#, "performanceConfig"),
    ] {
        let response = with_members(members);
        assert_eq!(response.text(), "a", "{members}");
        assert_eq!(paths(&response)[0], path, "{members}: {:?}", response.notes);
        let metadata = RawJson::from(response.provider_metadata.clone());
        assert!(metadata.as_str().contains(members), "{members}: {}", metadata.as_str());
        assert!(response.notes.len() <= 2, "{:?}", response.notes);
    }
    let response = with_members(r#""usage":{"inputTokens":3.5,"outputTokens":2,"totalTokens":5}"#);
    let usage = &response.usage;
    assert_eq!((usage.prompt_tokens, usage.completion_tokens, usage.total_tokens), (None, Some(2), Some(5)));
    assert_eq!(response.cost, None);
}

#[test]
fn repeated_members_and_unknown_ones_do_not_hide_the_text() {
    let body = r#"{"stopReason":"end_turn","stopReason":"tool_use","output":{"message":{"role":"assistant","content":[{"text":"a","text":"b"}],"id":"m-1"},"new":1}}"#;
    let response = decode(body).unwrap();
    assert_eq!(response.text(), "a");
    assert_eq!(paths(&response), ["stopReason", "output.message.content[0].text"]);
    let members = response.provider_metadata.get("output").unwrap();
    assert!(
        members.as_str().contains(r#""text":"b""#) && members.as_str().contains("m-1"),
        "{}",
        members.as_str()
    );

    let body = r#"{"stopReason":"end_turn","output":{"message":{"role":"assistant","content":[{"text":"a"}],"id":"m-1"}}}"#;
    let response = decode(body).unwrap();
    assert_eq!(
        response.provider_metadata.get("output").map(RawJson::as_str),
        Some(r#"{"message":{"id":"m-1"}}"#)
    );
    assert_eq!(paths(&response), [""; 0]);
}

#[test]
fn blocks_with_wrong_types_are_read_as_far_as_possible() {
    for (blocks, texts, path) in [
        (r#""a",{"text":"b"}"#, "a b", "output.message.content[0]"),
        (r#"{"text":7},{"text":"b"}"#, "7 b", "output.message.content[0].text"),
        (r#"{"text":["x"]},{"text":"b"}"#, "b", "output.message.content[0].text"),
        (r#"7,{"text":"b"}"#, "b", "output.message.content[0]"),
        (r#"{"image":{"source":{"bytes":"QUJD"}}},{"text":"b"}"#, "b", "output.message.content[0].image"),
        (
            r#"{"reasoningContent":{"reasoningText":{"text":"x","signature":7}}},{"text":"b"}"#,
            "b",
            "output.message.content[0].reasoningContent.reasoningText.signature",
        ),
    ] {
        let response = decode(&body_with_blocks(blocks)).unwrap();
        assert_eq!(response.text(), texts, "{blocks}");
        assert_eq!(paths(&response), [path], "{blocks}");
        assert!(
            response.provider_metadata.get("output").is_some_and(|output| output.as_str().contains(blocks))
        );
    }
    for (output, text) in [
        (r#"{"message":{"content":"a"}}"#, "a"),
        (r#"{"message":{"role":"assistant","content":{"text":"a"}}}"#, "a"),
        (r#"{"message":"a"}"#, "a"),
        (r#"{"message":[{"text":"a"}]}"#, "a"),
        (r#"{"message":{"role":7,"content":[{"text":"a"}]}}"#, "a"),
        (r#"{"message":{"role":"user","content":[{"text":"a"}]}}"#, "a"),
    ] {
        let response = decode(&format!(r#"{{"output":{output},"stopReason":"end_turn"}}"#)).unwrap();
        assert_eq!(response.text(), text, "{output}");
        assert!(!response.notes.is_empty(), "{output}");
    }
}

#[test]
fn image_without_a_format_gets_that_of_its_bytes() {
    for (bytes, media) in
        [("iVBORw0KGgo=", "image/png"), ("/9j/4AAQ", "image/jpeg"), ("R0lGODlh", "image/gif")]
    {
        let block = format!(r#"{{"image":{{"source":{{"bytes":"{bytes}"}}}}}}"#);
        let response = decode(&body_with_blocks(&block)).unwrap();
        let Some(ContentBlock::Image(image)) = response.messages[0].content.first() else {
            panic!("{bytes}")
        };
        assert_eq!(
            image.data_uri.as_ref().and_then(|uri| uri.media_type()).map(|kind| kind.to_string()),
            Some(media.to_owned())
        );
        assert_eq!(paths(&response), ["output.message.content[0].image.format"]);
    }
}

#[test]
fn calls_without_an_id_or_a_name_are_kept_and_noted() {
    let blocks = r#"{"toolUse":{"name":"f","input":{}}},{"toolUse":{"toolUseId":7,"name":"f","input":{}}},{"toolUse":{"toolUseId":"7","input":{}}}"#;
    let response = decode(&body_with_blocks(blocks)).unwrap();
    let calls: Vec<_> = response.tool_calls().map(|call| (call.id.as_str(), call.name.as_str())).collect();
    assert_eq!(calls, [("r-1-1", "f"), ("7", "f"), ("7", "")]);
    let expected = [
        "output.message.content[0].toolUse.toolUseId",
        "output.message.content[1].toolUse.toolUseId",
        "output.message.content[2].toolUse.name",
        "messages[0].content[2].id",
        "messages[0].content[2].name",
    ];
    assert_eq!(paths(&response), expected);
}

#[test]
fn null_members_and_type_names_do_not_hide_a_block() {
    // `__type` is for readers to ignore, and a `null` is an absent member (L131).
    let blocks = r#"{"__type":"com.amazonaws.bedrockruntime#ContentBlock","text":"hi"},null,{"text":null,"image":null,"toolUse":{"__type":"x","toolUseId":"t","name":"f","input":{"a":null,"__type":"y"},"type":null},"reasoningContent":null},{"text":null}"#;
    let response = decode(&body_with_blocks(blocks)).unwrap();
    assert_eq!(response.text(), "hi");
    let [call] = response.tool_calls().collect::<Vec<_>>()[..] else { panic!("{response:?}") };
    assert_eq!(call.arguments, r#"{"a":null,"__type":"y"}"#);
    assert_eq!((response.messages[0].content.len(), paths(&response)), (2, vec![]));
    // Nothing of it is sent back.
    assert!(
        response.messages[0].content.iter().all(|block| block.extra().is_some_and(|extra| extra.is_empty()))
    );
}

#[test]
fn unknown_member_next_to_a_text_does_not_hide_it() {
    let response = decode(&body_with_blocks(r#"{"text":"a","annotations":[1]},{"new":2,"text":"b","toolUse":{"toolUseId":"t","name":"f","input":{}}}"#)).unwrap();
    assert_eq!((response.text().as_str(), response.tool_calls().count()), ("a b", 1));
    let json = serde_json::to_string(&response).unwrap();
    assert!(json.contains("annotations") && json.contains(r#""new":2"#), "{json}");
}

#[test]
fn lone_surrogate_is_replaced_and_noted() {
    let response = decode(&body_with_blocks(r#"{"text":"half \ud83d"}"#)).unwrap();
    assert_eq!(response.text(), "half \u{FFFD}");
    assert_eq!(response.notes[0].rule, "text.surrogate");
    assert_eq!(paths(&response), ["output.message.content[0].text"]);
}

#[test]
fn missing_stop_reason_is_unknown() {
    for reason in ["", r#","stopReason":null"#, r#","stopReason":7"#] {
        let body = format!(
            r#"{{"output":{{"message":{{"role":"assistant","content":[{{"text":"a"}}]}}}}{reason}}}"#
        );
        let response = decode(&body).unwrap();
        assert_eq!((response.text().as_str(), &response.finish_reason), ("a", &None), "{reason}");
        assert_eq!(paths(&response), ["stopReason"]);
        let call = body.replace(r#"{"text":"a"}"#, r#"{"toolUse":{"toolUseId":"t","name":"f","input":{}}}"#);
        assert_eq!(
            decode(&call).unwrap().finish_reason.map(|reason| reason.as_str().to_owned()).as_deref(),
            Some("tool_calls")
        );
    }
}

#[test]
fn guardrail_without_a_message_is_a_response() {
    for output in [r#""output":{},"#, "", r#""output":null,"#, r#""output":{"message":null},"#] {
        let body = format!(
            r#"{{{output}"stopReason":"guardrail_intervened","usage":{{"inputTokens":1,"outputTokens":0,"totalTokens":1}}}}"#
        );
        let response = decode(&body).unwrap();
        assert_eq!(response.finish_reason.as_ref().map(|reason| reason.as_str()), Some("content_filter"));
        assert_eq!((response.text().as_str(), response.usage.prompt_tokens), ("", Some(1)), "{output}");
    }
}
