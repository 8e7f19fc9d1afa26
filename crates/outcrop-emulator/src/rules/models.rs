//! Model ids: which models exist, and what the models of a family do not support.
//!
//! These tables are independent of the catalog of `outcrop-converse`, on purpose: the emulator judges requests that the
//! catalog helped to make, and a shared mistake would go unnoticed.

use outcrop_converse::ModelId;

use crate::protocol::error::ServiceError;

/// Checks that a model exists. The crate's documentation describes which do.
pub(crate) fn require_model(id: &str) -> Result<(), ServiceError> {
    let model = ModelId::parse(id);
    if is_missing(&model) {
        Err(ServiceError::model_not_found())
    } else if is_arn(id) || id.starts_with("emulator.") || has_known_vendor(&model) {
        Ok(())
    } else {
        Err(ServiceError::invalid_model_id())
    }
}

/// Checks that a model has on-demand throughput, which its id alone invokes. Others need an inference profile.
pub(crate) fn require_on_demand(id: &str) -> Result<(), ServiceError> {
    let model = ModelId::parse(id);
    if model.as_str() != model.base() || !has_prefix(&model, PROFILE_ONLY) {
        return Ok(());
    }
    // The apostrophe is the curly one (L117). See https://github.com/cline/cline/issues/2482.
    Err(ServiceError::validation(format!(
        "Invocation of model ID {id} with on-demand throughput isn\u{2019}t supported. Retry your request with the ID or \
         ARN of an inference profile that contains this model."
    )))
}

/// Checks that a model can converse, as opposed to one for embeddings, images or speech.
pub(crate) fn require_conversation_model(id: &str) -> Result<(), ServiceError> {
    let model = ModelId::parse(id);
    let has_part = |part: &&str| model.base().contains(*part);
    if !NOT_CONVERSING.iter().any(has_part) {
        return Ok(());
    }
    // See https://github.com/techthoughts2/pwshBedrock.
    Err(ServiceError::validation(
        "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
    ))
}

/// Returns whether an id is reserved for a missing model: `nonexistent…`, `anthropic.nonexistent…`, or any id with
/// `no-such-model` in it.
fn is_missing(model: &ModelId<'_>) -> bool {
    let base = model.base();
    let name = base.split_once('.').map_or(base, |(_, name)| name);
    base.starts_with("nonexistent")
        || name.starts_with("nonexistent")
        || model.as_str().contains("no-such-model")
}

