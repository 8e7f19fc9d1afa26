//! The capabilities of models that the lessons mention.

use crate::catalog::{
    CachePointScope, CacheTtls, Caching, Capabilities, Catalog, EffortLevels, MediaDelivery, Reasoning,
    ReasoningReplay, SamplingParams, Streaming, Support, ToolChoices, ToolIds, ToolResultDocuments,
    ToolResultSiblings, TopK,
};

use Support::{No, Unknown, Yes};

const HAIKU_3: &str = "anthropic.claude-3-haiku-20240307-v1:0";
const HAIKU_3_5: &str = "us.anthropic.claude-3-5-haiku-20241022-v1:0";
const SONNET_3_7: &str = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";
const SONNET_4: &str = "us.anthropic.claude-sonnet-4-20250514-v1:0";
const OPUS_4_1: &str = "us.anthropic.claude-opus-4-1-20250805-v1:0";
const SONNET_4_5: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const HAIKU_4_5: &str = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const OPUS_4_5: &str = "us.anthropic.claude-opus-4-5-20251101-v1:0";
const SONNET_4_6: &str = "us.anthropic.claude-sonnet-4-6";
const OPUS_4_7: &str = "us.anthropic.claude-opus-4-7";
const OPUS_4_8: &str = "eu.anthropic.claude-opus-4-8";
const OPUS_5: &str = "global.anthropic.claude-opus-5";
const OPUS_5_5: &str = "global.anthropic.claude-opus-5-5";
const SONNET_5: &str = "global.anthropic.claude-sonnet-5";
const HAIKU_5_5: &str = "global.anthropic.claude-haiku-5-5";
const FABLE: &str = "global.anthropic.claude-fable-5-1";
const NOVA_MICRO: &str = "us.amazon.nova-micro-v1:0";
const NOVA_LITE: &str = "us.amazon.nova-lite-v1:0";
const NOVA_2: &str = "us.amazon.nova-2-lite-v1:0";
const TITAN: &str = "amazon.titan-text-lite-v1";
const LLAMA_3: &str = "meta.llama3-8b-instruct-v1:0";
const LLAMA_3_1: &str = "us.meta.llama3-1-70b-instruct-v1:0";
const LLAMA_4: &str = "us.meta.llama4-maverick-17b-instruct-v1:0";
const MISTRAL_7B: &str = "mistral.mistral-7b-instruct-v0:2";
const MISTRAL_LARGE: &str = "mistral.mistral-large-2407-v1:0";
const PIXTRAL: &str = "us.mistral.pixtral-large-2502-v1:0";
const COMMAND_R: &str = "cohere.command-r-v1:0";
const R1: &str = "us.deepseek.r1-v1:0";
const DEEPSEEK_V3: &str = "deepseek.v3-v1:0";
const QWEN: &str = "qwen.qwen3-32b-v1:0";
const GLM: &str = "zai.glm-4.7";
const KIMI_K3: &str = "moonshotai.kimi-k3";
const KIMI_K2: &str = "moonshotai.kimi-k2.5";
const GPT_6: &str = "us.openai.gpt-6-sol";
const GPT_OSS: &str = "openai.gpt-oss-120b-1:0";
const MINIMAX: &str = "minimax.minimax-m2";
const PALMYRA: &str = "us.writer.palmyra-x5-v1:0";
const GEMMA: &str = "google.gemma-3-27b-it";
const OPAQUE: &str = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab12cd34ef56";

/// Checks one capability of many models.
fn check<T: PartialEq + std::fmt::Debug>(capability: fn(&Capabilities) -> T, expected: &[(T, &[&str])]) {
    for (value, models) in expected {
        for model in *models {
            assert_eq!(capability(Catalog::builtin().capabilities(model)), *value, "{model}");
        }
    }
}

#[test]
fn unknown_models_have_unknown_capabilities() {
    check(|known| *known, &[(Capabilities::UNKNOWN, &[OPAQUE, "", "acme.anvil-v1:0"])]);
    assert_eq!(Capabilities::default(), Capabilities::UNKNOWN);
}

