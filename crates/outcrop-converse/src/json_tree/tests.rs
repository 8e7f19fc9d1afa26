//! Tests of parsing, writing and comparing trees.

use outcrop_core::RawJson;
use proptest::prelude::*;

use super::JsonTree;
use crate::tests::choices::{self, Choices};
use crate::tests::json_text::{any_value, canonical};

fn tree(text: &str) -> JsonTree {
    JsonTree::parse(&RawJson::parse(text).unwrap()).unwrap()
}

#[test]
fn order_and_spelling_are_preserved() {
    for text in [
        r#"{"z":1.0,"a":[1e2,{"y":12345678901234567890123,"b":"\u0041"}],"m":{}}"#,
        "[]",
        "null",
        r#""\ud800""#,
        "-0",
    ] {
        assert_eq!(tree(text).to_json().as_str(), text);
    }
}

#[test]
fn deep_nesting_and_duplicate_members_are_not_parsed() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for (text, expected) in [
        (nested(101), true),
        (nested(102), false),
        (nested(50_000), false),
        (r#"{"a":1,"a":1}"#.to_owned(), false),
        (r#"[{"b":{"a":1,"a":1}}]"#.to_owned(), false),
    ] {
        assert_eq!(JsonTree::parse(&RawJson::parse(text).unwrap()).is_some(), expected);
    }
}

#[test]
fn accessors_match_the_kind_of_value() {
    for (text, kind) in [
        ("{}", "object"),
        ("[]", "array"),
        ("\"a\"", "string"),
        ("true", "boolean"),
        ("false", "boolean"),
        ("null", "null"),
        ("0", "number"),
        ("-1.5e3", "number"),
    ] {
        assert_eq!(tree(text).kind(), kind);
    }
    assert_eq!(
        (tree("\"1\"").as_number(), tree("1.5").as_number(), tree("1e999").as_number()),
        (None, Some(1.5), None)
    );
    assert_eq!((tree("\"a\\n\"").as_text().as_deref(), tree("1").as_text()), (Some("a\n"), None));
    assert_eq!(tree(r#"{"a":[1]}"#).get("a").and_then(JsonTree::as_list).map(<[JsonTree]>::len), Some(1));
    assert_eq!(JsonTree::string("a\"b").to_json().as_str(), r#""a\"b""#);
    assert_eq!(format!("{:?}", tree(r#"{"a":"secret"}"#)), "<14 bytes of JSON>");
}

#[test]
fn values_are_equal_whatever_their_order_and_spelling() {
    for (a, b, equal) in [
        (r#"{"a":1,"b":[2]}"#, r#"{"b":[2],"a":1}"#, true),
        ("1.0", "1.0", true),
        ("1.50", "1.5", true),
        ("1e2", "100.0", true),
        ("1", "1.0", true),
        ("100", "1E+2", true),
        ("0", "-0.0", true),
        ("9007199254740993", "9007199254740992", false),
        ("1", "1.5", false),
        (r#""A""#, "\"\\u0041\"", true),
        ("1", "2", false),
        ("[1,2]", "[2,1]", false),
        ("[1]", "[1,1]", false),
        (r#"{"a":1}"#, r#"{"a":1,"b":1}"#, false),
        (r#"{"a":1}"#, r#"{"b":1}"#, false),
        ("null", "false", false),
        ("\"1\"", "1", false),
        ("{}", "[]", false),
    ] {
        assert_eq!(tree(a).json_equal(&tree(b)), equal, "{a} and {b}");
        assert_eq!(tree(b).json_equal(&tree(a)), equal, "{b} and {a}");
    }
}

proptest! {
    #[test]
    fn any_value_round_trips(bytes in choices::bytes()) {
        let text = any_value(&mut Choices::new(&bytes), 5);
        let tree = tree(&text);
        prop_assert_eq!(canonical(tree.to_json().as_str()), canonical(&text));
        prop_assert!(tree.json_equal(&tree.clone()));
    }
}
