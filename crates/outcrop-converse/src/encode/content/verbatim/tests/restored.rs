//! Requests that are encoded verbatim.

use bytes::Bytes;
use outcrop_core::{Role, ToolChoice, UnifiedMessage};
use proptest::prelude::*;

use crate::tests::choices::{self, Choices};
use crate::tests::json_text::canonical;
use crate::tests::model::Generator;
use crate::{EncodeOptions, decode_request, encode_request};

/// Decodes a request and encodes it verbatim.
fn round_trip(body: &str) -> Result<String, outcrop_core::ModelError> {
    let request = decode_request("m", &Bytes::from(body.to_owned()))?;
    let encoded = encode_request(&request, &EncodeOptions::verbatim())?;
    Ok(String::from_utf8(encoded.to_bytes().to_vec()).unwrap())
}

proptest! {
    #[test]
    fn decoded_request_is_encoded_unchanged(bytes in choices::bytes(), with_unknown in any::<bool>()) {
        let text = Generator { with_unknown }.value("ConverseRequest", &mut Choices::new(&bytes), 9);
        match round_trip(&text) {
            Ok(written) => prop_assert_eq!(canonical(&written), canonical(&text)),
            // Out of the service's bounds, or not a request.
            Err(error) => prop_assert!(error.path().is_some(), "{}", error),
        }
    }
}

#[test]
fn most_generated_requests_can_be_encoded() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut encoded = 0;
    for _ in 0..300 {
        use proptest::strategy::ValueTree as _;
        let bytes = choices::bytes().new_tree(&mut runner).unwrap().current();
        let text = Generator { with_unknown: false }.value("ConverseRequest", &mut Choices::new(&bytes), 9);
        encoded += usize::from(round_trip(&text).is_ok());
    }
    assert!(encoded > 100, "only {encoded} of 300");
}

#[test]
fn invalid_histories_are_unchanged() {
    for body in [
        r#"{"messages":[{"role":"assistant","content":[{"text":"a"}]},{"role":"assistant","content":[{"text":" "}]}]}"#,
        r#"{"messages":[{"role":"user","content":[]},{"role":"user","content":[{"toolResult":{"toolUseId":"x","content":[]}}]}]}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"system","content":[{"text":"b"}]}],"system":[{"text":"c"}]}"#,
        r#"{"messages":[{"role":"system","content":[{"text":"b"}]}]}"#,
        r#"{"messages":[{"role":"critic","new":1.0}],"system":[],"toolConfig":{"tools":[{"cachePoint":{"type":"default"}},{"new":{}}],"toolChoice":{"new":{}}}}"#,
        r#"{"messages":[{"role":"user","content":[{"text":""},{"document":{"name":"ä.pdf","format":"pdf","source":{"bytes":"JVBERi0="},"new":1}},{"cachePoint":{"type":"default","ttl":"1h","new":1}}]}]}"#,
    ] {
        assert_eq!(canonical(&round_trip(body).unwrap()), canonical(body), "{body}");
    }
}

#[test]
fn changed_parts_are_encoded_anew_and_others_restored() {
    let body = r#"{"messages":[{"role":"user","content":[{"text":"a"}],"new":1}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}},"new":2}}]},"inferenceConfig":{"maxTokens":9,"new":3}}"#;
    let mut request = decode_request("m", &Bytes::from_static(body.as_bytes())).unwrap();
    request.tool_choice = Some(ToolChoice::Required);
    request.messages.push(UnifiedMessage::assistant("b"));
    let encoded = encode_request(&request, &EncodeOptions::verbatim()).unwrap();
    assert_eq!(
        encoded.to_bytes(),
        r#"{"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"assistant","content":[{"text":"b"}]}],"inferenceConfig":{"maxTokens":9,"new":3},"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}],"toolChoice":{"any":{}}}}"#
    );
}

#[test]
fn built_requests_can_be_encoded_verbatim() {
    let request = outcrop_core::ModelRequest::builder("m")
        .system("rules")
        .message(UnifiedMessage::assistant(" "))
        .message(UnifiedMessage::assistant("b"))
        .message(UnifiedMessage::system("more rules"))
        .message(UnifiedMessage::new(Role::Tool, Vec::new()))
        .build();
    let encoded = encode_request(&request, &EncodeOptions::verbatim().strict()).unwrap();
    assert_eq!(
        encoded.to_bytes(),
        r#"{"messages":[{"role":"assistant","content":[{"text":" "}]},{"role":"assistant","content":[{"text":"b"}]},{"role":"system","content":[{"text":"more rules"}]},{"role":"user","content":[]}],"system":[{"text":"rules"}]}"#
    );
}
