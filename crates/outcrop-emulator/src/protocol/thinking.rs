//! Thinking: the additional field in which a request lets a model reason before it answers.

use outcrop_core::{JsonObject, RawJson};

/// The way in which a request lets a model think.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thinking {
    /// With a budget, as Claude before 4.6.
    Enabled { budget: Option<u64> },
    /// As long as the model finds right, as Claude since 4.6 (L84).
    Adaptive,
}

impl Thinking {
    /// Parses a field of the model, such as Claude's `thinking`. Returns `None` if it does not let the model think.
    pub(crate) fn from_field(fields: &JsonObject, name: &str) -> Option<Self> {
        let thinking = fields.get(name).and_then(RawJson::as_object)?;
        match thinking.get("type")?.as_string()?.as_ref() {
            "enabled" => {
                let budget = thinking.get("budget_tokens").and_then(|budget| budget.deserialize().ok());
                Some(Self::Enabled { budget })
            }
            "adaptive" => Some(Self::Adaptive),
            _ => None,
        }
    }
}
