//! Parsing blocks: errors for members that do not fit, and types inferred from members.

use crate::{ContentBlock, ContentParser, UnifiedMessage, from_str};

#[test]
fn valid_and_unknown_blocks_parse_without_error() {
    let parser = ContentParser::new();
    for text in [r#"{"type":"text","text":"a"}"#, r#"{"type":"mood"}"#, "{}", r#"{"type":7}"#] {
        parser.try_parse(from_str(text).unwrap()).unwrap();
    }
}

#[test]
fn known_type_with_invalid_members_is_reported_with_path() {
    let parser = ContentParser::new();
    for (text, path, message) in [
        (r#"{"type":"text"}"#, "text", "missing"),
        (r#"{"type":"text","text":["secret"]}"#, "text", "invalid type: sequence, expected a string"),
        (
            r#"{"type":"image","detail":"secret"}"#,
            "detail",
            "unknown variant, expected one of `auto`, `low`, `high`",
        ),
        (
            r#"{"type":"text","text":"a","extra":["secret"]}"#,
            "extra",
            "invalid type: sequence, expected an object",
        ),
        (
            r#"{"type":"citation","url":"u","title":"t","snippet":"s","location":{"documentPage":{"start":"secret"}}}"#,
            "location.documentPage.start",
            "invalid type: string, expected u64",
        ),
    ] {
        let unparsed = parser.try_parse(from_str(text).unwrap()).unwrap_err();
        assert_eq!(unparsed.reason.path(), path);
        assert!(unparsed.reason.message().starts_with(message), "{unparsed}");
        assert!(!unparsed.to_string().contains("secret"), "{unparsed}");
        assert!(text.contains(unparsed.block.block_type()));
    }
}

#[test]
fn text_that_is_not_an_object_is_an_error() {
    for text in ["7", "[]", "", "{", "null"] {
        assert!(ContentParser::new().parse_str(text).is_err(), "{text}");
    }
}

#[test]
fn absent_type_in_a_message_is_inferred_from_members() {
    for (block, expected) in [
        (r#"{"text":"a"}"#, "text"),
        (r#"{"reasoning":"a"}"#, "reasoning"),
        (r#"{"id":"i","name":"n","arguments":"{}"}"#, "tool_call"),
        (r#"{"tool_call_id":"i","output":"o"}"#, "tool_result"),
        (r#"{"url":"u","title":"t","snippet":"s"}"#, "citation"),
        (r#"{"image_url":"u"}"#, "image"),
        (r#"{"audio_url":"u"}"#, "audio"),
        (r#"{"video_url":"u"}"#, "video"),
        (r#"{"document_url":"u"}"#, "document"),
        (r#"{"text":"a","reasoning":"b"}"#, "text"),
        // A distinctive member without the rest of the block, or no distinctive member. AG2 parses an empty object as
        // an image.
        (r#"{"arguments":"{}"}"#, "unknown"),
        (r#"{"text":7}"#, "unknown"),
        (r#"{"data_uri":"data:image/png;base64,aGk="}"#, "unknown"),
        (r#"{"value":"a"}"#, "unknown"),
        ("{}", "unknown"),
        // A present type decides, whatever it is.
        (r#"{"type":"mood","text":"a"}"#, "mood"),
        (r#"{"type":null,"text":"a"}"#, "unknown"),
    ] {
        let message: UnifiedMessage = from_str(&format!(r#"{{"role":"user","content":[{block}]}}"#)).unwrap();
        assert_eq!(message.content[0].block_type(), expected, "{block}");
        let alone: ContentBlock = from_str(block).unwrap();
        assert_eq!(alone.as_generic().is_some(), !block.contains("\"type\":\"text\""), "{block}");
    }
}
