//! Tests of parsing JSON whose end is missing.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::parse_partial_json;

#[test]
fn open_values_are_closed_and_incomplete_members_dropped() {
    for (text, expected) in [
        ("", None),
        ("  ", None),
        ("}", None),
        ("]", None),
        ("{]", None),
        ("hello", None),
        ("{", Some(json!({}))),
        ("[", Some(json!([]))),
        (r#"{""#, Some(json!({}))),
        (r#"{"a"#, Some(json!({}))),
        (r#"{"a""#, Some(json!({}))),
        (r#"{"a":"#, Some(json!({}))),
        (r#"{"a": "x"#, Some(json!({"a": "x"}))),
        (r#"{"a": "x\"#, Some(json!({"a": "x"}))),
        (r#"{"a": "x\u00e"#, Some(json!({"a": "x"}))),
        (r#"{"a": "x\u00e9"#, Some(json!({"a": "x\u{e9}"}))),
        (r#"{"a": "x\\"#, Some(json!({"a": "x\\"}))),
        (r#"{"a": "x", "#, Some(json!({"a": "x"}))),
        (r#"{"a": "x", "b": tr"#, Some(json!({"a": "x"}))),
        (r#"{"a": "x", "b": true"#, Some(json!({"a": "x", "b": true}))),
        (r#"{"a": [1, 2"#, Some(json!({"a": [1, 2]}))),
        (r#"{"a": [1, {"b": "c"}, {"d"#, Some(json!({"a": [1, {"b": "c"}, {}]}))),
        (r#"{"a": 1}"#, Some(json!({"a": 1}))),
        (r#"{"a": {"b": {"#, Some(json!({"a": {"b": {}}}))),
        ("12", Some(json!(12))),
        (r#""wor"#, Some(json!("wor"))),
    ] {
        assert_eq!(parse_partial_json(text), expected, "{text}");
    }
}

#[test]
fn excessive_nesting_returns_none() {
    assert_eq!(parse_partial_json(&"[".repeat(100_000)), None);
    assert!(parse_partial_json(&"[".repeat(60)).is_some());
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #[test]
    fn every_prefix_of_an_object_parses(value in prop::collection::btree_map("[a-z]{1,3}", value(), 0..4)) {
        let text = json!(value).to_string();
        for (at, _) in text.char_indices().skip(1) {
            let (beginning, _) = text.split_at(at);
            prop_assert!(parse_partial_json(beginning).is_some_and(|shown| shown.is_object()), "{}", beginning);
        }
        prop_assert_eq!(parse_partial_json(&text), Some(json!(value)));
    }

    #[test]
    fn any_text_is_handled_without_panic(text in any::<String>(), json in "[\\[\\]{}\",:a0\\\\u ]{0,40}") {
        let _ = parse_partial_json(&text);
        let _ = parse_partial_json(&json);
    }
}
