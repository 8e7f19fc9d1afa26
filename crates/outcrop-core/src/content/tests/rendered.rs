//! The text of blocks: AG2's `get_text`.

use crate::{
    AudioContent, CachePointContent, CitationContent, ContentBlock, DocumentContent, GenericContent,
    ImageContent, JsonContent, JsonObject, RawJson, ReasoningContent, ToolCallContent, ToolResultContent,
    VideoContent,
};

#[test]
fn blocks_are_rendered_as_in_ag2() {
    let transcribed = |transcript: Option<&str>| AudioContent {
        transcript: transcript.map(str::to_owned),
        ..AudioContent::from_url("https://a.example/b.mp3")
    };
    for (block, expected) in [
        (ContentBlock::text(" a\n"), " a\n"),
        (ReasoningContent::new("hm").into(), "hm"),
        (ReasoningContent::redacted(b"hi".to_vec()).into(), ""),
        (transcribed(Some("la la")).into(), "audio transcript:la la"),
        (transcribed(Some("")).into(), ""),
        (transcribed(None).into(), ""),
        (CitationContent::new("u", "Title", "s").into(), "citation: Title"),
        (CitationContent::new("u", "", "s").into(), ""),
        (
            ToolCallContent::new("i", "add", r#"{"a":1}"#).into(),
            r#"tool call name: add tool call arguments: {"a":1}"#,
        ),
        (ToolResultContent::new("i", "3").into(), "tool result: 3"),
        (ImageContent::from_url("https://a.example/b.png").into(), ""),
        (VideoContent::from_url("s3://b/a.mp4").into(), ""),
        (DocumentContent::from_text("n", "some text").into(), ""),
        (JsonContent::new(RawJson::from("a")).into(), ""),
        (CachePointContent::new().into(), ""),
        (GenericContent::new("mood", JsonObject::new()).into(), ""),
    ] {
        assert_eq!(block.rendered_text(), expected, "{block:?}");
    }
}

#[test]
fn accessors_return_only_their_own_block_type() {
    let text: ContentBlock = "a".into();
    assert_eq!(text, ContentBlock::from("a".to_owned()));
    assert_eq!((text.as_text(), text.as_tool_call()), (Some("a"), None));
    let call: ContentBlock = ToolCallContent::new("i", "n", "{}").into();
    assert_eq!(call.as_tool_call().map(|call| call.id.as_str()), Some("i"));
    assert_eq!((call.as_text(), call.as_generic()), (None, None));
}

#[test]
fn output_of_a_result_joins_the_text_of_its_blocks() {
    let json = |text: &str| ContentBlock::from(JsonContent::new(RawJson::parse(text).unwrap()));
    for (content, output) in [
        (vec!["a".into(), json(r#"{"b": 1.0}"#), "".into(), "c".into()], r#"a {"b": 1.0} c"#),
        (vec![ImageContent::from_url("u").into(), "a".into()], "a"),
        (vec![], ""),
    ] {
        let result = ToolResultContent::with_content("i", content.clone());
        assert_eq!(result.output, output);
        assert_eq!(result.content, Some(content));
        assert_eq!(result.status, None);
        assert_eq!(result.failed().status, Some(crate::ToolResultStatus::Error));
    }
}

#[test]
fn call_of_kind_server_tool_use_runs_on_server() {
    for (kind, expected) in [(None, false), (Some("server_tool_use"), true), (Some("new_kind"), false)] {
        let call = ToolCallContent { kind: kind.map(Into::into), ..ToolCallContent::new("i", "n", "{}") };
        assert_eq!(call.runs_on_server(), expected, "{kind:?}");
    }
}
