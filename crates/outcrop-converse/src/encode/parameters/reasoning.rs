//! Reasoning: `reasoning_effort` and `thinking`, in the form that each model has for them.
//!
//! Every family has its own fields: Claude `thinking` and `output_config.effort`, Nova 2 `reasoningConfig`, gpt-oss
//! `reasoning_effort`, DeepSeek and Qwen `reasoning_config`. The catalog knows which (L84).

use outcrop_core::{JsonObject, ModelRequest, Note, NoteAction, RawJson, ReasoningEffort};

use super::super::target::Target;
use super::fields::{number, object};
use crate::catalog::{EffortLevels, Reasoning};
use crate::wire::{ContentBlock, Message};

/// The beta that Claude Opus 4.5 needs to accept an effort.
/// See <https://github.com/bosun-ai/swiftide/pull/1063> (M49).
const EFFORT_BETA: &str = "effort-2025-11-24";

/// The thinking of Claude Sonnet 5.5 that is limited to the time after tool results.
const BETWEEN_TOOLS: &str = "between_tools";

/// The thinking that a request enables, as far as other parameters depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::encode) enum Thinking {
    /// Nothing that other parameters depend on.
    #[default]
    Off,
    /// Claude's extended thinking with a budget.
    Budget {
        tokens: u64,
        /// Whether the budget comes from a parameter, and not from the caller's own field for the model.
        from_parameter: bool,
    },
    /// Claude's extended thinking without a budget.
    Adaptive,
    /// Nova 2's highest effort, which allows neither a limit nor sampling parameters.
    /// See <https://github.com/UKGovernmentBEIS/inspect_ai/issues/3767> (L85).
    Unbound,
}

/// The fields for the model about reasoning.
pub(super) struct ReasoningFields {
    pub(super) thinking: Thinking,
    /// The fields that were made from parameters.
    pub(super) fields: JsonObject,
    /// The caller's own fields for the model, which override the others.
    pub(super) own: JsonObject,
}

/// Reads what a request sets about reasoning.
pub(super) fn reasoning_fields(
    request: &ModelRequest,
    own: JsonObject,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) -> ReasoningFields {
    let mut own = own;
    let mut writer = FieldWriter { request, target, notes, fields: JsonObject::new() };
    writer.write_thinking();
    writer.adapt_own_thinking(&mut own);
    writer.write_effort(&own);
    let fields = writer.fields;
    let thinking = Thinking::from_fields(&fields, &own, target.capabilities.reasoning);
    ReasoningFields { thinking, fields, own }
}

impl Thinking {
    /// Reads the fields for the model: those made from parameters, overridden by the caller's own.
    fn from_fields(fields: &JsonObject, own: &JsonObject, reasoning: Reasoning) -> Self {
        let field = |name: &str| own.get(name).or_else(|| fields.get(name)).and_then(RawJson::as_object);
        if reasoning == Reasoning::ReasoningConfig {
            let config = field("reasoningConfig").unwrap_or_default();
            let is = |name, value| config.get(name).and_then(RawJson::as_string).as_deref() == Some(value);
            let is_unbound = is("type", "enabled") && is("maxReasoningEffort", "high");
            return if is_unbound { Self::Unbound } else { Self::Off };
        }
        let is_claude = reasoning.supports_budget() || is_adaptive(reasoning);
        // Claude accepts both names on Bedrock (L84).
        let given = field("thinking").or_else(|| field("reasoning_config")).filter(|_| is_claude);
        let Some(given) = given else { return Self::Off };
        match (thinking_type(&given).as_deref(), budget(&given)) {
            (Some("enabled"), Some(tokens)) => {
                let from_parameter = !own.contains("thinking") && !own.contains("reasoning_config");
                Self::Budget { tokens, from_parameter }
            }
            (Some("enabled" | "adaptive" | BETWEEN_TOOLS), _) => Self::Adaptive,
            _ => Self::Off,
        }
    }

