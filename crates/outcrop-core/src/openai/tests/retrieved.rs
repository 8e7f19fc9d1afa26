//! Messages in the form of AG2's `message_retrieval`.

use crate::openai::RetrievedMessage;
use crate::{
    AudioContent, ContentBlock, ImageContent, ReasoningContent, Role, TextContent, ToolCallContent,
    ToolCallKind, UnifiedMessage,
};

fn retrieved(content: Vec<ContentBlock>) -> String {
    let message = UnifiedMessage::new(Role::Assistant, content);
    serde_json::to_string(&RetrievedMessage::from(&message)).unwrap()
}

#[test]
fn message_with_calls_or_images_is_an_object_and_others_are_strings() {
    let call = || ContentBlock::from(ToolCallContent::new("i", "f", "{}"));
    let ran =
        ToolCallContent { kind: Some(ToolCallKind::ServerToolUse), ..ToolCallContent::new("j", "g", "{}") };
    let calls = r#""tool_calls":[{"id":"i","type":"function","function":{"name":"f","arguments":"{}"}}]"#;
    for (content, expected) in [
        (vec!["a".into(), "b".into()], r#""a b""#.to_owned()),
        (vec![], r#""""#.to_owned()),
        (vec![ReasoningContent::new("hm").into(), AudioContent::from_url("u").into()], r#""""#.to_owned()),
        (vec!["a".into(), call()], format!(r#"{{"role":"assistant","content":"a",{calls}}}"#)),
        (vec![call()], format!(r#"{{"role":"assistant","content":null,{calls}}}"#)),
        (vec!["a".into(), ran.clone().into()], r#""a""#.to_owned()),
        (vec![ran.into(), call()], format!(r#"{{"role":"assistant","content":null,{calls}}}"#)),
        (vec![ImageContent::from_url("u").into()], r#"{"role":"assistant","content":null}"#.to_owned()),
        (
            vec!["a".into(), ImageContent::from_url("u").into()],
            r#"{"role":"assistant","content":"a"}"#.to_owned(),
        ),
        (
            vec![
                TextContent { structured: Some(true), ..TextContent::new("{}") }.into(),
                "prose".into(),
                call(),
            ],
            format!(r#"{{"role":"assistant","content":"{{}}",{calls}}}"#),
        ),
    ] {
        assert_eq!(retrieved(content), expected);
    }
}

#[test]
fn debug_hides_text() {
    let call = ToolCallContent::new("i", "f", "secret");
    for (content, shown) in [
        (vec!["secret".into()], "Text(<6 bytes>)"),
        (
            vec!["secret".into(), call.into()],
            "Message(ChatMessage { role: assistant, content: <6 bytes>, reasoning_content: None, tool_calls: [ChatToolCall { id: \"i\", \
             function: ChatFunction { name: \"f\", arguments: <6 bytes> } }] })",
        ),
    ] {
        let message = RetrievedMessage::from(&UnifiedMessage::new(Role::Assistant, content));
        assert_eq!(format!("{message:?}"), shown);
    }
}
