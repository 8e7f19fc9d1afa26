//! Errors of the service and of connections, and responses that cannot be decoded.

use outcrop::{ErrorKind, ModelClient as _, ModelError, Stage};

use crate::support::loopback;

/// Makes one call to an emulator with a script, and returns the error.
async fn call_error(script: &str) -> ModelError {
    let emulator = loopback::serve(script).await;
    let client = loopback::client(&emulator).await;
    let error = client.create(&loopback::question()).await.expect_err("the call fails");
    assert_eq!(emulator.requests().len(), 1, "more than one attempt");
    error
}

#[tokio::test]
async fn exceptions_have_kind_code_and_status() {
    let table = [
        ("ValidationException", ErrorKind::InvalidRequest, 400, false),
        ("ServiceQuotaExceededException", ErrorKind::QuotaExceeded, 400, false),
        ("AccessDeniedException", ErrorKind::PermissionDenied, 403, false),
        ("ExpiredTokenException", ErrorKind::Unauthenticated, 403, false),
        ("UnrecognizedClientException", ErrorKind::Unauthenticated, 403, false),
        ("InvalidSignatureException", ErrorKind::Unauthenticated, 403, false),
        ("ResourceNotFoundException", ErrorKind::NotFound, 404, false),
        ("ModelTimeoutException", ErrorKind::Timeout, 408, false),
        ("ModelErrorException", ErrorKind::ModelFailure, 424, false),
        ("ModelNotReadyException", ErrorKind::Unavailable, 429, true),
        ("ThrottlingException", ErrorKind::Throttled, 429, true),
        ("InternalServerException", ErrorKind::Unavailable, 500, true),
        ("ServiceUnavailableException", ErrorKind::Unavailable, 503, true),
    ];
    for (exception, kind, status, is_retryable) in table {
        let error =
            call_error(&format!(r#"[{{"error": {{"type": "{exception}", "message": "No."}}}}]"#)).await;
        assert_eq!(error.kind(), kind, "{exception}");
        assert_eq!(error.code(), Some(exception));
        assert_eq!(error.status(), Some(status), "{exception}");
        assert_eq!(error.is_retryable(), is_retryable, "{exception}");
        assert_eq!(error.stage(), Stage::Replied, "{exception}");
        assert_eq!(error.message(), "No.", "{exception}");
        assert_eq!(error.model(), Some(loopback::MODEL), "{exception}");
        assert_eq!(error.region(), Some("eu-west-1"), "{exception}");
        assert!(error.request_id().is_some_and(|id| !id.is_empty()), "{exception} has a request id");
    }
}

#[tokio::test]
async fn unknown_exception_keeps_its_code() {
    let error =
        call_error(r#"[{"error": {"type": "ModelOnStrikeException", "status": 451, "message": "No."}}]"#)
            .await;
    assert_eq!(error.code(), Some("ModelOnStrikeException"));
    assert_eq!(error.status(), Some(451));
    assert_eq!(error.message(), "No.");
}

#[tokio::test]
async fn retry_after_header_is_part_of_the_error() {
    let error = call_error(
        r#"[{"error": {"type": "ThrottlingException", "message": "No.", "headers": {"retry-after": "7"}}}]"#,
    )
    .await;
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(7)));
}

// The error has the request id and the body, but no form of it prints the body.
#[tokio::test]
async fn invalid_response_is_an_error_with_its_body() {
    let bodies = [
        "<html>A proxy says: SECRET-TEXT</html>",
        r#"{"Output": {"SECRET-TEXT": 1}}"#,
        r#"{"stopReason": "end_turn", "note": "SECRET-TEXT"}"#,
        r#"{"output": {"text": "SECRET-TEXT"}, "stopReason": "end_turn"}"#,
        r#"{"output": {"message": {"role": "assistant", "content": [{"text": "SECRET-TEXT"}]"#,
        "\"SECRET-TEXT\"",
    ];
    for body in bodies {
        let script = serde_json::json!([{
            "status": 200,
            "headers": {"content-type": "application/json", "x-amzn-requestid": "id-1"},
            "body": body
        }]);
        let error = call_error(&script.to_string()).await;
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{body}");
        assert_eq!(error.stage(), Stage::Replied, "{body}");
        assert_eq!(error.request_id(), Some("id-1"), "{body}");
        let error_body = error.body().expect("a body");
        assert_eq!(error_body.as_ref(), body.as_bytes());
        let printed = format!("{error} {error:?} {:?}", error.hint());
        assert!(!printed.contains("SECRET"), "{printed}");
    }
}

// The service responds to an unknown path with status 200 and this body, which boto3 takes for a success (L110).
#[tokio::test]
async fn unknown_operation_with_status_200_is_an_error() {
    let script = serde_json::json!([{
        "status": 200,
        "headers": {"content-type": "application/json", "x-amzn-requestid": "id-2"},
        "body": r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#
    }]);
    let error = call_error(&script.to_string()).await;
    assert_eq!(error.code(), Some("UnknownOperationException"));
    assert_eq!(error.request_id(), Some("id-2"));
    assert!(error.hint().is_some(), "no hint");
}

#[tokio::test]
async fn empty_response_is_an_error() {
    let error = call_error(r#"[{"status": 200, "body": ""}]"#).await;
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
}

#[tokio::test]
async fn error_page_of_a_proxy_keeps_its_status() {
    let error = call_error(
        r#"[{"status": 502, "headers": {"content-type": "text/html"}, "body": "<html>Bad gateway</html>"}]"#,
    )
    .await;
    assert_eq!(error.status(), Some(502));
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.is_retryable());
}

#[tokio::test]
async fn broken_connection_differs_from_one_that_was_never_made() {
    let broken = call_error(r#"[{"close": "before_reply"}]"#).await;
    assert_eq!((broken.kind(), broken.code()), (ErrorKind::Connection, Some("ConnectionBroken")));
    assert_eq!(broken.stage(), Stage::Waiting);

    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    emulator.shutdown().await;
    let unreachable = client.create(&loopback::question()).await.expect_err("no connection");
    assert_eq!((unreachable.kind(), unreachable.code()), (ErrorKind::Connection, Some("ConnectionFailed")));
    assert_eq!(unreachable.stage(), Stage::Sending);
    assert!(unreachable.hint().is_some_and(|hint| hint.contains("endpoint")));
}

#[tokio::test]
async fn missing_model_is_an_error_with_its_id() {
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    let mut request = loopback::question();
    request.model = "vendor.no-such-model-v1:0".to_owned();
    let error = client.create(&request).await.expect_err("no such model");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("vendor.no-such-model-v1:0"), "{error}");
}

#[tokio::test]
async fn truncated_response_is_a_broken_connection() {
    let error =
        call_error(r#"[{"status": 200, "headers": {"content-length": "500"}, "body": "{\"output\":"}]"#)
            .await;
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.stage(), Stage::Waiting);
}