    /// Returns whether Claude's extended thinking is on, which constrains sampling and the choice of tools.
    pub(in crate::encode) const fn is_extended_thinking(self) -> bool {
        matches!(self, Self::Budget { .. } | Self::Adaptive)
    }
}

impl ReasoningFields {
    /// Turns thinking with a budget off while the model gets results of calls that no reasoning precedes.
    ///
    /// Claude rejects such a turn while thinking is enabled. It has no reasoning if another model made the calls, or the
    /// same one without thinking.
    pub(super) fn disable_unsupported_thinking(
        &mut self,
        turns: &[Message],
        request: &ModelRequest,
        target: &Target<'_>,
        notes: &mut Vec<Note>,
    ) {
        let has_budget = matches!(self.thinking, Thinking::Budget { .. });
        if !target.adapts() || !has_budget || !answers_calls_without_reasoning(turns) {
            return;
        }
        // "Expected thinking or redacted_thinking, but found tool_use": https://github.com/BerriAI/litellm/issues/14194. The
        // history cannot get a signature that no model made, so that thinking gives way (L81).
        let is_own = ["thinking", "reasoning_config"].map(|name| {
            self.fields.remove(name);
            self.own.remove(name).is_some()
        });
        self.thinking = Thinking::Off;
        let is_named = is_own.contains(&true) || request.other.contains("thinking");
        let path = if is_named { "thinking" } else { "reasoning_effort" };
        let message = "dropped `thinking`: no reasoning precedes the calls that are answered";
        notes.push(Note::new("params.thinking", NoteAction::Dropped, path, message));
    }
}

/// Writes the fields for the model that the parameters ask for.
struct FieldWriter<'w> {
    request: &'w ModelRequest,
    target: &'w Target<'w>,
    notes: &'w mut Vec<Note>,
    fields: JsonObject,
}

