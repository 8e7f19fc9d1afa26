//! Structured output: which text it is, and its parsing.

use serde::Deserialize;

use crate::{ContentBlock, ErrorKind, Role, Stage, TextContent, UnifiedMessage, UnifiedResponse};

fn message(content: Vec<ContentBlock>) -> UnifiedMessage {
    UnifiedMessage::new(Role::Assistant, content)
}

fn response(content: Vec<ContentBlock>) -> UnifiedResponse {
    UnifiedResponse::new("r-1", "m", "bedrock", vec![message(content)])
}

fn structured(text: &str) -> ContentBlock {
    TextContent { structured: Some(true), ..TextContent::new(text) }.into()
}

#[test]
fn structured_text_is_that_of_the_first_marked_block() {
    let marked =
        |text: &str, structured| ContentBlock::from(TextContent { structured, ..TextContent::new(text) });
    for (content, expected) in [
        (vec![], None),
        (vec!["a".into()], None),
        (vec![marked("a", Some(false))], None),
        (vec!["a".into(), marked("{}", Some(true)), marked("[]", Some(true))], Some("{}")),
        (vec![marked("", Some(true))], Some("")),
    ] {
        assert_eq!(message(content).structured_text(), expected);
    }
}

#[test]
fn structured_output_parses_into_a_rust_type() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct City {
        name: String,
        people: u64,
    }

    let city = City { name: "Bern".to_owned(), people: 134_506 };
    let text = r#"{"name":"Bern","people":134506}"#;
    assert_eq!(response(vec![text.into()]).parse::<City>().unwrap(), city);
    assert_eq!(response(vec!["Here it is:".into(), structured(text)]).parse::<City>().unwrap(), city);
    assert_eq!(response(vec![structured("[1, 2]")]).parse::<Vec<u8>>().unwrap(), [1, 2]);
    assert_eq!(response(vec![structured("7")]).structured_text(), Some("7"));
    assert_eq!(response(vec!["7".into()]).structured_text(), None);
}

#[test]
fn invalid_structured_output_is_an_error_without_content() {
    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase", deny_unknown_fields)]
    enum Weather {
        Sun {
            #[serde(rename = "hours")]
            _hours: u8,
        },
    }

    for (text, path) in [
        (r#"{"sun":{"hours":"a secret"}}"#, Some("sun.hours")),
        (r#"{"sun":{"a secret":1}}"#, Some("sun")),
        (r#""a secret""#, None),
        (r#"{"a secret":1}"#, None),
        ("a secret", None),
        ("", None),
    ] {
        let error = response(vec![text.into()]).parse::<Weather>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOutput);
        assert_eq!(error.code(), Some("StructuredOutputValidation"));
        assert_eq!(error.stage(), Stage::Replied);
        assert_eq!(error.request_id(), Some("r-1"));
        if path.is_some() {
            assert!(error.path().is_some_and(|found| found.starts_with("sun")), "{error}");
        }
        let shown = format!("{error} {error:?} {}", error.message());
        let hidden = if text.contains("\"a secret\":") { "secret\"" } else { "secret" };
        assert!(!shown.replace("sun.a secret", "").contains(hidden), "{shown}");
    }
}
