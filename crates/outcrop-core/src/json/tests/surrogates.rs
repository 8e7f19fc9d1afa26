//! Lone surrogates.

use proptest::prelude::*;

use crate::tests::json_text;
use crate::{ReplacedSurrogates, replace_lone_surrogates};

fn replaced(text: &str) -> Option<(String, Vec<String>)> {
    replace_lone_surrogates(text).map(|ReplacedSurrogates { text, paths }| (text, paths))
}

#[test]
fn lone_surrogates_are_replaced_and_located() {
    for (text, expected, paths) in [
        (r#""half \ud83d here""#, r#""half \ufffd here""#, &[""][..]),
        (r#""\uDE00""#, r#""\ufffd""#, &[""]),
        (r#""\ud83d\ud83d\ude00\ude00""#, r#""\ufffd\ud83d\ude00\ufffd""#, &[""]),
        (r#""\ud83d\n\ude00""#, r#""\ufffd\n\ufffd""#, &[""]),
        (r#""\ud83d\u0041\\ud83d""#, r#""\ufffd\u0041\\ud83d""#, &[""]),
        (r#"{"a":1,"b":["x",{"c,d":"\ud800"}]}"#, r#"{"a":1,"b":["x",{"c,d":"\ufffd"}]}"#, &["b[1].c,d"]),
        (
            r#"{"a\"b":{"c\udbff":"\udfff"}}"#,
            r#"{"a\"b":{"c\ufffd":"\ufffd"}}"#,
            &[r#"a\"b.c\udbff"#, r#"a\"b.c\udbff"#],
        ),
        (r#"[["a","b\\"],"\ud800"]"#, r#"[["a","b\\"],"\ufffd"]"#, &["[1]"]),
        // Whatever the text is, it is handled.
        (r#""\ud83d"#, r#""\ufffd"#, &[""]),
        (r#"]}"\ud83d"{"#, r#"]}"\ufffd"{"#, &[""]),
    ] {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        assert_eq!(replaced(text), Some((expected.to_owned(), paths)), "{text}");
    }
}

#[test]
fn unicode_text_is_left_alone() {
    for text in [
        "",
        "7",
        r#""plain""#,
        r#""😀 \ud83d\ude00 \\ud83d \u00e9""#,
        r#""\\\\ud83d""#,
        r#""{\"a\":\"\\ud83d\"}""#,
        r#""\ud83"#,
        "\\",
        "\\u",
        "\\é",
    ] {
        assert_eq!(replaced(text), None, "{text}");
    }
}

#[test]
fn paths_are_limited() {
    let text = format!("[{}]", vec![r#""\ud800""#; 500].join(","));
    let (text, paths) = replaced(&text).unwrap();
    assert!(!text.contains("ud800"));
    assert_eq!((paths.len(), paths[98].as_str(), paths[99].as_str()), (100, "[98]", ""));
}

proptest! {
    #[test]
    fn any_json_is_readable_once_its_surrogates_are_replaced(text in json_text::value()) {
        let readable = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
        match replace_lone_surrogates(&text) {
            None => {}
            Some(replaced) => {
                prop_assert!(!readable(&text));
                prop_assert!(!replaced.paths.is_empty());
                prop_assert_eq!(replace_lone_surrogates(&replaced.text), None);
                prop_assert_eq!(replaced.text.len(), text.len());
            }
        }
    }

    #[test]
    fn any_text_is_handled(text in any::<String>()) {
        let _ = replace_lone_surrogates(&text);
    }
}
