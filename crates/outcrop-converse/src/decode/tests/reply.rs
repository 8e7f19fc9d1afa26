//! What a reply tells beside its blocks: why it stopped, tokens, money, metadata.

use bytes::Bytes;
use outcrop_core::{Price, ResponseStatus, Usage};

use super::decoded;
use crate::context::{ResponseContext, ResponseMetadata};
use crate::decode::decode_response;
use crate::options::Dialect;
use crate::origin::PROVIDER;

fn stopped(reason: &str) -> Option<String> {
    let body =
        format!(r#"{{"output":{{"message":{{"role":"assistant","content":[]}}}},"stopReason":"{reason}"}}"#);
    let response = decoded(&body).unwrap();
    // The raw reason is kept (L124).
    let raw = response
        .provider_metadata
        .get("stopReason")
        .and_then(outcrop_core::RawJson::as_string)
        .unwrap()
        .into_owned();
    assert_eq!(raw, reason);
    assert_eq!(response.status, Some(ResponseStatus::Completed));
    response.finish_reason.map(|reason| reason.as_str().to_owned())
}

#[test]
fn stop_reasons_are_told_in_openais_words() {
    for (reason, expected) in [
        ("end_turn", Some("stop")),
        ("stop_sequence", Some("stop")),
        ("END_TURN", Some("stop")),
        ("finished", Some("stop")),
        ("COMPLETE", Some("stop")),
        ("tool_use", Some("tool_calls")),
        ("max_tokens", Some("length")),
        ("model_context_window_exceeded", Some("length")),
        ("guardrail_intervened", Some("content_filter")),
        ("content_filtered", Some("content_filter")),
        ("malformed_model_output", Some("malformed_model_output")),
        ("malformed_tool_use", Some("malformed_tool_use")),
        ("Some_New_Reason", Some("some_new_reason")),
        ("stop", Some("stop")),
        ("", None),
    ] {
        assert_eq!(stopped(reason).as_deref(), expected, "{reason}");
    }
}

#[test]
fn a_reply_that_waits_for_tools_says_so_whatever_its_reason() {
    // M5, L46; in AG2's dialect a reason that was given stands.
    const CALL: &str = r#"{"toolUse":{"toolUseId":"t","name":"f","input":{}}}"#;
    const RAN: &str = r#"{"toolUse":{"toolUseId":"t","name":"f","input":{},"type":"server_tool_use"}}"#;
    for (block, reason, ag2, converse) in [
        (CALL, "tool_use", Some("tool_calls"), Some("tool_calls")),
        (CALL, "end_turn", Some("stop"), Some("tool_calls")),
        (CALL, "", Some("tool_calls"), Some("tool_calls")),
        (CALL, "max_tokens", Some("length"), Some("length")),
        (RAN, "end_turn", Some("stop"), Some("stop")),
        (RAN, "", None, None),
    ] {
        let body = super::reply(block).replace("end_turn", reason);
        for (dialect, expected) in [(Dialect::Ag2, ag2), (Dialect::Converse, converse)] {
            let context = ResponseContext { dialect, ..ResponseContext::default() };
            let response =
                decode_response(&Bytes::from(body.clone()), &context, ResponseMetadata::default()).unwrap();
            let found = response.finish_reason.as_ref().map(|reason| reason.as_str());
            assert_eq!(found, expected, "{block} {reason}");
        }
    }
}

fn used(usage: &str) -> Usage {
    let body = format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{{"text":"a"}}]}}}},"stopReason":"end_turn","usage":{usage}}}"#
    );
    let response = decoded(&body).unwrap();
    if usage != "null" {
        // The raw usage is kept (M43).
        assert_eq!(response.provider_metadata.get("usage").map(outcrop_core::RawJson::as_str), Some(usage));
    }
    response.usage
}

