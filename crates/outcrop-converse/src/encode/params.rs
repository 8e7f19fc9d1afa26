//! Limits, sampling and fields for the model itself.

use outcrop_core::{JsonObject, ModelError, NoteAction, RawJson};
use serde_json::Number;

use super::Encoder;
use crate::bedrock::is_converse_name;
use crate::wire::InferenceConfiguration;

impl Encoder<'_> {
    /// Limits and sampling; `None` when none is given.
    ///
    /// # Errors
    /// A value below the least that the service takes, or a number of tokens beyond an `i32`.
    pub(super) fn inference_config(&mut self) -> Result<Option<InferenceConfiguration>, ModelError> {
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
        Ok(if config == InferenceConfiguration::new() { None } else { Some(config) })
    }

    /// Fields for the model itself: AG2's `top_k`, `k` and `seed`, then the caller's own, which have the last word.
    pub(super) fn additional_fields(&mut self) -> Option<RawJson> {
        let sampling = &self.request.sampling;
        let own = [("top_k", sampling.top_k.clone()), ("k", self.k()), ("seed", sampling.seed.clone())];
        let mut fields = JsonObject::new();
        for (name, value) in own {
            let Some(value) = value else { continue };
            fields.insert(name, RawJson::from(serde_json::Value::Number(value)));
            if !self.request.additional_fields.contains(name) && !self.bedrock.model_fields.contains(name) {
                self.note(
                    "params.model_field",
                    NoteAction::Moved,
                    name,
                    "sent to the model as one of its own fields, since Converse has no parameter for it",
                );
            }
        }
        fields.extend(std::mem::take(&mut self.bedrock.model_fields));
        fields.extend(self.request.additional_fields.iter().map(|(name, value)| (name, value.clone())));
        if fields.is_empty() { None } else { Some(RawJson::from(fields)) }
    }

    /// AG2's `k`, if it is a whole number.
    fn k(&self) -> Option<Number> {
        self.request.other.get("k").and_then(|value| value.to::<Number>().ok()).filter(|k| !k.is_f64())
    }

    /// Notes the parameters that come to nothing.
    pub(super) fn note_unused_parameters(&mut self) {
        if self.request.parallel_tool_calls == Some(false) {
            let message = "left out, since Converse has no such parameter";
            self.note("tools.parallel", NoteAction::Dropped, "parallel_tool_calls", message);
        }
        let k_is_used = self.k().is_some();
        for (name, value) in self.request.other.iter() {
            if (name == "k" && k_is_used) || is_converse_name(name) || says_nothing(name, value) {
                continue;
            }
            let message = if name == "stream" {
                "without effect here: whether an answer is streamed, the method that is called decides"
            } else {
                "left out, since Converse has no such parameter"
            };
            self.note("params.unknown", NoteAction::Dropped, name, message);
        }
    }
}

/// Whether a parameter asks for what Converse does anyway: one answer, no penalties, no probabilities.
fn says_nothing(name: &str, value: &RawJson) -> bool {
    match name {
        "n" => value.text() == "1",
        "frequency_penalty" | "presence_penalty" => value.to::<f64>().is_ok_and(|penalty| penalty == 0.0),
        "logprobs" | "store" => value.text() == "false",
        _ => value.is_null(),
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
