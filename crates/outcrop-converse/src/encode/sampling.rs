//! Limits and sampling: Converse's `inferenceConfig`.

use outcrop_core::{JsonObject, ModelError, NoteAction, RawJson};
use serde_json::Number;

use super::Encoder;
use super::thinking::{Thinking, number};
use crate::catalog::{Reasoning, SamplingParams};
use crate::wire::InferenceConfiguration;

/// How many tokens are left for the answer, beside those to think with, where the caller sets no limit (lesson L82).
const ANSWER_TOKENS: u64 = 4096;

impl Encoder<'_> {
    /// Limits and sampling, less what the model refuses; `None` when nothing of it is left. The fields for the model have
    /// the tokens to think with, which share the limit.
    ///
    /// # Errors
    /// A value below the least that the service takes, or a number of tokens beyond an `i32`.
    pub(super) fn inference_config(
        &mut self,
        thinking: Thinking,
        fields: &mut JsonObject,
    ) -> Result<Option<InferenceConfiguration>, ModelError> {
        let sampling = &self.request.sampling;
        let mut config = self.bedrock.inference.take().unwrap_or_default();
        let given = |own: &Option<Number>, in_config: Option<Number>| own.clone().or(in_config);
        config.max_tokens = given(&sampling.max_tokens, config.max_tokens);
        config.temperature = given(&sampling.temperature, config.temperature);
        config.top_p = given(&sampling.top_p, config.top_p);
        config.max_tokens.as_ref().map(check_max_tokens).transpose()?;
        config.temperature.as_ref().map(|value| not_negative("temperature", value)).transpose()?;
        config.top_p.as_ref().map(|value| not_negative("top_p", value)).transpose()?;
        if config.top_p.as_ref().is_some_and(is_above_one) {
            return Err(invalid("top_p", "is a probability, 0 to 1"));
        }
        if config.temperature.as_ref().is_some_and(is_above_one) {
            config.temperature = Some(Number::from(1));
            let message = "lowered to 1, the highest that the service takes";
            self.note("params.temperature", NoteAction::Changed, "temperature", message);
        }
        let stop = Some(&sampling.stop).filter(|stop| !stop.is_empty());
        let stop = stop.cloned().or(config.stop_sequences).unwrap_or_default();
        let stop: Vec<String> = stop.into_iter().filter(|text| !text.is_empty()).collect();
        config.stop_sequences = if stop.is_empty() { None } else { Some(stop) };
        if self.adapts() {
            self.drop_refused(&mut config);
            self.make_room_to_think(&mut config, thinking, fields);
            self.warn_of_a_limit_beyond_the_models(&config);
        }
        Ok(if config == InferenceConfiguration::new() { None } else { Some(config) })
    }

    /// Leaves out what the model refuses whether it thinks or not (lessons L87, L88, M44 and M45).
    fn drop_refused(&mut self, config: &mut InferenceConfiguration) {
        match self.takes.sampling {
            SamplingParams::Unsupported => {
                let why = "left out, since the model draws its tokens in its own way";
                self.drop_number("params.sampling", "temperature", &mut config.temperature, why);
                self.drop_number("params.sampling", "top_p", &mut config.top_p, why);
            }
            SamplingParams::TemperatureOrTopP if config.temperature.is_some() => {
                let why = "left out, since the model takes it only without `temperature`";
                self.drop_number("params.sampling", "top_p", &mut config.top_p, why);
            }
            _ => {}
        }
        if self.takes.stop_sequences.is_unsupported() && config.stop_sequences.take().is_some() {
            let message = "left out, since the model takes no stop sequences";
            self.note("params.stop", NoteAction::Dropped, "stop", message);
        }
        let least = self.known.limits.min_max_tokens.map(u64::from);
        let given = config.max_tokens.as_ref().and_then(Number::as_u64);
        if let Some((least, _)) = least.zip(given).filter(|(least, given)| given < least) {
            config.max_tokens = Some(Number::from(least));
            let message = "raised to the least that the model takes";
            self.note("params.max_tokens", NoteAction::Changed, "max_tokens", message);
        }
    }

    /// Makes limits and sampling what they must be while the model thinks (lessons L82, L83, L85, M46 and W16).
    fn make_room_to_think(
        &mut self,
        config: &mut InferenceConfiguration,
        thinking: Thinking,
        fields: &mut JsonObject,
    ) {
        if thinking == Thinking::Unbound {
            let why = "left out, since the model refuses it at this effort";
            self.drop_number("params.thinking", "max_tokens", &mut config.max_tokens, why);
            self.drop_number("params.thinking", "temperature", &mut config.temperature, why);
            self.drop_number("params.thinking", "top_p", &mut config.top_p, why);
        }
        if !thinking.is_of_claude() {
            return;
        }
        if config.temperature.as_ref().is_some_and(|value| value.as_f64() != Some(1.0)) {
            let why = "left out, since a model that thinks takes no other than 1";
            self.drop_number("params.thinking", "temperature", &mut config.temperature, why);
        }
        if config.top_p.as_ref().and_then(Number::as_f64).is_some_and(|top_p| top_p < 0.95) {
            let why = "left out, since a model that thinks takes none below 0.95";
            self.drop_number("params.thinking", "top_p", &mut config.top_p, why);
        }
        if let Thinking::Budget { tokens, told_here } = thinking {
            self.lift_max_tokens(config, tokens, told_here, fields);
        }
    }

    /// Lifts the limit above the budget, which is part of it, and lowers the budget where the model does not write so much.
    fn lift_max_tokens(
        &mut self,
        config: &mut InferenceConfiguration,
        budget: u64,
        told_here: bool,
        fields: &mut JsonObject,
    ) {
        let answer = match config.max_tokens.as_ref().and_then(Number::as_u64) {
            Some(limit) if limit > budget => return,
            Some(limit) => limit,
            None if told_here => ANSWER_TOKENS,
            // Whoever writes the model's own fields without a limit gets the service's own.
            None => return,
        };
        let budget = if told_here { self.fit_budget(budget, answer, fields) } else { budget };
        let most = u64::from(self.known.limits.max_output_tokens.unwrap_or(i32::MAX.unsigned_abs()));
        let lifted = budget.saturating_add(answer).min(most.max(budget.saturating_add(1)));
        if i32::try_from(lifted).is_err() {
            return;
        }
        let action = if config.max_tokens.is_some() { NoteAction::Changed } else { NoteAction::Added };
        config.max_tokens = Some(Number::from(lifted));
        let message = "set above the tokens to think with, which are part of it";
        self.note("params.max_tokens", action, "max_tokens", message);
    }

    /// The budget, lowered where it would leave no room for an answer in what the model is known to write at most.
    fn fit_budget(&mut self, budget: u64, answer: u64, fields: &mut JsonObject) -> u64 {
        let Some(most) = self.known.limits.max_output_tokens else { return budget };
        let fitting = u64::from(most).saturating_sub(answer.min(ANSWER_TOKENS));
        let fitting = u32::try_from(fitting).unwrap_or(most).max(Reasoning::MIN_BUDGET);
        if budget <= u64::from(fitting) {
            return budget;
        }
        let Some(mut thinking) = fields.get("thinking").and_then(RawJson::as_object) else { return budget };
        thinking.insert("budget_tokens", number(fitting));
        fields.insert("thinking", RawJson::from(thinking));
        let place = if self.request.other.contains("thinking") {
            "thinking.budget_tokens"
        } else {
            "reasoning_effort"
        };
        let message = "the budget is lowered, so that an answer fits into what the model writes at most";
        self.note("params.thinking", NoteAction::Changed, place, message);
        u64::from(fitting)
    }

    /// Says that the caller's limit is beyond that of the model, which the service may refuse: the catalog may lag behind.
    fn warn_of_a_limit_beyond_the_models(&mut self, config: &InferenceConfiguration) {
        let given = config.max_tokens.as_ref().and_then(Number::as_u64);
        let most = self.known.limits.max_output_tokens.map(u64::from);
        if given.zip(most).is_some_and(|(given, most)| given > most) {
            let message = "more than the model is known to write, which it may refuse";
            self.note("params.max_tokens", NoteAction::Warned, "max_tokens", message);
        }
    }

    fn drop_number(
        &mut self,
        rule: &'static str,
        place: &'static str,
        value: &mut Option<Number>,
        why: &'static str,
    ) {
        if value.take().is_some() {
            self.note(rule, NoteAction::Dropped, place, why);
        }
    }
}

fn check_max_tokens(value: &Number) -> Result<(), ModelError> {
    match value.as_u64().map(i32::try_from) {
        Some(Ok(tokens)) if tokens >= 1 => Ok(()),
        _ => Err(invalid("max_tokens", "is a whole number from 1 to 2147483647")),
    }
}

fn not_negative(name: &'static str, value: &Number) -> Result<(), ModelError> {
    if value.as_f64().is_some_and(|number| number >= 0.0) {
        Ok(())
    } else {
        Err(invalid(name, "must not be negative"))
    }
}

fn is_above_one(value: &Number) -> bool {
    value.as_f64().is_some_and(|number| number > 1.0)
}

fn invalid(name: &'static str, rule: &str) -> ModelError {
    ModelError::invalid_request("InvalidParameter", name, format!("`{name}` {rule}"))
}