#[test]
fn the_input_counts_what_was_read_from_and_written_to_caches() {
    // L68, M41
    for (usage, [prompt, completion, total], cached) in [
        (r#"{"inputTokens":1,"outputTokens":2,"totalTokens":3}"#, [1, 2, 3], [None, None]),
        (
            r#"{"inputTokens":18,"outputTokens":5,"totalTokens":7525,"cacheReadInputTokens":7502,"cacheWriteInputTokens":0}"#,
            [7520, 5, 7525],
            [Some(7502), Some(0)],
        ),
        (r#"{"inputTokens":1,"outputTokens":2,"cacheWriteInputTokens":3}"#, [4, 2, 6], [None, Some(3)]),
        // L72: anything may be absent.
        ("{}", [0, 0, 0], [None, None]),
        ("null", [0, 0, 0], [None, None]),
        (r#"{"totalTokens":9}"#, [0, 0, 9], [None, None]),
        (r#"{"inputTokens":1,"outputTokens":2}"#, [1, 2, 3], [None, None]),
        (
            r#"{"inputTokens":18446744073709551615,"outputTokens":18446744073709551615,"cacheReadInputTokens":1}"#,
            [u64::MAX, u64::MAX, u64::MAX],
            [Some(1), None],
        ),
        // L70: members of former times and of times to come.
        (
            r#"{"inputTokens":1,"outputTokens":2,"totalTokens":3,"cacheReadInputTokenCount":0,"serverToolUsage":{}}"#,
            [1, 2, 3],
            [None, None],
        ),
        (
            r#"{"inputTokens":1,"outputTokens":2,"totalTokens":6,"cacheWriteInputTokens":3,"cacheDetails":[{"ttl":"1h","inputTokens":3}]}"#,
            [4, 2, 6],
            [None, Some(3)],
        ),
    ] {
        let found = used(usage);
        assert_eq!(
            [found.prompt_tokens, found.completion_tokens, found.total_tokens],
            [prompt, completion, total].map(Some),
            "{usage}"
        );
        assert_eq!([found.cache_read_input_tokens, found.cache_creation_input_tokens], cached, "{usage}");
    }
}

#[test]
fn the_cost_is_reckoned_by_the_callers_price_or_the_list() {
    let body =
        Bytes::from(super::reply(r#"{"text":"a"}"#).replace("\"inputTokens\":1", "\"inputTokens\":2000"));
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
            cost.zip(expected).is_none_or(|(found, wanted)| (found - wanted).abs() < 1e-12),
            "{model}: {cost:?}"
        );
    }
}

#[test]
fn the_list_knows_of_caches_and_tiers() {
    // L71, L126
    let call = |usage: &str, tier: &str| {
        let body = super::reply(r#"{"text":"a"}"#);
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
    assert_eq!(call(r#"{"inputTokens":0,"cacheReadInputTokens":1000000}"#, "default"), Some(0.099));
    // No price is listed for what this model writes to a cache.
    assert_eq!(call(r#"{"inputTokens":0,"cacheWriteInputTokens":1}"#, "default"), None);
}

#[test]
fn members_beside_the_answer_are_metadata_as_they_came() {
    // M63, L126, L125
    let body = r#"{"output":{"message":{"role":"assistant","content":[{"text":"a"}]}},"stopReason":"guardrail_intervened","usage":{"inputTokens":1},"metrics":{"latencyMs":5,"new":1.0},"trace":{"guardrail":{"b":1.0,"a":[ ]}},"additionalModelResponseFields":{"stop_sequence":null},"performanceConfig":{"latency":"optimized"},"serviceTier":{"type":"new_tier"},"newMember":{"z":1.0}}"#;
    let response = decoded(body).unwrap();
    let metadata = outcrop_core::RawJson::from(response.provider_metadata.clone());
    assert_eq!(
        metadata.as_str(),
        r#"{"stopReason":"guardrail_intervened","usage":{"inputTokens":1},"metrics":{"latencyMs":5,"new":1.0},"trace":{"guardrail":{"b":1.0,"a":[ ]}},"additionalModelResponseFields":{"stop_sequence":null},"performanceConfig":{"latency":"optimized"},"serviceTier":{"type":"new_tier"},"newMember":{"z":1.0}}"#,
    );
    assert_eq!(response.text(), "a");
}

#[test]
fn id_model_and_time_are_those_of_the_call() {
    let body = Bytes::from(super::reply(r#"{"text":"a"}"#));
    let decode = |meta: ResponseMetadata| {
        let context = ResponseContext { model: "us.some-model".to_owned(), ..ResponseContext::default() };
        decode_response(&body, &context, meta).unwrap()
    };
    let response = decode(ResponseMetadata::new().with_request_id("r-1").with_created(1_700_000_000));
    assert_eq!((response.id.as_str(), response.created), ("r-1", Some(1_700_000_000)));
    assert_eq!((response.model.as_str(), response.provider.as_str()), ("us.some-model", PROVIDER));
    assert_eq!(decode(ResponseMetadata::new()).id, "bedrock-0");
    assert_eq!(decode(ResponseMetadata::new().with_created(7)).id, "bedrock-7");
}

#[test]
fn each_part_of_a_context_has_a_setter() {
    let price = Price::per_thousand(1.0, 2.0);
    let catalog = crate::catalog::Catalog::builtin();
    let context = ResponseContext::default()
        .with_model("m")
        .with_price(price)
        .with_dialect(Dialect::Converse)
        .with_catalog(catalog.clone());
    assert_eq!((context.model.as_str(), context.price), ("m", Some(price)));
    assert_eq!((context.dialect, context.catalog), (Dialect::Converse, catalog));
}

#[test]
fn white_space_and_line_breaks_of_a_reply_do_not_matter() {
    let body = "\r\n{ \"stopReason\" : \"end_turn\" ,\n \"output\" : { \"message\" : { \"content\" : [ { \"toolUse\" : { \"name\":\"f\",\"toolUseId\":\"t\", \"input\": {\n \"a\" : 1.0\n} } } ] , \"role\":\"assistant\" } } }\n";
    let response = decoded(body).unwrap();
    assert_eq!(response.tool_calls().next().map(|call| call.arguments.as_str()), Some(r#"{ "a" : 1.0}"#));
}