#[test]
fn turn_rules_are_known() {
    // L2, L3, L4, L5
    check(
        |known| known.tool_result_siblings,
        &[
            (ToolResultSiblings::Nothing, &[LLAMA_3_1, LLAMA_4, MISTRAL_LARGE, PIXTRAL, PALMYRA]),
            (ToolResultSiblings::TextAndImages, &[HAIKU_3, SONNET_4_5, OPUS_5]),
            (ToolResultSiblings::Unknown, &[NOVA_LITE, NOVA_2, QWEN]),
        ],
    );
    check(
        |known| known.leading_assistant,
        &[
            (Yes, &[HAIKU_3, OPUS_5, QWEN, GLM, KIMI_K2, KIMI_K3]),
            (
                No,
                &[NOVA_LITE, NOVA_2, LLAMA_4, MISTRAL_LARGE, COMMAND_R, "ai21.jamba-1-5-mini-v1:0", PALMYRA],
            ),
            (Unknown, &[GEMMA, GPT_OSS]),
        ],
    );
    check(
        |known| known.prefill,
        &[
            (Yes, &[HAIKU_3, SONNET_3_7, SONNET_4, OPUS_4_1, SONNET_4_5, OPUS_4_5]),
            (
                No,
                &[
                    SONNET_4_6,
                    OPUS_4_7,
                    OPUS_4_8,
                    OPUS_5,
                    SONNET_5,
                    HAIKU_5_5,
                    FABLE,
                    "anthropic.claude-opus-5-9",
                ],
            ),
            (Unknown, &[NOVA_LITE, LLAMA_4, "anthropic.claude-opus-6"]),
        ],
    );
    check(
        |known| known.system_prompt,
        &[(Yes, &[HAIKU_3, NOVA_LITE]), (No, &[TITAN, MISTRAL_7B, "mistral.mixtral-8x7b-instruct-v0:1"])],
    );
}

#[test]
fn tool_capabilities_are_known() {
    // L17, L18
    check(
        |known| known.tool_choice,
        &[
            (ToolChoices::All, &[HAIKU_3, NOVA_LITE, NOVA_2, OPUS_5, SONNET_5, HAIKU_5_5]),
            (
                ToolChoices::AllUnlessThinking,
                &[SONNET_3_7, SONNET_4, OPUS_4_1, SONNET_4_5, SONNET_4_6, OPUS_4_8],
            ),
            (ToolChoices::AutoOnly, &[OPUS_5_5, FABLE, LLAMA_3_1, LLAMA_4, PIXTRAL]),
            (ToolChoices::AutoAndAny, &[MISTRAL_LARGE, DEEPSEEK_V3]),
            (ToolChoices::Unsupported, &[LLAMA_3, COMMAND_R, R1, TITAN]),
            (ToolChoices::Unknown, &[MISTRAL_7B, GEMMA]),
        ],
    );
    // L48
    check(
        |known| known.streaming,
        &[
            (Streaming::WithoutTools, &[LLAMA_3_1, LLAMA_4, MISTRAL_LARGE, PIXTRAL, R1, TITAN, PALMYRA]),
            (
                Streaming::Full,
                &[HAIKU_3, SONNET_4_5, OPUS_5, NOVA_MICRO, NOVA_2, GPT_OSS, QWEN, DEEPSEEK_V3, COMMAND_R],
            ),
            (Streaming::Unknown, &[GEMMA, KIMI_K3]),
        ],
    );
    // L30, L31
    check(
        |known| known.tool_ids,
        &[
            (ToolIds::NineAlphanumerics, &[MISTRAL_LARGE]),
            (ToolIds::LettersAndDashes, &[HAIKU_3, OPUS_5]),
            (ToolIds::Unknown, &[NOVA_LITE, LLAMA_4, PIXTRAL]),
        ],
    );
    // L36
    check(|known| known.tool_result_status, &[(No, &[PALMYRA]), (Yes, &[SONNET_4_5])]);
    // L41
    check(
        |known| known.strict_tools,
        &[
            (Yes, &[SONNET_4_5, HAIKU_4_5, OPUS_4_5, SONNET_4_6]),
            (No, &[SONNET_4, OPUS_4_7, OPUS_4_8, OPUS_5, SONNET_5, FABLE, NOVA_LITE, LLAMA_4, GPT_OSS]),
        ],
    );
    // L45
    check(
        |known| known.parallel_tools_switch,
        &[
            (Yes, &[SONNET_4_5, HAIKU_4_5, SONNET_4_6, OPUS_5]),
            (No, &[HAIKU_3, SONNET_3_7, SONNET_4, OPUS_4_1]),
        ],
    );
    check(
        |known| known.tools,
        &[(No, &[R1]), (Yes, &[HAIKU_4_5, NOVA_LITE, LLAMA_4]), (Unknown, &[LLAMA_3, TITAN])],
    );
}

