//! Parameters that the service refuses by their names.

use std::fmt;

use outcrop_core::{ErrorKind, ModelError};

/// A parameter that the service rejected by name: a member of `inferenceConfig` or a field of the model's own, such as
/// `temperature` or `output_config.effort`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RejectedParameter(String);

impl RejectedParameter {
    /// Its name, as the service has it; a dot stands before what is inside another.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The parameter of that name, if it is one: a word, or several with dots between them.
    fn named(name: &str) -> Option<Self> {
        let name = name.trim_matches(|c: char| "`'\":#[]()".contains(c));
        let is_word = |word: &str| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        };
        let is_name = name.len() <= 64 && name.split('.').all(is_word);
        is_name.then(|| Self(name.to_owned()))
    }
}

impl fmt::Display for RejectedParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the parameter that an error of the service names, if the model does not support that parameter at all.
///
/// The catalog of models lags behind the service, so only its errors show what a new model rejects (lesson M44).
/// A parameter with a wrong value is not a rejected parameter.
///
/// ```
/// use outcrop_converse::{ServiceError, classify_error, rejected_parameter};
///
/// let error = ServiceError::new(400, r#"{"message":"`temperature` is deprecated for this model."}"#)
///     .with_error_type("ValidationException");
/// let rejected = rejected_parameter(&classify_error(&error));
/// assert_eq!(rejected.as_ref().map(|parameter| parameter.name()), Some("temperature"));
/// ```
#[must_use]
pub fn rejected_parameter(error: &ModelError) -> Option<RejectedParameter> {
    if error.kind() != ErrorKind::InvalidRequest || error.code() != Some("ValidationException") {
        return None;
    }
    let message = error.message();
    extraneous_key(message)
        .or_else(|| word_before(message, ": Extra inputs are not permitted"))
        .or_else(|| word_before(message, " is deprecated for this model"))
        .or_else(|| word_before(message, " cannot both be specified"))
        .or_else(|| word_before(message, " is not supported with this model"))
        .or_else(|| word_before(message, " is not supported by this model"))
        .or_else(|| to_be_removed(message))
}

/// `#/inferenceConfig: extraneous key [topK] is not permitted`.
fn extraneous_key(message: &str) -> Option<RejectedParameter> {
    let (before, after) = message.split_once("extraneous key [")?;
    let (key, _) = after.split_once(']')?;
    let place = before.trim_end().trim_end_matches(':').split_whitespace().next_back().unwrap_or_default();
    let outer = place.trim_start_matches('#').trim_matches('/').replace('/', ".");
    let is_place = place.starts_with('#') && !outer.is_empty();
    RejectedParameter::named(&if is_place { format!("{outer}.{key}") } else { key.to_owned() })
}

/// The word before what is said of it.
fn word_before(message: &str, said: &str) -> Option<RejectedParameter> {
    let (before, _) = message.split_once(said)?;
    RejectedParameter::named(before.split_whitespace().next_back()?)
}

/// `This model doesn't support the stopSequences field. Remove stopSequences and try again.`
fn to_be_removed(message: &str) -> Option<RejectedParameter> {
    let (_, after) = message.split_once("Remove ")?;
    let (name, _) = after.split_once(" and try again")?;
    RejectedParameter::named(name)
}
