//! Properties of encoded parameters: whatever parameters a caller sets, the body that is sent keeps the rules.

use std::sync::LazyLock;

use outcrop_converse::catalog::{Catalog, Reasoning};
use outcrop_converse::{EncodeOptions, ModelId, encode_request};
use outcrop_core::{ModelRequest, RawJson, ReasoningEffort, ToolChoice, ToolSpec};
use proptest::prelude::*;

use super::super::check_conversation;

/// Names that no model of the catalog has, as requests have them.
const OTHER_NAMES: &[&str] = &[
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "us.anthropic.claude-opus-5",
    "jp.amazon.nova-2-lite-v1:0",
    "us.deepseek.r1-v1:0",
];

/// Every model of the catalog that conversations are known for, and some profiles.
static MODELS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| OTHER_NAMES.iter().copied().chain(Catalog::ids()).collect());

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
    // There may be more models than a byte has values.
    let model = MODELS[(below(256) * 256 + below(256)) % MODELS.len()];
    let mut builder = ModelRequest::builder(model).user("hi");
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
];

/// Returns whether a request has `thinking` for a model that does not have it. A model's own fields are the caller's choice.
fn is_for_another_model(request: &ModelRequest) -> bool {
    let reasoning = Catalog::builtin().capabilities(&request.model).reasoning;
    request.additional_fields.contains("thinking")
        && matches!(reasoning, Reasoning::Unsupported | Reasoning::Always)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn encoded_parameters_keep_the_rules(bytes in prop::collection::vec(any::<u8>(), 0..20)) {
        let request = request(&bytes);
        // Some requests cannot be sent to their model at all, such as a forced tool for one without tools.
        let Ok(encoded) = encode_request(&request, &EncodeOptions::converse()) else { return Ok(()) };
        if let Err(error) = check_conversation(&ModelId::parse(&request.model), &encoded.body) {
            let is_passed_on = PASSED_ON.iter().any(|beginning| error.message().starts_with(beginning))
                || (is_for_another_model(&request) && error.message().to_lowercase().contains("thinking"));
            let body = String::from_utf8(encoded.to_bytes().to_vec()).expect("JSON");
            prop_assert!(is_passed_on, "{} for {}: {}", error.message(), request.model, body);
        }
    }
}
