//! What a person can do about an error, told by its text (lessons L113, L117).

use outcrop_core::ErrorKind;

use super::classified;

fn said(code: &str, message: &str) -> outcrop_core::ModelError {
    let body = serde_json::json!({"message": message}).to_string();
    classified(400, Some(code), &body)
}

#[test]
fn a_conversation_that_is_too_long_is_known_by_its_text_in_every_family() {
    // L113, M54
    for message in [
        "Input is too long for requested model.",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
        "too many total text bytes: 99 > 77",
        "Input Tokens Exceeded: Number of input tokens exceeds maximum length",
        "This model's maximum context length is 8192 tokens",
        "The request exceeds the model\u{2019}s context",
        "INPUT IS TOO LONG",
    ] {
        for code in ["ValidationException", "NewException"] {
            let error = said(code, message);
            assert_eq!(error.kind(), ErrorKind::ContextOverflow, "{message}");
            assert!(!error.is_retryable());
            assert_eq!(error.hint(), Some("shorten the history, or use a model with a larger context"));
        }
        assert_eq!(said("ThrottlingException", message).kind(), ErrorKind::Throttled);
    }
    assert_eq!(said("ValidationException", "the input is wrong").kind(), ErrorKind::InvalidRequest);
}

#[test]
fn a_daily_quota_is_no_matter_of_a_moment() {
    for (message, kind, hint) in [
        (
            "Too many tokens per day, please wait before trying again.",
            ErrorKind::QuotaExceeded,
            "the daily quota is used up",
        ),
        ("Too many tokens, please wait before trying again.", ErrorKind::Throttled, "wait and send again"),
        ("Too many requests", ErrorKind::Throttled, "wait and send again"),
    ] {
        let error = said("ThrottlingException", message);
        assert_eq!(error.kind(), kind, "{message}");
        assert!(error.hint().is_some_and(|found| found.starts_with(hint)), "{:?}", error.hint());
    }
}

#[test]
fn texts_with_straight_and_curly_apostrophes_lead_to_the_same_hint() {
    // L117, M74
    for (message, hint) in [
        (
            "Invocation of model ID x with on-demand throughput isn\u{2019}t supported. Retry with an inference profile.",
            "use an inference profile",
        ),
        ("Invocation of model ID x with on-demand throughput isn't supported.", "use an inference profile"),
        (
            "You don\u{2019}t have access to the model with the specified model ID.",
            "request access to the model",
        ),
        ("You don't have access to the model with the specified model ID.", "request access to the model"),
        ("Model use case details have not been submitted for this account.", "submit the use-case form"),
        (
            "Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions",
            "your role must be allowed to subscribe",
        ),
        (
            "This Model is marked by provider as Legacy and you have not been actively using the model",
            "the model is retired for accounts",
        ),
        ("This model version has reached the end of its life.", "the model is retired; choose"),
        ("The provided model identifier is invalid.", "check the model's id and region"),
        (
            "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
            "the history has tool calls",
        ),
        (
            "Thinking may not be enabled when tool_choice forces tool use.",
            "a model that thinks cannot be forced",
        ),
        (
            "Malformed input request: #: extraneous key [topK] is not permitted",
            "the model does not take that field",
        ),
        ("The security token included in the request is expired", "the credentials have expired"),
        ("The security token included in the request is invalid.", "the credentials are wrong"),
        ("Signature expired: 20240101T000000Z is now earlier than", "the clock of this machine"),
        (
            "User: arn:aws:iam::123456789012:user/a is not authorized to perform: bedrock:InvokeModel on resource",
            "the role lacks the permission",
        ),
    ] {
        let error = said("ValidationException", message);
        assert!(error.hint().is_some_and(|found| found.starts_with(hint)), "{message}: {:?}", error.hint());
    }
}

#[test]
fn without_a_sign_the_kind_has_a_hint_or_none() {
    for (code, hint) in [
        ("ThrottlingException", Some("wait and send again")),
        ("ExpiredTokenException", Some("check the credentials")),
        ("ValidationException", None),
        ("InternalServerException", None),
    ] {
        let error = said(code, "it failed");
        assert_eq!(error.hint().is_some(), hint.is_some(), "{code}");
        assert!(hint.is_none_or(|hint| error.hint().unwrap().starts_with(hint)), "{code}");
    }
}
