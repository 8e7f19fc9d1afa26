//! Limits and sampling.

use serde_json::Number;

/// How long the answer may get and how it is drawn. Numbers go out as they came: 0.7 as 0.7, 1 as 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sampling {
    /// The most tokens that the answer may take.
    pub max_tokens: Option<Number>,
    /// How freely tokens are drawn, from 0.
    pub temperature: Option<Number>,
    /// Of the most likely tokens those that together reach this probability are drawn from, 0 to 1.
    pub top_p: Option<Number>,
    /// How many of the most likely tokens are drawn from.
    pub top_k: Option<Number>,
    /// Texts at which the model stops.
    pub stop: Vec<String>,
    /// A seed, for models that can draw the same tokens again.
    pub seed: Option<Number>,
}