impl FieldWriter<'_> {
    /// Writes the parameter `thinking`, of Anthropic's API.
    fn write_thinking(&mut self) {
        let Some(given) = self.request.other.get("thinking").filter(|given| !given.is_null()) else { return };
        let Some(members) = given.as_object() else {
            let message = "dropped `thinking`: its value is not an object";
            return self.note("params.type", NoteAction::Dropped, "thinking", message);
        };
        let thinking_type = thinking_type(&members);
        // `enabled` has a budget and `adaptive` has none. Each generation of Claude supports one of them or both.
        let is = |expected| thinking_type.as_deref() == Some(expected);
        let reasoning = self.target.capabilities.reasoning;
        match reasoning {
            Reasoning::Unknown if self.target.is_ag2() => {
                self.drop_thinking("dropped `thinking`: the catalog does not know whether the model reasons");
            }
            Reasoning::Unsupported if is("disabled") => {}
            Reasoning::Unsupported => self.drop_thinking("dropped `thinking`: the model does not reason"),
            Reasoning::Always => {
                self.drop_thinking("dropped `thinking`: the model always reasons and has no field for it");
            }
            _ if is("enabled") && reasoning.supports_budget() => self.write_budget(members),
            Reasoning::ReasoningConfig
            | Reasoning::ReasoningEffort(_)
            | Reasoning::ReasoningObject(_)
            | Reasoning::AlwaysReasoningObject(_)
            | Reasoning::LowOrHigh => {
                self.drop_thinking("dropped `thinking`: the model has `reasoning_effort` instead");
            }
            _ => match supported_thinking(reasoning, &members) {
                None => drop(self.fields.insert("thinking", given.clone())),
                Some((thinking, message)) => {
                    self.fields.extend(thinking.map(|thinking| ("thinking", thinking)));
                    self.note_thinking("thinking", message);
                }
            },
        }
    }

    /// Replaces the caller's own field for thinking if the model is known to reject its type.
    ///
    /// Claude accepts `reasoning_config` as its name, too (L84).
    fn adapt_own_thinking(&mut self, own: &mut JsonObject) {
        let reasoning = self.target.capabilities.reasoning;
        for name in ["thinking", "reasoning_config"] {
            let thinking = own.get(name).and_then(RawJson::as_object).filter(|_| self.target.adapts());
            let Some((thinking, message)) = thinking.and_then(|given| supported_thinking(reasoning, &given))
            else {
                continue;
            };
            match thinking {
                Some(thinking) => drop(own.insert(name, thinking)),
                None => drop(own.remove(name)),
            }
            self.note_thinking(name, message);
        }
    }

    /// Adds a note on a type of thinking, which is dropped or changed as the message begins.
    fn note_thinking(&mut self, path: &'static str, message: &'static str) {
        let is_dropped = message.starts_with("dropped");
        let action = if is_dropped { NoteAction::Dropped } else { NoteAction::Changed };
        self.note("params.thinking", action, path, message);
    }

    /// Writes a budget, raised to the minimum of the models (L82); without one, that of a medium effort.
    fn write_budget(&mut self, mut thinking: JsonObject) {
        if budget(&thinking).is_some_and(|tokens| tokens < u64::from(Reasoning::MIN_BUDGET)) {
            thinking.insert("budget_tokens", number(Reasoning::MIN_BUDGET));
            let message = "raised the budget to the minimum of the model";
            self.note("params.thinking", NoteAction::Changed, "thinking.budget_tokens", message);
        } else if thinking.get("budget_tokens").is_none_or(RawJson::is_null) {
            thinking.insert("budget_tokens", number(default_budget()));
            let message = "added a budget: the model does not think without one";
            self.note("params.thinking", NoteAction::Added, "thinking.budget_tokens", message);
        }
        self.fields.insert("thinking", RawJson::from(thinking));
    }

    fn drop_thinking(&mut self, message: &'static str) {
        self.note("params.thinking", NoteAction::Dropped, "thinking", message);
    }

    /// Writes `reasoning_effort` in the model's own form.
    ///
    /// A level that the model does not have becomes the nearest one, with a note. If `thinking` is set as well, it decides on
    /// the budget.
    fn write_effort(&mut self, own: &JsonObject) {
        let Some(given) = &self.request.reasoning_effort else { return };
        if turns_off(given) {
            return self.write_no_effort(given, own);
        }
        let effort = &ReasoningEffort::from(given.as_str().trim().to_lowercase().as_str());
        // Settings of chat programs have these where nothing is chosen, and models reject them.
        if matches!(effort.as_str(), "" | "auto" | "default") {
            return self.drop_effort("dropped `reasoning_effort`: it leaves the level to the model");
        }
        if effort != given {
            let message = "changed to lower case: models reject other spellings of a level";
            self.note("params.effort", NoteAction::Changed, "reasoning_effort", message);
        }
        let has_thinking = self.fields.contains("thinking") || own.contains("thinking");
        match self.target.capabilities.reasoning {
            Reasoning::Unknown => self.write_unknown_effort(effort),
            Reasoning::Unsupported => {
                self.drop_effort("dropped `reasoning_effort`: the model does not reason");
            }
            Reasoning::Always => {
                self.drop_effort(
                    "dropped `reasoning_effort`: the model always reasons and has no field for it",
                );
            }
            Reasoning::Budget if has_thinking => {
                self.drop_effort("dropped `reasoning_effort`: `thinking` has the budget");
            }
            Reasoning::Budget => match budget_for(effort.as_str()) {
                Some(tokens) => drop(self.fields.insert("thinking", enabled(tokens))),
                None => self.drop_effort(
                    "dropped `reasoning_effort`: the model accepts a budget, and this level has none",
                ),
            },
            // Opus 4.5: the effort needs the beta, and thinking needs the budget all the same (M49).
            Reasoning::BudgetAndEffort(levels) => {
                let level = self.nearest_level(effort, levels);
                // A level without a known budget goes to the model by its name alone.
                if let Some(tokens) = budget_for(effort.as_str()).filter(|_| !has_thinking) {
                    self.fields.insert("thinking", enabled(tokens));
                }
                self.fields.insert("output_config", object([("effort", RawJson::from(level.as_str()))]));
                let betas = RawJson::from_serialize(&[EFFORT_BETA]).unwrap_or_else(|_| RawJson::null());
                self.fields.insert("anthropic_beta", betas);
            }
            Reasoning::BudgetOrAdaptive(levels)
            | Reasoning::Adaptive(levels)
            | Reasoning::AlwaysAdaptive(levels)
            | Reasoning::AdaptiveOrBetweenTools(levels) => {
                // "xhigh and max are rejected with between_tools": https://github.com/vercel/ai/releases/tag/@ai-sdk/anthropic@4.0.67.
                let levels = if self.is_between_tools(own) { EffortLevels::UpToHigh } else { levels };
                let level = self.nearest_level(effort, levels);
                if !has_thinking {
                    self.fields.insert("thinking", thinking_of_type("adaptive"));
                }
                self.fields.insert("output_config", object([("effort", RawJson::from(level.as_str()))]));
            }
            // Nova 2. See https://github.com/UKGovernmentBEIS/inspect_ai/issues/5301 (L85).
            Reasoning::ReasoningConfig => {
                let level = self.nearest_level(effort, EffortLevels::UpToHigh);
                let level = RawJson::from(level.as_str());
                let config = object([("type", RawJson::from("enabled")), ("maxReasoningEffort", level)]);
                self.fields.insert("reasoningConfig", config);
            }
            Reasoning::ReasoningEffort(levels) => {
                let level = self.nearest_level(effort, levels);
                self.fields.insert("reasoning_effort", RawJson::from(level.as_str()));
            }
            Reasoning::ReasoningObject(levels) | Reasoning::AlwaysReasoningObject(levels) => {
                let level = self.nearest_level(effort, levels);
                self.fields.insert("reasoning", object([("effort", RawJson::from(level.as_str()))]));
            }
            // Qwen 3: two recorded values, `low` and `high` (L84).
            Reasoning::LowOrHigh if budget_for(effort.as_str()).is_none() => {
                self.drop_effort("dropped `reasoning_effort`: the model has the levels `low` and `high`");
            }
            Reasoning::LowOrHigh => {
                let is_low = matches!(effort, ReasoningEffort::Minimal | ReasoningEffort::Low);
                let level = if is_low { "low" } else { "high" };
                self.note_nearest(effort, level);
                self.fields.insert("reasoning_config", RawJson::from(level));
            }
        }
    }

    /// Writes an effort for a model whose field is not known.
    fn write_unknown_effort(&mut self, effort: &ReasoningEffort) {
        // AG2 sends no effort at all, and an unknown field is a 400 on most models (L92).
        if self.target.is_ag2() {
            return self
                .drop_effort("dropped `reasoning_effort`: the catalog does not know the field of the model");
        }
        self.fields.insert("reasoning_effort", RawJson::from(effort.as_str()));
        let message = "moved to the fields for the model: Converse has no member for it";
        self.note("params.model_field", NoteAction::Moved, "reasoning_effort", message);
    }

    /// Turns reasoning off, in the model's own form, or notes that the model cannot turn it off.
    ///
    /// Nothing is written for models that reason only on request.
    fn write_no_effort(&mut self, effort: &ReasoningEffort, own: &JsonObject) {
        let reasoning = self.target.capabilities.reasoning;
        if Thinking::from_fields(&self.fields, own, reasoning) != Thinking::Off {
            return self.drop_effort("dropped `reasoning_effort`: other fields enable thinking");
        }
        match reasoning {
            Reasoning::Unknown if self.target.is_ag2() => return self.write_unknown_effort(effort),
            Reasoning::Unknown => self.write_unknown_effort(&ReasoningEffort::None),
            Reasoning::Always => {
                return self.drop_effort(
                    "dropped `reasoning_effort`: the model always reasons and has no field for it",
                );
            }
            // Qwen's recorded values are `low` and `high` only (L84).
            Reasoning::AlwaysAdaptive(_)
            | Reasoning::ReasoningEffort(_)
            | Reasoning::AlwaysReasoningObject(_)
            | Reasoning::LowOrHigh => {
                return self.drop_effort("dropped `reasoning_effort`: the model cannot turn reasoning off");
            }
            Reasoning::AdaptiveOrBetweenTools(_) => {
                self.fields.insert("thinking", thinking_of_type(BETWEEN_TOOLS));
                let message = "changed to thinking between tool calls: the model cannot turn reasoning off";
                return self.note("params.effort", NoteAction::Changed, "reasoning_effort", message);
            }
            Reasoning::ReasoningObject(_) => {
                self.fields.insert("reasoning", object([("effort", RawJson::from("none"))]));
            }
            // Claude Opus 5 thinks unless the request disables it: https://github.com/langchain-ai/langchain-aws/issues/1186.
            Reasoning::Adaptive(_) => {
                self.fields.insert("thinking", thinking_of_type("disabled"));
            }
            Reasoning::Unsupported
            | Reasoning::Budget
            | Reasoning::BudgetAndEffort(_)
            | Reasoning::BudgetOrAdaptive(_)
            | Reasoning::ReasoningConfig => {}
        }
        if *effort != ReasoningEffort::None {
            let message = "read as `none`: OpenAI's API has no such level";
            self.note("params.effort", NoteAction::Changed, "reasoning_effort", message);
        }
    }

    /// Returns whether the request limits thinking to the time between tool calls.
    fn is_between_tools(&self, own: &JsonObject) -> bool {
        let thinking =
            own.get("thinking").or_else(|| self.fields.get("thinking")).and_then(RawJson::as_object);
        thinking.as_ref().and_then(thinking_type).as_deref() == Some(BETWEEN_TOOLS)
    }

    /// Returns the model's level for an effort. An unknown effort goes out unchanged.
    fn nearest_level(&mut self, effort: &ReasoningEffort, levels: EffortLevels) -> String {
        let level = match effort {
            ReasoningEffort::Minimal => "low",
            ReasoningEffort::Max if !levels.contains("max") && levels.contains("xhigh") => "xhigh",
            ReasoningEffort::XHigh | ReasoningEffort::Max if !levels.contains(effort.as_str()) => "high",
            other => other.as_str(),
        };
        self.note_nearest(effort, level);
        level.to_owned()
    }

    fn note_nearest(&mut self, effort: &ReasoningEffort, level: &str) {
        if effort.as_str() != level {
            let message = "changed to the nearest level that the model has";
            self.note("params.effort", NoteAction::Changed, "reasoning_effort", message);
        }
    }

    fn drop_effort(&mut self, message: &'static str) {
        self.note("params.effort", NoteAction::Dropped, "reasoning_effort", message);
    }

    fn note(&mut self, rule: &'static str, action: NoteAction, path: &'static str, message: &'static str) {
        self.notes.push(Note::new(rule, action, path, message));
    }
}

