//! Parse errors have the path, at any depth.

use outcrop_core::from_str;

use crate::wire::{ConverseRequest, ConverseResponse};

/// Returns a request of 300 messages, one of them with these blocks.
fn request(blocks: &str) -> String {
    let plain = r#"{"role":"user","content":[{"text":"secret"}]}"#;
    let messages: Vec<_> = (0..300)
        .map(|index| match index {
            217 => format!(r#"{{"role":"user","content":[{{"text":"a"}},{{"text":"b"}},{blocks}]}}"#),
            _ => plain.to_owned(),
        })
        .collect();
    format!(r#"{{"messages":[{}]}}"#, messages.join(","))
}

#[test]
fn request_error_has_its_path() {
    for (block, path, message) in [
        (
            r#"{"toolResult":{"toolUseId":"t","content":[{"image":{"format":"png","source":{"bytes":7}}}]}}"#,
            "messages[217].content[2].toolResult.content[0].image.source.bytes",
            "invalid type: integer `7`, expected a string",
        ),
        (
            r#"{"toolResult":{"toolUseId":"t","content":[{"image":{"format":"png","source":{"bytes":["secret"]}}}]}}"#,
            "messages[217].content[2].toolResult.content[0].image.source.bytes",
            "invalid type: sequence, expected a string",
        ),
        (
            r#"{"toolResult":{"toolUseId":"t","content":[{"image":{"format":"png"}}]}}"#,
            "messages[217].content[2].toolResult.content[0].image",
            "missing field `source`",
        ),
        (
            r#"{"document":{"name":"n","source":{"content":[{"text":"a"},"secret"]}}}"#,
            "messages[217].content[2].document.source.content[1]",
            "invalid type: string, expected an object with one member (DocumentContentBlock)",
        ),
        (
            r#"{"citationsContent":{"citations":[{"location":{"documentPage":{"start":-1}}}]}}"#,
            "messages[217].content[2].citationsContent.citations[0].location.documentPage.start",
            "invalid value: integer `-1`, expected u64",
        ),
        (
            r#"{"cachePoint":{"type":7}}"#,
            "messages[217].content[2].cachePoint.type",
            "invalid type: integer `7`, expected a name",
        ),
        (r#"{"text":"a","text":"b"}"#, "messages[217].content[2]", "duplicate member `text`"),
        (
            r#"["secret"]"#,
            "messages[217].content[2]",
            "invalid type: sequence, expected an object with one member (ContentBlock)",
        ),
    ] {
        let error = from_str::<ConverseRequest>(&request(block)).unwrap_err();
        assert_eq!(error.path(), path, "{block}");
        assert!(error.message().starts_with(message), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn response_error_has_its_path() {
    for (text, path) in [
        (
            r#"{"output":{"message":{"role":"assistant","content":[{"text":7}]}}}"#,
            "output.message.content[0].text",
        ),
        (r#"{"output":{"message":{"content":[]}}}"#, "output.message"),
        (r#"{"output":[]}"#, "output"),
        (r#"{"usage":{"inputTokens":"secret"}}"#, "usage.inputTokens"),
        (r#"{"usage":{"cacheDetails":[{"ttl":"5m"}]}}"#, "usage.cacheDetails[0]"),
        (r#"{"metrics":{"latencyMs":-5}}"#, "metrics.latencyMs"),
        (r#"{"stopReason":null,"stopReason":"end_turn"}"#, ""),
        (r#"{"serviceTier":{}}"#, "serviceTier"),
    ] {
        let error = from_str::<ConverseResponse>(text).unwrap_err();
        assert_eq!(error.path(), path, "{text}: {error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn debug_output_hides_content() {
    let text = r#"{"messages":[{"role":"user","content":[{"text":"secret"},{"new":"secret"},{"toolUse":{"toolUseId":"secret","name":"secret","input":{"a":"secret"}}},{"image":{"format":"secret","source":{"s3Location":{"uri":"secret"}}}}]}],"system":[{"text":"secret"}],"requestMetadata":{"a":"secret"},"additionalModelRequestFields":"secret","inferenceConfig":{"stopSequences":["secret"]},"promptVariables":{"a":{"text":"secret"}},"outputConfig":{"effort":"secret"},"new":"secret"}"#;
    let request: ConverseRequest = from_str(text).unwrap();
    let shown = format!("{request:?} {request:#?}");
    assert!(!shown.contains("secret"), "{shown}");
}