#[test]
fn tool_choice_is_rejected_only_if_that_is_known() {
    for (choices, thinking, any, tool, auto) in [
        (ToolChoices::Unknown, true, false, false, false),
        (ToolChoices::All, true, false, false, false),
        (ToolChoices::AllUnlessThinking, false, false, false, false),
        (ToolChoices::AllUnlessThinking, true, true, true, false),
        (ToolChoices::AutoAndAny, false, false, true, false),
        (ToolChoices::AutoOnly, false, true, true, false),
        (ToolChoices::Unsupported, false, true, true, true),
    ] {
        let rejected =
            (choices.rejects_any(thinking), choices.rejects_tool(thinking), choices.rejects_auto());
        assert_eq!(rejected, (any, tool, auto), "{choices:?} {thinking}");
    }
}

#[test]
fn media_capabilities_are_known() {
    // L57, L58
    check(
        |known| known.media.image,
        &[
            (MediaDelivery::BytesOnly, &[SONNET_4_5, OPUS_5]),
            (MediaDelivery::BytesAndS3, &[NOVA_LITE, NOVA_2]),
            (MediaDelivery::Supported, &[LLAMA_4, PIXTRAL, KIMI_K3]),
            (MediaDelivery::Unsupported, &[NOVA_MICRO, LLAMA_3_1, GPT_OSS, QWEN]),
        ],
    );
    check(
        |known| known.media.video,
        &[
            (MediaDelivery::Unsupported, &[SONNET_4_5, OPUS_5, NOVA_MICRO]),
            (MediaDelivery::BytesAndS3, &[NOVA_LITE, NOVA_2]),
            (MediaDelivery::Supported, &[KIMI_K2]),
            (MediaDelivery::Unknown, &[LLAMA_4]),
        ],
    );
    check(
        |known| known.media.audio,
        &[
            (MediaDelivery::Unsupported, &[SONNET_4_5, NOVA_LITE, LLAMA_3, COMMAND_R, R1, TITAN]),
            (MediaDelivery::Supported, &["mistral.voxtral-mini-3b-2507"]),
            (MediaDelivery::Unknown, &[PALMYRA]),
        ],
    );
    // L34, L35
    check(
        |known| known.tool_result_media.image,
        &[(Yes, &[SONNET_4_5, NOVA_2, LLAMA_4]), (No, &[PIXTRAL, KIMI_K2, "qwen.qwen3-vl-235b-a22b", GPT_6])],
    );
    check(
        |known| known.tool_result_media.document,
        &[
            (ToolResultDocuments::All, &[SONNET_4_5, LLAMA_4, PIXTRAL]),
            (ToolResultDocuments::PlainText, &[NOVA_LITE, NOVA_2]),
        ],
    );
    assert!(MediaDelivery::BytesOnly.rejects_s3() && MediaDelivery::Unsupported.rejects_s3());
    assert!(!MediaDelivery::Unknown.rejects_s3() && !MediaDelivery::Supported.rejects_s3());
}

