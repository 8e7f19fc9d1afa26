//! What the catalog holds of a model.

use super::{Capabilities, ModelFamily};

/// What is known of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelInfo {
    /// The family it belongs to.
    pub family: ModelFamily,
    /// How much it reads and writes.
    pub limits: Limits,
    /// What it takes and what it refuses.
    pub capabilities: Capabilities,
    /// The day, as `2027-03-30`, from which it may be gone.
    pub end_of_life: Option<&'static str>,
}

impl ModelInfo {
    /// What is known of a model of which nothing is known.
    pub const UNKNOWN: Self = Self {
        family: ModelFamily::Other,
        limits: Limits::UNKNOWN,
        capabilities: Capabilities::UNKNOWN,
        end_of_life: None,
    };
}

/// How much a model reads and writes, in tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most tokens of a conversation, answer included.
    pub context_window: Option<u32>,
    /// The most tokens of an answer.
    pub max_output_tokens: Option<u32>,
    /// The least that `maxTokens` may be.
    pub min_max_tokens: Option<u32>,
}

impl Limits {
    /// The limits of a model of which nothing is known.
    pub const UNKNOWN: Self = Self { context_window: None, max_output_tokens: None, min_max_tokens: None };
}
