//! Tests of requests that are sent as they stand.

use bytes::Bytes;
use outcrop_core::{Role, ToolChoice, UnifiedMessage};
use proptest::prelude::*;

use crate::tests::choices::{self, Choices};
use crate::tests::json_text::canonical;
use crate::tests::model::Maker;
use crate::{EncodeOptions, decode_request, encode_request};

fn again(body: &str) -> Result<String, outcrop_core::ModelError> {
    let request = decode_request("m", &Bytes::from(body.to_owned()))?;
    let encoded = encode_request(&request, &EncodeOptions::verbatim())?;
    Ok(String::from_utf8(encoded.to_bytes().to_vec()).unwrap())
}

proptest! {
    #[test]
    fn a_request_is_the_same_again(bytes in choices::bytes(), strange in any::<bool>()) {
        let text = Maker { strange }.value("ConverseRequest", &mut Choices::of(&bytes), 9);
        match again(&text) {
            Ok(written) => prop_assert_eq!(canonical(&written), canonical(&text)),
            // Beyond a bound of the service, or no request at all.
            Err(error) => prop_assert!(error.path().is_some(), "{}", error),
        }
    }
}

#[test]
fn most_requests_are_the_same_again() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut same = 0;
    for _ in 0..300 {
        use proptest::strategy::ValueTree as _;
        let bytes = choices::bytes().new_tree(&mut runner).unwrap().current();
        let text = Maker { strange: false }.value("ConverseRequest", &mut Choices::of(&bytes), 9);
        same += usize::from(again(&text).is_ok());
    }
    assert!(same > 100, "only {same} of 300");
}

#[test]
fn histories_that_are_out_of_order_stay_so() {
    for body in [
        r#"{"messages":[{"role":"assistant","content":[{"text":"a"}]},{"role":"assistant","content":[{"text":" "}]}]}"#,
        r#"{"messages":[{"role":"user","content":[]},{"role":"user","content":[{"toolResult":{"toolUseId":"x","content":[]}}]}]}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"system","content":[{"text":"b"}]}],"system":[{"text":"c"}]}"#,
        r#"{"messages":[{"role":"system","content":[{"text":"b"}]}]}"#,
        r#"{"messages":[{"role":"critic","new":1.0}],"system":[],"toolConfig":{"tools":[{"cachePoint":{"type":"default"}},{"new":{}}],"toolChoice":{"new":{}}}}"#,
        r#"{"messages":[{"role":"user","content":[{"text":""},{"document":{"name":"ä.pdf","format":"pdf","source":{"bytes":"JVBERi0="},"new":1}},{"cachePoint":{"type":"default","ttl":"1h","new":1}}]}]}"#,
    ] {
        assert_eq!(canonical(&again(body).unwrap()), canonical(body), "{body}");
    }
}

#[test]
fn what_was_changed_is_written_anew_and_the_rest_is_as_it_was() {
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
fn written_requests_can_be_sent_as_they_stand_too() {
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
