//! Block types that a program adds.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{ContentBlock, ContentParser, CustomBlock, CustomContent, JsonObject, Role, from_str};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Mood {
    value: String,
    #[serde(default)]
    level: u8,
}

impl CustomContent for Mood {
    const TYPE: &'static str = "mood";

    fn rendered_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.value)
    }
}

/// A text block that replaces that of this crate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct LoudText {
    #[serde(rename = "type")]
    kind: String,
    text: String,
}

impl CustomContent for LoudText {
    const TYPE: &'static str = "text";
}

/// A type whose JSON is not an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Bare(u8);

impl CustomContent for Bare {
    const TYPE: &'static str = "bare";
}

fn members(text: &str) -> JsonObject {
    from_str(text).unwrap()
}

#[test]
fn registered_type_is_parsed_as_its_value() {
    let parser = ContentParser::new().register::<Mood>();
    let block = parser.parse_str(r#"{"type":"mood","value":"calm","level":3}"#).unwrap();
    let mood = Mood { value: "calm".to_owned(), level: 3 };
    assert_eq!(block.as_custom::<Mood>(), Some(&mood));
    assert_eq!(block.as_custom::<LoudText>(), None);
    assert_eq!(block, ContentBlock::Custom(CustomBlock::new(mood)));
    assert_eq!((block.block_type(), block.rendered_text().as_ref()), ("mood", "calm"));
    assert_eq!((block.extra(), block.as_generic(), block.as_text()), (None, None, None));
    assert_eq!(serde_json::to_string(&block).unwrap(), r#"{"type":"mood","value":"calm","level":3}"#);
    assert_eq!(format!("{block:?}"), r#"CustomBlock("mood")"#);
}

#[test]
fn registration_does_not_affect_another_parser() {
    let _knows = ContentParser::new().register::<Mood>();
    let block = ContentParser::new().parse_str(r#"{"type":"mood","value":"calm"}"#).unwrap();
    assert!(block.as_generic().is_some());
}

#[test]
fn registered_type_replaces_type_of_this_crate() {
    let parser = ContentParser::new().register::<LoudText>();
    let text = r#"{"type":"text","text":"a"}"#;
    let block = parser.parse_str(text).unwrap();
    assert_eq!(block.as_custom::<LoudText>().map(|block| block.text.as_str()), Some("a"));
    // The type's own field `type` is not written a second time.
    assert_eq!(serde_json::to_string(&block).unwrap(), text);
    let image = parser.parse_str(r#"{"type":"image"}"#).unwrap();
    assert!(matches!(image, ContentBlock::Image(_)));
}

#[test]
fn registered_type_with_invalid_members_is_generic_with_reason() {
    let parser = ContentParser::new().register::<Mood>();
    let text = r#"{"type":"mood","value":7}"#;
    assert!(parser.parse(members(text)).as_generic().is_some());
    let unparsed = parser.try_parse(members(text)).unwrap_err();
    assert_eq!(unparsed.block.get("value").map(crate::RawJson::as_str), Some("7"));
    assert_eq!(unparsed.reason.path(), "value");
    assert!(
        unparsed.to_string().starts_with("kept a block of type `mood` as a generic one: value: invalid type")
    );
}

#[test]
fn message_is_parsed_with_registered_blocks() {
    let parser = ContentParser::new().register::<Mood>();
    let text = r#"{"role":"assistant","content":[{"type":"mood","value":"calm"},{"text":"a"}]}"#;
    let message = parser.parse_message(text).unwrap();
    assert_eq!(message.role, Role::Assistant);
    assert_eq!(message.content[0].as_custom::<Mood>().map(|mood| mood.level), Some(0));
    assert_eq!(message.content[1].as_text(), Some("a"));
    assert_eq!(message.rendered_text(), "calm a");
    assert_eq!(message.get_content_by_type("mood").count(), 1);
    assert!(parser.parse_message(r#"{"role":"user"}"#).is_err());
}

#[test]
fn custom_blocks_with_equal_values_are_equal() {
    let mood = |level| CustomBlock::new(Mood { value: "calm".to_owned(), level });
    assert_eq!(mood(1), mood(1));
    assert_ne!(mood(1), mood(2));
    assert_ne!(mood(1), CustomBlock::new(Bare(1)));
}

#[test]
fn type_without_json_object_fails_to_serialize() {
    let block = ContentBlock::Custom(CustomBlock::new(Bare(1)));
    let error = serde_json::to_string(&block).unwrap_err();
    assert_eq!(error.to_string(), "cannot serialize the block type `bare`: its JSON is not an object");
}

#[test]
fn parser_debug_lists_registered_types() {
    let parser = ContentParser::new().register::<Mood>().register::<Bare>().register::<Mood>();
    assert_eq!(format!("{parser:?}"), r#"ContentParser { registered: ["bare", "mood"] }"#);
}
