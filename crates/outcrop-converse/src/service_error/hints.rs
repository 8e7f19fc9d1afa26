//! Hints: what a user can do about an error of the service, by its message.

use outcrop_core::ErrorKind;

/// The messages of context overflow, which differ by family.
///
/// The service has no code for it. See <https://github.com/zed-industries/zed/issues/54835> and strands' `models/bedrock.py`
/// (L113, M54).
const OVERFLOW_MESSAGES: &[&str] = &[
    "input is too long",
    "prompt is too long",
    "exceed context limit",
    "too many total text bytes",
    "input tokens exceeded",
    "exceeds the model's context",
    "maximum context length",
    "context window",
    "exceeded model token limit",
    "exceeds the max input token",
    "maximum allowed input length",
    "context length is only",
];

/// Parts of messages, each with its hint. The first that occurs in a message decides.
///
/// All are in lower case with straight apostrophes, as [`normalize`] returns them.
const HINTS: &[(&str, &str)] = &[
    // Most new models have no on-demand throughput: https://github.com/block/goose/issues/3056,
    // https://github.com/0xPlaygrounds/rig/pull/2309 (M74).
    (
        "on-demand throughput isn't supported",
        "use an inference profile: add `us.`, `eu.`, `apac.` or `global.` in front of the model id",
    ),
    (
        "use case details have not been submitted",
        "submit the use-case form for Anthropic's models in the Bedrock console, then wait 15 minutes",
    ),
    (
        "filled out the required use-case form",
        "submit the use-case form for Anthropic's models in the Bedrock console, then wait 15 minutes",
    ),
    // The permission to subscribe is not the cause: https://github.com/Tracer-Cloud/opensre/issues/1808 (L138).
    (
        "payment instrument",
        "add a valid payment method to the AWS account, then wait 15 minutes: the subscription on AWS Marketplace needs one",
    ),
    (
        "payment method",
        "add a valid payment method to the AWS account, then wait 15 minutes: the subscription on AWS Marketplace needs one",
    ),
    ("under review", "contact AWS Support: the account is under review, which no permission changes"),
    ("pending verification", "contact AWS Support: AWS has not verified the account yet"),
    ("being verified", "contact AWS Support: AWS has not verified the account yet"),
    (
        "not authorized to invoke this api operation",
        "contact AWS Support: the account may be restricted or not verified",
    ),
    (
        "unsupported countries",
        "call the model from a country that its provider supports: no setting of the request changes it",
    ),
    ("operation not allowed", "contact AWS Support: the account may be restricted or not verified"),
    (
        "don't have access to the model",
        "request access to the model in the Bedrock console, or allow your role to subscribe to it on AWS Marketplace",
    ),
    ("marketplace", "allow your role to subscribe to the model on AWS Marketplace, then wait some minutes"),
    (
        "marked by provider as legacy",
        "choose a newer model: this one is retired for accounts that have not used it recently",
    ),
    ("reached the end of its life", "choose a newer model: this one is retired"),
    (
        "provided model identifier is invalid",
        "check the model id and the region: `aws bedrock list-foundation-models` lists the ids, `aws bedrock list-inference-profiles` the profiles",
    ),
    ("data retention mode", "change the setting of the account: it is not part of the request"),
    ("toolconfig field must be defined", "add tools to the request: the history has tool calls"),
    (
        "thinking may not be enabled when tool_choice",
        "use the tool choice `auto`: a tool call cannot be forced while thinking is enabled",
    ),
    // Caching differs by the place: https://github.com/NousResearch/hermes-agent/pull/97327.
    (
        "extraneous key [cachepoint]",
        "remove the cache point: the model does not support one at the place in the message",
    ),
    // https://docs.aws.amazon.com/nova/latest/userguide/prompting-tool-troubleshooting.html and
    // https://github.com/strands-agents/harness-sdk/issues/649.
    (
        "invalid sequence as part of tooluse",
        "set `temperature` to 0 and `top_k` to 1, and raise `max_tokens`: the model wrote an invalid tool call",
    ),
    ("maximum tokens you requested exceeds", "lower `max_tokens`: the message has the limit of the model"),
    ("extraneous key", "remove the field from `additional_model_request_fields`: the model rejects it"),
    ("security token included in the request is expired", "log in again: the credentials have expired"),
    (
        "security token included in the request is invalid",
        "check the credentials: they are wrong, or belong to another partition than the region",
    ),
    ("signature expired", "set the clock of this machine: it is wrong"),
    (
        "explicit deny in a service control policy",
        "ask the administrators of your AWS organization: its policy denies the call, often for a region of a cross-region profile",
    ),
    (
        "is not authorized to perform",
        "add the permission in the message to the role, such as bedrock:InvokeModel on the model or profile",
    ),
    (
        "too many tokens per day",
        "request a higher daily quota in Service Quotas, or use another model or region",
    ),
];

/// Returns the hint for an error: that of its message, otherwise that of its code, otherwise that of its kind.
#[must_use]
pub(super) fn hint_for(kind: ErrorKind, code: &str, message: &str) -> Option<&'static str> {
    let message = normalize(message);
    let by_message = HINTS.iter().find(|(part, _)| message.contains(part)).map(|(_, hint)| *hint);
    by_message.or_else(|| by_code(code)).or(match kind {
        ErrorKind::ContextOverflow => Some("shorten the history, or use a model with a larger context"),
        ErrorKind::Throttled => {
            // The service reserves `maxTokens` of the quota when a call starts. See
            // https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html.
            Some("retry later; a smaller `max_tokens` reserves less of the quota, and a cross-region profile has a larger quota")
        }
        ErrorKind::Unauthenticated => Some("check the credentials: `aws sts get-caller-identity` shows whose they are"),
        ErrorKind::Timeout => Some(
            "shorten the request or lower `max_tokens`: the model exceeded the time limit of the service; the call may be billed",
        ),
        ErrorKind::ModelFailure => {
            Some("send the request again, or change it: the model failed on it; the call may be billed")
        }
        ErrorKind::NotFound => Some(
            "check the model id and the region: `aws bedrock list-foundation-models` lists the ids, `aws bedrock list-inference-profiles` the profiles",
        ),
        _ => None,
    })
}

/// Returns the hint for the code of an error.
fn by_code(code: &str) -> Option<&'static str> {
    Some(match code {
        // AWS rejects requests whose time differs by more than 5 minutes:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html (R-L8).
        "RequestTimeTooSkewed" | "RequestExpired" => {
            "set the clock of this machine: AWS rejects requests that are more than 5 minutes off"
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException" => {
            "check the secret key and the clock of this machine: the signature depends on both; a proxy must not change the request"
        }
        "IncompleteSignature" | "IncompleteSignatureException" => {
            "check the access key, the secret key and the clock of this machine: the signature depends on them"
        }
        "RequestTimeout" | "RequestTimeoutException" => {
            "send the request again: the service did not receive all of it in time"
        }
        _ => return None,
    })
}

/// Returns whether a message reports that the conversation is longer than the context window.
pub(super) fn is_context_overflow(message: &str) -> bool {
    let message = normalize(message);
    OVERFLOW_MESSAGES.iter().any(|part| message.contains(part))
}

/// Returns whether a message reports that the quota of a day is used up.
pub(super) fn is_daily_quota(message: &str) -> bool {
    normalize(message).contains("tokens per day")
}

/// Converts a message to lower case with straight apostrophes.
fn normalize(message: &str) -> String {
    // The service writes some apostrophes curly, and not always the same ones (L117).
    message.to_lowercase().replace('\u{2019}', "'")
}