#[test]
fn caching_is_known() {
    // L64, L65, M36, M37
    let cache_points = |known: &Capabilities| match known.caching {
        Caching::Points(points) => Some((points.min_tokens, points.scope, points.ttl)),
        _ => None,
    };
    let everywhere = |min, ttl| Some((Some(min), CachePointScope::Everywhere, ttl));
    check(
        cache_points,
        &[
            (everywhere(2048, CacheTtls::FiveMinutes), &[HAIKU_3_5]),
            (everywhere(1024, CacheTtls::FiveMinutes), &[SONNET_3_7, SONNET_4, OPUS_4_1]),
            (everywhere(1024, CacheTtls::UpToOneHour), &[SONNET_4_5, SONNET_4_6, OPUS_4_8, SONNET_5]),
            (everywhere(4096, CacheTtls::UpToOneHour), &[HAIKU_4_5, OPUS_4_5]),
            (everywhere(2048, CacheTtls::UpToOneHour), &[OPUS_4_7]),
            (everywhere(512, CacheTtls::UpToOneHour), &[OPUS_5, OPUS_5_5, HAIKU_5_5, FABLE]),
            (
                Some((Some(1536), CachePointScope::OutsideTools, CacheTtls::Unsupported)),
                &[NOVA_LITE, NOVA_MICRO],
            ),
            (
                Some((Some(1024), CachePointScope::OutsideTools, CacheTtls::Unsupported)),
                &["amazon.nova-pro-v1:0"],
            ),
            (Some((None, CachePointScope::OutsideTools, CacheTtls::Unsupported)), &[NOVA_2]),
        ],
    );
    check(
        |known| known.caching,
        &[
            (Caching::Implicit, &[GPT_6, GPT_OSS, KIMI_K3]),
            (Caching::Unsupported, &[HAIKU_3, LLAMA_4, MISTRAL_LARGE, COMMAND_R, R1, TITAN, "xai.grok-4.6"]),
            // An opaque ARN keeps its cache points (L65).
            (Caching::Unknown, &[OPAQUE, GEMMA, MINIMAX]),
        ],
    );
}

#[test]
fn reasoning_is_known() {
    // L82 to L85, M49, W2, W3
    check(
        |known| known.reasoning,
        &[
            (Reasoning::Budget, &[SONNET_3_7, SONNET_4, OPUS_4_1, SONNET_4_5, HAIKU_4_5]),
            (Reasoning::BudgetAndEffort(EffortLevels::UpToHigh), &[OPUS_4_5]),
            (Reasoning::BudgetOrAdaptive(EffortLevels::UpToHighAndMax), &[SONNET_4_6]),
            (Reasoning::Adaptive(EffortLevels::UpToMax), &[OPUS_4_7, OPUS_4_8, OPUS_5, SONNET_5, HAIKU_5_5]),
            (Reasoning::AlwaysAdaptive(EffortLevels::UpToMax), &[OPUS_5_5, FABLE]),
            (Reasoning::ReasoningConfig, &[NOVA_2]),
            (Reasoning::ReasoningEffort(EffortLevels::UpToHigh), &[GPT_OSS]),
            (Reasoning::AdaptiveOrBetweenTools(EffortLevels::UpToMax), &["us.anthropic.claude-sonnet-5-5"]),
            (Reasoning::ReasoningObject(EffortLevels::UpToMax), &[GPT_6]),
            (Reasoning::ReasoningObject(EffortLevels::UpToHigh), &["xai.grok-4.3"]),
            (
                Reasoning::AlwaysReasoningObject(EffortLevels::UpToXhigh),
                &["us.xai.grok-4.6", "xai.grok-4.7", "xai.grok-9"],
            ),
            (Reasoning::LowOrHigh, &[QWEN]),
            (Reasoning::Always, &[R1]),
            (Reasoning::Unsupported, &[HAIKU_3, HAIKU_3_5, NOVA_LITE, LLAMA_4, TITAN]),
            (Reasoning::Unknown, &[KIMI_K3, GLM, OPAQUE]),
        ],
    );
    // L74, L76, L77
    check(
        |known| known.reasoning_replay,
        &[
            (ReasoningReplay::Signed, &[SONNET_3_7, SONNET_4_5, OPUS_5]),
            (ReasoningReplay::Unsigned, &["amazon.nova-micro-v1:0", NOVA_2, MINIMAX, QWEN, KIMI_K2, GLM]),
            (ReasoningReplay::Encrypted, &[GPT_6, "us.xai.grok-4.6"]),
            // https://github.com/strands-agents/sdk-python has the list.
            (
                ReasoningReplay::Unsupported,
                &[
                    GPT_OSS,
                    R1,
                    NOVA_LITE,
                    GEMMA,
                    LLAMA_4,
                    "qwen.qwen3-235b-a22b-2507-v1:0",
                    "us.writer.palmyra-x5-v1:0",
                    "nvidia.nemotron-super-3-120b",
                ],
            ),
            (ReasoningReplay::Unknown, &[TITAN, OPAQUE]),
        ],
    );
}

