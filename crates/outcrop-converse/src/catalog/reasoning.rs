//! How a model reasons and samples: which parameters control it, and which reasoning it accepts back.

use std::ops::RangeInclusive;

/// The parameter that controls the reasoning of a model, in `additionalModelRequestFields`.
///
/// Each variant has its own format, and its own constraints on other parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reasoning {
    /// Not known.
    #[default]
    Unknown,
    /// None: the model does not reason, and rejects such parameters.
    Unsupported,
    /// None: the model always reasons, and rejects such parameters.
    Always,
    // See https://github.com/block/goose/pull/9889 (M46) and
    // https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html.
    /// `thinking: {type: enabled, budget_tokens}`: at least [`MIN_BUDGET`](Self::MIN_BUDGET), less than `maxTokens`, without
    /// temperature and `top_k`, with `topP` of at least 0.95 (L82, L83, M46).
    Budget,
    /// A budget, and `output_config.effort` with the beta `effort-2025-11-24` (M49).
    BudgetAndEffort(EffortLevels),
    /// A budget, or `thinking: {type: adaptive}` with `output_config.effort` (L84).
    BudgetOrAdaptive(EffortLevels),
    /// `thinking: {type: adaptive}` with `output_config.effort`. The model rejects a budget.
    Adaptive(EffortLevels),
    /// The same, and thinking cannot be disabled.
    AlwaysAdaptive(EffortLevels),
    // See https://platform.claude.com/docs/en/models/sonnet-5-5/whats-new-sonnet-5-5.
    /// The same, and `thinking: {type: between_tools}` as the lowest setting, up to the effort `high`.
    AdaptiveOrBetweenTools(EffortLevels),
    // See https://github.com/UKGovernmentBEIS/inspect_ai/issues/3767 for the limits of `high`.
    /// `reasoningConfig: {type: enabled, maxReasoningEffort}` of Nova 2, `low` to `high`. With `high` the model rejects
    /// `maxTokens`, `temperature` and `topP` (L85, W16).
    ReasoningConfig,
    /// `reasoning_effort`, without `none` (L84).
    ReasoningEffort(EffortLevels),
    /// `reasoning: {effort}`, also with `none`.
    ReasoningObject(EffortLevels),
    // See https://docs.x.ai/developers/model-capabilities/text/reasoning for Grok 4.5 and later.
    /// `reasoning: {effort}`, and reasoning cannot be disabled.
    AlwaysReasoningObject(EffortLevels),
    /// `reasoning_config` with the string `low` or `high` (L84).
    LowOrHigh,
}

impl Reasoning {
    /// The minimum budget of Claude's extended thinking, in tokens.
    ///
    /// See <https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html> (L82).
    pub const MIN_BUDGET: u32 = 1024;

    /// Returns the effort levels that the model knows by name, if any.
    #[must_use]
    pub const fn effort(self) -> Option<EffortLevels> {
        match self {
            Self::BudgetAndEffort(levels)
            | Self::BudgetOrAdaptive(levels)
            | Self::Adaptive(levels)
            | Self::AlwaysAdaptive(levels)
            | Self::AdaptiveOrBetweenTools(levels)
            | Self::ReasoningEffort(levels)
            | Self::ReasoningObject(levels)
            | Self::AlwaysReasoningObject(levels) => Some(levels),
            Self::ReasoningConfig => Some(EffortLevels::UpToHigh),
            Self::Unknown | Self::Unsupported | Self::Always | Self::Budget | Self::LowOrHigh => None,
        }
    }

    /// Returns whether the model accepts `budget_tokens`.
    #[must_use]
    pub const fn supports_budget(self) -> bool {
        matches!(self, Self::Budget | Self::BudgetAndEffort(_) | Self::BudgetOrAdaptive(_))
    }
}

/// The effort levels that a model knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EffortLevels {
    /// `low`, `medium` and `high`.
    UpToHigh,
    /// `low`, `medium`, `high` and `max`, without `xhigh`.
    UpToHighAndMax,
    /// `low` to `xhigh`.
    UpToXhigh,
    /// `low` to `max`.
    UpToMax,
}

impl EffortLevels {
    /// Returns whether the model knows a level of this name.
    #[must_use]
    pub fn contains(self, level: &str) -> bool {
        match level {
            "low" | "medium" | "high" => true,
            "xhigh" => matches!(self, Self::UpToXhigh | Self::UpToMax),
            "max" => matches!(self, Self::UpToHighAndMax | Self::UpToMax),
            _ => false,
        }
    }
}

/// The reasoning of earlier turns that a model accepts back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReasoningReplay {
    /// Not known.
    #[default]
    Unknown,
    // "thinking.signature: Field required", or "Invalid signature" if it is empty:
    // https://github.com/maximhq/bifrost/issues/6942.
    /// The model's own, unchanged and signed, or encrypted. Unsigned reasoning is an error (L74, L76).
    Signed,
    /// Text without a signature, and nothing encrypted (L76).
    Unsigned,
    // strands-agents 1.62 sends GPT and Grok only their encrypted reasoning: https://github.com/strands-rl/strands-env/pull/258.
    /// The model's own, encrypted. Text is an error.
    Encrypted,
    /// None: it is an error, or leaks into the response (L77).
    Unsupported,
}

/// The parameters `temperature` and `topP` that a model accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SamplingParams {
    /// Not known.
    #[default]
    Unknown,
    /// Both, also together.
    All,
    // See https://github.com/BerriAI/litellm/issues/15070.
    /// One of them, not both (L87, M45).
    TemperatureOrTopP,
    // See https://github.com/promptfoo/promptfoo/issues/10307.
    /// None: `temperature`, `topP` and `top_k` are errors (L88, M44).
    Unsupported,
}

impl SamplingParams {
    /// Returns the range of temperatures. `None` if the model rejects every temperature.
    #[must_use]
    pub const fn temperature(self) -> Option<RangeInclusive<f64>> {
        match self {
            Self::Unsupported => None,
            // Converse has one range for all models, also for those whose own API accepts up to 2 (L89). See
            // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html.
            Self::Unknown | Self::All | Self::TemperatureOrTopP => Some(0.0..=1.0),
        }
    }
}

/// The field for `top_k`, for which Converse has no parameter of its own (L91).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TopK {
    /// Not known.
    #[default]
    Unknown,
    /// The model field `top_k`.
    TopK,
    /// The model field `k`.
    K,
    /// The model field `inferenceConfig.topK`.
    InferenceConfig,
    /// None: the model has no such parameter, and rejects unknown fields.
    Unsupported,
}
