//! Whether the model is told to think, and Anthropic's `thinking` among the parameters.

use outcrop_core::{JsonObject, NoteAction, RawJson};
use serde_json::Number;

use super::Encoder;
use super::effort::budget_for;
use super::model_fields::object;
use crate::catalog::Reasoning;
use crate::wire::{ContentBlock, Message};

/// What the model is told about thinking, as far as other parameters depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Thinking {
    /// Nothing that others depend on.
    #[default]
    Off,
    /// To think as Claude does, with so many tokens.
    Budget {
        /// How many.
        tokens: u64,
        /// Whether that comes from a parameter, rather than from the caller's own field for the model.
        told_here: bool,
    },
    /// To think as Claude does, as long as it sees fit.
    Adaptive,
    /// To think as hard as Nova 2 can, which allows neither a limit nor sampling (lesson L85).
    Unbound,
}

/// What the model is told about reasoning.
pub(super) struct Told {
    /// What other parameters depend on.
    pub(super) thinking: Thinking,
    /// The fields that are written here.
    pub(super) reasoning: JsonObject,
    /// The caller's own fields for the model.
    pub(super) own: JsonObject,
}

impl Thinking {
    /// Reads it from the fields for the model: those that are written here, under the caller's own.
    pub(super) fn of(written: &JsonObject, own: &JsonObject, reasoning: Reasoning) -> Self {
        let field = |name: &str| own.get(name).or_else(|| written.get(name)).and_then(RawJson::as_object);
        if reasoning == Reasoning::ReasoningConfig {
            let config = field("reasoningConfig").unwrap_or_default();
            let is = |name, word| config.get(name).and_then(RawJson::as_string).as_deref() == Some(word);
            return if is("type", "enabled") && is("maxReasoningEffort", "high") {
                Self::Unbound
            } else {
                Self::Off
            };
        }
        let is_of_claude = reasoning.supports_budget() || is_adaptive(reasoning);
        // Both names are taken (lesson L84).
        let given = field("thinking").or_else(|| field("reasoning_config")).filter(|_| is_of_claude);
        let Some(given) = given else { return Self::Off };
        match (kind(&given).as_deref(), budget(&given)) {
            (Some("enabled"), Some(tokens)) => {
                let told_here = !own.contains("thinking") && !own.contains("reasoning_config");
                Self::Budget { tokens, told_here }
            }
            (Some("enabled" | "adaptive"), _) => Self::Adaptive,
            _ => Self::Off,
        }
    }

    /// Whether the model thinks in Claude's way, which constrains sampling and the choice of tools.
    pub(super) const fn is_of_claude(self) -> bool {
        matches!(self, Self::Budget { .. } | Self::Adaptive)
    }
}