#[test]
fn effort_levels_contain_their_names() {
    for (levels, known) in [
        (EffortLevels::UpToHigh, &["low", "medium", "high"][..]),
        (EffortLevels::UpToHighAndMax, &["low", "medium", "high", "max"]),
        (EffortLevels::UpToXhigh, &["low", "medium", "high", "xhigh"]),
        (EffortLevels::UpToMax, &["low", "medium", "high", "xhigh", "max"]),
    ] {
        for level in ["low", "medium", "high", "xhigh", "max", "minimal", "none", ""] {
            assert_eq!(levels.contains(level), known.contains(&level), "{levels:?} {level}");
        }
        assert_eq!(Reasoning::Adaptive(levels).effort(), Some(levels));
        assert!(
            !Reasoning::Adaptive(levels).supports_budget()
                && Reasoning::BudgetOrAdaptive(levels).supports_budget()
        );
    }
    assert_eq!(Reasoning::Budget.effort(), None);
}

#[test]
fn sampling_parameters_are_known() {
    // L87, L88, M44, M45
    check(
        |known| known.sampling,
        &[
            (SamplingParams::TemperatureOrTopP, &[OPUS_4_1, SONNET_4_5, HAIKU_4_5, OPUS_4_5, SONNET_4_6]),
            (
                SamplingParams::Unsupported,
                &[OPUS_4_7, OPUS_4_8, OPUS_5, OPUS_5_5, SONNET_5, HAIKU_5_5, FABLE, GPT_6],
            ),
            (SamplingParams::Unknown, &[HAIKU_3, SONNET_4, NOVA_LITE, LLAMA_4, OPAQUE]),
        ],
    );
    assert_eq!(SamplingParams::Unsupported.temperature(), None);
    assert_eq!(SamplingParams::Unknown.temperature(), Some(0.0..=1.0));
    // L91, M48
    check(
        |known| known.top_k,
        &[
            (TopK::TopK, &[HAIKU_3, SONNET_4_5]),
            (TopK::InferenceConfig, &[NOVA_MICRO, NOVA_2]),
            (TopK::K, &[COMMAND_R]),
            (TopK::Unsupported, &[LLAMA_4]),
            (TopK::Unknown, &[MISTRAL_LARGE, OPAQUE]),
        ],
    );
    check(
        |known| known.stop_sequences,
        &[(No, &[GPT_6, "openai.gpt-5.6-luna"]), (Unknown, &[GPT_OSS, NOVA_LITE])],
    );
    assert_eq!(Catalog::builtin().limits(GPT_6).min_max_tokens, Some(16));
}

#[test]
fn structured_output_is_known() {
    // L96, W15
    check(
        |known| known.structured_output,
        &[
            (
                Yes,
                &[
                    HAIKU_4_5,
                    SONNET_4_5,
                    SONNET_4_6,
                    OPUS_4_5,
                    QWEN,
                    GEMMA,
                    MINIMAX,
                    GLM,
                    KIMI_K3,
                    DEEPSEEK_V3,
                ],
            ),
            (
                No,
                &[
                    OPUS_4_1, OPUS_4_7, OPUS_4_8, OPUS_5, OPUS_5_5, SONNET_5, HAIKU_5_5, FABLE, NOVA_LITE,
                    NOVA_2, LLAMA_4, TITAN, COMMAND_R, GPT_OSS,
                ],
            ),
            (Unknown, &["mistral.magistral-small-2509", "anthropic.claude-mythos-5", OPAQUE]),
        ],
    );
    assert!(
        Yes.is_supported() && !Unknown.is_supported() && No.is_unsupported() && !Unknown.is_unsupported()
    );
}
