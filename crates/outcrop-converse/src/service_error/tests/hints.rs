//! Hints and context overflow, by the message of an error (L113, L117).

use outcrop_core::ErrorKind;

use super::classified;

fn with_message(code: &str, message: &str) -> outcrop_core::ModelError {
    let body = serde_json::json!({"message": message}).to_string();
    classified(400, Some(code), &body)
}

#[test]
fn hints_name_what_to_change() {
    for (code, message, hint) in [
        (
            "ValidationException",
            "#/toolConfig/tools/1: extraneous key [cachePoint] is not permitted",
            "remove the cache point",
        ),
        (
            "ModelErrorException",
            "Model produced invalid sequence as part of ToolUse.",
            "set `temperature` to 0",
        ),
        ("ValidationException", "extraneous key [k] is not permitted", "remove the field"),
        (
            "ValidationException",
            "The maximum tokens you requested exceeds the model limit of 8192.",
            "lower `max_tokens`",
        ),
        (
            "ValidationException",
            "Your account is not authorized to invoke this API operation.",
            "contact AWS Support",
        ),
        (
            "AccessDeniedException",
            "User: arn is not authorized to perform: bedrock:InvokeModel with an explicit deny in a service control policy",
            "ask the administrators",
        ),
    ] {
        let error = with_message(code, message);
        assert!(error.hint().is_some_and(|found| found.starts_with(hint)), "{message}: {:?}", error.hint());
    }
}

#[test]
fn context_overflow_is_recognized_in_every_family() {
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
        "Input exceeds the max input token limit",
        "Input length 301574 exceeds the maximum allowed input length of 262112 tokens.",
        "You passed 99073 input tokens, but the model's context length is only 131072 tokens",
    ] {
        for code in
            ["ValidationException", "NewException", "ModelErrorException", "ModelStreamErrorException"]
        {
            let error = with_message(code, message);
            assert_eq!(error.kind(), ErrorKind::ContextOverflow, "{message}");
            assert!(!error.is_retryable());
            assert_eq!(error.hint(), Some("shorten the history, or use a model with a larger context"));
        }
        assert_eq!(with_message("ThrottlingException", message).kind(), ErrorKind::Throttled);
    }
    assert_eq!(with_message("ValidationException", "the input is wrong").kind(), ErrorKind::InvalidRequest);
}

#[test]
fn daily_quota_is_not_a_throttle() {
    for (message, kind, hint) in [
        (
            "Too many tokens per day, please wait before trying again.",
            ErrorKind::QuotaExceeded,
            "request a higher daily quota",
        ),
        ("Too many tokens, please wait before trying again.", ErrorKind::Throttled, "retry later"),
        ("Too many requests", ErrorKind::Throttled, "retry later"),
    ] {
        let error = with_message("ThrottlingException", message);
        assert_eq!(error.kind(), kind, "{message}");
        assert!(error.hint().is_some_and(|found| found.starts_with(hint)), "{:?}", error.hint());
    }
}

#[test]
fn messages_have_hints_with_either_apostrophe() {
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
            "allow your role to subscribe",
        ),
        (
            "This Model is marked by provider as Legacy and you have not been actively using the model",
            "choose a newer model: this one is retired for accounts",
        ),
        ("This model version has reached the end of its life.", "choose a newer model: this one is retired"),
        ("The provided model identifier is invalid.", "check the model id and the region"),
        (
            "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
            "add tools to the request",
        ),
        ("Thinking may not be enabled when tool_choice forces tool use.", "use the tool choice `auto`"),
        ("Malformed input request: #: extraneous key [topK] is not permitted", "remove the field from"),
        ("The security token included in the request is expired", "log in again"),
        ("The security token included in the request is invalid.", "check the credentials: they are wrong"),
        ("Signature expired: 20240101T000000Z is now earlier than", "set the clock of this machine"),
        (
            "User: arn:aws:iam::123456789012:user/a is not authorized to perform: bedrock:InvokeModel on resource",
            "add the permission in the message",
        ),
    ] {
        let error = with_message("ValidationException", message);
        assert!(error.hint().is_some_and(|found| found.starts_with(hint)), "{message}: {:?}", error.hint());
    }
}

#[test]
fn unknown_message_has_the_hint_of_its_kind() {
    for (code, hint) in [
        ("ThrottlingException", Some("retry later")),
        ("ExpiredTokenException", Some("check the credentials")),
        ("ValidationException", None),
        ("InternalServerException", None),
    ] {
        let error = with_message(code, "it failed");
        assert_eq!(error.hint().is_some(), hint.is_some(), "{code}");
        assert!(hint.is_none_or(|hint| error.hint().unwrap().starts_with(hint)), "{code}");
    }
}

#[test]
fn errors_of_clocks_and_signatures_lead_to_the_clock_and_the_keys() {
    // R-L8
    for (code, parts) in [
        ("RequestTimeTooSkewed", &["clock"][..]),
        ("RequestExpired", &["clock"]),
        ("IncompleteSignature", &["access key", "secret key", "clock"]),
        ("IncompleteSignatureException", &["access key", "secret key", "clock"]),
        ("SignatureDoesNotMatch", &["secret key", "clock"]),
        ("InvalidSignatureException", &["secret key", "clock"]),
    ] {
        let error = classified(403, Some(code), r#"{"Message":"no"}"#);
        assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{code}");
        let hint = error.hint().unwrap_or_default();
        assert!(parts.iter().all(|part| hint.contains(part)), "{code}: {hint}");
    }
}

#[test]
fn hints_name_the_real_cause_of_a_denied_subscription() {
    // A permission does not help if the account cannot pay, or is under review (L138).
    for (message, part) in [
        (
            "Model access is denied due to INVALID_PAYMENT_INSTRUMENT:A valid payment instrument must be provided. Your AWS Marketplace subscription for this model cannot be completed at this time.",
            "payment method",
        ),
        ("You don't have access to the model: a valid payment method is required.", "payment method"),
        ("Your account is currently under review.", "under review"),
        ("Your account is pending verification.", "not verified"),
        ("Operation not allowed", "restricted or not verified"),
        ("Your role lacks aws-marketplace:Subscribe", "allow your role to subscribe"),
    ] {
        let error = with_message("AccessDeniedException", message);
        assert!(error.hint().is_some_and(|hint| hint.contains(part)), "{message}: {:?}", error.hint());
    }
}
