//! Reasoning: how a model is told to reason, and what it takes back of it.

/// How a model is told to reason. All of it goes to the model's own fields, `additionalModelRequestFields`.
///
/// Each variant has a shape of its own, and comes with its own constraints on other parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reasoning {
    /// Nobody has told.
    #[default]
    Unknown,
    /// It does not reason, and refuses to be told to.
    Unsupported,
    /// It always reasons, and refuses to be told how.
    Always,
    /// `thinking: {type: enabled, budget_tokens}`: at least [`MIN_BUDGET`](Self::MIN_BUDGET), less than `maxTokens`, without
    /// temperature and `top_k`, with `topP` of at least 0.95 (lessons L82, L83 and M46).
    Budget,
    /// The same, and `output_config.effort` with the beta `effort-2025-11-24` (lesson M49).
    BudgetAndEffort(EffortLevels),
    /// A budget, or `thinking: {type: adaptive}` with `output_config.effort` (lesson L84).
    BudgetOrAdaptive(EffortLevels),
    /// `thinking: {type: adaptive}` with `output_config.effort`; a budget is refused.
    Adaptive(EffortLevels),
    /// The same, and it cannot be told not to think.
    AlwaysAdaptive(EffortLevels),
    /// `reasoningConfig: {type: enabled, maxReasoningEffort}` of Nova 2, `low` to `high`; `high` refuses `maxTokens`,
    /// `temperature` and `topP` (lessons L85 and W16).
    ReasoningConfig,
    /// `reasoning_effort`, and no `none` (lesson L84).
    ReasoningEffort(EffortLevels),
    /// `reasoning: {effort}`.
    ReasoningObject(EffortLevels),
    /// `reasoning_config` with the text `low` or `high` (lesson L84).
    LowOrHigh,
}

impl Reasoning {
    /// The least budget of tokens to think with (lesson L82).
    pub const MIN_BUDGET: u32 = 1024;

    /// The levels of effort that the model knows by their names, where it knows any.
    #[must_use]
    pub const fn effort(self) -> Option<EffortLevels> {
        match self {
            Self::BudgetAndEffort(levels)
            | Self::BudgetOrAdaptive(levels)
            | Self::Adaptive(levels)
            | Self::AlwaysAdaptive(levels)
            | Self::ReasoningEffort(levels)
            | Self::ReasoningObject(levels) => Some(levels),
            Self::ReasoningConfig => Some(EffortLevels::UpToHigh),
            Self::Unknown | Self::Unsupported | Self::Always | Self::Budget | Self::LowOrHigh => None,
        }
    }

    /// Whether `budget_tokens` is taken.
    #[must_use]
    pub const fn supports_budget(self) -> bool {
        matches!(self, Self::Budget | Self::BudgetAndEffort(_) | Self::BudgetOrAdaptive(_))
    }
}

/// The levels of effort that a model knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EffortLevels {
    /// `low`, `medium` and `high`.
    UpToHigh,
    /// The same and `max`, without `xhigh`.
    UpToHighAndMax,
    /// `low` to `xhigh`.
    UpToXhigh,
    /// `low` to `max`.
    UpToMax,
}

impl EffortLevels {
    /// Whether the model knows a level by this name.
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

/// Which of the reasoning of former turns a model takes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReasoningReplay {
    /// Nobody has told.
    #[default]
    Unknown,
    /// Its own, signed and as it came, or encrypted; without a signature it is an error (lessons L74 and L76).
    Signed,
    /// Text without a signature, and nothing encrypted (lesson L76).
    Unsigned,
    /// None: it is an error, or leaks into the answer (lesson L77).
    Unsupported,
}
