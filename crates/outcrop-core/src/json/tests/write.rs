//! Writing JSON, with the same output as `serde_json`.

use proptest::collection::vec;
use proptest::prelude::*;
use serde::Serialize;
use serde_json::Number;

use super::super::ObjectWriter;
use crate::tests::json_text;
use crate::tests::sample::{Body, Outcome, Status};
use crate::{Blob, OrderedMap, RawJson, WriteJson};

/// Checks that both ways of writing return the same text, and that it is JSON.
fn assert_same<T: WriteJson + Serialize>(value: &T) {
    let fast = value.to_json_bytes();
    assert_eq!(String::from_utf8(fast.clone()).unwrap(), serde_json::to_string(value).unwrap());
    serde_json::from_slice::<serde::de::IgnoredAny>(&fast).unwrap();
}

#[test]
fn escapes_equal_those_of_serde_json() {
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
fn texts_around_the_block_length_equal_serde_json() {
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
fn values_of_every_type_equal_serde_json() {
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
fn blobs_are_written_as_base64() {
    for length in [0, 1, 2, 3, 4, 5, 63, 64, 65, 1000] {
        let bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let blob = Blob::from_bytes(bytes);
        assert_same(&blob);
        assert_same(&Blob::from_base64(blob.base64().into_owned()));
        assert_eq!(blob.to_json_bytes(), format!("\"{}\"", blob.base64()).into_bytes());
    }
    // Text that is not Base64 is written unchanged, with escapes.
    assert_same(&Blob::from_base64("not \"Base64\"\n"));
}

#[test]
fn write_json_appends_to_the_buffer() {
    let mut out = b"data: ".to_vec();
    "a".write_json(&mut out);
    OrderedMap::from_iter([("k", 1_u64)]).write_json(&mut out);
    assert_eq!(out, br#"data: "a"{"k":1}"#);
}

#[test]
fn nested_objects_have_correct_commas() {
    let mut out = Vec::new();
    let mut object = ObjectWriter::new(&mut out);
    object.known("\"a\":", &OrderedMap::<u64>::new());
    object.member("b\n", &OrderedMap::from_iter([("c", 1_u64), ("d", 2)]));
    object.end();
    assert_eq!(String::from_utf8(out).unwrap(), r#"{"a":{},"b\n":{"c":1,"d":2}}"#);
}

#[test]
fn open_types_equal_serde_json() {
    for block in [
        r#"{"text":"x\n"}"#,
        r#"{"image":"aGk="}"#,
        r#"{"json":[ {"a" : 1.0} ]}"#,
        r#"{"toolResult":{"toolUseId":"t"}}"#,
        r#"{"toolResult":{"toolUseId":"t","status":"odd \"name\"\n","millis":7,"isLasting":true,"parts":[{"text":""}],"share":1.50,"rest":{"a":[ ]}}}"#,
        r#"{"toolResult":{"toolUseId":"t","status":"\u00e9","isLasting":null,"new\n":{"a":1.0},"other":[]}}"#,
        r#"{"text":"x","toolResult":{"toolUseId":"t"}}"#,
        r#"{"sung":null}"#,
        "{}",
    ] {
        let text = format!(
            r#"{{"messages":[{{"content":[{block}],"marker":{{"a":1}}}}],"labels":{{"b":"","a":"c"}}}}"#
        );
        assert_same(&serde_json::from_str::<Body>(&text).unwrap());
    }
    assert_same(&Status::Odd);
}

#[test]
fn set_field_replaces_parsed_null() {
    let text = r#"{"toolUseId":"t","isLasting":null,"millis":null}"#;
    let mut outcome: Outcome = serde_json::from_str(text).unwrap();
    outcome.lasting = Some(true);
    assert_same(&outcome);
    assert_eq!(outcome.to_json_bytes(), br#"{"toolUseId":"t","isLasting":true,"millis":null}"#);
}

proptest! {
    #[test]
    fn any_text_equals_serde_json(text in any::<String>()) {
        assert_same(&text);
    }

    #[test]
    fn texts_with_many_escapes_equal_serde_json(text in "[\u{0}-\u{7f}é]{0,200}") {
        assert_same(&text);
    }

    #[test]
    fn any_object_equals_serde_json(members in vec((any::<String>(), json_text::value()), 0..5)) {
        let members = members.into_iter().map(|(name, value)| (name, RawJson::parse(value).unwrap()));
        assert_same(&members.collect::<OrderedMap<RawJson>>());
    }

    #[test]
    fn any_blob_equals_serde_json(bytes in vec(any::<u8>(), 0..300), text in any::<String>()) {
        assert_same(&Blob::from_bytes(bytes));
        assert_same(&Blob::from_base64(text));
    }

    #[test]
    fn any_number_equals_serde_json(text in json_text::number()) {
        assert_same(&serde_json::from_str::<Number>(&text).unwrap());
    }
}
