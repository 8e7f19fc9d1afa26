//! Parsing and validating responses.

use outcrop_core::{
    ContentBlock, ErrorKind, ResponseFormat, Role, TextContent, UnifiedMessage, UnifiedResponse,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{OutputType, retry_message};

/// A river.
#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
struct River {
    name: String,
    #[schemars(range(min = 1))]
    length_km: u64,
}

fn response(text: &str) -> UnifiedResponse {
    UnifiedResponse::new("r-1", "m", "p", vec![UnifiedMessage::assistant(text)])
}

#[test]
fn json_is_found_in_what_models_write_around_it() {
    let tagus = River { name: "Tagus".to_owned(), length_km: 1007 };
    let output = OutputType::<River>::new();
    let json = r#"{"name": "Tagus", "length_km": 1007}"#;
    for text in [
        json.to_owned(),
        format!("\n {json} \n"),
        format!("```json\n{json}\n```"),
        format!("```\n{json}\n```"),
        format!("Here is the river:\n```json\n{json}\n```\nAnything else?"),
        format!("Here it is: {json} Anything else?"),
        format!("```json\n{json}"),
    ] {
        assert_eq!(output.parse(&response(&text)).unwrap(), tagus, "{text}");
    }
}

#[test]
fn string_that_looks_like_a_fence_is_kept() {
    let river = OutputType::<River>::new()
        .parse(&response(r#"{"name": "```{\"name\": 1}```", "length_km": 1}"#))
        .unwrap();
    assert_eq!(river.name, r#"```{"name": 1}```"#);
    assert_eq!(OutputType::<String>::new().parse(&response(r#""a {b}""#)).unwrap(), "a {b}");
}

#[test]
fn structured_text_goes_before_other_text() {
    let mut block = TextContent::new(r#"{"name": "Tagus", "length_km": 1007}"#);
    block.structured = Some(true);
    let message = UnifiedMessage::new(Role::Assistant, vec![ContentBlock::text("Well: "), block.into()]);
    let response = UnifiedResponse::new("r-1", "m", "p", vec![message]);
    assert_eq!(OutputType::<River>::new().parse(&response).unwrap().name, "Tagus");
}

#[test]
fn invalid_response_is_an_error_with_a_path_and_without_its_content() {
    let cases = [
        ("secret", "", "the response is not JSON"),
        (r#"{"name": "secret"}"#, "", "\"length_km\" is a required property"),
        (r#"{"name": "secret", "length_km": 0}"#, "/length_km", "less than the minimum"),
        (r#"{"name": "secret", "length_km": "secret"}"#, "/length_km", "not of type \"integer\""),
        (r#"{"name": "secret", "length_km": 1e30}"#, "length_km", "does not match"),
    ];
    for (text, path, message) in cases {
        let error = OutputType::<River>::new().parse(&response(text)).unwrap_err();
        assert_eq!((error.kind(), error.request_id()), (ErrorKind::InvalidOutput, Some("r-1")), "{text}");
        assert_eq!(error.path().unwrap_or_default(), path, "{text}: {error}");
        assert!(error.message().contains(message), "{text}: {error}");
        assert!(!error.to_string().contains("secret"), "{text}: {error}");
    }
}

#[test]
fn long_numbers_are_exact() {
    let river = OutputType::<River>::new()
        .parse(&response(r#"{"name": "a", "length_km": 18446744073709551615}"#))
        .unwrap();
    assert_eq!(river.length_km, u64::MAX);
}

#[test]
fn retry_message_has_the_error_and_the_schema() {
    let error = OutputType::<River>::new().parse(&response(r#"{"name": "a", "length_km": 0}"#)).unwrap_err();
    let message = retry_message(&error, Some(&ResponseFormat::from_type::<River>()));
    assert!(message.contains("at `/length_km`"), "{message}");
    assert!(message.contains(r#""length_km":{"#), "{message}");
}
