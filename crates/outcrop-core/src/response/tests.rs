//! Responses: their text, their JSON and their `Debug`.

use proptest::prelude::*;

use crate::tests::blocks;
use crate::{
    CitationContent, ContentBlock, FinishReason, GenericContent, JsonObject, Note, NoteAction, RawJson,
    ReasoningContent, ResponseStatus, ToolCallContent, ToolCallKind, UnifiedMessage, UnifiedResponse, Usage,
    from_str,
};

fn response(messages: Vec<UnifiedMessage>) -> UnifiedResponse {
    UnifiedResponse::new("r-1", "m", "bedrock", messages)
}

fn assistant_response(content: Vec<ContentBlock>) -> UnifiedResponse {
    response(vec![UnifiedMessage::new(crate::Role::Assistant, content)])
}

#[test]
fn text_joins_text_blocks_and_rendered_text_all_blocks() {
    let messages = vec![
        UnifiedMessage::assistant("a"),
        UnifiedMessage::new(crate::Role::Assistant, vec![]),
        UnifiedMessage::new(
            crate::Role::Assistant,
            vec![
                ReasoningContent::new("hm").into(),
                "b".into(),
                ToolCallContent::new("i", "n", "{}").into(),
                CitationContent::new("u", "T", "s").into(),
            ],
        ),
    ];
    let response = response(messages.clone());
    assert_eq!(response.text(), "a  b");
    assert_eq!(response.rendered_text(), "a  hm b tool call name: n tool call arguments: {} citation: T");
    assert_eq!(response.reasoning().count(), 1);
    assert_eq!(response.get_content_by_type("text").count(), 2);
    assert_eq!(response.get_content_by_type("mood").count(), 0);
    assert_eq!(response.into_messages(), messages);
    let nothing = UnifiedResponse::new("", "", "", vec![]);
    assert_eq!((nothing.text(), nothing.rendered_text()), (String::new(), String::new()));
}

#[test]
fn tool_calls_leave_out_those_that_the_provider_ran() {
    let ran =
        ToolCallContent { kind: Some(ToolCallKind::ServerToolUse), ..ToolCallContent::new("1", "n", "{}") };
    let other = ToolCallContent { kind: Some("new_kind".into()), ..ToolCallContent::new("2", "n", "{}") };
    let response =
        assistant_response(vec![ran.into(), other.into(), ToolCallContent::new("3", "n", "{}").into()]);
    assert_eq!(response.tool_calls().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["2", "3"]);
}

#[test]
fn json_equals_that_of_ag2_with_its_order() {
    let mut response = response(vec![UnifiedMessage::assistant("a")]);
    let message =
        r#"{"role":"assistant","content":[{"type":"text","extra":{},"text":"a"}],"name":null,"metadata":{}}"#;
    assert_eq!(
        serde_json::to_string(&response).unwrap(),
        format!(
            r#"{{"id":"r-1","model":"m","messages":[{message}],"usage":{{}},"cost":null,"provider":"bedrock","provider_metadata":{{}},"finish_reason":null,"status":null}}"#
        ),
    );
    response.usage = Usage::new(3, 4);
    response.cost = Some(0.1);
    response.provider_metadata.insert("stopReason", RawJson::from("end_turn"));
    response.finish_reason = Some(FinishReason::Stop);
    response.status = Some(ResponseStatus::Completed);
    response.created = Some(1);
    response.notes = vec![Note::new("some.rule", NoteAction::Dropped, "tools[0]", "dropped the tool")];
    let text = format!(
        r#"{{"id":"r-1","model":"m","messages":[{message}],"usage":{{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}},"cost":0.1,"provider":"bedrock","provider_metadata":{{"stopReason":"end_turn"}},"finish_reason":"stop","status":"completed","created":1,"notes":[{{"rule":"some.rule","action":"dropped","place":"tools[0]","message":"dropped the tool"}}]}}"#
    );
    assert_eq!(serde_json::to_string(&response).unwrap(), text);
    assert_eq!(from_str::<UnifiedResponse>(&text).unwrap(), response);
}

