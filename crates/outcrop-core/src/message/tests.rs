//! Messages: their text, their blocks and their JSON.

use proptest::prelude::*;

use crate::tests::blocks;
use crate::{
    CitationContent, ContentBlock, GenericContent, ImageContent, JsonObject, RawJson, ReasoningContent, Role,
    TextContent, ToolCallContent, ToolCallKind, ToolResultContent, UnifiedMessage, from_str,
};

fn assistant(content: Vec<ContentBlock>) -> UnifiedMessage {
    UnifiedMessage::new(Role::Assistant, content)
}

fn cited(text: &str, by: usize) -> ContentBlock {
    TextContent { cited_by: Some(by), ..TextContent::new(text) }.into()
}

fn source(title: &str) -> ContentBlock {
    CitationContent::new("https://a.example", title, "s").into()
}

#[test]
fn text_joins_text_blocks_with_spaces() {
    for (content, expected) in [
        (vec![], ""),
        (vec!["a".into()], "a"),
        (vec!["a".into(), "b".into()], "a b"),
        (vec!["a ".into(), " b".into()], "a   b"),
        (vec!["".into(), "a".into(), "".into()], "a"),
        (
            vec![ReasoningContent::new("hm").into(), "a".into(), ToolCallContent::new("i", "n", "{}").into()],
            "a",
        ),
        (vec![ToolResultContent::new("i", "out").into(), source("t")], ""),
    ] {
        assert_eq!(assistant(content).text(), expected);
    }
}

#[test]
fn cited_text_has_no_space_around_it() {
    for (content, expected) in [
        (vec!["Water is wet".into(), cited(" (it is)", 1), source("t"), ".".into()], "Water is wet (it is)."),
        (vec![cited("a", 1), source("t"), cited("b", 1), source("u")], "ab"),
        (vec![cited("a", 0), "b".into()], "ab"),
        (vec![cited("a", 0), "b".into(), "c".into()], "ab c"),
        (vec!["a".into(), source("t"), "b".into()], "a b"),
    ] {
        assert_eq!(assistant(content).text(), expected);
    }
}

#[test]
fn rendered_text_equals_that_of_ag2() {
    let message = assistant(vec![
        ReasoningContent::new("hm").into(),
        "".into(),
        "a".into(),
        ImageContent::from_url("https://a.example/b.png").into(),
        source("T"),
        source(""),
        ToolCallContent::new("i", "add", "{}").into(),
        ToolResultContent::new("i", "3").into(),
        GenericContent::new("mood", JsonObject::new()).into(),
    ]);
    assert_eq!(
        message.rendered_text(),
        "hm a citation: T tool call name: add tool call arguments: {} tool result: 3",
    );
    assert_eq!(assistant(vec![]).rendered_text(), "");
}

