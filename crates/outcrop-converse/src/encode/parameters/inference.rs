//! Converse's `inferenceConfig`: the limit of tokens, sampling parameters and stop sequences.

use outcrop_core::{JsonObject, ModelError, ModelRequest, Note, NoteAction, RawJson};
use serde_json::Number;

use super::super::target::Target;
use super::fields::number;
use super::reasoning::Thinking;
use super::sampling;
use crate::catalog::Reasoning;
use crate::wire::InferenceConfiguration;

/// The tokens for the answer on top of a thinking budget, if the caller sets no limit. Litellm and Vercel's SDK use
/// the same number (L82).
const ANSWER_TOKENS: u64 = 4096;

/// Builds the inference configuration, without what the model rejects. `None` if nothing is left.
///
/// `fields` are the fields for the model: a thinking budget in them shares the limit of tokens.
///
/// # Errors
/// A value below the minimum of the service, or a number of tokens beyond an `i32`.
pub(super) fn inference_config(
    given: Option<InferenceConfiguration>,
    thinking: Thinking,
    fields: &mut JsonObject,
    request: &ModelRequest,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) -> Result<Option<InferenceConfiguration>, ModelError> {
    let mut config = given.unwrap_or_default();
    sampling::apply(&mut config, &request.sampling, target, notes)?;
    if target.adapts() {
        sampling::drop_unsupported(&mut config, target, notes);
        raise_to_minimum(&mut config, target, notes);
        let mut limits = ThinkingLimits { request, target, notes };
        limits.apply(&mut config, thinking, fields);
        warn_if_over_output_limit(&config, target, notes);
    }
    Ok(if config == InferenceConfiguration::new() { None } else { Some(config) })
}

fn raise_to_minimum(config: &mut InferenceConfiguration, target: &Target<'_>, notes: &mut Vec<Note>) {
    let minimum = target.info.limits.min_max_tokens.map(u64::from);
    let given = config.max_tokens.as_ref().and_then(Number::as_u64);
    if let Some((minimum, _)) = minimum.zip(given).filter(|(minimum, given)| given < minimum) {
        config.max_tokens = Some(Number::from(minimum));
        let message = "raised `max_tokens` to the minimum of the model";
        notes.push(Note::new("params.max_tokens", NoteAction::Changed, "max_tokens", message));
    }
}

/// Warns that the caller's limit is beyond that of the model. It is sent all the same, because the catalog may be older
/// than the model.
fn warn_if_over_output_limit(config: &InferenceConfiguration, target: &Target<'_>, notes: &mut Vec<Note>) {
    let given = config.max_tokens.as_ref().and_then(Number::as_u64);
    let maximum = target.info.limits.max_output_tokens.map(u64::from);
    if given.zip(maximum).is_some_and(|(given, maximum)| given > maximum) {
        let message = "`max_tokens` is beyond the known output limit of the model, which may reject it";
        notes.push(Note::new("params.max_tokens", NoteAction::Warned, "max_tokens", message));
    }
}

/// The limits that thinking imposes on other parameters.
struct ThinkingLimits<'l> {
    request: &'l ModelRequest,
    target: &'l Target<'l>,
    notes: &'l mut Vec<Note>,
}

