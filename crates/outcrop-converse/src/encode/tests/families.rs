//! Whatever parameters a request has, every model of the catalog gets one that is valid, without what it refuses.

use outcrop_core::{JsonObject, ModelError, ModelRequest, RawJson};
use proptest::prelude::*;

use super::valid::complaints_about;
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

fn params(model: &str, choices: &mut Choices<'_>) -> String {
    let mut members =
        vec![format!(r#""model":"{model}""#), r#""messages":[{"role":"user","content":"hi"}]"#.to_owned()];
    for (name, values) in PARAMETERS {
        if choices.chance(45) {
            members.push(format!(r#""{name}":{}"#, choices.one(values)));
        }
    }
    format!("{{{}}}", members.join(","))
}

/// What of a request its model is known to refuse.
fn refused(encoded: &Encoded) -> Vec<&'static str> {
    let catalog = Catalog::builtin();
    let model = catalog.model(&encoded.model_id);
    let takes = model.capabilities;
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
    let thinks = budget.is_some() || field("thinking").contains("adaptive");
    let tools = encoded.body.tool_config.as_ref();
    let choice = tools.and_then(|config| config.tool_choice.as_ref());
    let is_strict = tools.is_some_and(|config| {
        config.tools.iter().any(|tool| matches!(tool, Tool::ToolSpec(spec) if spec.strict == Some(true)))
    });
    let is_nova_high = field("reasoningConfig").contains("high");
    let is_bare = takes.reasoning == Reasoning::Unsupported || takes.reasoning == Reasoning::Always;
    let reasons = ["thinking", "reasoningConfig", "reasoning_effort", "reasoning", "reasoning_config"];
    [
        ("sampling", takes.sampling == SamplingParams::Unsupported && has.contains(&true)),
        ("both", takes.sampling == SamplingParams::TemperatureOrTopP && has[0] && has[1]),
        ("stop", takes.stop_sequences.is_unsupported() && inference.stop_sequences.is_some()),
        (
            "least",
            model.limits.min_max_tokens.map(u64::from).zip(limit).is_some_and(|(least, limit)| limit < least),
        ),
        (
            "budget",
            budget.is_some_and(|budget| budget < 1024 || limit.is_none_or(|limit| limit <= budget))
                && takes.reasoning.supports_budget(),
        ),
        (
            "budget here",
            budget.is_some() && !takes.reasoning.supports_budget() && takes.reasoning != Reasoning::Unknown,
        ),
        ("reasoning", is_bare && reasons.iter().any(|name| fields.contains(name))),
        (
            "thinking and sampling",
            thinks
                && takes.reasoning.supports_budget()
                && (has[2] || inference.temperature.as_ref().is_some_and(|t| t.as_f64() != Some(1.0))),
        ),
        (
            "high",
            is_nova_high
                && (limit.is_some() || has.contains(&true) || field("inferenceConfig").contains("topK")),
        ),
        ("any", matches!(choice, Some(ToolChoice::Any(_))) && takes.tool_choice.rejects_any(thinks)),
        ("tool", matches!(choice, Some(ToolChoice::Tool(_))) && takes.tool_choice.rejects_tool(thinks)),
        ("auto", choice.is_some() && takes.tool_choice.rejects_auto()),
        ("strict", is_strict && takes.strict_tools.is_unsupported()),
        ("native", encoded.body.output_config.is_some() && takes.structured_output.is_unsupported()),
        ("switch", field("tool_choice").contains("parallel") && !takes.parallel_tools_switch.is_supported()),
    ]
    .into_iter()
    .filter_map(|(what, is_refused)| is_refused.then_some(what))
    .collect()
}

/// Whether an error tells of tools that the model does not take, or of a choice of one that is not offered.
fn cannot_be_mended(model: &str, params: &str, error: &ModelError) -> bool {
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
    fn every_model_gets_what_it_takes(bytes in choices::bytes(), converse in any::<bool>()) {
        let options = if converse { EncodeOptions::converse() } else { EncodeOptions::default() };
        for model in Catalog::ids() {
            let params = params(model, &mut Choices::of(&bytes));
            let encoded = match encode_request(&ModelRequest::from_json(&params).unwrap(), &options) {
                Ok(encoded) => encoded,
                Err(error) => {
                    prop_assert!(cannot_be_mended(model, &params, &error), "{}: {}", params, error);
                    continue;
                }
            };
            prop_assert_eq!(complaints_about(&encoded), Vec::<String>::new(), "{}", params);
            prop_assert_eq!(refused(&encoded), Vec::<&str>::new(), "{}", params);
            let again = encode_request(&ModelRequest::from_json(&params).unwrap(), &options).unwrap();
            prop_assert_eq!(encoded.to_bytes(), again.to_bytes());
        }
    }
}
