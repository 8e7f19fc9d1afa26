//! Blocks of types that a user of this crate adds.

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

/// A text block of a program's own, in place of this crate's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct LoudText {
    #[serde(rename = "type")]
    kind: String,
    text: String,
}

impl CustomContent for LoudText {
    const TYPE: &'static str = "text";
}

/// A type whose JSON is no object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Bare(u8);

impl CustomContent for Bare {
    const TYPE: &'static str = "bare";
}

fn members(text: &str) -> JsonObject {
    from_str(text).unwrap()
}

#[test]
fn a_registered_type_is_read_as_itself() {
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
fn another_parser_knows_nothing_of_it() {
    let _knows = ContentParser::new().register::<Mood>();
    let block = ContentParser::new().parse_str(r#"{"type":"mood","value":"calm"}"#).unwrap();
    assert!(block.as_generic().is_some());
}

#[test]
fn a_registered_type_goes_before_one_of_this_crate() {
    let parser = ContentParser::new().register::<LoudText>();
    let text = r#"{"type":"text","text":"a"}"#;
    let block = parser.parse_str(text).unwrap();
    assert_eq!(block.as_custom::<LoudText>().map(|block| block.text.as_str()), Some("a"));
    // Its own `type` is not written twice.
    assert_eq!(serde_json::to_string(&block).unwrap(), text);
    let image = parser.parse_str(r#"{"type":"image"}"#).unwrap();
    assert!(matches!(image, ContentBlock::Image(_)));
}

#[test]
fn a_registered_type_that_does_not_fit_is_generic_and_told() {
    let parser = ContentParser::new().register::<Mood>();
    let text = r#"{"type":"mood","value":7}"#;
    assert!(parser.parse(members(text)).as_generic().is_some());
    let unparsed = parser.try_parse(members(text)).unwrap_err();
    assert_eq!(unparsed.block.get("value").map(crate::RawJson::as_str), Some("7"));
    assert_eq!(unparsed.reason.path(), "value");
    assert!(
        unparsed.to_string().starts_with("a block of type `mood` was kept as it came: value: invalid type")
    );
}

#[test]
fn messages_have_registered_blocks_too() {
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
fn custom_blocks_are_equal_when_their_values_are() {
    let mood = |level| CustomBlock::new(Mood { value: "calm".to_owned(), level });
    assert_eq!(mood(1), mood(1));
    assert_ne!(mood(1), mood(2));
    assert_ne!(mood(1), CustomBlock::new(Bare(1)));
}

#[test]
fn a_type_whose_json_is_no_object_cannot_be_written() {
    let block = ContentBlock::Custom(CustomBlock::new(Bare(1)));
    let error = serde_json::to_string(&block).unwrap_err();
    assert_eq!(error.to_string(), "the block type `bare` is no JSON object");
}

#[test]
fn a_parser_says_which_types_it_knows() {
    let parser = ContentParser::new().register::<Mood>().register::<Bare>().register::<Mood>();
    assert_eq!(format!("{parser:?}"), r#"ContentParser { registered: ["bare", "mood"] }"#);
}
