//! Properties of encoded parameters: whatever parameters a caller sets, the body that is sent keeps the rules.

use outcrop_converse::{EncodeOptions, ModelId, encode_request};
use outcrop_core::{ModelRequest, RawJson, ReasoningEffort, ToolChoice, ToolSpec};
use proptest::prelude::*;

use super::super::check_conversation;

const MODELS: &[&str] = &[
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
    "eu.anthropic.claude-opus-4-6-v1",
    "us.anthropic.claude-opus-4-8",
    "us.anthropic.claude-opus-5",
    "us.amazon.nova-pro-v1:0",
    "jp.amazon.nova-2-lite-v1:0",
    "us.meta.llama4-maverick-17b-instruct-v1:0",
    "mistral.mistral-large-2407-v1:0",
    "openai.gpt-oss-120b-1:0",
    "qwen.qwen3-32b-v1:0",
    "us.deepseek.r1-v1:0",
    "cohere.command-r-v1:0",
];

/// The schemas of a tool: without a type, of older drafts, and with names that Claude rejects.
const SCHEMAS: &[&str] = &[
    r#"{"type": "object", "properties": {"a": {"type": "string"}}}"#,
    "{}",
    r#"{"properties": {"a": {}}}"#,
    r#"{"type": "object", "properties": null}"#,
    r#"{"type": "object", "required": null}"#,
    r#"{"type": "object", "properties": {"a": {"type": "array", "items": [{}]}}}"#,
    r#"{"type": "object", "properties": {"a": {"type": "number", "exclusiveMinimum": true}}}"#,
    r#"{"type": "object", "properties": {"a": {"type": "any"}}}"#,
    r#"{"type": "object", "properties": {"Account Number": {"type": "string"}}}"#,
];

fn request(bytes: &[u8]) -> ModelRequest {
    let mut bytes = bytes.iter().copied().chain(std::iter::repeat(0));
    let mut below = |limit: usize| usize::from(bytes.next().expect("endless")) % limit;
    let mut builder = ModelRequest::builder(MODELS[below(MODELS.len())]).user("hi");
    if let Some(temperature) = [None, Some(0.0), Some(0.5), Some(1.0)][below(4)] {
        builder = builder.temperature(temperature);
    }
    if below(2) == 1 {
        builder = builder.top_p(0.5);
    }
    if below(3) == 1 {
        builder = builder.top_k(5);
    }
    if let Some(tokens) = [None, Some(500), Some(3000), Some(1_000_000)][below(4)] {
        builder = builder.max_tokens(tokens);
    }
    if let Some(sequence) = [None, Some("x"), Some(" \n"), Some("")][below(4)] {
        builder = builder.stop(sequence);
    }
    if let Some(effort) = [None, Some(ReasoningEffort::Low), Some(ReasoningEffort::High)][below(3)].clone() {
        builder = builder.reasoning_effort(effort);
    }
    let thinking = [
        None,
        Some(r#"{"type": "enabled", "budget_tokens": 500}"#),
        Some(r#"{"type": "enabled", "budget_tokens": 5000}"#),
        Some(r#"{"type": "adaptive"}"#),
    ];
    if let Some(thinking) = thinking[below(4)] {
        builder = builder.additional_field("thinking", RawJson::parse(thinking).expect("JSON"));
    }
    if below(2) == 1 {
        let schema = SCHEMAS[below(SCHEMAS.len())];
        builder = builder.tool(ToolSpec::function("f", RawJson::parse(schema).expect("JSON")));
        let choices = [None, Some(ToolChoice::Required), Some(ToolChoice::Tool("f".to_owned()))];
        if let Some(choice) = choices[below(3)].clone() {
            builder = builder.tool_choice(choice);
        }
        if below(4) == 1 {
            builder =
                builder.additional_field("tool_choice", RawJson::parse(r#"{"type": "any"}"#).expect("JSON"));
        }
    }
    builder.build()
}

/// The beginnings of the texts for values that the encoder passes on as the caller set them.
// Each is a value that the caller chose for this model, which a change would replace by a guess.
const PASSED_ON: &[&str] = &[
    "The additional field tool_choice/type conflicts with the existing field",
    "The maximum tokens you requested exceeds the model limit of",
    "The model returned the following errors: stop_sequences: each stop sequence must contain non-whitespace",
    "The model returned the following errors: thinking.enabled.budget_tokens: Input should be greater than",
    "The model returned the following errors: tools.0.custom.input_schema",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn encoded_parameters_keep_the_rules(bytes in prop::collection::vec(any::<u8>(), 0..20)) {
        let request = request(&bytes);
        // Some requests cannot be sent to their model at all, such as a forced tool for one without tools.
        let Ok(encoded) = encode_request(&request, &EncodeOptions::converse()) else { return Ok(()) };
        if let Err(error) = check_conversation(&ModelId::parse(&request.model), &encoded.body) {
            let is_passed_on = PASSED_ON.iter().any(|beginning| error.message().starts_with(beginning));
            let body = String::from_utf8(encoded.to_bytes().to_vec()).expect("JSON");
            prop_assert!(is_passed_on, "{} for {}: {}", error.message(), request.model, body);
        }
    }
}
