//! `reasoning_effort`, in each family's own words.

use outcrop_core::{JsonObject, NoteAction, RawJson, ReasoningEffort};

use super::Encoder;
use super::model_fields::object;
use super::thinking::enabled;
use crate::catalog::{EffortLevels, Reasoning};

/// The beta that Claude Opus 4.5 needs to take an effort (lesson M49).
const EFFORT_BETA: &str = "effort-2025-11-24";

impl Encoder<'_> {
    /// Writes `reasoning_effort` in the shape that the model has for it (lesson L84).
    ///
    /// A level that the model does not have becomes the one that comes nearest, with a note. `none` sends nothing to
    /// models that think only when they are told to. Where `thinking` is given, too, that decides on the budget.
    pub(super) fn effort(&mut self, fields: &mut JsonObject, own: &JsonObject) {
        let Some(effort) = &self.request.reasoning_effort else { return };
        let is_told = fields.contains("thinking") || own.contains("thinking");
        let wants_none = *effort == ReasoningEffort::None;
        match self.takes.reasoning {
            Reasoning::Unknown if self.keeps_to_ag2() => {
                self.drop_effort("left out, since it is not known how the model is told");
            }
            Reasoning::Unknown => {
                fields.insert("reasoning_effort", RawJson::from(effort.as_str()));
                let message =
                    "sent to the model as one of its own fields, since Converse has no parameter for it";
                self.note("params.model_field", NoteAction::Moved, "reasoning_effort", message);
            }
            Reasoning::Unsupported if wants_none => {}
            Reasoning::Unsupported => self.drop_effort("left out, since the model does not reason"),
            Reasoning::Always => {
                self.drop_effort("left out, since the model always reasons, and cannot be told how");
            }
            Reasoning::AlwaysAdaptive(_) | Reasoning::ReasoningEffort(_) if wants_none => {
                self.drop_effort("left out, since the model cannot be told not to reason");
            }
            Reasoning::ReasoningObject(_) if wants_none => {
                fields.insert("reasoning", object([("effort", RawJson::from("none"))]));
            }
            _ if wants_none => {}
            Reasoning::Budget if is_told => {
                self.drop_effort("left out, since `thinking` says how much the model shall think");
            }
            Reasoning::Budget => self.budget(effort, fields),
            Reasoning::BudgetAndEffort(levels) => {
                let level = self.level(effort, levels);
                // An effort of which no budget is known goes to the model by its name alone.
                if let Some(tokens) = budget_for(effort.as_str()).filter(|_| !is_told) {
                    fields.insert("thinking", enabled(tokens));
                }
                fields.insert("output_config", object([("effort", RawJson::from(level.as_str()))]));
                fields.insert(
                    "anthropic_beta",
                    RawJson::from_serialize(&[EFFORT_BETA]).unwrap_or_else(|_| RawJson::null()),
                );
            }
            Reasoning::BudgetOrAdaptive(levels)
            | Reasoning::Adaptive(levels)
            | Reasoning::AlwaysAdaptive(levels) => {
                let level = self.level(effort, levels);
                if !is_told {
                    fields.insert("thinking", object([("type", RawJson::from("adaptive"))]));
                }
                fields.insert("output_config", object([("effort", RawJson::from(level.as_str()))]));
            }
            Reasoning::ReasoningConfig => {
                let level = self.level(effort, EffortLevels::UpToHigh);
                let level = RawJson::from(level.as_str());
                let config = object([("type", RawJson::from("enabled")), ("maxReasoningEffort", level)]);
                fields.insert("reasoningConfig", config);
            }
            Reasoning::ReasoningEffort(levels) => {
                let level = self.level(effort, levels);
                fields.insert("reasoning_effort", RawJson::from(level.as_str()));
            }
            Reasoning::ReasoningObject(levels) => {
                let level = self.level(effort, levels);
                fields.insert("reasoning", object([("effort", RawJson::from(level.as_str()))]));
            }
            Reasoning::LowOrHigh => {
                let level = if matches!(effort, ReasoningEffort::Minimal | ReasoningEffort::Low) {
                    "low"
                } else {
                    "high"
                };
                self.note_if_other(effort, level);
                fields.insert("reasoning_config", RawJson::from(level));
            }
        }
    }

    fn budget(&mut self, effort: &ReasoningEffort, fields: &mut JsonObject) {
        match budget_for(effort.as_str()) {
            Some(tokens) => {
                fields.insert("thinking", enabled(tokens));
            }
            None => {
                self.drop_effort("left out, since the model is told by a budget, and none is known for it");
            }
        }
    }

    /// The model's level for an effort; an effort that is not known goes as it is.
    fn level(&mut self, effort: &ReasoningEffort, levels: EffortLevels) -> String {
        let level = match effort {
            ReasoningEffort::Minimal => "low",
            ReasoningEffort::Max if !levels.contains("max") && levels.contains("xhigh") => "xhigh",
            ReasoningEffort::XHigh | ReasoningEffort::Max if !levels.contains(effort.as_str()) => "high",
            other => other.as_str(),
        };
        self.note_if_other(effort, level);
        level.to_owned()
    }

    fn note_if_other(&mut self, effort: &ReasoningEffort, level: &str) {
        if effort.as_str() != level {
            let message = "changed to the nearest level that the model has";
            self.note("params.effort", NoteAction::Changed, "reasoning_effort", message);
        }
    }

    fn drop_effort(&mut self, why: &'static str) {
        self.note("params.effort", NoteAction::Dropped, "reasoning_effort", why);
    }
}

/// The tokens to think with for an effort, for models that are told by a budget.
pub(super) fn budget_for(effort: &str) -> Option<u32> {
    match effort {
        "minimal" | "low" => Some(Reasoning::MIN_BUDGET),
        "medium" => Some(2048),
        "high" => Some(4096),
        "xhigh" => Some(8192),
        "max" => Some(16_384),
        _ => None,
    }
}
