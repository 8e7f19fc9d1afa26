//! Structs that keep unknown members.

use crate::tests::sample::{Block, Body, Marker, Outcome, Status, Turn};
use crate::{RawJson, Redacted, from_str};

fn outcome(text: &str) -> Outcome {
    from_str(text).unwrap()
}

fn written(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn absent_members_are_not_written() {
    let read = outcome(r#"{"toolUseId":"t"}"#);
    assert_eq!(read, Outcome::new("t"));
    assert_eq!(written(&read), r#"{"toolUseId":"t"}"#);
    assert_eq!(written(&Marker::new()), "{}");
    assert_eq!(Marker::default(), from_str("{}").unwrap());
    assert_eq!(written(&Body::new(vec![Turn::new(vec![])])), r#"{"messages":[{"content":[]}]}"#);
}

#[test]
fn unknown_members_keep_their_order() {
    let read = outcome(r#"{"z":1.0,"millis":7,"a":{"c":2,"b":[ ]},"toolUseId":"t","status":"error"}"#);
    assert_eq!((read.millis, &read.status), (Some(7), &Some(Status::Error)));
    assert_eq!(read.unknown.keys().collect::<Vec<_>>(), ["z", "a"]);
    assert_eq!(
        written(&read),
        r#"{"toolUseId":"t","status":"error","millis":7,"z":1.0,"a":{"c":2,"b":[ ]}}"#
    );
}

#[test]
fn null_differs_from_an_absent_member() {
    let read = outcome(r#"{"millis":null,"toolUseId":"t","rest":null}"#);
    assert_eq!((read.millis, &read.rest), (None, &None));
    assert_eq!(read.unknown.keys().collect::<Vec<_>>(), ["millis", "rest"]);
    assert_eq!(written(&read), r#"{"toolUseId":"t","millis":null,"rest":null}"#);
    assert_ne!(read, outcome(r#"{"toolUseId":"t"}"#));
}

#[test]
fn set_field_replaces_parsed_null() {
    let mut read = outcome(r#"{"toolUseId":"t","millis":null,"status":null}"#);
    read.millis = Some(7);
    assert_eq!(written(&read), r#"{"toolUseId":"t","millis":7,"status":null}"#);
    assert_eq!(outcome(&written(&read)).millis, Some(7));
    read.millis = None;
    assert_eq!(written(&read), r#"{"toolUseId":"t","millis":null,"status":null}"#);
}

#[test]
fn invalid_members_are_errors() {
    for (text, message) in [
        ("{}", "missing field `toolUseId`"),
        (r#"{"toolUseId":null}"#, "invalid type: null, expected a string"),
        (r#"{"toolUseId":1}"#, "invalid type: integer `1`, expected a string"),
        (r#"{"toolUseId":"t","toolUseId":"t"}"#, "duplicate field `toolUseId`"),
        (r#"{"toolUseId":"t","millis":1,"millis":2}"#, "duplicate field `millis`"),
        (r#"{"toolUseId":"t","millis":1,"millis":null}"#, "duplicate field `millis`"),
        (r#"{"toolUseId":"t","millis":null,"millis":1}"#, "duplicate field `millis`"),
        (r#"{"toolUseId":"t","millis":null,"millis":null}"#, "duplicate field `millis`"),
        (r#"{"toolUseId":"t","millis":null,"\u006dillis":1}"#, "duplicate field `millis`"),
        (r#"{"toolUseId":"t","x":1,"x":1}"#, "duplicate member `x`"),
        (r#"{"toolUseId":"t","x":null,"x":null}"#, "duplicate member `x`"),
        (r#"{"toolUseId":"t","millis":1.5}"#, "invalid type: floating point `1.5`, expected u64"),
        (r#"{"toolUseId":"t","millis":"1"}"#, "invalid type: string, expected u64"),
        (r#"{"toolUseId":"t","isLasting":0}"#, "invalid type: integer `0`, expected a boolean"),
        (r#"{"toolUseId":"t","status":[]}"#, "invalid type: sequence, expected a name"),
        (r#"{"toolUseId":"t","parts":{}}"#, "invalid type: map, expected a sequence"),
        ("[]", "invalid type: sequence, expected an object (Outcome)"),
        ("null", "invalid type: null, expected an object (Outcome)"),
        (r#"["t"]"#, "invalid type: sequence, expected an object (Outcome)"),
    ] {
        let error = from_str::<Outcome>(text).unwrap_err();
        assert!(error.message().starts_with(message), "{text}: {error}");
    }
}

#[test]
fn escaped_member_names_are_known() {
    let read = outcome(r#"{"\u0074oolUseId":"t","mill\u0069s":7,"ne\u0077":1}"#);
    assert_eq!(read.millis, Some(7));
    assert_eq!(written(&read), r#"{"toolUseId":"t","millis":7,"new":1}"#);
}

#[test]
fn debug_shows_known_members_without_content() {
    let mut read = outcome(
        r#"{"toolUseId":"secret","status":"secret","millis":7,"isLasting":true,"parts":[{"text":"secret"},{"new":"secret"}],"share":0.5,"rest":"secret","new":"secret"}"#,
    );
    let shown = "Outcome { id: <6 bytes>, status: <6 bytes>, millis: 7, lasting: true, \
                 parts: [Text(<6 bytes>), Unknown({\"new\": <8 bytes of JSON>})], share: Number(0.5), \
                 rest: <8 bytes of JSON>, unknown: {\"new\": <8 bytes of JSON>} }";
    assert_eq!(format!("{read:?}"), shown);
    assert_eq!(format!("{:?}", Redacted(&read)), shown);
    read.status = Some(Status::Error);
    assert!(format!("{read:?}").contains("status: error"));
    assert_eq!(format!("{:?}", Outcome::new("t")), "Outcome { id: <1 bytes> }");
}

#[test]
fn constructor_converts_its_arguments() {
    let turn = Turn::new([Block::Text("a".to_owned())]);
    let mut outcome = Outcome::new("t");
    outcome.status = Some("new".into());
    outcome.rest = Some(RawJson::null());
    assert_eq!(written(&turn), r#"{"content":[{"text":"a"}]}"#);
    assert_eq!(written(&outcome), r#"{"toolUseId":"t","status":"new","rest":null}"#);
}
