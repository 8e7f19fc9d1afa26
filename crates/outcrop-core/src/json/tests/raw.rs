//! Raw JSON values, which keep their text.

use proptest::prelude::*;
use serde_json::json;

use crate::tests::json_text::{self, canonical};
use crate::{JsonObject, RawJson};

/// Returns an array that is nested to a depth.
fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

#[test]
fn raw_text_is_kept_unchanged() {
    for text in [
        r#"{"z": 1.0, "a": 2, "m": {"y": 1, "b": 2}}"#,
        "1.0",
        "-0",
        "1e2",
        "1E+02",
        "0.70",
        "123456789012345678901234567890",
        "-123456789012345678901234567890.123456789012345678901234567890",
        r#""\u0041\/\n""#,
        "[ 1 ,\t2 ]",
        r#"{"a":1,"a":2}"#,
        "\"\u{2028}\u{2029}\u{85}\"",
    ] {
        let parsed = RawJson::parse(text).unwrap();
        assert_eq!(parsed.as_str(), text);
        assert_eq!(serde_json::to_string(&parsed).unwrap(), text);
        let read: RawJson = serde_json::from_str(text).unwrap();
        assert_eq!(read, parsed);
        assert_eq!(read.clone(), read);
    }
}

#[test]
fn surrounding_white_space_is_removed() {
    assert_eq!(RawJson::parse(" \n\t{\"a\": 1}\r\n ").unwrap().as_str(), r#"{"a": 1}"#);
}

#[test]
fn line_breaks_between_tokens_are_removed() {
    for (text, expected) in [
        ("{\n  \"a\": 1,\r\n  \"b\": [\n1\n,2]\n}", r#"{  "a": 1,  "b": [1,2]}"#),
        ("{\"a\": \"x\\ny\\r\\u000a\"\n}", r#"{"a": "x\ny\r\u000a"}"#),
        ("[\r]", "[]"),
        ("[\"\u{2028}\",\n\"\u{85}\"]", "[\"\u{2028}\",\"\u{85}\"]"),
    ] {
        let by_parsing = RawJson::parse(text).unwrap();
        let by_reading: RawJson = serde_json::from_str(text).unwrap();
        let boxed: Box<serde_json::value::RawValue> = serde_json::from_str(text).unwrap();
        assert_eq!(by_parsing.as_str(), expected);
        assert_eq!(by_reading.as_str(), expected);
        assert_eq!(RawJson::from(boxed).as_str(), expected);
        assert_eq!(by_parsing.to_value(), serde_json::from_str::<serde_json::Value>(text).unwrap());
    }
}

#[test]
fn values_nested_10_000_levels_deep_are_kept() {
    let deep = nested(10_000);
    let parsed = RawJson::parse(deep.as_str()).unwrap();
    assert_eq!(parsed.as_str(), deep);
    assert!(parsed.is_array());

    let object = format!(r#"{{"deep":{deep},"flat":1}}"#);
    let members: JsonObject = crate::from_str(&object).unwrap();
    assert_eq!(members.get("deep"), Some(&parsed));
    assert_eq!(serde_json::to_string(&members).unwrap(), object);
    assert_eq!(RawJson::from(members).as_str(), object);
}

#[test]
fn to_value_of_deep_nesting_is_a_string() {
    let deep = nested(200);
    assert_eq!(RawJson::parse(deep.as_str()).unwrap().to_value(), serde_json::Value::String(deep));
}

#[test]
fn lone_surrogates_are_kept_but_not_decoded() {
    for text in [r#""\ud800""#, r#""\udc00x""#, r#""\ud800\ud800""#, r#"["a","\uDFFF"]"#] {
        let parsed = RawJson::parse(text).unwrap();
        assert_eq!(parsed.as_str(), text);
        assert_eq!(parsed.as_string(), None);
    }
    let paired = RawJson::parse(r#""\ud83d\ude00""#).unwrap();
    assert_eq!(paired.as_string().as_deref(), Some("\u{1f600}"));
}

#[test]
fn type_predicates_match_the_value() {
    for (text, is_object, is_array, is_string, is_null) in [
        (r#"{"a":[]}"#, true, false, false, false),
        (r#"[{}]"#, false, true, false, false),
        (r#""{[null""#, false, false, true, false),
        ("null", false, false, false, true),
        ("1", false, false, false, false),
        ("false", false, false, false, false),
    ] {
        let value = RawJson::parse(text).unwrap();
        let found = (value.is_object(), value.is_array(), value.is_string(), value.is_null());
        assert_eq!(found, (is_object, is_array, is_string, is_null), "{text}");
        assert_eq!(value.as_object().is_some(), is_object, "{text}");
        assert_eq!(value.as_array().is_some(), is_array, "{text}");
        assert_eq!(value.as_string().is_some(), is_string, "{text}");
    }
}

#[test]
fn strings_are_decoded_with_and_without_escapes() {
    for (text, expected) in [
        (r#""""#, ""),
        (r#""plain""#, "plain"),
        (r#""a\"b\\c\/d\b\f\n\r\t""#, "a\"b\\c/d\u{8}\u{c}\n\r\t"),
        (r#""\u00e9\u20ac""#, "é€"),
        (r#""é€""#, "é€"),
        (r#""\u0000""#, "\0"),
    ] {
        assert_eq!(RawJson::parse(text).unwrap().as_string().as_deref(), Some(expected), "{text}");
    }
    assert!(matches!(RawJson::parse(r#""plain""#).unwrap().as_string(), Some(std::borrow::Cow::Borrowed(_))));
}

#[test]
fn as_object_of_duplicate_members_is_none() {
    assert_eq!(RawJson::parse(r#"{"a":1,"a":2}"#).unwrap().as_object(), None);
}

#[test]
fn invalid_json_is_rejected_with_line_and_without_content() {
    for text in [
        "",
        " ",
        "{",
        "[1,]",
        "{\"secret\"}",
        "secret",
        "\"secret",
        "\"a\nsecret\"",
        "01",
        "1.",
        ".5",
        "+1",
        "NaN",
        "Infinity",
        "nul",
        "1 2",
        "{} secret",
        "'secret'",
        "{\"a\":1,}",
        "\"\\x\"",
        "\"\\u12\"",
        "\u{feff}{}",
    ] {
        let error = RawJson::parse(text).unwrap_err();
        assert!(error.message().contains("line "), "{text:?}: {error}");
        assert!(!error.to_string().contains("secret"), "{text:?}: {error}");
        assert_eq!(error.path(), "");
    }
}

#[test]
fn rust_values_convert_to_json() {
    assert_eq!(RawJson::null().as_str(), "null");
    assert_eq!(RawJson::bool(true).as_str(), "true");
    assert_eq!(RawJson::bool(false).as_str(), "false");
    assert_eq!(RawJson::from("a\"\n\u{1}").as_str(), r#""a\"\n\u0001""#);
    assert_eq!(
        RawJson::from(json!({"b": [1, 2.5, null], "a": "x"})).to_value(),
        json!({"a": "x", "b": [1, 2.5, null]})
    );
    assert_eq!(RawJson::from_serialize(&(1, "a")).unwrap().as_str(), r#"[1,"a"]"#);
    let no_string_keys = std::collections::BTreeMap::from([((1, 2), 3)]);
    assert!(RawJson::from_serialize(&no_string_keys).is_err());
}

#[test]
fn deserialize_error_has_a_path() {
    let value = RawJson::parse(r#"{"a":[{"b":1},{"b":"secret value"}]}"#).unwrap();
    let error = value
        .deserialize::<std::collections::BTreeMap<String, Vec<std::collections::BTreeMap<String, u8>>>>();
    let error = error.unwrap_err();
    assert_eq!(error.path(), "a[1].b");
    assert_eq!(error.message(), "invalid type: string, expected u8 at line 1 column 33");
}

#[test]
fn values_with_equal_texts_are_equal() {
    let value = |text: &str| RawJson::parse(text).unwrap();
    assert_eq!(value("1.0"), value("1.0"));
    assert_ne!(value("1.0"), value("1"));
    assert_ne!(value(r#"{"a":1,"b":2}"#), value(r#"{"b":2,"a":1}"#));
}

#[test]
fn debug_shows_only_the_length() {
    assert_eq!(format!("{:?}", RawJson::parse(r#"{"secret":"value"}"#).unwrap()), "<18 bytes of JSON>");
}

proptest! {
    #[test]
    fn any_value_keeps_its_meaning_on_one_line(text in json_text::value()) {
        let parsed = RawJson::parse(text.as_str()).unwrap();
        prop_assert!(!parsed.as_str().contains(['\n', '\r']));
        prop_assert_eq!(canonical(parsed.as_str()), canonical(&text));
        if !text.contains(['\n', '\r']) {
            prop_assert_eq!(parsed.as_str(), text.trim());
        }
    }

    #[test]
    fn any_text_round_trips_as_a_json_string(text in any::<String>()) {
        let value = RawJson::from(text.as_str());
        let back = value.as_string();
        prop_assert_eq!(back.as_deref(), Some(text.as_str()));
    }

    #[test]
    fn any_text_is_parsed_exactly_if_it_is_json(text in any::<String>()) {
        let parsed = RawJson::parse(text.as_str());
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        prop_assert_eq!(parsed.is_ok(), is_json);
    }
}
