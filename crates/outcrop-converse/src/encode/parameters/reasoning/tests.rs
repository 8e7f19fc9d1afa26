//! Tests of thinking and reasoning effort.

use outcrop_core::ModelRequest;

use crate::encode::encode_request;
use crate::encode::tests::cases::{
    Case, FABLE, GPT, GPT_OSS, GROK, HAIKU, NOVA, NOVA_2, OPUS_4, OPUS_4_5, OPUS_4_8, QWEN, R1, SONNET_3_7,
    SONNET_4_6, SONNET_5_5, assert_cases,
};
use crate::encode::tests::{self, CLAUDE, body};
use crate::options::EncodeOptions;

#[test]
fn thinking_adjusts_limits_and_drops_rejected_sampling() {
    // A budget is at least 1024 and below the limit of tokens; Claude rejects sampling while it thinks (L82, L83, M46).
    let cases: &[Case] = &[
        (
            HAIKU,
            r#""thinking":{"type":"enabled","budget_tokens":499}"#,
            r#"{"inferenceConfig":{"maxTokens":5120},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":1024}}}"#,
            &["thinking.budget_tokens [params.thinking]", "max_tokens [params.max_tokens]"],
        ),
        (
            HAIKU,
            r#""thinking":{"type":"enabled","budget_tokens":2000},"max_tokens":2001,"temperature":1,"top_k":5"#,
            r#"{"inferenceConfig":{"maxTokens":2001,"temperature":1},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2000}}}"#,
            &["top_k [params.model_field]"],
        ),
        (
            HAIKU,
            r#""thinking":{"type":"enabled","budget_tokens":2000},"max_tokens":500,"temperature":0.2,"top_p":0.9"#,
            r#"{"inferenceConfig":{"maxTokens":2500},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2000}}}"#,
            &["top_p [params.sampling]", "temperature [params.thinking]", "max_tokens [params.max_tokens]"],
        ),
        (
            HAIKU,
            r#""additional_model_request_fields":{"thinking":{"type":"enabled","budget_tokens":1024}},"top_p":0.5"#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":1024}}}"#,
            &["top_p [params.thinking]"],
        ),
        (
            HAIKU,
            r#""additional_model_request_fields":{"thinking":{"type":"enabled","budget_tokens":4000}},"max_tokens":4000"#,
            r#"{"inferenceConfig":{"maxTokens":8000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":4000}}}"#,
            &["max_tokens [params.max_tokens]"],
        ),
        (
            HAIKU,
            r#""thinking":{"type":"disabled"},"temperature":0.5"#,
            r#"{"inferenceConfig":{"temperature":0.5},"additionalModelRequestFields":{"thinking":{"type":"disabled"}}}"#,
            &[],
        ),
        (HAIKU, r#""thinking":true"#, "{}", &["thinking [params.type]"]),
        (
            HAIKU,
            r#""thinking":{"type":"adaptive"},"max_tokens":9000"#,
            r#"{"inferenceConfig":{"maxTokens":9000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2048}}}"#,
            &["thinking [params.thinking]"],
        ),
        (
            OPUS_4_8,
            r#""thinking":{"type":"enabled","budget_tokens":4000}"#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"adaptive"}}}"#,
            &["thinking [params.thinking]"],
        ),
        (FABLE, r#""thinking":{"type":"disabled"}"#, "{}", &["thinking [params.thinking]"]),
        (NOVA, r#""thinking":{"type":"disabled"}"#, "{}", &[]),
        (
            NOVA,
            r#""thinking":{"type":"enabled","budget_tokens":4000}"#,
            "{}",
            &["thinking [params.thinking]"],
        ),
        (
            NOVA_2,
            r#""thinking":{"type":"enabled","budget_tokens":4000}"#,
            "{}",
            &["thinking [params.thinking]"],
        ),
        (R1, r#""thinking":{"type":"enabled","budget_tokens":4000}"#, "{}", &["thinking [params.thinking]"]),
        // The budget leaves room for text within the output limit of the model.
        (
            OPUS_4,
            r#""thinking":{"type":"enabled","budget_tokens":40000}"#,
            r#"{"inferenceConfig":{"maxTokens":32000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":27904}}}"#,
            &["thinking.budget_tokens [params.thinking]", "max_tokens [params.max_tokens]"],
        ),
        (
            OPUS_4,
            r#""thinking":{"type":"enabled","budget_tokens":40000},"max_tokens":500"#,
            r#"{"inferenceConfig":{"maxTokens":32000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":31500}}}"#,
            &["thinking.budget_tokens [params.thinking]", "max_tokens [params.max_tokens]"],
        ),
        (
            OPUS_4,
            r#""thinking":{"type":"enabled","budget_tokens":30000},"max_tokens":32000"#,
            r#"{"inferenceConfig":{"maxTokens":32000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":30000}}}"#,
            &[],
        ),
        (
            SONNET_3_7,
            r#""reasoning_effort":"max""#,
            r#"{"inferenceConfig":{"maxTokens":8192},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":4096}}}"#,
            &["reasoning_effort [params.thinking]", "max_tokens [params.max_tokens]"],
        ),
        (
            HAIKU,
            r#""thinking":{"type":"enabled"}"#,
            r#"{"inferenceConfig":{"maxTokens":6144},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2048}}}"#,
            &["thinking.budget_tokens [params.thinking]", "max_tokens [params.max_tokens]"],
        ),
        (HAIKU, r#""max_tokens":64000"#, r#"{"inferenceConfig":{"maxTokens":64000}}"#, &[]),
        (
            HAIKU,
            r#""max_tokens":64001"#,
            r#"{"inferenceConfig":{"maxTokens":64001}}"#,
            &["max_tokens [params.max_tokens]"],
        ),
    ];
    assert_cases(cases, &EncodeOptions::converse());
    assert_cases(cases, &EncodeOptions::ag2());
}

#[test]
fn effort_becomes_the_fields_of_the_family() {
    // Each family has its own field and levels (L84, L85, M49, W2, W3, W16).
    let cases: &[Case] = &[
        (HAIKU, r#""reasoning_effort":"none""#, "{}", &[]),
        (
            HAIKU,
            r#""reasoning_effort":"high""#,
            r#"{"inferenceConfig":{"maxTokens":8192},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":4096}}}"#,
            &["max_tokens [params.max_tokens]"],
        ),
        (HAIKU, r#""reasoning_effort":"a lot""#, "{}", &["reasoning_effort [params.effort]"]),
        (
            HAIKU,
            r#""reasoning_effort":"low","additional_model_request_fields":{"thinking":{"type":"disabled"}}"#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"disabled"}}}"#,
            &["reasoning_effort [params.effort]"],
        ),
        (
            OPUS_4_5,
            r#""reasoning_effort":"max","max_tokens":20000,"anthropic_beta":"context-1m-2025-08-07""#,
            r#"{"inferenceConfig":{"maxTokens":20000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":16384},"output_config":{"effort":"high"},"anthropic_beta":["effort-2025-11-24","context-1m-2025-08-07"]}}"#,
            &["reasoning_effort [params.effort]"],
        ),
        (
            OPUS_4_5,
            r#""reasoning_effort":"odd""#,
            r#"{"additionalModelRequestFields":{"output_config":{"effort":"odd"},"anthropic_beta":["effort-2025-11-24"]}}"#,
            &[],
        ),
        (
            SONNET_4_6,
            r#""reasoning_effort":"minimal""#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}}}"#,
            &["reasoning_effort [params.effort]"],
        ),
        (
            SONNET_4_6,
            r#""reasoning_effort":"none","temperature":0.5"#,
            r#"{"inferenceConfig":{"temperature":0.5}}"#,
            &[],
        ),
        (
            OPUS_4_8,
            r#""reasoning_effort":"xhigh","additional_model_request_fields":{"output_config":{"format":1}}"#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"adaptive"},"output_config":{"effort":"xhigh","format":1}}}"#,
            &[],
        ),
        (FABLE, r#""reasoning_effort":"none""#, "{}", &["reasoning_effort [params.effort]"]),
        (NOVA, r#""reasoning_effort":"high""#, "{}", &["reasoning_effort [params.effort]"]),
        (NOVA, r#""reasoning_effort":"none""#, "{}", &[]),
        (
            NOVA_2,
            r#""reasoning_effort":"medium","max_tokens":5,"temperature":0.1,"top_p":0.2"#,
            r#"{"inferenceConfig":{"maxTokens":5,"temperature":0.1,"topP":0.2},"additionalModelRequestFields":{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"medium"}}}"#,
            &[],
        ),
        (
            NOVA_2,
            r#""reasoning_effort":"max","max_tokens":5,"temperature":0.1,"top_p":0.2"#,
            r#"{"additionalModelRequestFields":{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}}}"#,
            &[
                "reasoning_effort [params.effort]",
                "max_tokens [params.thinking]",
                "temperature [params.thinking]",
                "top_p [params.thinking]",
            ],
        ),
        (
            NOVA_2,
            r#""reasoning_effort":"high","top_k":5"#,
            r#"{"additionalModelRequestFields":{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}}}"#,
            &["top_k [params.model_field]"],
        ),
        (
            GPT_OSS,
            r#""reasoning_effort":"medium""#,
            r#"{"additionalModelRequestFields":{"reasoning_effort":"medium"}}"#,
            &[],
        ),
        (GPT_OSS, r#""reasoning_effort":"none""#, "{}", &["reasoning_effort [params.effort]"]),
        (
            GPT,
            r#""reasoning_effort":"max""#,
            r#"{"additionalModelRequestFields":{"reasoning":{"effort":"max"}}}"#,
            &[],
        ),
        (
            GROK,
            r#""reasoning_effort":"xhigh""#,
            r#"{"additionalModelRequestFields":{"reasoning":{"effort":"xhigh"}}}"#,
            &[],
        ),
        (
            "global.xai.grok-4.7",
            r#""reasoning_effort":"max""#,
            r#"{"additionalModelRequestFields":{"reasoning":{"effort":"xhigh"}}}"#,
            &["reasoning_effort [params.effort]"],
        ),
        (
            GROK,
            r#""reasoning_effort":"minimal""#,
            r#"{"additionalModelRequestFields":{"reasoning":{"effort":"low"}}}"#,
            &["reasoning_effort [params.effort]"],
        ),
        (GROK, r#""thinking":{"type":"adaptive"}"#, "{}", &["thinking [params.thinking]"]),
        (
            QWEN,
            r#""reasoning_effort":"low""#,
            r#"{"additionalModelRequestFields":{"reasoning_config":"low"}}"#,
            &[],
        ),
        (
            QWEN,
            r#""reasoning_effort":"medium""#,
            r#"{"additionalModelRequestFields":{"reasoning_config":"high"}}"#,
            &["reasoning_effort [params.effort]"],
        ),
        (R1, r#""reasoning_effort":"low""#, "{}", &["reasoning_effort [params.effort]"]),
    ];
    assert_cases(cases, &EncodeOptions::converse());
    assert_cases(cases, &EncodeOptions::ag2());
}

#[test]
fn effort_none_turns_reasoning_off_or_has_a_note() {
    // Each model, what `none` sends, and whether it has a note. Never a level, and never thinking.
    const DISABLED: &str = r#"{"additionalModelRequestFields":{"thinking":{"type":"disabled"}}}"#;
    let models: &[(&str, &str, bool)] = &[
        (SONNET_3_7, "{}", false),
        (HAIKU, "{}", false),
        (OPUS_4_5, "{}", false),
        (SONNET_4_6, "{}", false),
        (OPUS_4_8, DISABLED, false),
        ("us.anthropic.claude-opus-5", DISABLED, false),
        ("us.anthropic.claude-sonnet-5", DISABLED, false),
        (FABLE, "{}", true),
        (SONNET_5_5, r#"{"additionalModelRequestFields":{"thinking":{"type":"between_tools"}}}"#, true),
        (NOVA, "{}", false),
        (NOVA_2, "{}", false),
        (GPT_OSS, "{}", true),
        (GPT, r#"{"additionalModelRequestFields":{"reasoning":{"effort":"none"}}}"#, false),
        ("xai.grok-4.3", r#"{"additionalModelRequestFields":{"reasoning":{"effort":"none"}}}"#, false),
        (GROK, "{}", true),
        (QWEN, "{}", true),
        ("qwen.qwen3-235b-a22b-2507-v1:0", "{}", true),
        (R1, "{}", true),
    ];
    for (model, request, is_noted) in models {
        for (params, is_alias) in [
            (r#""reasoning_effort":"none""#, false),
            (r#""reasoning_effort":"off""#, true),
            (r#""reasoning_effort":"Disabled""#, true),
            (r#""reasoning_effort":"NONE""#, true),
        ] {
            let notes: &[&str] =
                if *is_noted || is_alias { &["reasoning_effort [params.effort]"] } else { &[] };
            let cases: &[Case] = &[(model, params, request, notes)];
            assert_cases(cases, &EncodeOptions::converse());
            assert_cases(cases, &EncodeOptions::ag2());
        }
    }
}

#[test]
fn thinking_between_tools_is_sent_to_the_model_that_has_it() {
    let cases: &[Case] = &[
        (
            SONNET_5_5,
            r#""thinking":{"type":"between_tools"}"#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"between_tools"}}}"#,
            &[],
        ),
        // It rejects the highest efforts with it, and has no thinking that is disabled.
        (
            SONNET_5_5,
            r#""thinking":{"type":"between_tools"},"reasoning_effort":"max""#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"between_tools"},"output_config":{"effort":"high"}}}"#,
            &["reasoning_effort [params.effort]"],
        ),
        (
            SONNET_5_5,
            r#""reasoning_effort":"xhigh","additional_model_request_fields":{"thinking":{"type":"between_tools"}}"#,
            r#"{"additionalModelRequestFields":{"output_config":{"effort":"high"},"thinking":{"type":"between_tools"}}}"#,
            &["reasoning_effort [params.effort]"],
        ),
        (
            SONNET_5_5,
            r#""reasoning_effort":"xhigh""#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"adaptive"},"output_config":{"effort":"xhigh"}}}"#,
            &[],
        ),
        (
            SONNET_5_5,
            r#""thinking":{"type":"disabled"}"#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"between_tools"}}}"#,
            &["thinking [params.thinking]"],
        ),
        (
            SONNET_5_5,
            r#""thinking":{"type":"enabled","budget_tokens":5000}"#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"adaptive"}}}"#,
            &["thinking [params.thinking]"],
        ),
        (
            OPUS_4_8,
            r#""thinking":{"type":"between_tools"}"#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"adaptive"}}}"#,
            &["thinking [params.thinking]"],
        ),
        (HAIKU, r#""thinking":{"type":"between_tools"}"#, "{}", &["thinking [params.thinking]"]),
        // The caller's own fields override parameters, but what the model is known to reject is adapted as well.
        (
            SONNET_5_5,
            r#""additional_model_request_fields":{"thinking":{"type":"disabled"}}"#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"between_tools"}}}"#,
            &["thinking [params.thinking]"],
        ),
        (
            OPUS_4_8,
            r#""additional_model_request_fields":{"thinking":{"type":"enabled","budget_tokens":5000,"display":"summarized"}}"#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"adaptive","display":"summarized"}}}"#,
            &["thinking [params.thinking]"],
        ),
        (
            FABLE,
            r#""additional_model_request_fields":{"thinking":{"type":"disabled"}}"#,
            "{}",
            &["thinking [params.thinking]"],
        ),
        (GPT, r#""thinking":{"type":"between_tools"}"#, "{}", &["thinking [params.thinking]"]),
    ];
    assert_cases(cases, &EncodeOptions::converse());
    assert_cases(cases, &EncodeOptions::ag2());
}

#[test]
fn effort_none_does_not_disable_thinking_that_is_enabled() {
    let cases: &[Case] = &[
        (
            OPUS_4_8,
            r#""reasoning_effort":"none","thinking":{"type":"adaptive"}"#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"adaptive"}}}"#,
            &["reasoning_effort [params.effort]"],
        ),
        (
            OPUS_4_8,
            r#""reasoning_effort":"off","additional_model_request_fields":{"thinking":{"type":"adaptive"}}"#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"adaptive"}}}"#,
            &["reasoning_effort [params.effort]"],
        ),
        (
            OPUS_4_8,
            r#""reasoning_effort":"none","thinking":{"type":"disabled"}"#,
            r#"{"additionalModelRequestFields":{"thinking":{"type":"disabled"}}}"#,
            &[],
        ),
        (QWEN, r#""reasoning_effort":"odd""#, "{}", &["reasoning_effort [params.effort]"]),
    ];
    assert_cases(cases, &EncodeOptions::converse());
    assert_cases(cases, &EncodeOptions::ag2());
}

#[test]
fn thinking_is_dropped_if_the_pending_call_has_no_reasoning() {
    // Claude rejects it: the turn of the call must begin with its reasoning (L81).
    const THINKING: &str = r#""thinking":{"type":"enabled","budget_tokens":2000}"#;
    const SIGNED: &str = r#""thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"s"}],"#;
    let question = r#"{"role":"user","content":"a"}"#;
    let call = |reasoning: &str| {
        format!(
            r#"{{"role":"assistant","content":null,{reasoning}"tool_calls":[{{"id":"1","type":"function","function":{{"name":"f","arguments":"{{}}"}}}}]}}"#
        )
    };
    let result = r#"{"role":"tool","tool_call_id":"1","content":"o"}"#;
    for (messages, is_kept) in [
        (question.to_owned(), true),
        (format!("{question},{},{result}", call(SIGNED)), true),
        (format!("{question},{},{result}", call("")), false),
        (format!("{question},{},{result},{question}", call("")), false),
        (
            format!(r#"{question},{},{result},{{"role":"assistant","content":"x"}},{question}"#, call("")),
            true,
        ),
    ] {
        for params in [THINKING.to_owned(), format!(r#""additional_model_request_fields":{{{THINKING}}}"#)] {
            let params = format!(
                r#"{{"model":"{CLAUDE}","messages":[{messages}],"max_tokens":9000,{params},"tools":[{{"type":"function","function":{{"name":"f"}}}}]}}"#
            );
            let encoded =
                encode_request(&ModelRequest::from_json(&params).unwrap(), &EncodeOptions::converse())
                    .unwrap();
            assert_eq!(body(&encoded).contains("budget_tokens"), is_kept, "{messages}");
            let is_noted = encoded.notes.iter().any(|note| note.rule == "params.thinking");
            assert_eq!(is_noted, !is_kept, "{messages}");
        }
    }
}

#[test]
fn dropped_thinking_leaves_other_parameters_unchanged() {
    // Thinking is decided before everything that depends on it (L81).
    let params = format!(
        r#"{{"model":"{CLAUDE}","messages":[{{"role":"user","content":"a"}},{{"role":"assistant","tool_calls":[{{"id":"1","type":"function","function":{{"name":"f"}}}}]}},{{"role":"tool","tool_call_id":"1","content":"o"}}],"reasoning_effort":"high","temperature":0.2,"top_k":5,"max_tokens":500,"tool_choice":"required","tools":[{{"type":"function","function":{{"name":"f"}}}}]}}"#
    );
    let request = ModelRequest::from_json(&params).unwrap();
    let dropped = "reasoning_effort [params.thinking]";
    for (options, notes) in [
        (EncodeOptions::converse(), &[dropped][..]),
        // In AG2's dialect each field of the model has a note.
        (EncodeOptions::ag2(), &[dropped, "top_k [params.model_field]"]),
    ] {
        let encoded = encode_request(&request, &options).unwrap();
        let body = body(&encoded);
        for unchanged in [
            r#""inferenceConfig":{"maxTokens":500,"temperature":0.2}"#,
            r#""toolChoice":{"any":{}}"#,
            r#""additionalModelRequestFields":{"top_k":5}"#,
        ] {
            assert!(body.contains(unchanged), "{body}");
        }
        assert_eq!(tests::notes(&encoded), notes);
    }
}
