//! Parameters by family: each goes where its model takes it, and what the model refuses is left out.

use outcrop_core::{JsonObject, ModelRequest, RawJson};

use super::notes;
use crate::encode::encode_request;
use crate::options::EncodeOptions;

const HAIKU: &str = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const SONNET_4_6: &str = "us.anthropic.claude-sonnet-4-6";
const OPUS_4_5: &str = "us.anthropic.claude-opus-4-5-20251101-v1:0";
const OPUS_4_8: &str = "us.anthropic.claude-opus-4-8";
const FABLE: &str = "global.anthropic.claude-fable-5";
const NOVA: &str = "us.amazon.nova-lite-v1:0";
const NOVA_2: &str = "us.amazon.nova-2-lite-v1:0";
const LLAMA: &str = "us.meta.llama4-maverick-17b-instruct-v1:0";
const GPT_OSS: &str = "openai.gpt-oss-120b-1:0";
const GPT: &str = "us.openai.gpt-5.6";
const QWEN: &str = "qwen.qwen3-32b-v1:0";
const R1: &str = "us.deepseek.r1-v1:0";
const OPUS_4: &str = "us.anthropic.claude-opus-4-20250514-v1:0";
const SONNET_3_7: &str = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";
const TITAN: &str = "amazon.titan-text-express-v1";
const HIDDEN: &str = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56";

