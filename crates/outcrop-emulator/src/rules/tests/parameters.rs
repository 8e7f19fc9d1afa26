//! Tests of the rules for inference parameters, each with the text of AWS.

use super::{USER, check_for};

const SONNET_4_5: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const OPUS_4_6: &str = "us.anthropic.claude-opus-4-6-v1";
const OPUS_4_8: &str = "us.anthropic.claude-opus-4-8-v1";
const OPUS_5: &str = "us.anthropic.claude-opus-5";
const HAIKU_3: &str = "anthropic.claude-3-haiku-20240307-v1:0";
const NOVA: &str = "us.amazon.nova-pro-v1:0";
const LLAMA: &str = "us.meta.llama4-maverick-17b-instruct-v1:0";

const BUDGET: &str =
    r#""additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 2000}}"#;
const ADAPTIVE: &str = r#""additionalModelRequestFields": {"thinking": {"type": "adaptive"}}"#;

/// Asserts that members of a request are rejected with a text, or accepted if the text is empty.
fn check(model: &str, members: &str, expected: &str) {
    let found = check_for(model, &format!(r#"{{"messages": [{USER}], {members}}}"#));
    let expected = if expected.is_empty() { Ok(()) } else { Err(expected.to_owned()) };
    assert_eq!(found, expected, "{model} {members}");
}

fn inference(config: &str, others: &str) -> String {
    let separator = if others.is_empty() { "" } else { ", " };
    format!(r#""inferenceConfig": {{{config}}}{separator}{others}"#)
}

#[test]
fn sampling_is_checked_by_model() {
    let both = inference(r#""temperature": 0.5, "topP": 0.9"#, "");
    let temperature = inference(r#""temperature": 0.5"#, "");
    let two = "The model returned the following errors: `temperature` and `top_p` cannot both be specified for this model. \
               Please use only one.";
    let deprecated = "The model returned the following errors: `temperature` is deprecated for this model.";
    for (model, members, expected) in [
        (SONNET_4_5, &both, two),
        (SONNET_4_5, &temperature, ""),
        (HAIKU_3, &both, ""),
        (NOVA, &both, ""),
        (OPUS_4_8, &temperature, deprecated),
        (OPUS_5, &temperature, deprecated),
        (
            OPUS_5,
            &inference(r#""topP": 0.5"#, ""),
            "The model returned the following errors: `top_p` is deprecated for this model.",
        ),
        (OPUS_4_8, &inference(r#""temperature": 1"#, ADAPTIVE), ""),
        (OPUS_4_6, &temperature, ""),
    ] {
        check(model, members, expected);
    }
}

#[test]
fn thinking_rejects_other_parameters() {
    let temperature = "The model returned the following errors: `temperature` may only be set to 1 when thinking is \
                       enabled. Please consult our documentation at \
                       https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking";
    let budget = "The model returned the following errors: `max_tokens` must be greater than `thinking.budget_tokens`. \
                  Please consult our documentation at \
                  https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size";
    let small = BUDGET.replace("2000", "500");
    for (model, members, expected) in [
        (SONNET_4_5, inference(r#""temperature": 0.5"#, BUDGET), temperature.to_owned()),
        (SONNET_4_5, inference(r#""temperature": 1"#, BUDGET), String::new()),
        (
            OPUS_4_6,
            inference(r#""temperature": 0.5"#, ADAPTIVE),
            temperature.replace("is enabled", "is enabled or in adaptive mode"),
        ),
        (SONNET_4_5, inference(r#""maxTokens": 2000"#, BUDGET), budget.to_owned()),
        (SONNET_4_5, inference(r#""maxTokens": 2001"#, BUDGET), String::new()),
        (SONNET_4_5, inference("", BUDGET), String::new()),
        (
            SONNET_4_5,
            inference("", &small),
            "The model returned the following errors: thinking.enabled.budget_tokens: Input should be greater than or \
             equal to 1024"
                .to_owned(),
        ),
        (NOVA, inference(r#""temperature": 0.5"#, BUDGET), String::new()),
    ] {
        check(model, &members, &expected);
    }
}

#[test]
fn output_beyond_the_limit_of_the_model_is_rejected() {
    let text = "The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that \
                is lower than 4096.";
    check(HAIKU_3, &inference(r#""maxTokens": 4097"#, ""), text);
    check(HAIKU_3, &inference(r#""maxTokens": 4096"#, ""), "");
    check(NOVA, &inference(r#""maxTokens": 20000"#, ""), &text.replace("4096", "10000"));
    check(OPUS_5, &inference(r#""maxTokens": 100000"#, ""), "");
}

#[test]
fn blank_stop_sequences_are_rejected_by_claude() {
    let text = "The model returned the following errors: stop_sequences: each stop sequence must contain non-whitespace";
    let sequences = inference(r#""stopSequences": ["a", " \n"]"#, "");
    check(SONNET_4_5, &sequences, text);
    check(NOVA, &sequences, "");
}

#[test]
fn forced_calls_are_checked_by_model() {
    let tools = |choice: &str| {
        format!(
            r#""toolConfig": {{"tools": [{{"toolSpec": {{"name": "f", "inputSchema": {{"json": {{"type": "object"}}}}}}}}],
                "toolChoice": {choice}}}"#
        )
    };
    let any = tools(r#"{"any": {}}"#);
    let named = tools(r#"{"tool": {"name": "f"}}"#);
    let unsupported = |member: &str| {
        format!("This model doesn't support the {member} field. Remove {member} and try again.")
    };
    let thinking = "The model returned the following errors: Thinking may not be enabled when tool_choice forces tool use.";
    for (model, members, expected) in [
        (LLAMA, any.clone(), unsupported("toolConfig.toolChoice.any")),
        (LLAMA, named.clone(), unsupported("toolConfig.toolChoice.tool")),
        (LLAMA, tools(r#"{"auto": {}}"#), String::new()),
        (NOVA, any.clone(), String::new()),
        (SONNET_4_5, format!("{any}, {BUDGET}"), thinking.to_owned()),
        (SONNET_4_5, format!("{named}, {BUDGET}"), thinking.to_owned()),
        (OPUS_4_6, format!("{any}, {BUDGET}"), thinking.to_owned()),
        (OPUS_4_6, format!("{any}, {ADAPTIVE}"), String::new()),
        (OPUS_5, format!("{any}, {ADAPTIVE}"), String::new()),
        (SONNET_4_5, format!(r#"{}, {BUDGET}"#, tools(r#"{"auto": {}}"#)), String::new()),
        (
            SONNET_4_5,
            format!(r#"{named}, "additionalModelRequestFields": {{"tool_choice": {{"type": "tool"}}}}"#),
            "The additional field tool_choice/type conflicts with the existing field toolConfig.toolChoice.tool".to_owned(),
        ),
    ] {
        check(model, &members, &expected);
    }
}

#[test]
fn project_is_checked_by_target() {
    let profile = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56";
    let unsupported = "Application inference profiles don't support non-default projects.";
    for (model, project, expected) in
        [(NOVA, "p_1", ""), (NOVA, "default", ""), (profile, "default", ""), (profile, "p_1", unsupported)]
    {
        check(model, &format!(r#""projectIdentifier": "{project}""#), expected);
    }
}
