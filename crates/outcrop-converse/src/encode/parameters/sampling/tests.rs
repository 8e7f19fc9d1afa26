//! Tests of sampling parameters.

use crate::encode::tests::cases::{Case, GPT, HAIKU, HIDDEN, NOVA, OPUS_4_8, assert_cases};
use crate::options::EncodeOptions;

#[test]
fn rejected_sampling_is_dropped() {
    // Each version of Claude rejects more of them (L87, L88, M44, M45).
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
    assert_cases(cases, &EncodeOptions::converse());
    assert_cases(cases, &EncodeOptions::ag2());
}
