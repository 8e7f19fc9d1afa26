//! Parameters that the service rejects by name.

use std::fmt;

use outcrop_core::{ErrorKind, ModelError};

/// A parameter that the service rejected by name: a member of `inferenceConfig` or a field of the model's own, such as
/// `temperature` or `output_config.effort`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RejectedParameter(String);

impl RejectedParameter {
    /// Returns the name in the service's spelling, with dots between nested names.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Creates a parameter, if the text is a name: one identifier, or several with dots between them.
    ///
    /// The name comes from a message and goes into logs and a note, so that it must not be arbitrary text.
    fn from_name(name: &str) -> Option<Self> {
        let name = name.trim_matches(|c: char| "`'\":#[]()".contains(c));
        let is_identifier = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        };
        let is_name = name.len() <= 64 && name.split('.').all(is_identifier);
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
/// The catalog lags behind the service, so only the errors show what a new model rejects (M44).
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
    // The providers behind Converse have different messages. See https://github.com/zeroclaw-labs/zeroclaw/issues/6095,
    // https://github.com/promptfoo/promptfoo/issues/10307 (L87, L88, M44).
    extraneous_key(message)
        .or_else(|| name_before(message, ": Extra inputs are not permitted"))
        .or_else(|| name_before(message, " is deprecated for this model"))
        .or_else(|| name_before(message, " cannot both be specified"))
        .or_else(|| name_before(message, " is not supported with this model"))
        .or_else(|| name_before(message, " is not supported by this model"))
        .or_else(|| name_to_remove(message))
}

/// Returns whether the service rejected reasoning because its signature belongs to another conversation.
///
/// Newer Claude models bind their reasoning to the messages and the system prompt before it. See
/// <https://github.com/anomalyco/opencode/issues/48637> for the message.
///
/// ```
/// use outcrop_converse::{ServiceError, classify_error, rejects_bound_reasoning};
///
/// let message = r#"{"message":"messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation."}"#;
/// let error = ServiceError::new(400, message).with_error_type("ValidationException");
/// assert!(rejects_bound_reasoning(&classify_error(&error)));
/// ```
#[must_use]
pub fn rejects_bound_reasoning(error: &ModelError) -> bool {
    error.kind() == ErrorKind::InvalidRequest && error.message().contains("bound to a different conversation")
}

/// Parses `#/inferenceConfig: extraneous key [topK] is not permitted`.
fn extraneous_key(message: &str) -> Option<RejectedParameter> {
    let (before, after) = message.split_once("extraneous key [")?;
    let (key, _) = after.split_once(']')?;
    let path = before.trim_end().trim_end_matches(':').split_whitespace().next_back().unwrap_or_default();
    let outer = path.trim_start_matches('#').trim_matches('/').replace('/', ".");
    let is_path = path.starts_with('#') && !outer.is_empty();
    RejectedParameter::from_name(&if is_path { format!("{outer}.{key}") } else { key.to_owned() })
}

/// Parses the name before a phrase.
fn name_before(message: &str, phrase: &str) -> Option<RejectedParameter> {
    let (before, _) = message.split_once(phrase)?;
    RejectedParameter::from_name(before.split_whitespace().next_back()?)
}

/// Parses `This model doesn't support the stopSequences field. Remove stopSequences and try again.`
fn name_to_remove(message: &str) -> Option<RejectedParameter> {
    let (_, after) = message.split_once("Remove ")?;
    let (name, _) = after.split_once(" and try again")?;
    RejectedParameter::from_name(name)
}
