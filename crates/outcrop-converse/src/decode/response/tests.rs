//! Tests of responses: metadata, cost, and malformed bodies.

use bytes::Bytes;
use outcrop_core::{ErrorKind, ModelError, Price, Stage};
use proptest::prelude::*;

use super::decode_response;
use crate::context::{ResponseContext, ResponseMetadata};
use crate::decode::tests::{body_with_blocks, decode};
use crate::origin::PROVIDER;
use crate::tests::choices::{self, Choices};
use crate::tests::json_text::any_value;
use crate::tests::model::Generator;

#[test]
fn id_model_and_time_come_from_the_call() {
    let body = Bytes::from(body_with_blocks(r#"{"text":"a"}"#));
    let decode = |metadata: ResponseMetadata| {
        let context = ResponseContext { model: "us.some-model".to_owned(), ..ResponseContext::default() };
        decode_response(&body, &context, metadata).unwrap()
    };
    let response = decode(ResponseMetadata::new().with_request_id("r-1").with_created(1_700_000_000));
    assert_eq!((response.id.as_str(), response.created), ("r-1", Some(1_700_000_000)));
    assert_eq!((response.model.as_str(), response.provider.as_str()), ("us.some-model", PROVIDER));
    assert_eq!(decode(ResponseMetadata::new()).id, "bedrock-0");
    assert_eq!(decode(ResponseMetadata::new().with_created(7)).id, "bedrock-7");
}

#[test]
fn members_other_than_the_output_become_metadata_unchanged() {
    // The trace, the tier that was used and the original reason must reach the caller (M63, L125, L126).
    let body = r#"{"output":{"message":{"role":"assistant","content":[{"text":"a"}]}},"stopReason":"guardrail_intervened","usage":{"inputTokens":1},"metrics":{"latencyMs":5,"new":1.0},"trace":{"guardrail":{"b":1.0,"a":[ ]}},"additionalModelResponseFields":{"stop_sequence":null},"performanceConfig":{"latency":"optimized"},"serviceTier":{"type":"new_tier"},"newMember":{"z":1.0}}"#;
    let response = decode(body).unwrap();
    let metadata = outcrop_core::RawJson::from(response.provider_metadata.clone());
    assert_eq!(
        metadata.as_str(),
        r#"{"stopReason":"guardrail_intervened","usage":{"inputTokens":1},"metrics":{"latencyMs":5,"new":1.0},"trace":{"guardrail":{"b":1.0,"a":[ ]}},"additionalModelResponseFields":{"stop_sequence":null},"performanceConfig":{"latency":"optimized"},"serviceTier":{"type":"new_tier"},"newMember":{"z":1.0}}"#,
    );
    assert_eq!(response.text(), "a");
}

#[test]
fn white_space_in_a_body_is_ignored() {
    let body = "\r\n{ \"stopReason\" : \"end_turn\" ,\n \"output\" : { \"message\" : { \"content\" : [ { \"toolUse\" : { \"name\":\"f\",\"toolUseId\":\"t\", \"input\": {\n \"a\" : 1.0\n} } } ] , \"role\":\"assistant\" } } }\n";
    let response = decode(body).unwrap();
    assert_eq!(response.tool_calls().next().map(|call| call.arguments.as_str()), Some(r#"{ "a" : 1.0}"#));
}

#[test]
fn cost_uses_the_price_of_the_request_or_the_list() {
    let body =
        Bytes::from(body_with_blocks(r#"{"text":"a"}"#).replace("\"inputTokens\":1", "\"inputTokens\":2000"));
    for (model, price, expected) in [
        ("m", None, None),
        ("m", Some((0.5, 1.0)), Some(1.002)),
        ("m", Some((0.0, 0.0)), Some(0.0)),
        ("us.meta.llama3-8b-instruct-v1:0", None, Some(0.000_601_2)),
        ("us.meta.llama3-8b-instruct-v1:0", Some((0.5, 1.0)), Some(1.002)),
        ("global.anthropic.claude-haiku-4-5-20251001-v1:0", None, Some(0.002_01)),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", None, Some(0.002_211)),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", Some((0.5, 1.0)), Some(1.002)),
        ("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab12cd34ef56", None, None),
    ] {
        let price = price.map(Price::from);
        let context = ResponseContext { model: model.to_owned(), price, ..ResponseContext::default() };
        let cost = decode_response(&body, &context, ResponseMetadata::default()).unwrap().cost;
        assert_eq!(cost.is_some(), expected.is_some(), "{model}");
        assert!(
            cost.zip(expected).is_none_or(|(found, expected)| (found - expected).abs() < 1e-12),
            "{model}: {cost:?}"
        );
    }
}

#[test]
fn list_cost_includes_caches_and_tiers() {
    // The price depends on the cache and on the tier that was used (L71, L126).
    let call = |usage: &str, tier: &str| {
        let body = body_with_blocks(r#"{"text":"a"}"#);
        let (head, _) = body.split_once("\"usage\":").unwrap();
        let body = format!(r#"{head}"usage":{usage},"serviceTier":{{"type":"{tier}"}}}}"#);
        let model = "jp.amazon.nova-2-lite-v1:0".to_owned();
        let context = ResponseContext { model, ..ResponseContext::default() };
        decode_response(&Bytes::from(body), &context, ResponseMetadata::default()).unwrap().cost
    };
    let plain = r#"{"inputTokens":1000000,"outputTokens":0}"#;
    assert_eq!(call(plain, "default"), Some(0.396));
    assert_eq!(call(plain, "flex"), Some(0.198));
    assert_eq!(call(plain, "priority"), Some(0.693));
    assert_eq!(call(plain, "reserved"), None);
    assert_eq!(
        call(r#"{"inputTokens":0,"outputTokens":0,"cacheReadInputTokens":1000000}"#, "default"),
        Some(0.099)
    );
    // The list has no price for cache writes of this model.
    assert_eq!(call(r#"{"inputTokens":0,"outputTokens":0,"cacheWriteInputTokens":1}"#, "default"), None);
}

#[test]
fn cost_depends_on_latency_and_on_the_model_that_a_router_chose() {
    // Only known rates make a cost (L133).
    const HAIKU: &str = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
    const ROUTER: &str = "arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1";
    let cost = |model: &str, members: &str| {
        let body = format!(
            r#"{{"output":{{"message":{{"role":"assistant","content":[]}}}},"stopReason":"end_turn","usage":{{"inputTokens":1000000,"outputTokens":0}}{members}}}"#
        );
        let context = ResponseContext::default().with_model(model);
        decode_response(&Bytes::from(body), &context, ResponseMetadata::default()).unwrap().cost
    };
    assert_eq!(cost(HAIKU, ""), Some(1.0));
    assert_eq!(cost(HAIKU, r#","performanceConfig":{"latency":"standard"}"#), Some(1.0));
    assert_eq!(cost(HAIKU, r#","performanceConfig":{"latency":"optimized"}"#), None);
    assert_eq!(cost(ROUTER, ""), None);
    let trace = format!(r#","trace":{{"promptRouter":{{"invokedModelId":"{HAIKU}"}}}}"#);
    assert_eq!(cost(ROUTER, &trace), Some(1.0));
}

/// Decodes a malformed body and asserts the code and path of its error. The error has the body, and does not print it.
fn assert_malformed(body: &str, code: &str, path: Option<&str>) -> ModelError {
    let error = decode(body).unwrap_err();
    assert_eq!((error.kind(), error.stage()), (ErrorKind::InvalidResponse, Stage::Replied), "{body}");
    assert_eq!((error.code(), error.path()), (Some(code), path), "{body}: {error}");
    assert_eq!((error.request_id(), error.model()), (Some("r-1"), Some("m")));
    assert_eq!(error.body().map(|body| &body[..]), Some(body.as_bytes()));
    assert!(!error.is_retryable());
    assert!(
        !format!("{error} {error:?} {}", serde_json::to_string(&error).unwrap()).contains("secret"),
        "{error:?}"
    );
    error
}

#[test]
fn malformed_bodies_are_errors_with_their_path() {
    let message = |message: &str| format!(r#"{{"stopReason":"end_turn","output":{{"message":{message}}}}}"#);
    for (body, path) in [
        (String::new(), None),
        ("secret".to_owned(), None),
        ("<html>secret</html>".to_owned(), None),
        ("[]".to_owned(), None),
        ("null".to_owned(), None),
        (r#"{"output":"#.to_owned(), Some("output")),
        (
            "{\"stopReason\":\"end_turn\",\"output\":{\"message\":{\"content\":[{\"text\":\"secret"
                .to_owned(),
            Some("output.message.content[0].text"),
        ),
        (r#"{"stopReason":"end_turn"} secret"#.to_owned(), None),
        // Required members are missing (L111).
        ("{}".to_owned(), Some("output")),
        (r#"{"output":null,"stopReason":null}"#.to_owned(), Some("output")),
        (r#"{"stopReason":"end_turn"}"#.to_owned(), Some("output")),
        (r#"{"stopReason":"end_turn","output":null}"#.to_owned(), Some("output")),
        (r#"{"stopReason":"end_turn","output":{}}"#.to_owned(), Some("output.message")),
        (r#"{"stopReason":"end_turn","output":{"new":1}}"#.to_owned(), Some("output.message")),
        (r#"{"stopReason":"end_turn","output":[]}"#.to_owned(), Some("output")),
        (message("null"), Some("output.message")),
        (message("7"), Some("output.message")),
        (r#"{"stopReason":7}"#.to_owned(), Some("output")),
        (r#"{"usage":{"inputTokens":"secret"}}"#.to_owned(), Some("output")),
    ] {
        assert_malformed(&body, "InvalidResponse", path);
    }
}

#[test]
fn error_with_status_200_is_an_error() {
    // The service answers an unknown path with status 200 (L110).
    for body in [
        r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#,
        r#"{"__type":"com.amazon.coral.service#UnknownOperationException","message":"secret"}"#,
        r#"{"__type":"UnknownOperationException"}"#,
    ] {
        let error = assert_malformed(body, "UnknownOperationException", None);
        assert!(error.hint().is_some_and(|hint| hint.contains("ARN")), "{:?}", error.hint());
    }
}

#[test]
fn error_with_status_200_has_the_kind_of_its_name() {
    for body in [
        r#"{"__type":"com.amazon.coral.service#ThrottlingException","message":"Too many requests"}"#,
        r#"{"Output":{"__type":"ThrottlingException"},"Version":"1.0"}"#,
    ] {
        let error = decode(body).unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Throttled, Some("ThrottlingException")),
            "{body}"
        );
        assert!(error.is_retryable() && error.hint().is_none_or(|hint| !hint.contains("ARN")), "{error:?}");
    }
}

#[test]
fn body_that_is_not_utf8_is_an_error() {
    for body in [&b"\xff\xfe"[..], b"{\"stopReason\":\"\xc3\x28\"}", b"\xef\xbb\xbf{}"] {
        let body = Bytes::copy_from_slice(body);
        let error =
            decode_response(&body, &ResponseContext::default(), ResponseMetadata::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse);
        assert_eq!((error.body(), error.request_id()), (Some(&body), None));
    }
}

#[test]
fn deep_nesting_is_kept_in_unparsed_values() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for blocks in [
        format!(r#"{{"toolUse":{{"toolUseId":"t","name":"f","input":{{"a":{deep}}}}}}}"#),
        format!(r#"{{"hologram":{deep}}}"#),
        format!(r#"{{"text":"a"}},{{"toolUse":{{"toolUseId":"t","name":"f","input":{{}},"new":{deep}}}}}"#),
    ] {
        let response = decode(&body_with_blocks(&blocks)).unwrap();
        assert!(serde_json::to_string(&response).unwrap().contains(&deep));
    }
    let nested = r#"{"toolResult":{"toolUseId":"t","content":["#.repeat(10_000);
    assert!(decode(&body_with_blocks(&nested)).is_err());
}

proptest! {
    #[test]
    fn any_text_is_a_response_or_an_error(bytes in choices::bytes(), with_unknown in any::<bool>(), cut in any::<prop::sample::Index>()) {
        let mut choices = Choices::new(&bytes);
        let whole = Generator { with_unknown }.value("ConverseResponse", &mut choices, 9);
        let cut = whole.chars().take(cut.index(whole.chars().count() + 1)).collect::<String>();
        for body in [whole, cut, any_value(&mut choices, 4)] {
            match decode(&body) {
                Ok(response) => {
                    prop_assert_eq!(response.messages.len(), 1);
                    prop_assert!(!response.messages[0].content.is_empty());
                    prop_assert_eq!(response.finish_reason.as_ref().map(|reason| reason.as_str().to_lowercase()), response.finish_reason.as_ref().map(|reason| reason.as_str().to_owned()));
                }
                Err(error) => {
                    prop_assert_eq!(error.kind(), ErrorKind::InvalidResponse);
                    prop_assert_eq!(error.body().map(|body| &body[..]), Some(body.as_bytes()));
                }
            }
        }
    }

    #[test]
    fn generated_responses_survive_a_round_trip_through_json(bytes in choices::bytes()) {
        let message = Generator { with_unknown: true }.value("Message", &mut Choices::new(&bytes), 8);
        let body = format!(r#"{{"output":{{"message":{message}}},"stopReason":"end_turn"}}"#);
        if let Ok(response) = decode(&body) {
            let text = serde_json::to_string(&response).unwrap();
            prop_assert_eq!(outcrop_core::from_str::<outcrop_core::UnifiedResponse>(&text).unwrap(), response);
        }
    }
}
