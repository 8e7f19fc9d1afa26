//! Tests of the usage of a stream.

use outcrop_core::{RawJson, StreamEvent};

use super::{END, START, drain, run};
use crate::stream::StreamDecoder;
use crate::{ResponseContext, ResponseMetadata};

const TEXT: &str = r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"a"}}"#;

#[test]
fn cached_tokens_count_as_input_as_in_a_whole_response() {
    // As the service sends it, with members of older names and tokens by lifetime (M41 to M43, L70, L71).
    let usage = r#"{"inputTokens":18,"outputTokens":5,"totalTokens":7530,"cacheReadInputTokens":7002,"cacheWriteInputTokens":505,"cacheDetails":[{"ttl":"1h","inputTokens":505}],"cacheWriteInputTokenCount":505,"serverToolUsage":{}}"#;
    let metadata = format!(r#"metadata {{"usage":{usage}}}"#);
    let response = run(&[START, TEXT, END, &metadata]).end.unwrap();
    let found = &response.usage;
    assert_eq!(
        [found.prompt_tokens, found.completion_tokens, found.total_tokens],
        [Some(7525), Some(5), Some(7530)]
    );
    assert_eq!([found.cache_read_input_tokens, found.cache_creation_input_tokens], [Some(7002), Some(505)]);
    assert_eq!(response.provider_metadata.get("usage").map(RawJson::as_str), Some(usage));
}

#[test]
fn cached_tokens_that_gpt_streams_count_twice_count_once() {
    // As measured: the whole response to the same prompt has 2 input tokens (L69).
    const ALL_WRITTEN: &str =
        r#"{"inputTokens":4995,"outputTokens":19,"totalTokens":10007,"cacheWriteInputTokens":4993}"#;
    const ONCE_IN_TOTAL: &str =
        r#"{"inputTokens":4995,"outputTokens":20,"totalTokens":5015,"cacheReadInputTokens":4900}"#;
    const NOTHING_CACHED: &str = r#"{"inputTokens":74,"outputTokens":6,"totalTokens":80}"#;
    const COUNTED_ONCE: &str =
        r#"{"inputTokens":2,"outputTokens":19,"totalTokens":5014,"cacheReadInputTokens":4993}"#;
    for (model, usage, expected, noted) in [
        ("us.openai.gpt-5.4", ALL_WRITTEN, [4995, 19, 5014], true),
        ("us.openai.gpt-5.6", ONCE_IN_TOTAL, [4995, 20, 5015], true),
        ("us.openai.gpt-5.4", NOTHING_CACHED, [74, 6, 80], false),
        ("us.openai.gpt-5.4", COUNTED_ONCE, [4995, 19, 5014], false),
        ("us.amazon.nova-pro-v1:0", ALL_WRITTEN, [9988, 19, 10_007], false),
    ] {
        let context = ResponseContext { model: model.to_owned(), ..ResponseContext::default() };
        let mut decoder = StreamDecoder::new(context, ResponseMetadata::default());
        for (name, json) in [
            ("messageStart", r#"{"role":"assistant"}"#.to_owned()),
            ("messageStop", r#"{"stopReason":"end_turn"}"#.to_owned()),
            ("metadata", format!(r#"{{"usage":{usage}}}"#)),
        ] {
            decoder.handle_json(name, json.as_bytes());
        }
        let mut events = Vec::new();
        assert!(drain(&mut decoder, &mut events).is_none());
        let Some(StreamEvent::Completed { response }) = events.pop() else { panic!("{model}: {events:?}") };
        let found = &response.usage;
        let found = [found.prompt_tokens, found.completion_tokens, found.total_tokens];
        assert_eq!(found, expected.map(Some), "{model}: {usage}");
        assert_eq!(response.notes.iter().any(|note| note.rule == "usage.cached_twice"), noted, "{model}");
        assert_eq!(response.provider_metadata.get("usage").map(RawJson::as_str), Some(usage));
    }
}
