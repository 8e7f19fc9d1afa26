//! Errors with the path of the invalid value and without its content.

use proptest::prelude::*;
use serde::Deserialize;

use crate::tests::sample::Body;
use crate::{JsonError, RawJson, from_slice, from_str};

/// Returns a long conversation that ends with a given turn.
fn conversation(last: &str) -> String {
    let turns = r#"{"content":[{"text":"hi"}]},"#.repeat(217);
    format!(r#"{{"messages":[{turns}{last}]}}"#)
}

#[test]
fn error_has_the_path_of_the_invalid_member() {
    for (last, path, message) in [
        (
            r#"{"content":[{"text":"a"},{"text":"b"},{"toolResult":{"toolUseId":7}}]}"#,
            "messages[217].content[2].toolResult.toolUseId",
            "invalid type: integer `7`, expected a string",
        ),
        (
            r#"{"content":[{"toolResult":{"toolUseId":"t","status":{}}}]}"#,
            "messages[217].content[0].toolResult.status",
            "invalid type: map, expected a name",
        ),
        (
            r#"{"content":[{"toolResult":{"toolUseId":"t","millis":"soon, secretly"}}]}"#,
            "messages[217].content[0].toolResult.millis",
            "invalid type: string, expected u64",
        ),
        (
            r#"{"content":[{"toolResult":{"toolUseId":"t","millis":-1}}]}"#,
            "messages[217].content[0].toolResult.millis",
            "invalid value: integer `-1`, expected u64",
        ),
        (
            r#"{"content":[{"toolResult":{}}]}"#,
            "messages[217].content[0].toolResult",
            "missing field `toolUseId`",
        ),
        (r#"{"content":{}}"#, "messages[217].content", "invalid type: map, expected a sequence"),
        (r#"{}"#, "messages[217]", "missing field `content`"),
        (r#"7"#, "messages[217]", "invalid type: integer `7`, expected an object (Turn)"),
        (
            r#"{"content":["secret"]}"#,
            "messages[217].content[0]",
            "invalid type: string, expected an object with one member (Block)",
        ),
        (r#"{"content":[{"text":"a\ud800"}]}"#, "messages[217].content[0].text", ""),
        (r#"{"content":[{"text":"a"}}"#, "messages[217].content", ""),
    ] {
        let error = from_str::<Body>(&conversation(last)).unwrap_err();
        assert_eq!(error.path(), path, "{last}: {error}");
        assert!(error.message().starts_with(message), "{last}: {error}");
        assert!(!error.to_string().contains("secret"), "{error}");
        assert_eq!(error.to_string(), format!("{path}: {}", error.message()));
    }
}

#[test]
fn truncated_text_has_the_path_of_the_open_value() {
    for (text, path) in [
        ("", ""),
        ("[]", ""),
        ("7", ""),
        ("{", ""),
        (r#"{"messages":[]} x"#, ""),
        (r#"{"messages":[]"#, ""),
        (r#"{"messages":[{"content":[]}"#, "messages"),
        (r#"{"messages":[{"content":[]"#, "messages[0]"),
        (r#"{"messages":[{"content":[{"toolResult":{"a":"#, "messages[0].content[0].toolResult.a"),
        (r#"{"messages":[{"content":[{"toolResult":{"a":1,"#, "messages[0].content[0].toolResult"),
    ] {
        let error = from_str::<Body>(text).unwrap_err();
        assert_eq!(error.path(), path, "{text}: {error}");
        assert!(!error.message().is_empty(), "{text}");
    }
}

#[test]
fn invalid_utf8_is_rejected() {
    for document in
        [&b"\xff"[..], b"{\"messages\":[{\"content\":[{\"text\":\"\xc3\x28\"}]}]}", b"\xef\xbb\xbf{}", b"\0"]
    {
        let error = from_slice::<Body>(document).unwrap_err();
        assert!(!error.message().is_empty(), "{error}");
    }
}

#[test]
fn path_prefix_joins_paths() {
    for (inner, outer, expected) in
        [("a.b", "x[1]", "x[1].a.b"), ("[2].b", "x", "x[2].b"), ("", "x", "x"), ("a", "", "a"), ("", "", "")]
    {
        assert_eq!(JsonError::new(inner, "wrong").with_path_prefix(outer).path(), expected);
    }
    assert_eq!(JsonError::new("", "wrong").to_string(), "wrong");
    assert_eq!(JsonError::new("a", "wrong").to_string(), "a: wrong");
}

#[test]
fn messages_never_repeat_strings_of_the_input() {
    #[derive(Debug, Deserialize)]
    enum Nothing {}

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase", deny_unknown_fields)]
    enum Weather {
        Sun,
        Rain {
            #[serde(rename = "millimetres")]
            _millimetres: u8,
        },
    }

    assert!(matches!(from_str::<Weather>("\"sun\"").unwrap(), Weather::Sun));
    let error = from_str::<Nothing>("\"a secret\"").unwrap_err();
    assert_eq!(error.message(), "unknown variant, there are no variants at line 1 column 10");
    let message_of = |text: &str| from_str::<Weather>(text).unwrap_err().message().to_owned();
    for (text, message) in [
        (r#""a secret""#, "unknown variant, expected `sun` or `rain`"),
        (r#""a `secret`, expected nothing""#, "unknown variant, expected `sun` or `rain`"),
        (r#""a string \"secret\", expected nothing""#, "unknown variant, expected `sun` or `rain`"),
        (r#"{"a secret":1}"#, "unknown variant, expected `sun` or `rain`"),
        (r#"{"rain":{"a secret":1}}"#, "unknown field, expected `millimetres`"),
        (r#"{"rain":{"millimetres":"a secret"}}"#, "invalid type: string, expected u8"),
        (r#"{"rain":{"millimetres":"a \", expected u8, secret"}}"#, "invalid type: string, expected u8"),
        (
            r#"{"rain":{"millimetres":"unknown variant `secret`, expected"}}"#,
            "invalid type: string, expected u8",
        ),
        (r#"{"rain":"a secret"}"#, "invalid type: string, expected struct variant Weather::Rain"),
    ] {
        let found = message_of(text);
        assert!(found.starts_with(message), "{text}: {found}");
        assert!(!found.contains("secret"), "{text}: {found}");
    }
}

#[test]
fn deep_nesting_in_a_type_is_an_error() {
    #[derive(Debug, Deserialize)]
    struct List(#[expect(dead_code, reason = "only read")] Vec<Self>);

    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(from_str::<List>(&deep).unwrap_err().message().contains("recursion limit"));
    assert!(from_str::<serde_json::Value>(&deep).is_err());
    assert_eq!(from_str::<RawJson>(&deep).unwrap().as_str(), deep);
}

proptest! {
    #[test]
    fn any_misplaced_string_stays_out_of_the_message(
        secret in "[a-z\"`\\\\, ]{0,6}[Q-Z]{8}[a-z\"`\\\\, ]{0,6}",
    ) {
        let quoted = serde_json::to_string(&secret).unwrap();
        let uppercase: String = secret.chars().filter(char::is_ascii_uppercase).collect();
        for text in [
            quoted.clone(),
            format!(r#"{{"messages":{quoted}}}"#),
            format!(r#"{{"messages":[{{"content":[{quoted}]}}]}}"#),
            format!(r#"{{"messages":[{{"content":[{{"toolResult":{{"toolUseId":"t","millis":{quoted}}}}}]}}]}}"#),
        ] {
            let error = from_str::<Body>(&text).unwrap_err();
            prop_assert!(!error.to_string().contains(&uppercase), "{}", error);
        }
    }
}