#[test]
fn optional_members_of_ag2_may_be_absent() {
    let read: UnifiedResponse = from_str(r#"{"id":"i","model":"m","messages":[],"provider":"p"}"#).unwrap();
    assert_eq!(read, UnifiedResponse::new("i", "m", "p", vec![]));
    for missing in ["id", "model", "messages", "provider"] {
        let text = r#"{"id":"i","model":"m","messages":[],"provider":"p"}"#
            .replace(&format!("\"{missing}\""), "\"x\"");
        assert!(from_str::<UnifiedResponse>(&text).unwrap_err().message().contains(missing));
    }
    let deep = r#"{"id":"i","model":"m","provider":"p","messages":[{"role":"user","content":[{},7]}]}"#;
    assert_eq!(from_str::<UnifiedResponse>(deep).unwrap_err().path(), "messages[0].content[1]");
}

#[test]
fn unknown_reasons_and_statuses_are_kept() {
    for (status, standard) in [
        (None, false),
        (Some("completed"), true),
        (Some("in_progress"), true),
        (Some("failed"), true),
        (Some("Completed"), false),
        (Some("cancelled"), false),
    ] {
        let mut response = response(vec![]);
        response.status = status.map(Into::into);
        assert_eq!(response.is_standard_status(), standard, "{status:?}");
        assert_eq!(response.status.as_ref().map(ResponseStatus::as_str), status);
    }
    assert_eq!(FinishReason::KNOWN, ["stop", "length", "tool_calls", "content_filter"]);
    assert_eq!(FinishReason::from("guardrail").as_str(), "guardrail");
}

#[test]
fn debug_shows_structure_without_text() {
    let mut response = assistant_response(vec![
        "secret".into(),
        ToolCallContent::new("secret", "secret", r#"{"a":"secret"}"#).into(),
        GenericContent::new("mood", [("a", RawJson::from("secret"))].into_iter().collect::<JsonObject>())
            .into(),
    ]);
    response.messages[0].name = Some("secret".to_owned());
    response.messages[0].metadata.insert("a", RawJson::from("secret"));
    response.provider_metadata.insert("trace", RawJson::from("secret"));
    response.finish_reason = Some("secret".into());
    let shown = format!("{response:?}");
    assert!(!shown.contains("secret"), "{shown}");
    for part in
        ["r-1", "TextContent { text: <6 bytes> }", "arguments: <14 bytes>", "\"trace\": <8 bytes of JSON>"]
    {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}

proptest! {
    #[test]
    fn any_response_round_trips_through_json(response in blocks::response()) {
        let text = serde_json::to_string(&response).unwrap();
        prop_assert_eq!(from_str::<UnifiedResponse>(&text).unwrap(), response);
    }

    #[test]
    fn debug_hides_any_text(secret in "[A-Z]{12}") {
        let texts = [
            r#"{"type":"text","text":"W","new":"W","extra":{"a":"W"}}"#,
            r#"{"type":"reasoning","reasoning":"W","summary":"W","signature":"W","redacted_content":"W"}"#,
            r#"{"type":"citation","url":"W","title":"W","snippet":"W","source":"W","location":{"web":{"url":"W","domain":"W"}}}"#,
            r#"{"type":"citation","url":"W","title":"W","snippet":"W","location":{"new":"W"}}"#,
            r#"{"type":"tool_call","id":"W","name":"W","arguments":"W","kind":"W"}"#,
            r#"{"type":"tool_result","tool_call_id":"W","output":"W","content":[{"type":"json","json":"W"}],"status":"W","kind":"W"}"#,
            r#"{"type":"image","image_url":"W","data_uri":"data:image/png;base64,W"}"#,
            r#"{"type":"audio","audio_url":"W","data_uri":"W","transcript":"W"}"#,
            r#"{"type":"video","video_url":"W"}"#,
            r#"{"type":"document","name":"W","document_url":"W","text":"W","chunks":["W"],"context":"W"}"#,
            r#"{"type":"cache_point","ttl":"W"}"#,
            r#"{"type":"text","text":["W"]}"#,
            r#"{"type":"mood","value":"W"}"#,
            r#"{"value":["W"]}"#,
        ];
        let blocks: Vec<ContentBlock> =
            texts.iter().map(|text| from_str(&text.replace('W', &secret)).unwrap()).collect();
        for block in &blocks {
            let shown = format!("{block:?} {block:#?}");
            prop_assert!(!shown.contains(&secret), "{}", shown);
        }
        let shown = format!("{:?}", assistant_response(blocks));
        prop_assert!(!shown.contains(&secret), "{}", shown);
    }
}
