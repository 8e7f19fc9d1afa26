//! Tests of usage.

use outcrop_core::Usage;

use crate::decode::tests::decode;

/// Decodes a response with this usage. Returns the unified usage.
fn usage_of(usage: &str) -> Usage {
    let body = format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{{"text":"a"}}]}}}},"stopReason":"end_turn","usage":{usage}}}"#
    );
    let response = decode(&body).unwrap();
    if usage != "null" {
        // The original usage is in the metadata (M43).
        assert_eq!(response.provider_metadata.get("usage").map(outcrop_core::RawJson::as_str), Some(usage));
    }
    response.usage
}

#[test]
fn input_includes_tokens_read_from_and_written_to_caches() {
    // Converse counts cached tokens separately, OpenAI includes them in the input (L68, M41).
    for (usage, [prompt, completion, total], cached) in [
        (r#"{"inputTokens":1,"outputTokens":2,"totalTokens":3}"#, [Some(1), Some(2), Some(3)], [None, None]),
        (
            r#"{"inputTokens":18,"outputTokens":5,"totalTokens":7525,"cacheReadInputTokens":7502,"cacheWriteInputTokens":0}"#,
            [Some(7520), Some(5), Some(7525)],
            [Some(7502), Some(0)],
        ),
        (
            r#"{"inputTokens":1,"outputTokens":2,"cacheWriteInputTokens":3}"#,
            [Some(4), Some(2), Some(6)],
            [None, Some(3)],
        ),
        // Any counter may be absent (L72).
        ("{}", [None, None, None], [None, None]),
        ("null", [None, None, None], [None, None]),
        (r#"{"totalTokens":9}"#, [None, None, Some(9)], [None, None]),
        (r#"{"outputTokens":2}"#, [None, Some(2), None], [None, None]),
        (r#"{"inputTokens":1,"outputTokens":2}"#, [Some(1), Some(2), Some(3)], [None, None]),
        (
            r#"{"inputTokens":18446744073709551615,"outputTokens":18446744073709551615,"cacheReadInputTokens":1}"#,
            [Some(u64::MAX), Some(u64::MAX), Some(u64::MAX)],
            [Some(1), None],
        ),
        // Members of older models and unknown ones (L70).
        (
            r#"{"inputTokens":1,"outputTokens":2,"totalTokens":3,"cacheReadInputTokenCount":0,"serverToolUsage":{}}"#,
            [Some(1), Some(2), Some(3)],
            [None, None],
        ),
        (
            r#"{"inputTokens":1,"outputTokens":2,"totalTokens":6,"cacheWriteInputTokens":3,"cacheDetails":[{"ttl":"1h","inputTokens":3}]}"#,
            [Some(4), Some(2), Some(6)],
            [None, Some(3)],
        ),
    ] {
        let found = usage_of(usage);
        assert_eq!(
            [found.prompt_tokens, found.completion_tokens, found.total_tokens],
            [prompt, completion, total],
            "{usage}"
        );
        assert_eq!([found.cache_read_input_tokens, found.cache_creation_input_tokens], cached, "{usage}");
    }
}
