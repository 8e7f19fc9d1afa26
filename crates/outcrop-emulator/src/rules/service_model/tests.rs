//! Tests of the check against the service model.

use serde_json::Value;

use super::*;

fn rejection(body: &str) -> ServiceError {
    check(Operation::Converse, body.as_bytes()).expect_err(body)
}

/// Builds a body with one turn of one block.
fn block(block: &str) -> String {
    format!(r#"{{"messages": [{{"role": "user", "content": [{block}]}}]}}"#)
}

#[test]
fn valid_bodies_pass() {
    for body in [
        "{}".to_owned(),
        block(r#"{"text": "hi"}"#),
        block(r#"{"image": {"format": "png", "source": {"bytes": "aGkh"}}}"#),
        block(r#"{"toolUse": {"toolUseId": "t", "name": "f", "input": {"any": [1, null]}}}"#),
        r#"{"toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {}}}}], "toolChoice": {"any": {}}}}"#
            .to_owned(),
        r#"{"inferenceConfig": {"temperature": 1, "topP": 0.5, "maxTokens": 1, "stopSequences": ["x"]}}"#.to_owned(),
        r#"{"guardrailConfig": {"guardrailIdentifier": "", "guardrailVersion": "DRAFT", "trace": "enabled_full"}}"#
            .to_owned(),
        r#"{"requestMetadata": {"team": "a b"}, "outputConfig": {"effort": "high"}}"#.to_owned(),
    ] {
        assert_eq!(check(Operation::Converse, body.as_bytes()), Ok(()), "{body}");
    }
}

#[test]
fn broken_constraints_have_the_text_of_aws() {
    let long = "x".repeat(70);
    for (body, text) in [
        (
            r#"{"inferenceConfig": {"temperature": 1.5}}"#.to_owned(),
            "Value '1.5' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1",
        ),
        (
            r#"{"inferenceConfig": {"temperature": 99}}"#.to_owned(),
            "Value '99.0' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1",
        ),
        (
            r#"{"inferenceConfig": {"maxTokens": 0}}"#.to_owned(),
            "Value '0' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1",
        ),
        (
            r#"{"inferenceConfig": {"maxTokens": 1.5}}"#.to_owned(),
            "Value '1.5' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must be an integer",
        ),
        (
            r#"{"inferenceConfig": {"stopSequences": [""]}}"#.to_owned(),
            "Value '' at 'inferenceConfig.stopSequences.1.member' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            r#"{"toolConfig": {"tools": []}}"#.to_owned(),
            "Value at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            r#"{"toolConfig": {"tools": [{"toolSpec": {"name": "kb.search", "inputSchema": {"json": {}}}}]}}"#.to_owned(),
            "Value 'kb.search' at 'toolConfig.tools.1.member.toolSpec.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+",
        ),
        (
            r#"{"toolConfig": {"tools": [{"toolSpec": {"name": "f"}}]}}"#.to_owned(),
            "Value at 'toolConfig.tools.1.member.toolSpec.inputSchema' failed to satisfy constraint: Member must not be null",
        ),
        (
            r#"{"messages": [{"role": "robot", "content": []}]}"#.to_owned(),
            "Value at 'messages.1.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant, system]",
        ),
        (
            r#"{"messages": [{"role": "user"}]}"#.to_owned(),
            "Value at 'messages.1.member.content' failed to satisfy constraint: Member must not be null",
        ),
        (
            block(r#"{"toolUse": {"toolUseId": "t", "name": "a b", "input": {}}}"#),
            "Value at 'messages.1.member.content.1.member.toolUse.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+",
        ),
        (
            block(r#"{"text": 7}"#),
            "Value at 'messages.1.member.content.1.member.text' failed to satisfy constraint: Member must be a string",
        ),
        (
            r#"{"messages": "hi"}"#.to_owned(),
            "Value at 'messages' failed to satisfy constraint: Member must be a list",
        ),
        (
            r#"{"inferenceConfig": {"topK": 5}}"#.to_owned(),
            "Value at 'inferenceConfig.topK' failed to satisfy constraint: Member is not in the service model",
        ),
        (
            r#"{"mesages": []}"#.to_owned(),
            "Value at 'mesages' failed to satisfy constraint: Member is not in the service model",
        ),
        (
            r#"{"requestMetadata": {"a!": "x"}}"#.to_owned(),
            "Value at 'requestMetadata' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z0-9\\s:_@$#=/+,-.]{1,256}]",
        ),
        (
            format!(r#"{{"toolConfig": {{"tools": [{{"toolSpec": {{"name": "{long}", "inputSchema": {{"json": {{}}}}}}}}]}}}}"#),
            "Value 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…' at 'toolConfig.tools.1.member.toolSpec.name' failed to satisfy constraint: Member must have length less than or equal to 64",
        ),
    ] {
        let error = rejection(&body);
        assert_eq!(error.message(), format!("1 validation error detected: {text}"), "{body}");
        assert_eq!(error.status(), 400);
        assert!(error.error_type().starts_with("ValidationException:"));
    }
}

#[test]
fn several_violations_are_counted() {
    let error = rejection(r#"{"inferenceConfig": {"temperature": 2, "topP": -1}}"#);
    let text = error.message();
    assert!(text.starts_with("2 validation errors detected: "), "{text}");
    assert!(text.contains("'2.0' at 'inferenceConfig.temperature'"), "{text}");
    assert!(text.contains("; Value '-1.0' at 'inferenceConfig.topP'"), "{text}");
}

#[test]
fn unions_without_exactly_one_member_are_rejected() {
    let image = r#"{"format": "png", "source": {}}"#;
    for (body, text) in [
        (block("{}"), "ContentBlock object at messages.0.content.0 must set one of the following keys: "),
        (
            block(r#"{"hologram": {}}"#),
            "ContentBlock object at messages.0.content.0 must set one of the following keys: ",
        ),
        (
            block(r#"{"text": "a", "cachePoint": {"type": "default"}}"#),
            "ContentBlock object at messages.0.content.0 must set only one of the following keys: ",
        ),
        (
            block(&format!(r#"{{"image": {image}}}"#)),
            "ImageSource object at messages.0.content.0.image.source must set one of the following keys: bytes, s3Location.",
        ),
    ] {
        let error = rejection(&body);
        assert!(error.message().starts_with(text), "{}", error.message());
    }
}

#[test]
fn invalid_json_is_a_serialization_exception() {
    for body in ["", "{", "not json", "{\"messages\": [}", "\u{feff}{}"] {
        let error = rejection(body);
        assert_eq!(error.status(), 400);
        assert!(error.error_type().starts_with("SerializationException:"), "{error:?}");
        assert!(error.message().starts_with("The request body is not JSON: "), "{error:?}");
    }
}

#[test]
fn prompts_are_not_repeated_in_errors() {
    let secret = "a secret of a user";
    for body in [
        block(&format!(r#"{{"toolUse": {{"toolUseId": "{secret}", "name": "f", "input": {{}}}}}}"#)),
        block(&format!(r#"{{"text": ["{secret}"]}}"#)),
        format!(r#"{{"system": ["{secret}"]}}"#),
        format!(r#"{{"requestMetadata": {{"k": "{secret}!"}}}}"#),
        format!(r#"{{"messages": "{secret}"}}"#),
        format!(r#"{{"messages": "{secret}"#),
    ] {
        let error = rejection(&body);
        assert!(!error.message().contains("secret"), "{}", error.message());
    }
}

#[test]
fn operations_have_their_own_schemas() {
    let guarded = r#"{"source": "INPUT", "content": [{"text": {"text": "a secret"}}]}"#;
    let counted = r#"{"input": {"converse": {"messages": []}}}"#;
    let streamed = r#"{"guardrailConfig": {"streamProcessingMode": "async"}}"#;
    for (schema, good) in [
        (Operation::Converse, r#"{"outputConfig": {"effort": "low"}}"#),
        (Operation::ConverseStream, streamed),
        (Operation::CountTokens, counted),
        (Operation::ApplyGuardrail, guarded),
    ] {
        prepare(schema);
        for body in [r#"{"outputConfig": {"effort": "low"}}"#, streamed, counted, guarded] {
            // A plain option of both operations that talk to a model.
            let shared = schema == Operation::ConverseStream && body.contains("effort");
            let outcome = check(schema, body.as_bytes());
            assert_eq!(outcome.is_ok(), body == good || shared, "{schema:?} {body} {outcome:?}");
        }
    }
}

#[test]
fn counted_and_guarded_texts_are_not_repeated() {
    for (schema, body) in [
        (Operation::CountTokens, r#"{"input": {"converse": {"messages": "a secret"}}}"#),
        (Operation::ApplyGuardrail, r#"{"source": "INPUT", "content": [{"text": {"text": ["a secret"]}}]}"#),
        (Operation::ApplyGuardrail, r#"{"source": "INPUT", "content": "a secret"}"#),
    ] {
        let error = check(schema, body.as_bytes()).expect_err(body);
        assert!(error.message().contains("failed to satisfy constraint"), "{}", error.message());
        assert!(!error.message().contains("secret"), "{}", error.message());
    }
}

#[test]
fn service_model_contains_the_request_shapes() {
    let shapes = MODEL.get("$defs").and_then(Value::as_object).expect("the model has shapes");
    assert!(shapes.contains_key("ConverseRequest") && shapes.contains_key("ContentBlock"));
}