/// Returns what a model of Claude gets for a type of thinking that it rejects, with the message of the note. `None` if it
/// accepts the type, as far as it is known.
fn supported_thinking(
    reasoning: Reasoning,
    thinking: &JsonObject,
) -> Option<(Option<RawJson>, &'static str)> {
    let adaptive = || {
        // Its other members, such as `display`, are those of adaptive thinking as well.
        let mut members = thinking.clone();
        members.insert("type", RawJson::from("adaptive"));
        members.remove("budget_tokens");
        Some(RawJson::from(members))
    };
    let has_budget_only = matches!(reasoning, Reasoning::Budget | Reasoning::BudgetAndEffort(_));
    let can_adapt = is_adaptive(reasoning) || matches!(reasoning, Reasoning::BudgetOrAdaptive(_));
    let has_between_tools = matches!(reasoning, Reasoning::AdaptiveOrBetweenTools(_));
    match thinking_type(thinking)?.as_str() {
        "disabled" if matches!(reasoning, Reasoning::AlwaysAdaptive(_)) => {
            Some((None, "dropped `thinking`: the model cannot turn it off"))
        }
        "disabled" if has_between_tools => Some((
            Some(thinking_of_type(BETWEEN_TOOLS)),
            "changed `thinking` to `between_tools`: the model cannot turn it off",
        )),
        BETWEEN_TOOLS if has_budget_only => {
            Some((None, "dropped `thinking`: the model does not support `between_tools`"))
        }
        BETWEEN_TOOLS if can_adapt && !has_between_tools => {
            Some((adaptive(), "changed `thinking` to adaptive: the model does not support `between_tools`"))
        }
        "enabled" if is_adaptive(reasoning) => {
            Some((adaptive(), "changed `thinking` to adaptive: the model accepts no budget"))
        }
        "adaptive" if has_budget_only => Some((
            Some(enabled(default_budget())),
            "added a budget to `thinking`: the model does not support adaptive thinking",
        )),
        _ => None,
    }
}

