//! Tests of finish reasons.

use bytes::Bytes;
use outcrop_core::ResponseStatus;

use crate::context::{ResponseContext, ResponseMetadata};
use crate::decode::decode_response;
use crate::decode::tests::{body_with_blocks, decode};
use crate::options::Dialect;

/// Decodes a response without blocks. Returns its finish reason.
fn finish_reason_of(reason: &str) -> Option<String> {
    let body =
        format!(r#"{{"output":{{"message":{{"role":"assistant","content":[]}}}},"stopReason":"{reason}"}}"#);
    let response = decode(&body).unwrap();
    // The original reason is in the metadata (L124).
    let raw = response
        .provider_metadata
        .get("stopReason")
        .and_then(outcrop_core::RawJson::as_string)
        .unwrap()
        .into_owned();
    assert_eq!(raw, reason);
    let status = match reason {
        "" => None,
        "max_tokens" | "model_context_window_exceeded" | "malformed_model_output" | "malformed_tool_use" => {
            Some(ResponseStatus::Incomplete)
        }
        _ => Some(ResponseStatus::Completed),
    };
    assert_eq!(response.status, status, "{reason}");
    response.finish_reason.map(|reason| reason.as_str().to_owned())
}

#[test]
fn stop_reasons_become_openai_finish_reasons() {
    for (reason, expected) in [
        ("end_turn", Some("stop")),
        ("stop_sequence", Some("stop")),
        ("END_TURN", Some("stop")),
        ("finished", Some("stop")),
        ("COMPLETE", Some("stop")),
        // There is no call to run (R-L17, L132).
        ("tool_use", Some("stop")),
        ("max_tokens", Some("length")),
        ("model_context_window_exceeded", Some("length")),
        ("guardrail_intervened", Some("content_filter")),
        ("content_filtered", Some("content_filter")),
        ("refusal", Some("content_filter")),
        ("pause_turn", Some("stop")),
        ("malformed_model_output", Some("malformed_model_output")),
        ("malformed_tool_use", Some("malformed_tool_use")),
        ("Some_New_Reason", Some("some_new_reason")),
        ("stop", Some("stop")),
        ("", None),
    ] {
        assert_eq!(finish_reason_of(reason).as_deref(), expected, "{reason}");
    }
}

#[test]
fn pending_tool_calls_override_the_stop_reason() {
    // Kimi stops with `end_turn` although it called a tool. AG2 keeps a given reason (M5, L46).
    const CALL: &str = r#"{"toolUse":{"toolUseId":"t","name":"f","input":{}}}"#;
    const SERVER_CALL: &str =
        r#"{"toolUse":{"toolUseId":"t","name":"f","input":{},"type":"server_tool_use"}}"#;
    for (block, reason, ag2, converse) in [
        (CALL, "tool_use", Some("tool_calls"), Some("tool_calls")),
        (CALL, "end_turn", Some("stop"), Some("tool_calls")),
        (CALL, "", Some("tool_calls"), Some("tool_calls")),
        (CALL, "max_tokens", Some("length"), Some("length")),
        (SERVER_CALL, "end_turn", Some("stop"), Some("stop")),
        (SERVER_CALL, "", None, None),
        (SERVER_CALL, "tool_use", Some("tool_calls"), Some("stop")),
        (r#"{"text":"a"}"#, "tool_use", Some("tool_calls"), Some("stop")),
    ] {
        let body = body_with_blocks(block).replace("end_turn", reason);
        for (dialect, expected) in [(Dialect::Ag2, ag2), (Dialect::Converse, converse)] {
            let context = ResponseContext { dialect, ..ResponseContext::default() };
            let response =
                decode_response(&Bytes::from(body.clone()), &context, ResponseMetadata::default()).unwrap();
            let found = response.finish_reason.as_ref().map(|reason| reason.as_str());
            assert_eq!(found, expected, "{dialect:?}: {block} {reason}");
            let response = decode(&body).unwrap();
            let found = response.finish_reason.as_ref().map(|reason| reason.as_str());
            assert_eq!(found, converse, "by content: {block} {reason}");
        }
    }
}

#[test]
fn ag2_rejects_a_missing_reason_counts_missing_usage_as_zero_and_is_always_completed() {
    let context = ResponseContext::default().with_dialect(Dialect::Ag2);
    let decode =
        |body: &str| decode_response(&Bytes::from(body.to_owned()), &context, ResponseMetadata::default());
    let error = decode(r#"{"output":{"message":{"role":"assistant","content":[]}}}"#).unwrap_err();
    assert_eq!(error.path(), Some("stopReason"));
    let cut = r#"{"output":{"message":{"role":"assistant","content":[]}},"stopReason":"max_tokens"}"#;
    let response = decode(cut).unwrap();
    assert_eq!((response.status, response.usage.prompt_tokens), (Some(ResponseStatus::Completed), Some(0)));
}
