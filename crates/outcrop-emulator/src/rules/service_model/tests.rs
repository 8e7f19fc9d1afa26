//! Tests of the check against the service model.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::json;

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
fn service_model_is_parsed_with_its_patterns() {
    let model = ServiceModel::get();
    assert!(model.shape("ConverseRequest").is_some() && model.shape("ContentBlock").is_some());
    let mut patterns = 0;
    for (name, shape) in model.shapes() {
        let references = [shape.items, shape.property_names];
        for reference in references.into_iter().flatten().chain(shape.references()) {
            assert!(model.shape(reference.name()).is_some(), "{name}: {}", reference.name());
        }
        if let Some(pattern) = &shape.pattern {
            regex_lite::Regex::new(pattern).expect(name);
            patterns += 1;
        }
    }
    assert!(patterns > 10, "{patterns}");
}

/// Returns the paths of the violations that an independent validator of JSON Schema finds.
fn oracle_paths(validator: &jsonschema::Validator, body: &Value) -> BTreeSet<String> {
    validator.iter_errors(body).map(|error| error.instance_path().to_string()).collect()
}

fn pointer(path: &[Segment<'_>]) -> String {
    let segments = path.iter().map(|segment| match segment {
        Segment::Member(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
        Segment::Index(index) => format!("/{index}"),
    });
    segments.collect()
}

/// A body with most members of a request.
const FULL: &str = r##"{
    "messages": [
        {"role": "user", "content": [{"text": "hi"}, {"image": {"format": "png", "source": {"bytes": "aGkh"}}},
            {"document": {"name": "d", "format": "pdf", "source": {"s3Location": {"uri": "s3://bucket/key"}}}},
            {"cachePoint": {"type": "default", "ttl": "1h"}}, {"guardContent": {"text": {"text": "a"}}}]},
        {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t.1", "name": "f", "input": {"a": [1]}}},
            {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}}]},
        {"role": "user", "content": [{"toolResult": {"toolUseId": "t.1", "status": "error", "content": [{"json": {}}]}}]}],
    "system": [{"text": "s"}],
    "inferenceConfig": {"maxTokens": 5, "temperature": 0.5, "topP": 1, "stopSequences": ["x", "y"]},
    "toolConfig": {"tools": [{"toolSpec": {"name": "f", "description": "d", "inputSchema": {"json": {}}}}],
        "toolChoice": {"tool": {"name": "f"}}},
    "guardrailConfig": {"guardrailIdentifier": "gr1", "guardrailVersion": "DRAFT", "trace": "enabled"},
    "additionalModelRequestFields": {"k": [null]}, "additionalModelResponseFieldPaths": ["/a"],
    "requestMetadata": {"team": "a b"}, "promptVariables": {"v": {"text": "t"}},
    "performanceConfig": {"latency": "optimized"}, "serviceTier": {"type": "flex"}
}"##;

/// Changes a value of a body, which a sequence of numbers selects.
fn change(value: &mut Value, steps: &mut std::slice::Iter<'_, u8>) {
    let step = steps.next().copied().unwrap_or_default();
    let is_leaf = step % 4 == 0;
    match value {
        Value::Object(object) if !is_leaf && !object.is_empty() => {
            let index = usize::from(step / 4) % object.len();
            let (key, member) = object.iter_mut().nth(index).expect("a member");
            let key = key.clone();
            match steps.next().copied().unwrap_or_default() % 8 {
                0 => drop(object.remove(&key)),
                1 => drop(object.insert("stranger".to_owned(), Value::Null)),
                2 => {
                    let other = ["text", "cachePoint", "a!", "image", "maxTokens"][usize::from(step) % 5];
                    let copy = member.clone();
                    object.insert(other.to_owned(), copy);
                }
                _ => change(member, steps),
            }
        }
        Value::Array(items) if !is_leaf && !items.is_empty() => {
            let index = usize::from(step / 4) % items.len();
            change(&mut items[index], steps);
        }
        _ => {
            let values = [
                "null",
                "true",
                "0",
                "-1",
                "1.5",
                "1.0",
                "1e9",
                "300000000000",
                "\"\"",
                "\"a b!\"",
                "\"x\"",
                "\"aGkh\"",
                "\"a===\"",
                "\"user\"",
                "[]",
                "{}",
                "[{}]",
                "{\"text\": \"t\"}",
            ];
            let text = values[usize::from(steps.next().copied().unwrap_or_default()) % values.len()];
            *value = serde_json::from_str(text).expect("JSON");
            if *value == json!("x") {
                *value = json!("x".repeat(usize::from(step) * 20));
            }
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(3000))]

    /// The same values are in violation as for a validator of JSON Schema.
    #[test]
    fn violations_agree_with_json_schema(
        changes in proptest::collection::vec(proptest::collection::vec(proptest::prelude::any::<u8>(), 8), 1..4),
    ) {
        static ORACLE: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
            let mut schema: Value = serde_json::from_str(outcrop_converse::wire::SERVICE_MODEL).expect("JSON");
            schema["$ref"] = json!("#/$defs/ConverseRequest");
            jsonschema::validator_for(&schema).expect("a schema")
        });
        let mut body: Value = serde_json::from_str(FULL).expect("JSON");
        proptest::prop_assert_eq!(oracle_paths(&ORACLE, &body), BTreeSet::new());
        for steps in &changes {
            change(&mut body, &mut steps.iter());
        }
        let found = walk::violations("ConverseRequest", &body);
        let paths: BTreeSet<String> = found.iter().map(|violation| pointer(&violation.path)).collect();
        proptest::prop_assert_eq!(paths, oracle_paths(&ORACLE, &body), "{}", body);
    }
}