/// A model, parameters, what is sent of them, and the notes.
type Case = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// The body without the conversation, and the notes, as a dialect has them.
fn steering(model: &str, params: &str, options: &EncodeOptions) -> (String, Vec<String>) {
    let text = format!(r#"{{"model":"{model}","messages":[{{"role":"user","content":"hi"}}]{params}}}"#);
    let request = ModelRequest::from_json(&text).unwrap();
    let encoded = encode_request(&request, options).unwrap();
    let body: JsonObject = outcrop_core::from_slice(&encoded.to_bytes()).unwrap();
    let mut told: JsonObject = body.into_iter().filter(|(name, _)| name != "messages").collect();
    if let Some(config) = told.remove("toolConfig") {
        let choice = config.as_object().and_then(|mut config| config.remove("toolChoice"));
        told.insert("toolChoice", choice.unwrap_or_else(RawJson::null));
    }
    (RawJson::from(told).as_str().to_owned(), notes(&encoded))
}

fn check(cases: &[Case], options: &EncodeOptions) {
    for (model, params, expected, expected_notes) in cases {
        let (told, notes) = steering(model, &format!(",{params}"), options);
        assert_eq!(told, *expected, "{model} {params}");
        assert_eq!(notes, *expected_notes, "{model} {params}");
    }
}

#[test]
fn sampling_that_a_model_refuses_is_left_out() {
    // L87, L88, M44, M45
    let cases: &[Case] = &[
        (
            HAIKU,
            r#""temperature":0.5,"top_p":0.9"#,
            r#"{"inferenceConfig":{"temperature":0.5}}"#,
            &["top_p [params.sampling]"],
        ),
        (HAIKU, r#""top_p":0.9"#, r#"{"inferenceConfig":{"topP":0.9}}"#, &[]),
        (
            OPUS_4_8,
            r#""temperature":0.5,"top_p":0.9,"max_tokens":7"#,
            r#"{"inferenceConfig":{"maxTokens":7}}"#,
            &["temperature [params.sampling]", "top_p [params.sampling]"],
        ),
        (OPUS_4_8, r#""temperature":1"#, "{}", &["temperature [params.sampling]"]),
        (
            NOVA,
            r#""temperature":0.5,"top_p":0.9"#,
            r#"{"inferenceConfig":{"temperature":0.5,"topP":0.9}}"#,
            &[],
        ),
        (
            HIDDEN,
            r#""temperature":0.5,"top_p":0.9"#,
            r#"{"inferenceConfig":{"temperature":0.5,"topP":0.9}}"#,
            &[],
        ),
        (
            GPT,
            r#""stop":"X","max_tokens":3"#,
            r#"{"inferenceConfig":{"maxTokens":16}}"#,
            &["stop [params.stop]", "max_tokens [params.max_tokens]"],
        ),
    ];
    check(cases, &EncodeOptions::converse());
    check(cases, &EncodeOptions::default());
}

#[test]
fn a_model_that_thinks_has_room_to_and_no_sampling_that_it_refuses() {
    // L82, L83, M46
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
        // The budget leaves room for an answer in what the model writes at most.
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
    check(cases, &EncodeOptions::converse());
    check(cases, &EncodeOptions::default());
}

#[test]
fn effort_is_told_in_each_familys_own_words() {
    // L84, L85, M49, W2, W3, W16
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
    check(cases, &EncodeOptions::converse());
    check(cases, &EncodeOptions::default());
}

#[test]
fn fields_of_the_model_go_where_the_family_wants_them() {
    // L91, L92, L94, M48
    check(
        &[
            (HAIKU, r#""top_k":5"#, r#"{"additionalModelRequestFields":{"top_k":5}}"#, &[]),
            (OPUS_4_8, r#""top_k":5"#, "{}", &["top_k [params.model_field]"]),
            (NOVA, r#""top_k":5"#, r#"{"additionalModelRequestFields":{"inferenceConfig":{"topK":5}}}"#, &[]),
            (
                NOVA,
                r#""top_k":5,"additional_model_request_fields":{"inferenceConfig":{"topK":9.0,"x":1}}"#,
                r#"{"additionalModelRequestFields":{"inferenceConfig":{"topK":9.0,"x":1}}}"#,
                &[],
            ),
            (
                "cohere.command-r-plus-v1:0",
                r#""top_k":5"#,
                r#"{"additionalModelRequestFields":{"k":5}}"#,
                &[],
            ),
            ("cohere.command-r-plus-v1:0", r#""k":5"#, r#"{"additionalModelRequestFields":{"k":5}}"#, &[]),
            (
                LLAMA,
                r#""top_k":5,"k":6,"seed":7"#,
                "{}",
                &["top_k [params.model_field]", "k [params.model_field]", "seed [params.model_field]"],
            ),
            (QWEN, r#""top_k":5"#, "{}", &["top_k [params.model_field]"]),
            (
                HIDDEN,
                r#""top_k":5,"seed":7"#,
                r#"{"additionalModelRequestFields":{"top_k":5}}"#,
                &["top_k [params.model_field]", "seed [params.model_field]"],
            ),
            (
                HAIKU,
                r#""anthropic_beta":["a"],"additional_model_request_fields":{"anthropic_beta":["b","a"]}"#,
                r#"{"additionalModelRequestFields":{"anthropic_beta":["a","b"]}}"#,
                &[],
            ),
            (NOVA, r#""anthropic_beta":["a"]"#, "{}", &["anthropic_beta [params.model_field]"]),
            (
                HIDDEN,
                r#""reasoning_effort":"low""#,
                r#"{"additionalModelRequestFields":{"reasoning_effort":"low"}}"#,
                &["reasoning_effort [params.model_field]"],
            ),
        ],
        &EncodeOptions::converse(),
    );
}

#[test]
fn ag2s_fields_stay_where_ag2_has_them_unless_they_are_refused() {
    check(
        &[
            (
                NOVA,
                r#""top_k":5,"k":6,"seed":7"#,
                r#"{"additionalModelRequestFields":{"top_k":5,"k":6,"seed":7}}"#,
                &["top_k [params.model_field]", "k [params.model_field]", "seed [params.model_field]"],
            ),
            (LLAMA, r#""top_k":5"#, "{}", &["top_k [params.model_field]"]),
            (OPUS_4_8, r#""top_k":5"#, "{}", &["top_k [params.model_field]"]),
            (HIDDEN, r#""reasoning_effort":"low""#, "{}", &["reasoning_effort [params.effort]"]),
            (HIDDEN, r#""thinking":{"type":"adaptive"}"#, "{}", &["thinking [params.thinking]"]),
        ],
        &EncodeOptions::default(),
    );
}

#[test]
fn a_choice_of_tools_is_one_that_the_model_takes() {
    // L17, L18, L45, W15
    const TOOLS: &str = r#""tools":[{"type":"function","function":{"name":"f"}}]"#;
    const ONE: &str = r#""tool_choice":{"type":"function","function":{"name":"f"}}"#;
    for (model, params, choice, fields, expected_notes) in [
        (HAIKU, r#""tool_choice":"required""#, r#"{"any":{}}"#, "", &[][..]),
        (
            HAIKU,
            r#""tool_choice":"required","reasoning_effort":"low","max_tokens":9000"#,
            r#"{"auto":{}}"#,
            r#"{"thinking":{"type":"enabled","budget_tokens":1024}}"#,
            &["tool_choice [tools.choice]"],
        ),
        (
            "anthropic.claude-opus-5",
            r#""tool_choice":"required","reasoning_effort":"low""#,
            r#"{"any":{}}"#,
            r#"{"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}}"#,
            &[],
        ),
        (FABLE, r#""tool_choice":"required""#, r#"{"auto":{}}"#, "", &["tool_choice [tools.choice]"]),
        (LLAMA, ONE, r#"{"auto":{}}"#, "", &["tool_choice [tools.choice]"]),
        (TITAN, ONE, "null", "", &["tool_choice [tools.choice]"]),
        (TITAN, r#""tool_choice":"auto""#, "null", "", &[]),
        ("mistral.mistral-large-2407-v1:0", ONE, r#"{"any":{}}"#, "", &["tool_choice [tools.choice]"]),
        (
            HAIKU,
            r#""parallel_tool_calls":false"#,
            "null",
            r#"{"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}"#,
            &[],
        ),
        (
            HAIKU,
            &format!(r#""parallel_tool_calls":false,{ONE}"#),
            r#"{"tool":{"name":"f"}}"#,
            r#"{"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true}}"#,
            &[],
        ),
        (NOVA, r#""parallel_tool_calls":false"#, "null", "", &["parallel_tool_calls [tools.parallel]"]),
        (HIDDEN, r#""parallel_tool_calls":false"#, "null", "", &["parallel_tool_calls [tools.parallel]"]),
        (HAIKU, r#""parallel_tool_calls":true"#, "null", "", &[]),
    ] {
        let (told, notes) = steering(model, &format!(",{TOOLS},{params}"), &EncodeOptions::converse());
        let told: JsonObject = RawJson::parse(told).unwrap().as_object().unwrap();
        assert_eq!(told.get("toolChoice").unwrap().as_str(), choice, "{model} {params}");
        let sent = told.get("additionalModelRequestFields").map(RawJson::as_str).unwrap_or_default();
        assert_eq!(sent, fields, "{model} {params}");
        assert_eq!(notes, expected_notes, "{model} {params}");
    }
}

#[test]
fn a_tool_that_cannot_be_called_is_an_error_before_anything_is_sent() {
    // W15
    const TOOLS: &str = r#""tools":[{"type":"function","function":{"name":"f"}}]"#;
    const OTHER: &str = r#""tool_choice":{"type":"function","function":{"name":"secret"}}"#;
    const HI: &str = r#"{"role":"user","content":"hi"}"#;
    for (model, members, code, path) in [
        (R1, TOOLS, "ToolsNotTaken", "tools"),
        (R1, r#""response_format":{"type":"json_object"}"#, "ToolsNotTaken", "response_format"),
        (HAIKU, &format!("{TOOLS},{OTHER}"), "UnknownTool", "tool_choice"),
        (HAIKU, OTHER, "UnknownTool", "tool_choice"),
    ] {
        let text = format!(r#"{{"model":"{model}","messages":[{HI}],{members}}}"#);
        let request = ModelRequest::from_json(&text).unwrap();
        for (options, is_error) in [
            (EncodeOptions::converse(), true),
            (EncodeOptions::default(), true),
            (EncodeOptions::verbatim(), false),
        ] {
            let result = encode_request(&request, &options);
            let Err(error) = result else {
                assert!(!is_error, "{text}");
                continue;
            };
            assert!(is_error, "{text}: {error}");
            assert_eq!((error.code(), error.path()), (Some(code), Some(path)), "{text}");
            assert!(error.hint().is_some() && !format!("{error:?}").contains("secret"), "{error:?}");
        }
        let found = crate::check(&request, &EncodeOptions::default());
        assert_eq!(found.last().unwrap().rule, code);
    }
}

#[test]
fn a_choice_among_no_tools_is_left_out_with_a_note() {
    check(
        &[
            (HAIKU, r#""tool_choice":"required""#, "{}", &["tool_choice [tools.choice]"]),
            (HAIKU, r#""tool_choice":"auto""#, "{}", &[]),
        ],
        &EncodeOptions::converse(),
    );
}

#[test]
fn a_forced_call_has_the_name_under_which_the_tool_is_offered() {
    // L26
    let params = r#","tools":[{"type":"function","function":{"name":"fs.read"}}],"tool_choice":{"type":"function","function":{"name":"fs.read"}},"parallel_tool_calls":false"#;
    for options in [EncodeOptions::converse(), EncodeOptions::default()] {
        let (told, notes) = steering(HAIKU, params, &options);
        assert_eq!(
            told,
            r#"{"additionalModelRequestFields":{"tool_choice":{"type":"tool","name":"fs_read","disable_parallel_tool_use":true}},"toolChoice":{"tool":{"name":"fs_read"}}}"#
        );
        assert_eq!(notes, ["tools[0] [tools.names]"]);
    }
}

#[test]
fn what_is_sent_as_it_stands_is_not_adapted() {
    let (told, notes) = steering(
        OPUS_4_8,
        r#","temperature":0.5,"top_p":0.9,"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required","additional_model_request_fields":{"thinking":{"type":"enabled","budget_tokens":9}}"#,
        &EncodeOptions::verbatim().strict(),
    );
    assert_eq!(
        told,
        r#"{"inferenceConfig":{"temperature":0.5,"topP":0.9},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":9}},"toolChoice":{"any":{}}}"#
    );
    assert_eq!(notes, Vec::<String>::new());
}

#[test]
fn what_is_only_warned_of_is_no_change() {
    let (told, notes) = steering(HAIKU, r#","max_tokens":64001"#, &EncodeOptions::converse().strict());
    assert_eq!(told, r#"{"inferenceConfig":{"maxTokens":64001}}"#);
    assert_eq!(notes, ["max_tokens [params.max_tokens]"]);
}

#[test]
fn a_catalog_of_ones_own_is_asked() {
    use crate::catalog::{Catalog, ModelOverrides};
    let catalog = Catalog::builtin().with_model(HIDDEN, ModelOverrides::from_base_model(OPUS_4_8));
    let options = EncodeOptions::converse().with_catalog(catalog);
    let (told, notes) = steering(HIDDEN, r#","temperature":0.5,"reasoning_effort":"low""#, &options);
    assert_eq!(
        told,
        r#"{"additionalModelRequestFields":{"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}}}"#
    );
    assert_eq!(notes, ["temperature [params.sampling]"]);
}
