//! What the service says no with, and replies that are none.

use outcrop::{ErrorKind, ModelClient as _, ModelError, Stage};

use crate::support::loopback;

/// The error of one call that the emulator answers as the script says.
async fn fails(script: &str) -> ModelError {
    let emulator = loopback::serve(script).await;
    let client = loopback::client(&emulator).await;
    let error = client.create(&loopback::question()).await.expect_err("the call fails");
    assert_eq!(emulator.requests().len(), 1, "one attempt was asked for");
    error
}

#[tokio::test]
async fn every_exception_of_the_service_is_told_apart() {
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
    for (exception, kind, status, retryable) in table {
        let error = fails(&format!(r#"[{{"error": {{"type": "{exception}", "message": "No."}}}}]"#)).await;
        assert_eq!(error.kind(), kind, "{exception}");
        assert_eq!(error.code(), Some(exception));
        assert_eq!(error.status(), Some(status), "{exception}");
        assert_eq!(error.is_retryable(), retryable, "{exception}");
        assert_eq!(error.stage(), Stage::Replied, "{exception}");
        assert_eq!(error.message(), "No.", "{exception}");
        assert_eq!(error.model(), Some(loopback::MODEL), "{exception}");
        assert_eq!(error.region(), Some("eu-west-1"), "{exception}");
        assert!(error.request_id().is_some_and(|id| !id.is_empty()), "{exception} has a request id");
    }
}

#[tokio::test]
async fn an_exception_that_nobody_knows_yet_keeps_its_name() {
    let error =
        fails(r#"[{"error": {"type": "ModelOnStrikeException", "status": 451, "message": "No."}}]"#).await;
    assert_eq!(error.code(), Some("ModelOnStrikeException"));
    assert_eq!(error.status(), Some(451));
    assert_eq!(error.message(), "No.");
}

#[tokio::test]
async fn the_wait_that_the_service_asks_for_is_told() {
    let error = fails(
        r#"[{"error": {"type": "ThrottlingException", "message": "No.", "headers": {"retry-after": "7"}}}]"#,
    )
    .await;
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(7)));
}

/// Replies with the status 200 that hold no answer: the request id is told, the body can be had, and is never printed.
#[tokio::test]
async fn replies_that_are_none_are_errors_with_their_bodies() {
    let replies = [
        "<html>A proxy says: SECRET-WORDS</html>",
        r#"{"Output": {"SECRET-WORDS": 1}}"#,
        r#"{"stopReason": "end_turn", "note": "SECRET-WORDS"}"#,
        r#"{"output": {"message": "SECRET-WORDS"}, "stopReason": "end_turn"}"#,
        r#"{"output": {"message": {"role": "assistant", "content": [{"text": "SECRET-WORDS"}]"#,
        "\"SECRET-WORDS\"",
    ];
    for body in replies {
        let script = serde_json::json!([{
            "status": 200,
            "headers": {"content-type": "application/json", "x-amzn-requestid": "id-1"},
            "body": body
        }]);
        let error = fails(&script.to_string()).await;
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{body}");
        assert_eq!(error.stage(), Stage::Replied, "{body}");
        assert_eq!(error.request_id(), Some("id-1"), "{body}");
        let kept = error.body().expect("the body can be had");
        assert_eq!(kept.as_ref(), body.as_bytes());
        let printed = format!("{error} {error:?} {:?}", error.hint());
        assert!(!printed.contains("SECRET"), "{printed}");
    }
}

/// A gateway answers a path that it does not know with 200 and this body (facts of the service, boto3 sees it as success).
#[tokio::test]
async fn an_unknown_operation_in_a_good_reply_is_an_error() {
    let script = serde_json::json!([{
        "status": 200,
        "headers": {"content-type": "application/json", "x-amzn-requestid": "id-2"},
        "body": r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#
    }]);
    let error = fails(&script.to_string()).await;
    assert_eq!(error.code(), Some("UnknownOperationException"));
    assert_eq!(error.request_id(), Some("id-2"));
    assert!(error.hint().is_some(), "what to do is said");
}

#[tokio::test]
async fn an_empty_reply_is_an_error() {
    let error = fails(r#"[{"status": 200, "body": ""}]"#).await;
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
}

#[tokio::test]
async fn an_error_page_of_a_proxy_keeps_its_status() {
    let error = fails(
        r#"[{"status": 502, "headers": {"content-type": "text/html"}, "body": "<html>Bad gateway</html>"}]"#,
    )
    .await;
    assert_eq!(error.status(), Some(502));
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_connection_that_breaks_is_told_from_one_that_never_was() {
    let broken = fails(r#"[{"close": "before_reply"}]"#).await;
    assert_eq!((broken.kind(), broken.code()), (ErrorKind::Connection, Some("ConnectionBroken")));
    assert_eq!(broken.stage(), Stage::Waiting);

    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    emulator.shutdown().await;
    let refused = client.create(&loopback::question()).await.expect_err("nobody listens");
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::Connection, Some("ConnectionFailed")));
    assert_eq!(refused.stage(), Stage::Sending);
    assert!(refused.hint().is_some_and(|hint| hint.contains("endpoint")));
}

#[tokio::test]
async fn a_request_that_the_service_refuses_tells_what_it_said() {
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    let mut request = loopback::question();
    request.model = "nobody.no-such-model-v1:0".to_owned();
    let error = client.create(&request).await.expect_err("there is no such model");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("nobody.no-such-model-v1:0"), "{error}");
}

#[tokio::test]
async fn a_reply_cut_short_is_a_broken_connection() {
    let error =
        fails(r#"[{"status": 200, "headers": {"content-length": "500"}, "body": "{\"output\":"}]"#).await;
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.stage(), Stage::Waiting);
}
