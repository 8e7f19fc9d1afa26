//! What a person can do about an error of the service, told by its text.

use outcrop_core::ErrorKind;

/// Texts that say that the conversation is longer than the model's context; they differ by family (lesson L113).
const OVERFLOW: &[&str] = &[
    "input is too long",
    "prompt is too long",
    "exceed context limit",
    "too many total text bytes",
    "input tokens exceeded",
    "exceeds the model's context",
    "maximum context length",
    "context window",
];

/// Texts of errors and what to do about them. The first that is found in an error's text counts.
///
/// All are in lower case and have straight apostrophes; the service writes curly ones (lesson L117).
const HINTS: &[(&str, &str)] = &[
    (
        "on-demand throughput isn't supported",
        "use an inference profile: put `us.`, `eu.`, `apac.` or `global.` before the model's id",
    ),
    (
        "use case details have not been submitted",
        "submit the use-case form for Anthropic's models in the Bedrock console, then wait 15 minutes",
    ),
    (
        "filled out the required use-case form",
        "submit the use-case form for Anthropic's models in the Bedrock console, then wait 15 minutes",
    ),
    (
        "don't have access to the model",
        "request access to the model in the Bedrock console, or let your role subscribe to it on AWS Marketplace",
    ),
    (
        "marketplace",
        "your role must be allowed to subscribe to the model on AWS Marketplace; it takes some minutes to hold",
    ),
    (
        "marked by provider as legacy",
        "the model is retired for accounts that did not use it lately; choose a newer one",
    ),
    ("reached the end of its life", "the model is retired; choose a newer one"),
    (
        "provided model identifier is invalid",
        "check the model's id and region: `aws bedrock list-foundation-models` lists the ids, `aws bedrock list-inference-profiles` the profiles",
    ),
    ("data retention mode", "this is a setting of the account, not of the request"),
    ("toolconfig field must be defined", "the history has tool calls, so the request must have tools, too"),
    (
        "thinking may not be enabled when tool_choice",
        "a model that thinks cannot be forced to call a tool; leave the choice to it",
    ),
    ("extraneous key", "the model does not take that field of `additional_model_request_fields`"),
    ("security token included in the request is expired", "the credentials have expired; log in again"),
    (
        "security token included in the request is invalid",
        "the credentials are wrong, or of another partition than the region",
    ),
    ("signature expired", "the clock of this machine is wrong"),
    (
        "is not authorized to perform",
        "the role lacks the permission that the message names, such as bedrock:InvokeModel on the model or profile",
    ),
    (
        "too many tokens per day",
        "the daily quota is used up; ask for a higher one in Service Quotas, or use another model or region",
    ),
];

/// What a person can do about an error with this text; `None` when nothing is known.
#[must_use]
pub(super) fn hint_for(kind: ErrorKind, message: &str) -> Option<&'static str> {
    let text = plain(message);
    let by_text = HINTS.iter().find(|(sign, _)| text.contains(sign)).map(|(_, hint)| *hint);
    by_text.or(match kind {
        ErrorKind::ContextOverflow => Some("shorten the history, or use a model with a larger context"),
        ErrorKind::Throttled => {
            Some("wait and send again; a smaller `max_tokens` reserves less of the quota, and a cross-region profile has a larger one")
        }
        ErrorKind::Unauthenticated => Some("check the credentials: `aws sts get-caller-identity` shows whose they are"),
        _ => None,
    })
}

pub(super) fn is_context_overflow(message: &str) -> bool {
    let text = plain(message);
    OVERFLOW.iter().any(|sign| text.contains(sign))
}

pub(super) fn is_daily_quota(message: &str) -> bool {
    plain(message).contains("tokens per day")
}

/// A text as the signs above have it.
fn plain(message: &str) -> String {
    message.to_lowercase().replace('\u{2019}', "'")
}