/// Returns whether an id is an ARN of Bedrock or of a SageMaker endpoint:
/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:KIND/NAME`.
fn is_arn(id: &str) -> bool {
    let mut parts = id.splitn(6, ':');
    let head = [parts.next(), parts.next(), parts.next(), parts.next(), parts.next()];
    // The account may be empty: ARNs of foundation models have none.
    let [Some("arn"), Some(partition), Some(service), Some(region), Some(_account)] = head else {
        return false;
    };
    let Some((kind, name)) = parts.next().and_then(|resource| resource.split_once('/')) else {
        return false;
    };
    partition.starts_with("aws")
        && matches!(service, "bedrock" | "sagemaker")
        && !region.is_empty()
        && !kind.is_empty()
        && !name.is_empty()
}

/// Returns whether an id is `vendor.name` with a known vendor, with or without the prefix of an inference profile.
fn has_known_vendor(model: &ModelId<'_>) -> bool {
    // `ModelId` does not export its vendors, but it takes the first part of an id for the prefix of a profile only if a
    // vendor follows. Prefixes are an open list (L123), so any word will do.
    let is_known = |id: &str| ModelId::parse(id).profile() == Some("any");
    let has_name = model.base().split_once('.').is_some_and(|(_, name)| !name.is_empty());
    has_name && has_id_characters(model.base()) && is_known(&format!("any.{}", model.base()))
}

/// Returns whether an id has only the characters of the ids of AWS, which are in lower case.
fn has_id_characters(base: &str) -> bool {
    base.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:_".contains(&b))
}

/// A family of models with rules of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Claude,
    DeepSeek,
    Glm,
    Kimi,
    Llama,
    Mistral,
    Nova,
    OpenAi,
    Qwen,
    Writer,
    /// Any other family. Only the rules for all families apply.
    Other,
}

impl Family {
    /// Returns the family of a model.
    ///
    /// The ARN of an application inference profile does not name its model, so it belongs to [`Family::Other`].
    pub(super) fn from_model(model: &ModelId<'_>) -> Self {
        const PREFIXES: &[(&str, Family)] = &[
            ("anthropic.claude", Family::Claude),
            ("deepseek.", Family::DeepSeek),
            ("zai.", Family::Glm),
            ("moonshot", Family::Kimi),
            ("meta.", Family::Llama),
            ("mistral.", Family::Mistral),
            ("amazon.nova", Family::Nova),
            ("openai.", Family::OpenAi),
            ("qwen.", Family::Qwen),
            ("writer.", Family::Writer),
        ];
        let found = PREFIXES.iter().find(|(prefix, _)| model.base().starts_with(prefix));
        found.map_or(Self::Other, |(_, family)| *family)
    }

    /// Returns whether a conversation may begin with an assistant turn (L4).
    pub(super) fn allows_assistant_first(self) -> bool {
        matches!(self, Self::Claude | Self::Qwen | Self::Glm | Self::Kimi)
    }
}

/// Parts of the ids of Claude models that reject a last assistant turn: 4.6 and later (L5). See
/// <https://github.com/NousResearch/hermes-agent/pull/101401>.
const NO_PREFILL: &[&str] = &[
    "-4-6",
    "-4-7",
    "-4-8",
    "claude-opus-5",
    "claude-sonnet-5",
    "claude-haiku-5",
    "claude-fable",
    "claude-mythos",
];

/// Prefixes of models that only inference profiles invoke, in all regions. See
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/models-regions.html>.
const PROFILE_ONLY: &[&str] = &[
    "amazon.nova-premier",
    "anthropic.claude-3-7",
    "anthropic.claude-fable",
    "anthropic.claude-haiku-4",
    "anthropic.claude-mythos",
    "anthropic.claude-opus",
    "anthropic.claude-sonnet",
    "deepseek.r1",
    "meta.llama4",
];

/// Parts of the ids of models that do not converse. See
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html>.
const NOT_CONVERSING: &[&str] =
    &["embed", "rerank", "stability.", "titan-image", "nova-canvas", "nova-reel", "sonic", "luma."];

/// Parts of the ids of Claude models without sampling parameters: Opus 4.7 and later (L88). See
/// <https://github.com/promptfoo/promptfoo/issues/10307>.
const NO_SAMPLING: &[&str] = &["opus-4-7", "opus-4-8", "opus-5", "sonnet-5", "haiku-5", "fable", "mythos-5"];

/// Parts of the ids of Claude models that reject `temperature` with `topP`: 4.5 and later (L87). See
/// <https://github.com/BerriAI/litellm/issues/15070>.
const ONE_SAMPLING_PARAMETER: &[&str] =
    &["-4-5", "-4-6", "-4-7", "-4-8", "opus-5", "sonnet-5", "haiku-5", "fable", "mythos-5"];

/// The maximum number of output tokens by prefix. See
/// <https://docs.claude.com/en/docs/about-claude/models/overview> and
/// <https://docs.aws.amazon.com/nova/latest/userguide/what-is-nova.html>. For Claude 3.5 on Bedrock see
/// <https://github.com/boto/boto3/issues/4279>.
const OUTPUT_LIMITS: &[(&str, u64)] = &[
    ("amazon.nova-lite", 10_000),
    ("amazon.nova-micro", 10_000),
    ("amazon.nova-premier", 10_000),
    ("amazon.nova-pro", 10_000),
    ("anthropic.claude-3-5-sonnet-20240620", 4_096),
    ("anthropic.claude-3-5", 8_192),
    ("anthropic.claude-3-haiku", 4_096),
    ("anthropic.claude-3-opus", 4_096),
    ("anthropic.claude-3-sonnet", 4_096),
    ("anthropic.claude-haiku-4-5", 64_000),
    ("anthropic.claude-opus-4-1", 32_000),
    ("anthropic.claude-opus-4-2025", 32_000),
    ("anthropic.claude-opus-4-5", 64_000),
    ("anthropic.claude-sonnet-4-2025", 64_000),
    ("anthropic.claude-sonnet-4-5", 64_000),
];

/// Prefixes of models without prompt caching (L65). See <https://github.com/BerriAI/litellm/pull/39210>.
const NO_CACHING: &[&str] =
    &["meta.", "mistral.", "cohere.", "ai21.", "amazon.titan", "writer.", "deepseek."];

/// Prefixes of models that read only text. See
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html>.
const TEXT_ONLY: &[&str] = &[
    "amazon.nova-micro",
    "deepseek.",
    "meta.llama3-1",
    "meta.llama3-3",
    "openai.gpt-oss",
    "qwen.qwen3-32b",
    "qwen.qwen3-coder",
    "zai.glm-4.7",
];

/// Prefixes of models without system prompts. See <https://github.com/Mintplex-Labs/anything-llm/issues/2486>.
const NO_SYSTEM: &[&str] =
    &["amazon.titan-text", "mistral.mistral-7b-instruct", "mistral.mixtral-8x7b-instruct"];

/// Prefixes of models without tools, from the table that [`TEXT_ONLY`] names.
const NO_TOOLS: &[&str] = &["deepseek.r1"];

/// Prefixes of models that reject the text of reasoning in a request, as strands-agents 1.62 lists them in
/// `strands/models/bedrock.py`.
const NO_REASONING_TEXT: &[&str] = &[
    "amazon.nova-lite",
    "amazon.nova-pro",
    "google.gemma",
    "mistral.devstral",
    "mistral.ministral",
    "mistral.mistral-large",
    "nvidia.nemotron-nano-9b",
    "nvidia.nemotron-super",
    "qwen.qwen3-235b",
    "qwen.qwen3-coder",
    "writer.palmyra",
    "xai.grok",
];

/// Returns whether a model rejects the text of reasoning in a request.
pub(super) fn rejects_reasoning_text(model: &ModelId<'_>) -> bool {
    has_prefix(model, NO_REASONING_TEXT)
}

/// Returns whether a model rejects a last assistant turn.
pub(super) fn rejects_prefill(model: &ModelId<'_>) -> bool {
    Family::from_model(model) == Family::Claude && NO_PREFILL.iter().any(|part| model.base().contains(part))
}

/// Returns whether a model takes text after the tool calls of a turn for a prefill. Claude 4.6 does not, and no report says
/// so of Claude Mythos Preview.
pub(super) fn rejects_text_after_calls(model: &ModelId<'_>) -> bool {
    rejects_prefill(model) && !["-4-6", "mythos-preview"].iter().any(|part| model.base().contains(part))
}

/// Returns whether a model has no sampling parameters.
pub(super) fn rejects_sampling(model: &ModelId<'_>) -> bool {
    is_claude_with(model, NO_SAMPLING)
}

/// Returns whether the service itself rejects sampling parameters for a model: Grok 4.6. See
/// <https://github.com/NousResearch/hermes-agent/issues/111043>.
pub(super) fn model_has_no_sampling_fields(model: &ModelId<'_>) -> bool {
    has_prefix(model, &["xai.grok-4.6"])
}

/// Returns whether a model accepts one sampling parameter, but not two.
pub(super) fn rejects_temperature_with_top_p(model: &ModelId<'_>) -> bool {
    is_claude_with(model, ONE_SAMPLING_PARAMETER)
}

/// Returns whether a model can neither think nor be forced to call a tool at once: Claude up to 4.x.
pub(super) fn rejects_forced_tools_while_thinking(model: &ModelId<'_>) -> bool {
    is_claude_with(model, &["claude-3", "opus-4", "sonnet-4", "haiku-4"])
}

/// Returns the maximum number of output tokens, if it is known.
pub(super) fn output_limit(model: &ModelId<'_>) -> Option<u64> {
    let known = OUTPUT_LIMITS.iter().find(|(prefix, _)| model.base().starts_with(prefix));
    known.map(|(_, limit)| *limit)
}

fn is_claude_with(model: &ModelId<'_>, parts: &[&str]) -> bool {
    // The vendor's name and the date are not a version.
    let name = model.base().strip_prefix("anthropic.claude").unwrap_or_default();
    parts.iter().any(|part| name.contains(part.trim_start_matches("claude")))
}

/// Returns whether the ids of tool calls must be nine letters and digits (L31).
pub(super) fn requires_short_ids(model: &ModelId<'_>) -> bool {
    // Pixtral was seen to accept the ids that Bedrock itself generates, which are longer.
    Family::from_model(model) == Family::Mistral && !model.base().contains("pixtral")
}

pub(super) fn rejects_caching(model: &ModelId<'_>) -> bool {
    has_prefix(model, NO_CACHING)
}

pub(super) fn reads_only_text(model: &ModelId<'_>) -> bool {
    has_prefix(model, TEXT_ONLY)
}

pub(super) fn rejects_system(model: &ModelId<'_>) -> bool {
    has_prefix(model, NO_SYSTEM)
}

pub(super) fn rejects_tools(model: &ModelId<'_>) -> bool {
    has_prefix(model, NO_TOOLS)
}

fn has_prefix(model: &ModelId<'_>, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| model.base().starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_aws_are_accepted() {
        for id in [
            "amazon.nova-lite-v1:0",
            "anthropic.claude-3-5-sonnet-20240620-v1:0",
            "us.anthropic.claude-haiku-4-5-20251001-v1:0",
            "global.anthropic.claude-sonnet-4-20250514-v1:0",
            "jp.amazon.nova-2-lite-v1:0",
            "openai.gpt-oss-120b-1:0",
            "meta.llama3-1-8b-instruct-v1:0:128k",
            "emulator.echo",
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
            "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:provisioned-model/abcdefghijkl",
            "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-text-express-v1",
            "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1",
            "arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint",
        ] {
            assert_eq!(require_model(id), Ok(()), "{id}");
        }
    }

    #[test]
    fn other_ids_are_rejected() {
        for id in [
            "does-not-exist",
            "invalid-model-id",
            "gpt-4o",
            "us.amazon.nova-micro-v1:O",
            "amazon.",
            "us.amazon.",
            "acme.model-v1",
            "amazon.nova lite",
            "Amazon.nova-lite-v1:0",
            "",
            "arn:aws:bedrock",
            "arn:aws:bedrock:us-east-1:1:inference-profile",
            "arn:aws:s3:us-east-1:1:bucket/x",
        ] {
            assert_eq!(require_model(id), Err(ServiceError::invalid_model_id()), "{id}");
        }
    }

    #[test]
    fn newer_models_need_an_inference_profile() {
        for (id, is_accepted) in [
            ("anthropic.claude-sonnet-4-5-20250929-v1:0", false),
            ("anthropic.claude-3-7-sonnet-20250219-v1:0", false),
            ("anthropic.claude-opus-5-v1", false),
            ("meta.llama4-maverick-17b-instruct-v1:0", false),
            ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", true),
            ("arn:aws:bedrock:us-east-1:1:inference-profile/us.meta.llama4-scout-17b-instruct-v1:0", true),
            ("anthropic.claude-3-haiku-20240307-v1:0", true),
            ("amazon.nova-lite-v1:0", true),
        ] {
            let outcome = require_on_demand(id);
            assert_eq!(outcome.is_ok(), is_accepted, "{id}");
            if let Err(error) = outcome {
                assert!(error.message().contains("throughput isn\u{2019}t supported. Retry"), "{error:?}");
            }
        }
    }

    #[test]
    fn embedding_image_and_speech_models_do_not_converse() {
        for id in [
            "amazon.titan-embed-text-v2:0",
            "cohere.embed-v4:0",
            "amazon.nova-canvas-v1:0",
            "amazon.nova-2-sonic-v1:0",
            "stability.sd3-5-large-v1:0",
            "cohere.rerank-v3-5:0",
        ] {
            assert!(require_conversation_model(id).is_err(), "{id}");
        }
        assert_eq!(require_conversation_model("amazon.nova-2-lite-v1:0"), Ok(()));
    }

    #[test]
    fn versions_of_claude_are_distinguished() {
        let is = |predicate: fn(&ModelId<'_>) -> bool, id: &str| predicate(&ModelId::parse(id));
        for (id, forced, one_sampling, no_sampling, limit) in [
            ("anthropic.claude-3-5-sonnet-20241022-v2:0", true, false, false, Some(8_192)),
            ("us.anthropic.claude-sonnet-4-20250514-v1:0", true, false, false, Some(64_000)),
            ("us.anthropic.claude-opus-4-1-20250805-v1:0", true, false, false, Some(32_000)),
            ("us.anthropic.claude-haiku-4-5-20251001-v1:0", true, true, false, Some(64_000)),
            ("us.anthropic.claude-opus-4-8-v1", true, true, true, None),
            ("us.anthropic.claude-opus-5", false, true, true, None),
            ("us.amazon.nova-pro-v1:0", false, false, false, Some(10_000)),
            ("amazon.nova-2-lite-v1:0", false, false, false, None),
        ] {
            assert_eq!(is(rejects_forced_tools_while_thinking, id), forced, "{id}");
            assert_eq!(is(rejects_temperature_with_top_p, id), one_sampling, "{id}");
            assert_eq!(is(rejects_sampling, id), no_sampling, "{id}");
            assert_eq!(output_limit(&ModelId::parse(id)), limit, "{id}");
        }
    }

    #[test]
    fn reserved_ids_are_not_found() {
        for id in [
            "nonexistent-model",
            "nonexistent.model-v1:0",
            "anthropic.nonexistent-v1:0",
            "us.anthropic.nonexistent-v1:0",
            "amazon.no-such-model-v1:0",
            "arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.no-such-model",
        ] {
            assert_eq!(require_model(id), Err(ServiceError::model_not_found()), "{id}");
        }
    }
}
