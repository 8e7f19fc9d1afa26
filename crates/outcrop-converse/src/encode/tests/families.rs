//! Property: whatever parameters a request has, the encoded request is valid for every model of the catalog.

use outcrop_core::{JsonObject, ModelError, ModelRequest, RawJson};
use proptest::prelude::*;

use super::service_model::violations_of;
use crate::catalog::{Catalog, Reasoning, SamplingParams};
use crate::encode::{Encoded, encode_request};
use crate::options::EncodeOptions;
use crate::tests::choices::{self, Choices};
use crate::wire::{Tool, ToolChoice};

const PARAMETERS: &[(&str, &[&str])] = &[
    ("max_tokens", &["1", "1500", "60000"]),
    ("temperature", &["0", "0.7", "1"]),
    ("top_p", &["0.5", "0.99"]),
    ("top_k", &["5"]),
    ("k", &["6"]),
    ("seed", &["7"]),
    ("stop", &["\"X\""]),
    (
        "reasoning_effort",
        &["\"none\"", "\"minimal\"", "\"low\"", "\"medium\"", "\"high\"", "\"xhigh\"", "\"max\"", "\"odd\""],
    ),
    (
        "thinking",
        &[
            r#"{"type":"enabled","budget_tokens":9}"#,
            r#"{"type":"enabled","budget_tokens":40000}"#,
            r#"{"type":"adaptive"}"#,
            r#"{"type":"disabled"}"#,
            "7",
        ],
    ),
    ("anthropic_beta", &["\"a, b\"", "[\"c\"]"]),
    ("parallel_tool_calls", &["true", "false"]),
    ("tool_choice", &["\"auto\"", "\"required\"", r#"{"type":"function","function":{"name":"f"}}"#]),
    (
        "tools",
        &[
            r#"[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{"type":"integer","minimum":1}},"oneOf":[]}}}]"#,
        ],
    ),
    (
        "response_format",
        &[
            r#"{"type":"json_object"}"#,
            r#"{"type":"json_schema","json_schema":{"name":"W","schema":{"type":"object","properties":{"a":{"type":["string","null"]}}}}}"#,
            r#"{"type":"array"}"#,
        ],
    ),
];

/// Generates parameters.
fn params(model: &str, choices: &mut Choices<'_>) -> String {
    let mut members =
        vec![format!(r#""model":"{model}""#), r#""messages":[{"role":"user","content":"hi"}]"#.to_owned()];
    for (name, values) in PARAMETERS {
        if choices.chance(45) {
            members.push(format!(r#""{name}":{}"#, choices.pick(values)));
        }
    }
    format!("{{{}}}", members.join(","))
}

/// Returns the parts of a request that its model rejects, by the catalog.
fn rejected(encoded: &Encoded) -> Vec<&'static str> {
    let catalog = Catalog::builtin();
    let model = catalog.model(&encoded.model_id);
    let capabilities = model.capabilities;
    let fields: JsonObject = encoded
        .body
        .additional_model_request_fields
        .as_ref()
        .and_then(RawJson::as_object)
        .unwrap_or_default();
    let field = |name: &str| fields.get(name).map(RawJson::as_str).unwrap_or_default();
    let inference = encoded.body.inference_config.clone().unwrap_or_default();
    let has = [inference.temperature.is_some(), inference.top_p.is_some(), fields.contains("top_k")];
    let limit = inference.max_tokens.as_ref().and_then(serde_json::Number::as_u64);
    let thinking = fields.get("thinking").and_then(RawJson::as_object).unwrap_or_default();
    let budget: Option<u64> = thinking.get("budget_tokens").and_then(|budget| budget.deserialize().ok());
    let is_thinking = budget.is_some() || field("thinking").contains("adaptive");
    let tools = encoded.body.tool_config.as_ref();
    let choice = tools.and_then(|config| config.tool_choice.as_ref());
    let is_strict = tools.is_some_and(|config| {
        config.tools.iter().any(|tool| matches!(tool, Tool::ToolSpec(spec) if spec.strict == Some(true)))
    });
    let is_nova_high = field("reasoningConfig").contains("high");
    let has_no_reasoning_fields =
        capabilities.reasoning == Reasoning::Unsupported || capabilities.reasoning == Reasoning::Always;
    let reasoning_fields =
        ["thinking", "reasoningConfig", "reasoning_effort", "reasoning", "reasoning_config"];
    [
        ("sampling", capabilities.sampling == SamplingParams::Unsupported && has.contains(&true)),
        (
            "temperature with top_p",
            capabilities.sampling == SamplingParams::TemperatureOrTopP && has[0] && has[1],
        ),
        ("stop", capabilities.stop_sequences.is_unsupported() && inference.stop_sequences.is_some()),
        (
            "minimum of max_tokens",
            model.limits.min_max_tokens.map(u64::from).zip(limit).is_some_and(|(min, limit)| limit < min),
        ),
        (
            "budget",
            budget.is_some_and(|budget| budget < 1024 || limit.is_none_or(|limit| limit <= budget))
                && capabilities.reasoning.supports_budget(),
        ),
        (
            "unsupported budget",
            budget.is_some()
                && !capabilities.reasoning.supports_budget()
                && capabilities.reasoning != Reasoning::Unknown,
        ),
        ("reasoning", has_no_reasoning_fields && reasoning_fields.iter().any(|name| fields.contains(name))),
        (
            "thinking and sampling",
            is_thinking
                && capabilities.reasoning.supports_budget()
                && (has[2] || inference.temperature.as_ref().is_some_and(|t| t.as_f64() != Some(1.0))),
        ),
        (
            "parameters of Nova's high effort",
            is_nova_high
                && (limit.is_some() || has.contains(&true) || field("inferenceConfig").contains("topK")),
        ),
        (
            "tool choice any",
            matches!(choice, Some(ToolChoice::Any(_)))
                && capabilities.tool_choice.rejects_any(budget.is_some()),
        ),
        (
            "forced tool",
            matches!(choice, Some(ToolChoice::Tool(_)))
                && capabilities.tool_choice.rejects_tool(budget.is_some()),
        ),
        ("tool choice", choice.is_some() && capabilities.tool_choice.rejects_auto()),
        ("strict", is_strict && capabilities.strict_tools.is_unsupported()),
        ("native", encoded.body.output_config.is_some() && capabilities.structured_output.is_unsupported()),
        (
            "parallel tools switch",
            field("tool_choice").contains("parallel") && !capabilities.parallel_tools_switch.is_supported(),
        ),
    ]
    .into_iter()
    .filter_map(|(name, is_rejected)| is_rejected.then_some(name))
    .collect()
}

/// Returns whether an error is about tools that the model does not support, or about a forced tool that is not offered.
fn is_expected_error(model: &str, params: &str, error: &ModelError) -> bool {
    match error.code() {
        Some("ToolsNotTaken") => {
            let has_tools = params.contains(r#""tools":"#) || params.contains(r#""response_format":"#);
            has_tools && Catalog::builtin().capabilities(model).tools.is_unsupported()
        }
        Some("UnknownTool") => {
            params.contains(r#""tool_choice":{"type":"function""#) && !params.contains(r#""tools":"#)
        }
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_parameters_are_valid_for_every_model(bytes in choices::bytes(), converse in any::<bool>()) {
        let options = if converse { EncodeOptions::converse() } else { EncodeOptions::ag2() };
        for model in Catalog::ids() {
            let params = params(model, &mut Choices::new(&bytes));
            let encoded = match encode_request(&ModelRequest::from_json(&params).unwrap(), &options) {
                Ok(encoded) => encoded,
                Err(error) => {
                    prop_assert!(is_expected_error(model, &params, &error), "{}: {}", params, error);
                    continue;
                }
            };
            prop_assert_eq!(violations_of(&encoded), Vec::<String>::new(), "{}", params);
            prop_assert_eq!(rejected(&encoded), Vec::<&str>::new(), "{}", params);
            let again = encode_request(&ModelRequest::from_json(&params).unwrap(), &options).unwrap();
            prop_assert_eq!(encoded.to_bytes(), again.to_bytes());
        }
    }
}
