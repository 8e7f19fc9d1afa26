//! Writing JSON fast, with the outcome of serde_json.

use proptest::collection::vec;
use proptest::prelude::*;
use serde::Serialize;
use serde_json::Number;

use super::super::ObjectWriter;
use crate::tests::json_text;
use crate::tests::sample::{Body, Outcome, Status};
use crate::{Blob, OrderedMap, RawJson, WriteJson};

/// Both ways of writing give the same text, and that text is JSON.
fn assert_same<T: WriteJson + Serialize>(value: &T) {
    let fast = value.to_json_bytes();
    assert_eq!(String::from_utf8(fast.clone()).unwrap(), serde_json::to_string(value).unwrap());
    serde_json::from_slice::<serde::de::IgnoredAny>(&fast).unwrap();
}

#[test]
fn every_control_character_and_escape_is_written_as_serde_json_writes_it() {
    for code in 0..=0x100_u32 {
        let character = char::from_u32(code).unwrap();
        assert_same(&character.to_string());
        assert_same(&format!("a{character}b"));
    }
    for text in
        ["\u{2028}\u{2029}", "\u{7f}", "\u{fffd}\u{ffff}\u{10ffff}", "\"\\/\u{8}\u{c}\n\r\t", "é\u{0}é"]
    {
        assert_same(&text.to_owned());
    }
}

#[test]
fn texts_around_the_length_of_a_block_are_written_whole() {
    for length in [0, 1, 62, 63, 64, 65, 66, 127, 128, 129, 191, 192, 193, 640, 641] {
        assert_same(&"x".repeat(length));
        for at in [0, 1, 31, 62, 63, 64, 65, 126, 127, 128, 191, 639] {
            for special in ["\"", "\\", "\n", "\u{1f}", "\u{7f}", "é", "€", "\u{1f600}"] {
                if at <= length {
                    let mut text = "x".repeat(length);
                    text.insert_str(at, special);
                    assert_same(&text);
                }
            }
        }
    }
}

#[test]
fn values_of_every_kind_are_written_as_serde_json_writes_them() {
    assert_same(&true);
    assert_same(&false);
    for number in [0, 1, u64::MAX] {
        assert_same(&number);
    }
    for number in [i64::MIN, -1, 0, i64::MAX] {
        assert_same(&number);
    }
    assert_same(&u32::MAX);
    assert_same(&i32::MIN);
    for text in [
        "0.7",
        "1.0",
        "1e2",
        "-0.0",
        "1e300",
        "12345678901234567890",
        "5e-324",
        "0.1",
        "100000000000000000000",
    ] {
        assert_same(&serde_json::from_str::<Number>(text).unwrap());
    }
    assert_same(&Vec::<String>::new());
    assert_same(&vec!["a".to_owned(), String::new()]);
    assert_same(&OrderedMap::<String>::new());
    assert_same(&RawJson::parse(r#"{ "a" : 1.0 }"#).unwrap());
}

#[test]
fn bytes_are_encoded_in_their_place() {
    for length in [0, 1, 2, 3, 4, 5, 63, 64, 65, 1000] {
        let bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let blob = Blob::from_bytes(bytes);
        assert_same(&blob);
        assert_same(&Blob::from_base64(blob.base64().into_owned()));
        assert_eq!(blob.to_json_bytes(), format!("\"{}\"", blob.base64()).into_bytes());
    }
    // What is no Base64 is kept as it is, and escaped as any text.
    assert_same(&Blob::from_base64("not \"Base64\"\n"));
}

#[test]
fn writing_appends() {
    let mut out = b"data: ".to_vec();
    "a".write_json(&mut out);
    OrderedMap::from_iter([("k", 1_u64)]).write_json(&mut out);
    assert_eq!(out, br#"data: "a"{"k":1}"#);
}

#[test]
fn an_object_within_an_object_has_its_own_commas() {
    let mut out = Vec::new();
    let mut object = ObjectWriter::new(&mut out);
    object.known("\"a\":", &OrderedMap::<u64>::new());
    object.member("b\n", &OrderedMap::from_iter([("c", 1_u64), ("d", 2)]));
    object.end();
    assert_eq!(String::from_utf8(out).unwrap(), r#"{"a":{},"b\n":{"c":1,"d":2}}"#);
}

#[test]
fn open_types_are_written_the_same_both_ways() {
    for piece in [
        r#"{"text":"x\n"}"#,
        r#"{"picture":"aGk="}"#,
        r#"{"json":[ {"a" : 1.0} ]}"#,
        r#"{"toolResult":{"toolUseId":"t"}}"#,
        r#"{"toolResult":{"toolUseId":"t","status":"odd \"name\"\n","millis":7,"isLasting":true,"parts":[{"text":""}],"share":1.50,"rest":{"a":[ ]}}}"#,
        r#"{"toolResult":{"toolUseId":"t","status":"\u00e9","isLasting":null,"new\n":{"a":1.0},"other":[]}}"#,
        r#"{"text":"x","toolResult":{"toolUseId":"t"}}"#,
        r#"{"sung":null}"#,
        "{}",
    ] {
        let text = format!(
            r#"{{"messages":[{{"content":[{piece}],"mark":{{"a":1}}}}],"labels":{{"b":"","a":"c"}}}}"#
        );
        assert_same(&serde_json::from_str::<Body>(&text).unwrap());
    }
    assert_same(&Status::Odd);
}

#[test]
fn a_null_that_was_read_gives_way_to_a_value_that_was_set_since() {
    let text = r#"{"toolUseId":"t","isLasting":null,"millis":null}"#;
    let mut outcome: Outcome = serde_json::from_str(text).unwrap();
    outcome.lasting = Some(true);
    assert_same(&outcome);
    assert_eq!(outcome.to_json_bytes(), br#"{"toolUseId":"t","isLasting":true,"millis":null}"#);
}

proptest! {
    #[test]
    fn any_text_is_written_as_serde_json_writes_it(text in any::<String>()) {
        assert_same(&text);
    }

    #[test]
    fn texts_with_many_escapes_are_too(text in "[\u{0}-\u{7f}é]{0,200}") {
        assert_same(&text);
    }

    #[test]
    fn objects_with_any_members_are_too(members in vec((any::<String>(), json_text::value()), 0..5)) {
        let members = members.into_iter().map(|(name, value)| (name, RawJson::parse(value).unwrap()));
        assert_same(&members.collect::<OrderedMap<RawJson>>());
    }

    #[test]
    fn blobs_of_any_bytes_are_too(bytes in vec(any::<u8>(), 0..300), text in any::<String>()) {
        assert_same(&Blob::from_bytes(bytes));
        assert_same(&Blob::from_base64(text));
    }

    #[test]
    fn numbers_of_any_spelling_are_too(text in json_text::number()) {
        assert_same(&serde_json::from_str::<Number>(&text).unwrap());
    }
}
