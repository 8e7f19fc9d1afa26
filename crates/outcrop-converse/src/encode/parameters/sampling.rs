//! Temperature, `top_p` and stop sequences.

use outcrop_core::{ModelError, Note, NoteAction, Sampling};
use serde_json::Number;

use super::super::target::Target;
use super::fields::whole_number;
use crate::catalog::{ModelFamily, SamplingParams};
use crate::wire::InferenceConfiguration;

/// Writes the sampling parameters of a request over those of its `inferenceConfig`.
///
/// # Errors
/// A value below the minimum of the service, or a number of tokens beyond an `i32`.
pub(super) fn apply(
    config: &mut InferenceConfiguration,
    sampling: &Sampling,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) -> Result<(), ModelError> {
    let given = |own: &Option<Number>, in_config: Option<Number>| own.clone().or(in_config);
    let max_tokens = given(&sampling.max_tokens, config.max_tokens.take());
    config.max_tokens = max_tokens.and_then(|number| whole_number("max_tokens", number, target, notes));
    config.temperature = given(&sampling.temperature, config.temperature.take());
    config.top_p = given(&sampling.top_p, config.top_p.take());
    config.max_tokens.as_ref().map(check_max_tokens).transpose()?;
    config.temperature.as_ref().map(|value| not_negative("temperature", value)).transpose()?;
    config.top_p.as_ref().map(|value| not_negative("top_p", value)).transpose()?;
    if config.top_p.as_ref().is_some_and(is_above_one) {
        return Err(invalid("top_p", "is a probability, 0 to 1"));
    }
    if config.temperature.as_ref().is_some_and(is_above_one) {
        // OpenAI's range ends at 2. See https://github.com/vercel/ai/commit/33343c3 (L89).
        config.temperature = Some(Number::from(1));
        let message = "lowered `temperature` to 1, the maximum of the service";
        notes.push(Note::new("params.temperature", NoteAction::Changed, "temperature", message));
    }
    let stop = Some(&sampling.stop).filter(|stop| !stop.is_empty());
    let stop = stop.cloned().or_else(|| config.stop_sequences.take()).unwrap_or_default();
    // The service rejects an empty stop sequence (L90).
    let stop: Vec<String> = stop.into_iter().filter(|text| !text.is_empty()).collect();
    config.stop_sequences = if stop.is_empty() { None } else { Some(stop) };
    Ok(())
}

/// Drops the parameters that the model rejects, whether it thinks or not.
pub(super) fn drop_unsupported(
    config: &mut InferenceConfiguration,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) {
    match target.capabilities.sampling {
        // Claude Opus 4.7 and later: https://github.com/promptfoo/promptfoo/issues/10307 (L88, M44).
        SamplingParams::Unsupported => {
            let message = "dropped `temperature`: the model rejects sampling parameters";
            drop_number("params.sampling", "temperature", &mut config.temperature, message, notes);
            let message = "dropped `top_p`: the model rejects sampling parameters";
            drop_number("params.sampling", "top_p", &mut config.top_p, message, notes);
        }
        // Claude 4.1 to 4.6: https://github.com/BerriAI/litellm/issues/15070. Temperature stays, because it is the parameter
        // that callers set on purpose; `top_p` often comes from a framework's default (L87, M45).
        SamplingParams::TemperatureOrTopP if config.temperature.is_some() => {
            let message = "dropped `top_p`: the model accepts it only without `temperature`";
            drop_number("params.sampling", "top_p", &mut config.top_p, message, notes);
        }
        _ => {}
    }
    drop_blank_stop(config, target, notes);
    if target.capabilities.stop_sequences.is_unsupported() && config.stop_sequences.take().is_some() {
        let message = "dropped `stop`: the model does not support stop sequences";
        notes.push(Note::new("params.stop", NoteAction::Dropped, "stop", message));
    }
}

/// Drops stop sequences of white space alone for Claude, which rejects them.
fn drop_blank_stop(config: &mut InferenceConfiguration, target: &Target<'_>, notes: &mut Vec<Note>) {
    // "each stop sequence must contain non-whitespace": https://github.com/BerriAI/litellm/issues/3286.
    let Some(stop) = config.stop_sequences.as_mut().filter(|_| target.family() == ModelFamily::Claude) else {
        return;
    };
    let given = stop.len();
    stop.retain(|sequence| !sequence.trim().is_empty());
    if stop.len() < given {
        let message = "dropped a stop sequence of white space: the model rejects it";
        notes.push(Note::new("params.stop", NoteAction::Dropped, "stop", message));
    }
    if stop.is_empty() {
        config.stop_sequences = None;
    }
}

/// Drops a number, with a note if there was one.
pub(super) fn drop_number(
    rule: &'static str,
    path: &'static str,
    value: &mut Option<Number>,
    message: &'static str,
    notes: &mut Vec<Note>,
) {
    if value.take().is_some() {
        notes.push(Note::new(rule, NoteAction::Dropped, path, message));
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

#[cfg(test)]
mod tests;
