//! Unions that keep the variants they do not know.

use crate::tests::sample::{Outcome, Piece};
use crate::{JsonObject, RawJson, Redacted, from_str};

fn piece(text: &str) -> Piece {
    from_str(text).unwrap()
}

fn written(piece: &Piece) -> String {
    serde_json::to_string(piece).unwrap()
}

#[test]
fn one_known_member_is_its_variant() {
    for (text, expected) in [
        (r#"{"text":"a"}"#, Piece::Text("a".to_owned())),
        (r#"{"te\u0078t":"a"}"#, Piece::Text("a".to_owned())),
        (r#"{"toolResult":{"toolUseId":"t"}}"#, Piece::ToolResult(Outcome::new("t"))),
        (r#"{"picture":"aGk="}"#, Piece::Picture(b"hi".to_vec().into())),
        (r#"{"json":null}"#, Piece::Json(RawJson::null())),
        (r#"{"json":{"a":[ 1.0 ]}}"#, Piece::Json(RawJson::parse(r#"{"a":[ 1.0 ]}"#).unwrap())),
    ] {
        let read = piece(text);
        assert_eq!(read, expected);
        assert_eq!(written(&read), text.replace(r"\u0078", "x"));
        assert!(text.replace(r"\u0078", "x").starts_with(&format!("{{\"{}\"", read.member())));
    }
}

#[test]
fn anything_else_is_unknown_and_written_back() {
    for (text, member) in [
        ("{}", ""),
        (r#"{"song":"la"}"#, "song"),
        (r#"{"song":null}"#, "song"),
        (r#"{"song":{"b":1.0,"a":[ ]}}"#, "song"),
        (r#"{"text":"a","song":"la"}"#, "text"),
        (r#"{"song":"la","text":"a"}"#, "song"),
        (r#"{"text":"a","json":1.0}"#, "text"),
        (r#"{"json":1.0,"text":"a"}"#, "json"),
        (r#"{"text":"a","x":1,"toolResult":{"toolUseId":"t","new":1.0},"picture":"aGk"}"#, "text"),
        (r#"{"toolResult":{"toolUseId":"t","millis":null,"new":1.0},"x":null}"#, "toolResult"),
        (r#"{"song":"la","text":7}"#, "song"),
    ] {
        let read = piece(text);
        assert!(matches!(read, Piece::Unknown(_)), "{text}");
        assert_eq!(written(&read), text);
        assert_eq!(read.member(), member);
        assert_eq!(piece(&written(&read)), read);
    }
}

#[test]
fn what_does_not_fit_is_an_error() {
    for (text, message) in [
        ("[]", "invalid type: sequence, expected an object with one member (Piece)"),
        (r#""text""#, "invalid type: string, expected an object with one member (Piece)"),
        ("null", "invalid type: null, expected an object with one member (Piece)"),
        (r#"{"text":null}"#, "invalid type: null, expected a string"),
        (r#"{"text":7}"#, "invalid type: integer `7`, expected a string"),
        (r#"{"text":"a","text":"b"}"#, "duplicate member `text`"),
        (r#"{"text":"a","x":1,"text":"b"}"#, "duplicate member `text`"),
        (r#"{"x":1,"x":1}"#, "duplicate member `x`"),
        (r#"{"text":"a","x":1,"x":2}"#, "duplicate member `x`"),
        (r#"{"toolResult":{}}"#, "missing field `toolUseId`"),
    ] {
        let error = from_str::<Piece>(text).unwrap_err();
        assert!(error.message().starts_with(message), "{text}: {error}");
    }
}

#[test]
fn debug_shows_the_variant_and_no_content() {
    let unknown: JsonObject = from_str(r#"{"song":"secret"}"#).unwrap();
    for (piece, shown) in [
        (Piece::Text("secret".to_owned()), "Text(<6 bytes>)"),
        (Piece::ToolResult(Outcome::new("secret")), "ToolResult(Outcome { id: <6 bytes> })"),
        (Piece::Picture(vec![0; 7].into()), "Picture(<7 bytes>)"),
        (Piece::Json(RawJson::from("secret")), "Json(<8 bytes of JSON>)"),
        (Piece::Unknown(unknown), "Unknown({\"song\": <8 bytes of JSON>})"),
    ] {
        assert_eq!(format!("{piece:?}"), shown);
        assert_eq!(format!("{:?}", Redacted(&piece)), shown);
    }
}
