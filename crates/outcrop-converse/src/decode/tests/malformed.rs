//! Replies that are none: told with place, code and call, the body kept and never shown.

use bytes::Bytes;
use outcrop_core::{ErrorKind, ModelError, Stage};
use proptest::prelude::*;

use super::{decoded, reply};
use crate::context::{ResponseContext, ResponseMetadata};
use crate::decode::decode_response;
use crate::tests::choices::{self, Choices};
use crate::tests::json_text::any_value;
use crate::tests::model::Maker;

fn check(body: &str, code: &str, path: Option<&str>) -> ModelError {
    let error = decoded(body).unwrap_err();
    assert_eq!((error.kind(), error.stage()), (ErrorKind::InvalidResponse, Stage::Replied), "{body}");
    assert_eq!((error.code(), error.path()), (Some(code), path), "{body}: {error}");
    assert_eq!((error.request_id(), error.model()), (Some("r-1"), Some("m")));
    assert_eq!(error.body().map(|kept| &kept[..]), Some(body.as_bytes()));
    assert!(!error.is_retryable());
    assert!(
        !format!("{error} {error:?} {}", serde_json::to_string(&error).unwrap()).contains("secret"),
        "{error:?}"
    );
    error
}

#[test]
fn what_is_no_reply_is_told_with_its_place() {
    let message = |message: &str| format!(r#"{{"stopReason":"end_turn","output":{{"message":{message}}}}}"#);
    for (body, path) in [
        (String::new(), None),
        ("secret".to_owned(), None),
        ("<html>secret</html>".to_owned(), None),
        ("[]".to_owned(), None),
        ("null".to_owned(), None),
        (r#"{"output":"#.to_owned(), Some("output")),
        (r#"{"stopReason":"end_turn"} secret"#.to_owned(), None),
        // L111
        ("{}".to_owned(), Some("stopReason")),
        (r#"{"output":{"message":{"role":"assistant","content":[]}}}"#.to_owned(), Some("stopReason")),
        (r#"{"output":null,"stopReason":null}"#.to_owned(), Some("stopReason")),
        (r#"{"stopReason":"end_turn"}"#.to_owned(), Some("output")),
        (r#"{"stopReason":"end_turn","output":null}"#.to_owned(), Some("output")),
        (r#"{"stopReason":"end_turn","output":{}}"#.to_owned(), Some("output.message")),
        (r#"{"stopReason":"end_turn","output":{"new":1}}"#.to_owned(), Some("output.message")),
        (r#"{"stopReason":"end_turn","output":[]}"#.to_owned(), Some("output")),
        (message("null"), Some("output.message")),
        (message("{}"), Some("output.message")),
        (message(r#"{"role":"assistant","content":"secret"}"#), Some("output.message.content")),
        (message(r#"{"role":"assistant","content":["secret"]}"#), Some("output.message.content[0]")),
        (
            message(r#"{"role":"assistant","content":[{"text":"a"},{"text":["secret"]}]}"#),
            Some("output.message.content[1].text"),
        ),
        (
            message(r#"{"role":"assistant","content":[{"text":"\ud800"}]}"#),
            Some("output.message.content[0].text"),
        ),
        (
            message(r#"{"role":"assistant","content":[{"toolUse":{"name":"f","input":{}}}]}"#),
            Some("output.message.content[0].toolUse"),
        ),
        (
            message(r#"{"role":"assistant","content":[{"text":"a","text":"b"}]}"#),
            Some("output.message.content[0]"),
        ),
        (r#"{"stopReason":7}"#.to_owned(), Some("stopReason")),
        (r#"{"stopReason":"end_turn","stopReason":"end_turn"}"#.to_owned(), None),
        (r#"{"usage":{"inputTokens":"secret"}}"#.to_owned(), Some("usage.inputTokens")),
    ] {
        check(&body, "InvalidResponse", path);
    }
}

#[test]
fn an_error_in_the_guise_of_a_reply_is_told_as_one() {
    // L110: an address that the service does not know is answered with 200.
    for body in [
        r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#,
        r#"{"__type":"com.amazon.coral.service#UnknownOperationException","message":"secret"}"#,
        r#"{"__type":"UnknownOperationException"}"#,
    ] {
        let error = check(body, "UnknownOperationException", None);
        assert!(error.hint().is_some_and(|hint| hint.contains("ARN")), "{:?}", error.hint());
    }
}

#[test]
fn a_body_of_bytes_that_are_no_text_is_an_error() {
    for body in [&b"\xff\xfe"[..], b"{\"stopReason\":\"\xc3\x28\"}", b"\xef\xbb\xbf{}"] {
        let body = Bytes::copy_from_slice(body);
        let error =
            decode_response(&body, &ResponseContext::default(), ResponseMetadata::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse);
        assert_eq!((error.body(), error.request_id()), (Some(&body), None));
    }
}

#[test]
fn deep_nesting_is_kept_where_it_is_not_looked_into() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for blocks in [
        format!(r#"{{"toolUse":{{"toolUseId":"t","name":"f","input":{{"a":{deep}}}}}}}"#),
        format!(r#"{{"hologram":{deep}}}"#),
        format!(r#"{{"text":"a"}},{{"toolUse":{{"toolUseId":"t","name":"f","input":{{}},"new":{deep}}}}}"#),
    ] {
        let response = decoded(&reply(&blocks)).unwrap();
        assert!(serde_json::to_string(&response).unwrap().contains(&deep));
    }
    let nested = r#"{"toolResult":{"toolUseId":"t","content":["#.repeat(10_000);
    assert!(decoded(&reply(&nested)).is_err());
}

proptest! {
    #[test]
    fn any_text_is_a_reply_or_told(bytes in choices::bytes(), strange in any::<bool>(), cut in any::<prop::sample::Index>()) {
        let mut choices = Choices::of(&bytes);
        let whole = Maker { strange }.value("ConverseResponse", &mut choices, 9);
        let cut = whole.chars().take(cut.index(whole.chars().count() + 1)).collect::<String>();
        for body in [whole, cut, any_value(&mut choices, 4)] {
            match decoded(&body) {
                Ok(response) => {
                    prop_assert_eq!(response.messages.len(), 1);
                    prop_assert!(!response.messages[0].content.is_empty());
                    prop_assert_eq!(response.finish_reason.as_ref().map(|reason| reason.as_str().to_lowercase()), response.finish_reason.as_ref().map(|reason| reason.as_str().to_owned()));
                }
                Err(error) => {
                    prop_assert_eq!(error.kind(), ErrorKind::InvalidResponse);
                    prop_assert_eq!(error.body().map(|kept| &kept[..]), Some(body.as_bytes()));
                }
            }
        }
    }

    #[test]
    fn a_reply_after_the_model_is_read_and_survives_json(bytes in choices::bytes()) {
        let message = Maker { strange: true }.value("Message", &mut Choices::of(&bytes), 8);
        let body = format!(r#"{{"output":{{"message":{message}}},"stopReason":"end_turn"}}"#);
        if let Ok(response) = decoded(&body) {
            let text = serde_json::to_string(&response).unwrap();
            prop_assert_eq!(outcrop_core::from_str::<outcrop_core::UnifiedResponse>(&text).unwrap(), response);
        }
    }
}
