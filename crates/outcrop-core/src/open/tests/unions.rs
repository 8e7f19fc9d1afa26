//! Unions that keep unknown variants.

use crate::tests::sample::{Block, Outcome};
use crate::{JsonObject, RawJson, Redacted, from_str};

fn block(text: &str) -> Block {
    from_str(text).unwrap()
}

fn written(block: &Block) -> String {
    serde_json::to_string(block).unwrap()
}

#[test]
fn object_with_one_known_member_is_its_variant() {
    for (text, expected) in [
        (r#"{"text":"a"}"#, Block::Text("a".to_owned())),
        (r#"{"te\u0078t":"a"}"#, Block::Text("a".to_owned())),
        (r#"{"toolResult":{"toolUseId":"t"}}"#, Block::ToolResult(Outcome::new("t"))),
        (r#"{"image":"aGk="}"#, Block::Image(b"hi".to_vec().into())),
        (r#"{"json":null}"#, Block::Json(RawJson::null())),
        (r#"{"json":{"a":[ 1.0 ]}}"#, Block::Json(RawJson::parse(r#"{"a":[ 1.0 ]}"#).unwrap())),
    ] {
        let read = block(text);
        assert_eq!(read, expected);
        assert_eq!(written(&read), text.replace(r"\u0078", "x"));
        assert!(text.replace(r"\u0078", "x").starts_with(&format!("{{\"{}\"", read.member())));
    }
}

#[test]
fn other_objects_are_unknown_and_written_back() {
    for (text, member) in [
        ("{}", ""),
        (r#"{"song":"la"}"#, "song"),
        (r#"{"song":null}"#, "song"),
        (r#"{"song":{"b":1.0,"a":[ ]}}"#, "song"),
        (r#"{"text":"a","song":"la"}"#, "text"),
        (r#"{"song":"la","text":"a"}"#, "song"),
        (r#"{"text":"a","json":1.0}"#, "text"),
        (r#"{"json":1.0,"text":"a"}"#, "json"),
        (r#"{"text":"a","x":1,"toolResult":{"toolUseId":"t","new":1.0},"image":"aGk"}"#, "text"),
        (r#"{"toolResult":{"toolUseId":"t","millis":null,"new":1.0},"x":null}"#, "toolResult"),
        (r#"{"song":"la","text":7}"#, "song"),
    ] {
        let read = block(text);
        assert!(matches!(read, Block::Unknown(_)), "{text}");
        assert_eq!(written(&read), text);
        assert_eq!(read.member(), member);
        assert_eq!(block(&written(&read)), read);
    }
}

#[test]
fn invalid_members_are_errors() {
    for (text, message) in [
        ("[]", "invalid type: sequence, expected an object with one member (Block)"),
        (r#""text""#, "invalid type: string, expected an object with one member (Block)"),
        ("null", "invalid type: null, expected an object with one member (Block)"),
        (r#"{"text":null}"#, "invalid type: null, expected a string"),
        (r#"{"text":7}"#, "invalid type: integer `7`, expected a string"),
        (r#"{"text":"a","text":"b"}"#, "duplicate member `text`"),
        (r#"{"text":"a","x":1,"text":"b"}"#, "duplicate member `text`"),
        (r#"{"x":1,"x":1}"#, "duplicate member `x`"),
        (r#"{"text":"a","x":1,"x":2}"#, "duplicate member `x`"),
        (r#"{"toolResult":{}}"#, "missing field `toolUseId`"),
    ] {
        let error = from_str::<Block>(text).unwrap_err();
        assert!(error.message().starts_with(message), "{text}: {error}");
    }
}

#[test]
fn debug_shows_the_variant_without_content() {
    let unknown: JsonObject = from_str(r#"{"song":"secret"}"#).unwrap();
    for (block, shown) in [
        (Block::Text("secret".to_owned()), "Text(<6 bytes>)"),
        (Block::ToolResult(Outcome::new("secret")), "ToolResult(Outcome { id: <6 bytes> })"),
        (Block::Image(vec![0; 7].into()), "Image(<7 bytes>)"),
        (Block::Json(RawJson::from("secret")), "Json(<8 bytes of JSON>)"),
        (Block::Unknown(unknown), "Unknown({\"song\": <8 bytes of JSON>})"),
    ] {
        assert_eq!(format!("{block:?}"), shown);
        assert_eq!(format!("{:?}", Redacted(&block)), shown);
    }
}
