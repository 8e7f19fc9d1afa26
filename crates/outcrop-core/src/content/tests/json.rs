//! The JSON of blocks: that of AG2's unified models, without loss.

use proptest::prelude::*;

use crate::tests::blocks;
use crate::{
    AudioContent, CachePointContent, CitationContent, ContentBlock, ContentParser, DataUri, DocumentContent,
    ImageContent, JsonContent, RawJson, ReasoningContent, TextContent, ToolCallContent, ToolCallKind,
    ToolResultContent, VideoContent, from_str,
};

fn png() -> DataUri {
    DataUri::new("image/png", b"hi".to_vec().into())
}

#[test]
fn blocks_have_the_json_of_ag2() {
    let table: Vec<(ContentBlock, &str)> = vec![
        (TextContent::new("a").into(), r#"{"type":"text","extra":{},"text":"a"}"#),
        (
            TextContent { cited_by: Some(2), structured: Some(true), ..TextContent::new("a") }.into(),
            r#"{"type":"text","extra":{},"text":"a","cited_by":2,"structured":true}"#,
        ),
        (
            ImageContent::from_url("https://a.example/b.png").into(),
            r#"{"type":"image","extra":{},"image_url":"https://a.example/b.png","data_uri":null,"detail":null}"#,
        ),
        (
            ImageContent::from_url("DATA:image/png;base64,aGk=").into(),
            r#"{"type":"image","extra":{},"image_url":null,"data_uri":"DATA:image/png;base64,aGk=","detail":null}"#,
        ),
        (
            ImageContent {
                detail: Some(crate::ImageDetail::Low),
                ..ImageContent::from_bytes("image/png", b"hi".to_vec())
            }
            .into(),
            r#"{"type":"image","extra":{},"image_url":null,"data_uri":"data:image/png;base64,aGk=","detail":"low"}"#,
        ),
        (
            AudioContent { transcript: Some("la".to_owned()), ..AudioContent::from_url("s3://b/a.mp3") }
                .into(),
            r#"{"type":"audio","extra":{},"audio_url":"s3://b/a.mp3","data_uri":null,"transcript":"la"}"#,
        ),
        (
            AudioContent::from_bytes("audio/wav", b"hi".to_vec()).into(),
            r#"{"type":"audio","extra":{},"audio_url":null,"data_uri":"data:audio/wav;base64,aGk=","transcript":null}"#,
        ),
        (
            VideoContent::from_url("s3://b/a.mp4").into(),
            r#"{"type":"video","extra":{},"video_url":"s3://b/a.mp4","data_uri":null}"#,
        ),
        (
            VideoContent::from_bytes("video/mp4", b"hi".to_vec()).into(),
            r#"{"type":"video","extra":{},"video_url":null,"data_uri":"data:video/mp4;base64,aGk="}"#,
        ),
        (
            DocumentContent::from_url("n", "s3://b/a.pdf").into(),
            r#"{"type":"document","extra":{},"name":"n","document_url":"s3://b/a.pdf","data_uri":null}"#,
        ),
        (
            DocumentContent::from_text("n", "some text").into(),
            r#"{"type":"document","extra":{},"name":"n","document_url":null,"data_uri":null,"text":"some text"}"#,
        ),
        (
            DocumentContent {
                chunks: Some(vec!["a".to_owned()]),
                context: Some("c".to_owned()),
                citations: Some(false),
                ..DocumentContent::from_bytes("n", "text/csv", b"hi".to_vec())
            }
            .into(),
            r#"{"type":"document","extra":{},"name":"n","document_url":null,"data_uri":"data:text/csv;base64,aGk=","chunks":["a"],"context":"c","citations":false}"#,
        ),
        (
            ReasoningContent::new("hm").into(),
            r#"{"type":"reasoning","extra":{},"reasoning":"hm","summary":null}"#,
        ),
        (
            ReasoningContent::signed("hm", "sig").into(),
            r#"{"type":"reasoning","extra":{},"reasoning":"hm","summary":null,"signature":"sig"}"#,
        ),
        (
            ReasoningContent::redacted(b"hi".to_vec()).into(),
            r#"{"type":"reasoning","extra":{},"reasoning":"","summary":null,"redacted_content":"aGk="}"#,
        ),
        (
            CitationContent::new("u", "t", "s").into(),
            r#"{"type":"citation","extra":{},"url":"u","title":"t","snippet":"s","relevance_score":null}"#,
        ),
        (
            CitationContent {
                relevance_score: Some(0.5),
                source: Some("d".to_owned()),
                location: Some(from_str(r#"{"web":{"url":"u","new":1.0}}"#).unwrap()),
                ..CitationContent::new("u", "t", "s")
            }
            .into(),
            r#"{"type":"citation","extra":{},"url":"u","title":"t","snippet":"s","relevance_score":0.5,"source":"d","location":{"web":{"url":"u","new":1.0}}}"#,
        ),
        (
            ToolCallContent::new("i", "n", "{}").into(),
            r#"{"type":"tool_call","extra":{},"id":"i","name":"n","arguments":"{}"}"#,
        ),
        (
            ToolCallContent {
                kind: Some(ToolCallKind::ServerToolUse),
                ..ToolCallContent::new("i", "n", "{}")
            }
            .into(),
            r#"{"type":"tool_call","extra":{},"id":"i","name":"n","arguments":"{}","kind":"server_tool_use"}"#,
        ),
        (
            ToolResultContent::new("i", "out").into(),
            r#"{"type":"tool_result","extra":{},"tool_call_id":"i","output":"out"}"#,
        ),
        (
            ToolResultContent::with_content("i", vec!["a".into(), JsonContent::new(RawJson::null()).into()])
                .failed()
                .into(),
            r#"{"type":"tool_result","extra":{},"tool_call_id":"i","output":"a null","content":[{"type":"text","extra":{},"text":"a"},{"type":"json","extra":{},"json":null}],"status":"error"}"#,
        ),
        (CachePointContent::default().into(), r#"{"type":"cache_point","extra":{}}"#),
        (
            CachePointContent { ttl: Some("1h".to_owned()), ..CachePointContent::new() }.into(),
            r#"{"type":"cache_point","extra":{},"ttl":"1h"}"#,
        ),
    ];
    for (block, expected) in table {
        assert_eq!(serde_json::to_string(&block).unwrap(), expected);
        assert_eq!(from_str::<ContentBlock>(expected).unwrap(), block);
        assert!(expected.starts_with(&format!("{{\"type\":\"{}\"", block.block_type())));
        assert!(block.extra().is_some_and(crate::JsonObject::is_empty));
    }
    assert_eq!(ImageContent::from_data_uri(png()), ImageContent::from_bytes("image/png", b"hi".to_vec()));
}

#[test]
fn absent_members_parse_like_null() {
    let table: Vec<(&str, ContentBlock)> = vec![
        (
            r#"{"type":"image","data_uri":"data:image/png;base64,aGk="}"#,
            ImageContent::from_data_uri(png()).into(),
        ),
        (r#"{"type":"reasoning","reasoning":"hm"}"#, ReasoningContent::new("hm").into()),
        (
            r#"{"type":"citation","url":"u","title":"t","snippet":"s"}"#,
            CitationContent::new("u", "t", "s").into(),
        ),
        (r#"{"type":"video","video_url":"s3://b/a.mp4"}"#, VideoContent::from_url("s3://b/a.mp4").into()),
    ];
    for (text, block) in table {
        assert_eq!(from_str::<ContentBlock>(text).unwrap(), block);
    }
}

#[test]
fn unknown_members_and_extra_are_written_back() {
    let text = r#"{"type":"text","extra":{"b":1.0,"a":[ ]},"text":"a","zeta":{"y":1},"alpha":null}"#;
    let block: ContentBlock = from_str(text).unwrap();
    let ContentBlock::Text(inner) = &block else { panic!("{block:?}") };
    assert_eq!(inner.unknown.keys().collect::<Vec<_>>(), ["zeta", "alpha"]);
    assert_eq!(block.extra().unwrap().keys().collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(serde_json::to_string(&block).unwrap(), text);
}

#[test]
fn block_type_may_be_absent_but_not_different() {
    assert_eq!(from_str::<TextContent>(r#"{"text":"a"}"#).unwrap(), TextContent::new("a"));
    for (text, message) in [
        (r#"{"type":"image","text":"a"}"#, "the `type` is not `text`"),
        (r#"{"type":7,"text":"a"}"#, "the `type` is not `text`"),
        (r#"{"type":"text"}"#, "text: missing"),
        (r#"{"type":"text","text":7}"#, "text: invalid type: integer `7`, expected a string"),
        (r#"{"type":"text","text":"a","extra":7}"#, "extra: invalid type: integer `7`, expected an object"),
        (r#"{"type":"text","text":"a","text":"b"}"#, "duplicate member `text`"),
    ] {
        let error = from_str::<TextContent>(text).unwrap_err();
        assert!(error.message().starts_with(message), "{text}: {error}");
    }
}

#[test]
fn debug_shows_members_without_content() {
    let text = r#"{"type":"tool_result","extra":{"e":"secret"},"tool_call_id":"secret","output":"secret","content":[{"type":"text","text":"secret"},{"type":"mood","value":"secret"}],"status":"error","kind":"secret","new":"secret"}"#;
    let block: ContentBlock = from_str(text).unwrap();
    assert_eq!(
        format!("{block:?}"),
        "ToolResultContent { tool_call_id: <6 bytes>, output: <6 bytes>, content: [TextContent { text: <6 bytes> }, \
         GenericContent { type: \"mood\", fields: {\"value\": <8 bytes of JSON>} }], status: error, kind: <6 bytes>, \
         extra: {\"e\": <8 bytes of JSON>}, unknown: {\"new\": <8 bytes of JSON>} }",
    );
}

proptest! {
    #[test]
    fn any_block_round_trips_through_json(block in blocks::block()) {
        let text = serde_json::to_string(&block).unwrap();
        let read: ContentBlock = from_str(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), text.as_str());
        prop_assert_eq!(&read, &block);
        prop_assert_eq!(ContentParser::new().parse_str(&text).unwrap(), block);
    }
}

#[test]
fn arguments_with_half_a_character_parse() {
    for (arguments, expected) in [
        (r#"{"a":"x\ud83d"}"#, Some("x\u{fffd}")),
        (r#"{"a":"\ud83d\ude00"}"#, Some("😀")),
        (r#"{"a":"\ud83d"#, None),
    ] {
        let call = ToolCallContent::new("i", "f", arguments);
        let parsed = call.parse_arguments::<std::collections::BTreeMap<String, String>>();
        assert_eq!(parsed.ok().and_then(|members| members.get("a").cloned()).as_deref(), expected);
    }
}
