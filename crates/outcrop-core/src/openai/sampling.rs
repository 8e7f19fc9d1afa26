//! Limits and sampling: `max_tokens`, `temperature`, `stop` and the like, in the spellings of all APIs.

use serde_json::Number;
use serde_json::value::RawValue;

use super::raw::{Members, string, wrong_type};
use crate::error::ModelError;
use crate::note::{Note, NoteAction};
use crate::request::Sampling;

/// Parses the parameters of sampling.
///
/// # Errors
/// A whole number is beyond 64 bits, or the stop sequences are not texts.
pub(super) fn parse_sampling(params: &Members<'_>, notes: &mut Vec<Note>) -> Result<Sampling, ModelError> {
    // OpenAI renamed `max_tokens`, and its Responses API has `max_output_tokens`; AG2's documentation has `maxTokens` and
    // `topP`, which are the names of Converse; Vercel's SDK has camel case.
    const MAX_TOKENS: &[&str] =
        &["max_tokens", "max_completion_tokens", "maxTokens", "max_output_tokens", "maxOutputTokens"];
    Ok(Sampling {
        max_tokens: integer(params, MAX_TOKENS, notes)?,
        temperature: number(params, &["temperature"], notes),
        top_p: number(params, &["top_p", "topP"], notes),
        top_k: integer(params, &["top_k", "topK"], notes)?,
        stop: stop_sequences(params, notes)?,
        seed: integer(params, &["seed"], notes)?,
    })
}

/// Returns the first present of several spellings of a parameter, and notes the others if their values differ.
fn first<'a>(
    params: &Members<'a>,
    names: &[&'static str],
    notes: &mut Vec<Note>,
) -> Option<(&'static str, &'a RawValue)> {
    let mut present = names.iter().filter_map(|name| Some((*name, params.get_non_null(name)?)));
    let (first, value) = present.next()?;
    for (name, _) in present.filter(|(_, other)| other.get() != value.get()) {
        let message = format!("dropped `{name}`: `{first}` is another spelling of it with a different value");
        notes.push(Note::new("params.duplicate", NoteAction::Dropped, name, message));
    }
    Some((first, value))
}

/// Parses a number. Any other value is dropped with a note, and the other spellings are not tried.
fn number(params: &Members<'_>, names: &[&'static str], notes: &mut Vec<Note>) -> Option<Number> {
    let (name, value) = first(params, names, notes)?;
    let number = serde_json::from_str(value.get()).ok();
    if number.is_none() {
        notes.push(wrong_type(name, "a number"));
    }
    number
}

/// Parses a whole number, also if it is written as a float, such as `100.0`. Any other value is dropped with a note.
///
/// # Errors
/// The number is beyond 64 bits. Without a limit that the caller set, an answer could cost far more.
fn integer(
    params: &Members<'_>,
    names: &[&'static str],
    notes: &mut Vec<Note>,
) -> Result<Option<Number>, ModelError> {
    let Some((name, value)) = first(params, names, notes) else { return Ok(None) };
    let given = serde_json::from_str::<Number>(value.get()).ok();
    let integer = given.as_ref().and_then(whole_number);
    if integer.is_none() {
        let is_whole = |number: f64| number.fract() == 0.0;
        let is_number = value.get().starts_with(|first: char| first == '-' || first.is_ascii_digit());
        let float = given.as_ref().and_then(Number::as_f64);
        if is_number && float.is_none_or(is_whole) {
            let message = format!("`{name}` is beyond the range of a 64-bit integer");
            return Err(ModelError::invalid_request("InvalidParameter", name, message));
        }
        notes.push(wrong_type(name, "an integer"));
    }
    Ok(integer)
}

/// Returns a number if it is whole. JavaScript and some writers of Java write whole numbers as floats, which a mapping may
/// drop as AG2 does, or convert.
fn whole_number(number: &Number) -> Option<Number> {
    // Beyond 2^53, a float is not a certain integer.
    let is_whole_float = || {
        number.as_f64().is_some_and(|float| float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0)
    };
    (number.is_u64() || number.is_i64() || is_whole_float()).then(|| number.clone())
}

/// Parses `stop_sequences`, the name of Anthropic's API and Converse, or `stop`. Empty sequences are dropped, because
/// services reject them and they cannot occur.
fn stop_sequences(params: &Members<'_>, notes: &mut Vec<Note>) -> Result<Vec<String>, ModelError> {
    let Some((name, value)) = first(params, &["stop_sequences", "stopSequences", "stop"], notes) else {
        return Ok(Vec::new());
    };
    let list = match string(value)? {
        Some(one) => vec![one],
        None => serde_json::from_str(value.get()).map_err(|_| {
            let message = "the stop sequences are neither a string nor a list of strings";
            ModelError::invalid_request("InvalidParameter", name, message)
        })?,
    };
    Ok(list.into_iter().filter(|sequence| !sequence.is_empty()).collect())
}
