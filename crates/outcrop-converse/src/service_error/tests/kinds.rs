//! The kind of an error, by its code or by its status (L115, L116, M53).

use std::time::Duration;

use outcrop_core::{ErrorKind, Stage};

use super::classified;
use crate::service_error::{ServiceError, classify_error};

#[test]
fn code_decides_the_kind_whatever_the_status() {
    for (code, kind) in [
        ("ValidationException", ErrorKind::InvalidRequest),
        ("SerializationException", ErrorKind::InvalidRequest),
        ("MalformedInput", ErrorKind::InvalidRequest),
        ("ThrottlingException", ErrorKind::Throttled),
        ("throttlingException", ErrorKind::Throttled),
        ("TooManyRequestsException", ErrorKind::Throttled),
        ("ServiceQuotaExceededException", ErrorKind::QuotaExceeded),
        ("AccessDeniedException", ErrorKind::PermissionDenied),
        ("AccessDenied", ErrorKind::PermissionDenied),
        ("UnrecognizedClientException", ErrorKind::Unauthenticated),
        ("InvalidSignatureException", ErrorKind::Unauthenticated),
        ("ExpiredTokenException", ErrorKind::Unauthenticated),
        ("ExpiredToken", ErrorKind::Unauthenticated),
        ("InvalidClientTokenId", ErrorKind::Unauthenticated),
        ("MissingAuthenticationTokenException", ErrorKind::Unauthenticated),
        ("IncompleteSignatureException", ErrorKind::Unauthenticated),
        ("SignatureDoesNotMatch", ErrorKind::Unauthenticated),
        ("RequestExpired", ErrorKind::Unauthenticated),
        ("RequestTimeTooSkewed", ErrorKind::Unauthenticated),
        ("IncompleteSignature", ErrorKind::Unauthenticated),
        ("InvalidAccessKeyId", ErrorKind::Unauthenticated),
        ("ResourceNotFoundException", ErrorKind::NotFound),
        ("UnknownOperationException", ErrorKind::NotFound),
        ("ModelTimeoutException", ErrorKind::Timeout),
        ("ModelErrorException", ErrorKind::ModelFailure),
        ("ModelStreamErrorException", ErrorKind::ModelFailure),
        ("ModelNotReadyException", ErrorKind::Unavailable),
        ("InternalServerException", ErrorKind::Unavailable),
        ("ServiceUnavailableException", ErrorKind::Unavailable),
        ("InternalFailure", ErrorKind::Unavailable),
    ] {
        for status in [200, 400, 403, 500] {
            let error = classified(status, Some(code), r#"{"message":"it failed"}"#);
            assert_eq!(error.kind(), kind, "{code}");
            assert_eq!((error.code(), error.status()), (Some(code), Some(status)));
            assert_eq!((error.message(), error.stage()), ("it failed", Stage::Replied));
        }
    }
}

#[test]
fn status_decides_the_kind_of_unknown_codes() {
    for (status, kind, retryable) in [
        (400, ErrorKind::InvalidRequest, false),
        (401, ErrorKind::Unauthenticated, false),
        (403, ErrorKind::PermissionDenied, false),
        (404, ErrorKind::NotFound, false),
        (405, ErrorKind::InvalidRequest, false),
        (408, ErrorKind::Timeout, false),
        (413, ErrorKind::InvalidRequest, false),
        (415, ErrorKind::InvalidRequest, false),
        (422, ErrorKind::InvalidRequest, false),
        (424, ErrorKind::ModelFailure, false),
        (429, ErrorKind::Throttled, true),
        (500, ErrorKind::Unavailable, true),
        (501, ErrorKind::Unsupported, false),
        (502, ErrorKind::Unavailable, true),
        (503, ErrorKind::Unavailable, true),
        (504, ErrorKind::Unavailable, true),
        (505, ErrorKind::Unsupported, false),
        (507, ErrorKind::Unavailable, true),
        (529, ErrorKind::Unavailable, true),
        (599, ErrorKind::Unavailable, true),
        (418, ErrorKind::Other, false),
        (302, ErrorKind::Other, false),
        (200, ErrorKind::Other, false),
    ] {
        for code in [None, Some("NewException")] {
            let error = classified(status, code, "{}");
            assert_eq!((error.kind(), error.is_retryable()), (kind, retryable), "{status}");
            let by_status = format!("Http{status}");
            assert_eq!(error.code(), Some(code.unwrap_or(&by_status)));
            assert_eq!(error.message(), format!("the service answered with status {status}"));
        }
    }
}

#[test]
fn code_is_found_in_header_or_body_without_affixes() {
    for (error_type, body, expected) in [
        (
            Some("ThrottlingException:http://internal.amazon.com/coral/com.amazon.coral.service/"),
            "{}",
            "ThrottlingException",
        ),
        (Some("com.amazon.coral.service#ThrottlingException"), "{}", "ThrottlingException"),
        (Some(" ThrottlingException "), "{}", "ThrottlingException"),
        (Some("A"), r#"{"__type":"B"}"#, "A"),
        (Some(""), r#"{"__type":"B"}"#, "B"),
        (
            None,
            r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException"}"#,
            "UnrecognizedClientException",
        ),
        (None, r#"{"code":"A:http://b/"}"#, "A"),
        (None, r#"{"Code":"A"}"#, "A"),
        (None, r#"{"__type":null,"code":"A"}"#, "A"),
        (None, r#"{"__type":7}"#, "Http400"),
        (None, r#"{"__type":""}"#, "Http400"),
        (None, "[]", "Http400"),
        (None, "", "Http400"),
        (None, "<html>nothing</html>", "Http400"),
    ] {
        assert_eq!(classified(400, error_type, body).code(), Some(expected), "{error_type:?} {body}");
    }
}

#[test]
fn message_is_found_under_any_of_its_names() {
    for (body, expected) in [
        (r#"{"message":"a"}"#, "a"),
        (r#"{"Message":"a"}"#, "a"),
        (r#"{"errorMessage":"a"}"#, "a"),
        (r#"{"message":"a","Message":"b"}"#, "a"),
        (r#"{"message":null,"Message":"b"}"#, "b"),
        (r#"{"Message":"isn\u2019t \n here"}"#, "isn\u{2019}t \n here"),
        (r#"{"message":{"a":1}}"#, "the service answered with status 400"),
        (r#"{"message":"a","message":"b"}"#, "the service answered with status 400"),
        ("{\"message\":\"a", "the service answered with status 400"),
        ("plain text", "the service answered with status 400"),
        ("", "the service answered with status 400"),
    ] {
        assert_eq!(classified(400, None, body).message(), expected, "{body}");
    }
}

#[test]
fn body_that_is_not_text_is_preserved() {
    let error = classify_error(&ServiceError::new(502, vec![0xff, 0xfe, 0]));
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unavailable, Some("Http502")));
    assert_eq!(error.body().map(|body| &body[..]), Some(&[0xff, 0xfe, 0][..]));
}

#[test]
fn response_metadata_is_preserved() {
    let mut response = ServiceError::new(429, r#"{"message":"slow down"}"#);
    response.request_id = Some("r-1".to_owned());
    response.retry_after = Some(Duration::from_secs(3));
    let error = classify_error(&response);
    assert_eq!((error.request_id(), error.retry_after()), (Some("r-1"), Some(Duration::from_secs(3))));
    assert_eq!(error.body(), Some(&response.body));
    assert_eq!(error.to_string(), "slow down (Http429, status 429, request id r-1)");
    let plain = classify_error(&ServiceError::new(429, ""));
    assert_eq!((plain.request_id(), plain.retry_after()), (None, None));
}

#[test]
fn daily_quota_is_permanent_with_and_without_a_code() {
    // R-L9
    let body = r#"{"message":"Too many tokens per day, please wait before trying again."}"#;
    for code in [None, Some("ThrottlingException"), Some("TooManyRequestsException")] {
        let error = classified(429, code, body);
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::QuotaExceeded, false), "{code:?}");
    }
}

#[test]
fn only_temporary_errors_are_retryable() {
    // M50
    for (status, code, retryable) in [
        (429, "ThrottlingException", true),
        (503, "ServiceUnavailableException", true),
        (500, "InternalServerException", true),
        (429, "ModelNotReadyException", true),
        (408, "ModelTimeoutException", false),
        (424, "ModelErrorException", false),
        (424, "ModelStreamErrorException", true),
        (400, "RequestTimeout", true),
        (400, "SlowDown", true),
        (400, "ValidationException", false),
        (403, "AccessDeniedException", false),
        (404, "ResourceNotFoundException", false),
        (400, "ServiceQuotaExceededException", false),
        (403, "ExpiredTokenException", false),
    ] {
        assert_eq!(classified(status, Some(code), "{}").is_retryable(), retryable, "{code}");
    }
}

#[test]
fn request_id_and_retry_delay_are_preserved() {
    let wait = Duration::from_secs(3);
    let error = classify_error(&ServiceError::new(429, "").with_request_id("r-1").with_retry_after(wait));
    assert_eq!((error.request_id(), error.retry_after()), (Some("r-1"), Some(wait)));
}

#[test]
fn error_without_a_status_has_none() {
    let error = classify_error(&ServiceError::new(0, r#"{"message":"slow down"}"#));
    assert_eq!((error.kind(), error.status(), error.code()), (ErrorKind::Other, None, Some("ServiceError")));
    let error = classify_error(&ServiceError::new(0, "").with_error_type("ThrottlingException"));
    assert_eq!((error.kind(), error.status()), (ErrorKind::Throttled, None));
    assert!(!error.to_string().contains("status"), "{error}");
}