/// Returns whether an effort turns reasoning off: `none`, or another API's name for it.
fn turns_off(effort: &ReasoningEffort) -> bool {
    ["none", "off", "disabled"].iter().any(|name| effort.as_str().trim().eq_ignore_ascii_case(name))
}

/// Returns whether the last turn answers calls of a turn that does not begin with reasoning.
fn answers_calls_without_reasoning(turns: &[Message]) -> bool {
    let [.., calls, results] = turns else { return false };
    let is_result = |block: &ContentBlock| matches!(block, ContentBlock::ToolResult(_));
    let begins_with_reasoning = matches!(calls.blocks().first(), Some(ContentBlock::ReasoningContent(_)));
    results.blocks().iter().any(is_result) && !begins_with_reasoning
}

/// Returns the budget for an effort, for models that have a budget only.
///
/// The steps double from the minimum of the models.
fn budget_for(effort: &str) -> Option<u32> {
    // Litellm has the same budgets up to `high`, `DEFAULT_REASONING_EFFORT_*_THINKING_BUDGET`.
    match effort {
        "minimal" | "low" => Some(Reasoning::MIN_BUDGET),
        "medium" => Some(2048),
        "high" => Some(4096),
        "xhigh" => Some(8192),
        "max" => Some(16_384),
        _ => None,
    }
}

/// Returns the budget if the caller sets none.
fn default_budget() -> u32 {
    budget_for("medium").unwrap_or(Reasoning::MIN_BUDGET)
}

/// Returns Anthropic's form of thinking without a budget.
fn thinking_of_type(name: &str) -> RawJson {
    object([("type", RawJson::from(name))])
}

/// Returns Anthropic's form of a budget.
fn enabled(tokens: u32) -> RawJson {
    object([("type", RawJson::from("enabled")), ("budget_tokens", number(tokens))])
}

/// Returns whether the model decides itself how long it thinks, and accepts no budget.
const fn is_adaptive(reasoning: Reasoning) -> bool {
    matches!(
        reasoning,
        Reasoning::Adaptive(_) | Reasoning::AlwaysAdaptive(_) | Reasoning::AdaptiveOrBetweenTools(_)
    )
}

fn thinking_type(thinking: &JsonObject) -> Option<String> {
    thinking.get("type").and_then(RawJson::as_string).map(|name| name.into_owned())
}

fn budget(thinking: &JsonObject) -> Option<u64> {
    thinking.get("budget_tokens")?.deserialize().ok()
}

#[cfg(test)]
mod tests;
