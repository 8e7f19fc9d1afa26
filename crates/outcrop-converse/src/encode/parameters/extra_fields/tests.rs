//! Tests of the additional fields of a model.

use crate::encode::tests::cases::{HAIKU, HIDDEN, LLAMA, NOVA, OPUS_4_8, QWEN, assert_cases};
use crate::encode::tests::{body, encode, notes};
use crate::options::EncodeOptions;

#[test]
fn model_fields_go_where_the_family_expects_them() {
    // In the wrong place, the service ignores `top_k` silently and rejects unknown fields (L91, L92, L94, M48).
    assert_cases(
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
fn ag2_fields_keep_their_place_unless_rejected() {
    assert_cases(
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
        &EncodeOptions::ag2(),
    );
}

#[test]
fn fields_given_by_the_caller_win_without_a_note() {
    let params = r#"{"model":"m","messages":[{"role":"user","content":"a"}],"top_k":5,"seed":6,"additional_model_request_fields":{"z":1,"top_k":7.0}}"#;
    let encoded = encode(params).unwrap();
    assert_eq!(notes(&encoded), ["seed [params.model_field]"]);
    assert!(
        body(&encoded).ends_with(r#""additionalModelRequestFields":{"top_k":7.0,"seed":6,"z":1}}"#),
        "{}",
        body(&encoded)
    );
}