impl ThinkingLimits<'_> {
    /// Drops or changes what the model rejects while it thinks.
    fn apply(&mut self, config: &mut InferenceConfiguration, thinking: Thinking, fields: &mut JsonObject) {
        // Nova 2 at its highest effort rejects a limit and sampling parameters, and accepts them at any other (L85).
        if thinking == Thinking::Unbound {
            let dropped = [
                (
                    "max_tokens",
                    &mut config.max_tokens,
                    "dropped `max_tokens`: the model rejects it at this effort",
                ),
                (
                    "temperature",
                    &mut config.temperature,
                    "dropped `temperature`: the model rejects it at this effort",
                ),
                ("top_p", &mut config.top_p, "dropped `top_p`: the model rejects it at this effort"),
            ];
            for (path, value, message) in dropped {
                sampling::drop_number("params.thinking", path, value, message, self.notes);
            }
        }
        if !thinking.is_extended_thinking() {
            return;
        }
        // The rules of extended thinking: no temperature but 1, `top_p` from 0.95, no `top_k`. See
        // https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html (L83, M46).
        if config.temperature.as_ref().is_some_and(|value| value.as_f64() != Some(1.0)) {
            let message = "dropped `temperature`: it must be 1 while extended thinking is enabled";
            sampling::drop_number(
                "params.thinking",
                "temperature",
                &mut config.temperature,
                message,
                self.notes,
            );
        }
        if config.top_p.as_ref().and_then(Number::as_f64).is_some_and(|top_p| top_p < 0.95) {
            let message = "dropped `top_p`: it must be at least 0.95 while extended thinking is enabled";
            sampling::drop_number("params.thinking", "top_p", &mut config.top_p, message, self.notes);
        }
        if let Thinking::Budget { tokens, from_parameter } = thinking {
            self.raise_max_tokens(config, tokens, from_parameter, fields);
        }
    }

    /// Raises the limit above the budget, which is a part of it. If the model does not write that much, the budget is
    /// lowered.
    fn raise_max_tokens(
        &mut self,
        config: &mut InferenceConfiguration,
        budget: u64,
        from_parameter: bool,
        fields: &mut JsonObject,
    ) {
        let answer = match config.max_tokens.as_ref().and_then(Number::as_u64) {
            Some(limit) if limit > budget => return,
            // The budget is that of all reasoning between the calls of a turn then, and may exceed the limit of one response:
            // https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html.
            Some(_) if self.interleaves_thinking(fields) => return,
            Some(limit) => limit,
            None if from_parameter => ANSWER_TOKENS,
            // A caller who writes the fields for the model without a limit gets the service's default.
            None => return,
        };
        let budget = if from_parameter { self.lower_budget(budget, answer, fields) } else { budget };
        let maximum = self.target.info.limits.max_output_tokens.unwrap_or(i32::MAX.unsigned_abs());
        // `max_tokens` must be greater than the budget: https://github.com/block/goose/pull/9889 (L82, M46).
        let raised = budget.saturating_add(answer).min(u64::from(maximum).max(budget.saturating_add(1)));
        if i32::try_from(raised).is_err() {
            return;
        }
        let action = if config.max_tokens.is_some() { NoteAction::Changed } else { NoteAction::Added };
        config.max_tokens = Some(Number::from(raised));
        let message = "set `max_tokens` above the thinking budget, which is a part of it";
        self.notes.push(Note::new("params.max_tokens", action, "max_tokens", message));
    }

    /// Returns whether the model may think between calls of tools, by Anthropic's beta.
    fn interleaves_thinking(&self, fields: &JsonObject) -> bool {
        let betas = fields.get("anthropic_beta").and_then(RawJson::as_array).unwrap_or_default();
        let is_beta =
            |beta: &RawJson| beta.as_string().is_some_and(|name| name.starts_with("interleaved-thinking"));
        !self.request.tools.is_empty() && betas.iter().any(is_beta)
    }

    /// Returns the budget, lowered if it would leave no room for an answer below the output limit of the model.
    fn lower_budget(&mut self, budget: u64, answer: u64, fields: &mut JsonObject) -> u64 {
        let Some(maximum) = self.target.info.limits.max_output_tokens else { return budget };
        let room = u64::from(maximum).saturating_sub(answer.min(ANSWER_TOKENS));
        let room = u32::try_from(room).unwrap_or(maximum).max(Reasoning::MIN_BUDGET);
        if budget <= u64::from(room) {
            return budget;
        }
        let Some(mut thinking) = fields.get("thinking").and_then(RawJson::as_object) else { return budget };
        thinking.insert("budget_tokens", number(room));
        fields.insert("thinking", RawJson::from(thinking));
        let is_named = self.request.other.contains("thinking");
        let path = if is_named { "thinking.budget_tokens" } else { "reasoning_effort" };
        let message = "lowered the thinking budget: an answer must fit into the output limit of the model";
        self.notes.push(Note::new("params.thinking", NoteAction::Changed, path, message));
        u64::from(room)
    }
}
