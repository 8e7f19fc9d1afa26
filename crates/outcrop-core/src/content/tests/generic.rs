//! Blocks of unknown types: AG2's `GenericContent`.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::tests::json_text::{self, canonical, object};
use crate::{ContentBlock, GenericContent, JsonObject, RawJson, from_str};

fn generic(text: &str) -> GenericContent {
    match from_str::<ContentBlock>(text).unwrap() {
        ContentBlock::Generic(block) => block,
        other => panic!("{other:?}"),
    }
}

#[test]
fn unknown_type_keeps_all_members() {
    let text = r#"{"type":"mood","extra":{"from":"a"},"value":"calm","level":1.0,"more":{"b":[1,{"c":null}]},"none":null}"#;
    let block = generic(text);
    assert_eq!(block.block_type(), "mood");
    assert_eq!(block.get("value").and_then(RawJson::as_string).as_deref(), Some("calm"));
    assert_eq!(block.get("level").map(RawJson::as_str), Some("1.0"));
    assert_eq!(block.get("more").map(RawJson::as_str), Some(r#"{"b":[1,{"c":null}]}"#));
    assert_eq!(block.get("none"), Some(&RawJson::null()));
    assert_eq!(block.get("missing"), None);
    assert_eq!(block.get("type"), None);
    for (name, expected) in
        [("type", true), ("extra", true), ("value", true), ("none", true), ("missing", false)]
    {
        assert_eq!(block.has_field(name), expected, "{name}");
    }
    assert_eq!(block.fields.keys().collect::<Vec<_>>(), ["value", "level", "more", "none"]);
    assert_eq!(block.extra.get("from").and_then(RawJson::as_string).as_deref(), Some("a"));
    assert_eq!(serde_json::to_string(&block).unwrap(), text);
}

#[test]
fn block_without_type_is_unknown() {
    for (text, written) in [
        ("{}", r#"{"type":"unknown","extra":{}}"#),
        (r#"{"a":1}"#, r#"{"type":"unknown","extra":{},"a":1}"#),
        (r#"{"type":null,"a":1}"#, r#"{"extra":{},"type":null,"a":1}"#),
        (r#"{"type":7}"#, r#"{"extra":{},"type":7}"#),
        (r#"{"type":["text"]}"#, r#"{"extra":{},"type":["text"]}"#),
        (r#"{"extra":7}"#, r#"{"type":"unknown","extra":7}"#),
        (r#"{"extra":null,"type":false}"#, r#"{"extra":null,"type":false}"#),
    ] {
        let block = generic(text);
        assert_eq!(block.block_type(), GenericContent::UNKNOWN);
        assert_eq!(serde_json::to_string(&block).unwrap(), written);
    }
}

#[test]
fn known_type_with_invalid_members_is_kept_unchanged() {
    for text in [
        r#"{"type":"text","extra":{}}"#,
        r#"{"type":"text","extra":{},"text":7}"#,
        r#"{"type":"text","extra":{},"text":null}"#,
        r#"{"type":"text","extra":null,"text":"a"}"#,
        r#"{"type":"image","extra":{},"detail":"closely"}"#,
        r#"{"type":"tool_call","extra":{},"id":1,"name":"n","arguments":"{}"}"#,
        r#"{"type":"tool_call","extra":{},"id":"i","name":"n","arguments":{}}"#,
        r#"{"type":"tool_result","extra":{},"tool_call_id":"i"}"#,
        r#"{"type":"tool_result","extra":{},"tool_call_id":"i","output":"o","content":{}}"#,
        r#"{"type":"citation","extra":{},"url":"u","title":"t","snippet":"s","location":7}"#,
        r#"{"type":"json","extra":{}}"#,
        r#"{"type":"document","extra":{},"chunks":"a"}"#,
    ] {
        let block = generic(text);
        assert!(text.contains(block.block_type()));
        assert_eq!(canonical(&serde_json::to_string(&block).unwrap()), canonical(text));
    }
}

#[test]
fn type_in_other_case_or_with_spaces_is_unknown() {
    for name in ["Text", "TEXT", " text", "text ", "te\\u0078t2"] {
        let text = format!(r#"{{"type":"{name}","text":"a"}}"#);
        assert!(from_str::<ContentBlock>(&text).unwrap().as_generic().is_some(), "{name}");
    }
    let escaped: ContentBlock = from_str(r#"{"type":"te\u0078t","text":"a"}"#).unwrap();
    assert_eq!(escaped.as_text(), Some("a"));
}

#[test]
fn block_that_is_not_an_object_is_rejected() {
    for text in ["7", "null", "[]", "\"text\"", r#"{"a":1,"a":2}"#] {
        assert!(from_str::<ContentBlock>(text).is_err(), "{text}");
    }
}

#[test]
fn generic_block_round_trips_through_json() {
    let fields: JsonObject = [("value", RawJson::from("calm"))].into_iter().collect();
    let block = GenericContent::new("mood", fields);
    let text = serde_json::to_string(&block).unwrap();
    assert_eq!(text, r#"{"type":"mood","extra":{},"value":"calm"}"#);
    assert_eq!(generic(&text), block);
    assert_eq!(
        format!("{block:?}"),
        r#"GenericContent { type: "mood", fields: {"value": <6 bytes of JSON>} }"#
    );
}

proptest! {
    #[test]
    fn any_object_round_trips_as_a_block(
        text in object(vec((prop_oneof!["type|extra|text|a", any::<String>()], json_text::value()), 0..5)),
    ) {
        let block: ContentBlock = from_str(&text).unwrap();
        let written = serde_json::to_string(&block).unwrap();
        let mut members: JsonObject = from_str(&text).unwrap();
        let mut written_members: JsonObject = from_str(&written).unwrap();
        // Only these two members are added.
        for name in ["type", "extra"] {
            if !members.contains(name) {
                written_members.remove(name);
            }
        }
        members.retain(|_, _| true);
        prop_assert_eq!(canonical(RawJson::from(written_members).as_str()), canonical(RawJson::from(members).as_str()));
        prop_assert_eq!(from_str::<ContentBlock>(&written).unwrap(), block);
    }
}