#[test]
fn blocks_are_found_by_type() {
    let mood = |name: &str| ContentBlock::from(GenericContent::new(name, JsonObject::new()));
    let ran =
        ToolCallContent { kind: Some(ToolCallKind::ServerToolUse), ..ToolCallContent::new("2", "n", "{}") };
    let message = assistant(vec![
        ReasoningContent::new("1").into(),
        ReasoningContent::new("2").into(),
        source("1"),
        ToolCallContent::new("1", "n", "{}").into(),
        ran.into(),
        mood("mood"),
        mood("other"),
        "a".into(),
    ]);
    assert_eq!(message.reasoning().map(|block| block.reasoning.as_str()).collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(message.citations().map(|block| block.title.as_str()).collect::<Vec<_>>(), ["1"]);
    assert_eq!(message.tool_calls().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["1", "2"]);
    for (block_type, count) in
        [("text", 1), ("reasoning", 2), ("tool_call", 2), ("mood", 1), ("unknown", 0), ("Text", 0)]
    {
        assert_eq!(message.get_content_by_type(block_type).count(), count, "{block_type}");
    }
}

#[test]
fn constructors_set_their_role() {
    for (message, role) in [
        (UnifiedMessage::user("a"), Role::User),
        (UnifiedMessage::assistant("a"), Role::Assistant),
        (UnifiedMessage::system("a"), Role::System),
    ] {
        assert_eq!((message.role, message.content), (role, vec!["a".into()].into()));
    }
    let result = UnifiedMessage::tool_result("i", "out");
    assert_eq!(
        (result.role, result.content),
        (Role::Tool, vec![ToolResultContent::new("i", "out").into()].into())
    );
}

#[test]
fn json_equals_that_of_ag2() {
    let mut message = UnifiedMessage::user("a");
    let text =
        r#"{"role":"user","content":[{"type":"text","extra":{},"text":"a"}],"name":null,"metadata":{}}"#;
    assert_eq!(serde_json::to_string(&message).unwrap(), text);
    message.name = Some("Ann".to_owned());
    message.metadata.insert("k", RawJson::parse("1.0").unwrap());
    let text = text.replace(r#""name":null,"metadata":{}"#, r#""name":"Ann","metadata":{"k":1.0}"#);
    assert_eq!(serde_json::to_string(&message).unwrap(), text);
    assert_eq!(from_str::<UnifiedMessage>(&text).unwrap(), message);
}

#[test]
fn absent_name_and_metadata_parse_like_null() {
    for (text, role) in [
        (r#"{"role":"user","content":[]}"#, "user"),
        (r#"{"role":"User","content":[],"name":null,"metadata":null}"#, "User"),
        (r#"{"role":"","content":[]}"#, ""),
        (r#"{"role":"critic","content":[],"new":1}"#, "critic"),
    ] {
        let message: UnifiedMessage = from_str(text).unwrap();
        assert_eq!(message.role.as_str(), role);
        assert_eq!((message.name, message.metadata), (None, JsonObject::new()));
    }
}

#[test]
fn invalid_message_is_an_error_with_path() {
    for (text, path, message) in [
        (r#"{"content":[]}"#, "", "missing field `role`"),
        (r#"{"role":null,"content":[]}"#, "role", "invalid type: null, expected a string"),
        (r#"{"role":7,"content":[]}"#, "role", "invalid type: integer `7`, expected a string"),
        (r#"{"role":"user"}"#, "", "missing field `content`"),
        (r#"{"role":"user","content":"a secret"}"#, "content", "invalid type: string, expected a sequence"),
        (
            r#"{"role":"user","content":[{},"a secret"]}"#,
            "content[1]",
            "invalid type: string, expected an object",
        ),
        (r#"{"role":"user","content":[{"a":1,"a":2}]}"#, "content[0]", "duplicate member `a`"),
        (r#"{"role":"user","role":"user","content":[]}"#, "", "duplicate field `role`"),
        (r#"{"role":"user","content":[],"name":7}"#, "name", "invalid type: integer `7`, expected a string"),
        (
            r#"{"role":"user","content":[],"metadata":[]}"#,
            "metadata",
            "invalid type: sequence, expected an object",
        ),
        ("[]", "", "invalid length 0"),
    ] {
        let error = from_str::<UnifiedMessage>(text).unwrap_err();
        assert_eq!(error.path(), path, "{text}: {error}");
        assert!(error.message().starts_with(message), "{text}: {error}");
    }
}

proptest! {
    #[test]
    fn any_message_round_trips_through_json(message in blocks::message()) {
        let text = serde_json::to_string(&message).unwrap();
        prop_assert_eq!(from_str::<UnifiedMessage>(&text).unwrap(), message);
    }

    #[test]
    fn text_contains_every_text_block_in_order(message in blocks::message()) {
        let text = message.text();
        // A text may begin with a space itself, so there may be several ways to remove it from the joined text.
        let mut rests = vec![text.as_str()];
        for block_text in message.content.iter().filter_map(ContentBlock::as_text) {
            let apart = rests.iter().filter_map(|rest| rest.strip_prefix(' '));
            let mut after: Vec<_> =
                rests.iter().copied().chain(apart).filter_map(|rest| rest.strip_prefix(block_text)).collect();
            after.dedup();
            prop_assert!(!after.is_empty(), "{:?} in {:?}", block_text, text);
            rests = after;
        }
        prop_assert!(rests.contains(&""), "{:?} of {:?}", rests, text);
    }
}
