//! Sampling parameters.

use std::ops::RangeInclusive;

/// The sampling parameters that a model takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SamplingParams {
    /// Nobody has told.
    #[default]
    Unknown,
    /// Temperature and nucleus, also together.
    All,
    /// Temperature or nucleus, not both (lessons L87 and M45).
    TemperatureOrTopP,
    /// None: `temperature`, `topP` and `top_k` are errors (lessons L88 and M44).
    Unsupported,
}

impl SamplingParams {
    /// The temperatures to choose from; `None` where none is taken. Converse bounds them for every model alike
    /// (lesson L89).
    #[must_use]
    pub const fn temperature(self) -> Option<RangeInclusive<f64>> {
        match self {
            Self::Unsupported => None,
            Self::Unknown | Self::All | Self::TemperatureOrTopP => Some(0.0..=1.0),
        }
    }
}

/// Where the number of tokens to draw from goes: Converse has no parameter for it (lesson L91).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TopK {
    /// Nobody has told.
    #[default]
    Unknown,
    /// The model's own field `top_k`.
    TopK,
    /// The model's own field `k`.
    K,
    /// `inferenceConfig.topK` among the model's own fields.
    InferenceConfig,
    /// Nowhere: the model has no such parameter, and refuses what it does not know.
    Unsupported,
}