impl Encoder<'_> {
    /// Writes the parameter `thinking`, of Anthropic's API, as the model takes it.
    pub(super) fn thinking(&mut self, fields: &mut JsonObject) {
        let Some(given) = self.request.other.get("thinking").filter(|given| !given.is_null()) else { return };
        let Some(members) = given.as_object() else {
            let message = "left out, since its value is not an object";
            return self.note("params.type", NoteAction::Dropped, "thinking", message);
        };
        let word = kind(&members);
        let is = |expected| word.as_deref() == Some(expected);
        let reasoning = self.takes.reasoning;
        match reasoning {
            Reasoning::Unknown if self.keeps_to_ag2() => self.drop_thinking(NOT_KNOWN),
            Reasoning::Unsupported if is("disabled") => {}
            Reasoning::Unsupported => self.drop_thinking("left out, since the model does not reason"),
            Reasoning::Always => {
                self.drop_thinking("left out, since the model always reasons, and cannot be told how");
            }
            Reasoning::AlwaysAdaptive(_) if is("disabled") => {
                self.drop_thinking("left out, since the model cannot be told not to think");
            }
            _ if is("enabled") && reasoning.supports_budget() => self.clamped(members, fields),
            _ if is("enabled") && is_adaptive(reasoning) => {
                fields.insert("thinking", object([("type", RawJson::from("adaptive"))]));
                let message = "made adaptive, since the model decides itself how long it thinks";
                self.note("params.thinking", NoteAction::Changed, "thinking", message);
            }
            Reasoning::Budget | Reasoning::BudgetAndEffort(_) if is("adaptive") => {
                fields.insert("thinking", enabled(default_budget()));
                let message = "given a budget, since the model cannot decide itself how long it thinks";
                self.note("params.thinking", NoteAction::Changed, "thinking", message);
            }
            Reasoning::ReasoningConfig
            | Reasoning::ReasoningEffort(_)
            | Reasoning::ReasoningObject(_)
            | Reasoning::LowOrHigh => {
                self.drop_thinking("left out, since the model is told how to reason by `reasoning_effort`");
            }
            _ => {
                fields.insert("thinking", given.clone());
            }
        }
    }

    /// A budget, raised to the least that models take; where none is given, the one of a medium effort.
    fn clamped(&mut self, mut thinking: JsonObject, fields: &mut JsonObject) {
        if budget(&thinking).is_some_and(|tokens| tokens < u64::from(Reasoning::MIN_BUDGET)) {
            thinking.insert("budget_tokens", number(Reasoning::MIN_BUDGET));
            let message = "raised to the least that the model takes";
            self.note("params.thinking", NoteAction::Changed, "thinking.budget_tokens", message);
        } else if thinking.get("budget_tokens").is_none_or(RawJson::is_null) {
            thinking.insert("budget_tokens", number(default_budget()));
            let message = "given a budget, without which the model does not think";
            self.note("params.thinking", NoteAction::Added, "thinking.budget_tokens", message);
        }
        fields.insert("thinking", RawJson::from(thinking));
    }

    fn drop_thinking(&mut self, why: &'static str) {
        self.note("params.thinking", NoteAction::Dropped, "thinking", why);
    }
}

impl Encoder<'_> {
    /// Leaves thinking out while calls are answered that have no thoughts before them, since another model made them, or
    /// the same one when it was not told to think: Claude wants the turn of such calls to begin with thoughts (lesson L81).
    pub(super) fn settle_thinking(&mut self, turns: &[Message], mut told: Told) -> Told {
        let has_budget = matches!(told.thinking, Thinking::Budget { .. });
        if self.adapts() && has_budget && answers_without_thoughts(turns) {
            let is_own = ["thinking", "reasoning_config"].map(|name| {
                told.reasoning.remove(name);
                told.own.remove(name).is_some()
            });
            told.thinking = Thinking::Off;
            let is_named = is_own.contains(&true) || self.request.other.contains("thinking");
            let place = if is_named { "thinking" } else { "reasoning_effort" };
            let message = "left out, since the calls that are answered have no thoughts before them";
            self.note("params.thinking", NoteAction::Dropped, place, message);
        }
        told
    }
}

/// Whether the last turn answers calls of a turn that begins without thoughts.
fn answers_without_thoughts(turns: &[Message]) -> bool {
    let [.., called, answered] = turns else { return false };
    let is_result = |block: &ContentBlock| matches!(block, ContentBlock::ToolResult(_));
    let begins_with_thoughts = matches!(called.blocks().first(), Some(ContentBlock::ReasoningContent(_)));
    answered.blocks().iter().any(is_result) && !begins_with_thoughts
}

const NOT_KNOWN: &str = "left out, since it is not known whether the model reasons";

/// Anthropic's form of a budget.
pub(super) fn enabled(tokens: u32) -> RawJson {
    object([("type", RawJson::from("enabled")), ("budget_tokens", number(tokens))])
}

/// The tokens to think with where nobody says how many.
fn default_budget() -> u32 {
    budget_for("medium").unwrap_or(Reasoning::MIN_BUDGET)
}

/// Whether the model thinks as long as it sees fit, and takes no budget.
const fn is_adaptive(reasoning: Reasoning) -> bool {
    matches!(reasoning, Reasoning::Adaptive(_) | Reasoning::AlwaysAdaptive(_))
}

fn kind(thinking: &JsonObject) -> Option<String> {
    thinking.get("type").and_then(RawJson::as_string).map(|kind| kind.into_owned())
}

fn budget(thinking: &JsonObject) -> Option<u64> {
    thinking.get("budget_tokens")?.deserialize().ok()
}

/// A number as JSON.
pub(super) fn number(value: u32) -> RawJson {
    RawJson::from(serde_json::Value::Number(Number::from(value)))
}
