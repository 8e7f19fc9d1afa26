//! `ModelError`: its details, and what its output hides.

use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;

use crate::{ErrorKind, ModelError, Stage, UnifiedMessage, UnifiedResponse};

/// Every kind, its name in JSON, and whether it is retryable by default.
const KINDS: &[(ErrorKind, &str, bool)] = &[
    (ErrorKind::InvalidRequest, "invalid_request", false),
    (ErrorKind::Configuration, "configuration", false),
    (ErrorKind::Unauthenticated, "unauthenticated", false),
    (ErrorKind::PermissionDenied, "permission_denied", false),
    (ErrorKind::NotFound, "not_found", false),
    (ErrorKind::ContextOverflow, "context_overflow", false),
    (ErrorKind::Throttled, "throttled", true),
    (ErrorKind::QuotaExceeded, "quota_exceeded", false),
    (ErrorKind::Unavailable, "unavailable", true),
    (ErrorKind::ModelFailure, "model_failure", true),
    (ErrorKind::Timeout, "timeout", true),
    (ErrorKind::Connection, "connection", true),
    (ErrorKind::InvalidResponse, "invalid_response", false),
    (ErrorKind::InvalidOutput, "invalid_output", false),
    (ErrorKind::Incomplete, "incomplete", true),
    (ErrorKind::Unsupported, "unsupported", false),
    (ErrorKind::Other, "other", false),
];

fn full() -> ModelError {
    ModelError::new(ErrorKind::Throttled, "slow down")
        .with_stage(Stage::Replied)
        .with_code("ThrottlingException")
        .with_path("messages[0]")
        .with_hint("wait")
        .with_status(429)
        .with_model("m")
        .with_region("eu-west-1")
        .with_request_id("r-1")
        .with_retry_after(Duration::from_secs(3))
        .with_body(Bytes::from_static(b"secret body"))
        .with_partial_response(UnifiedResponse::new(
            "r-1",
            "m",
            "p",
            vec![UnifiedMessage::assistant("secret text")],
        ))
        .with_source(std::io::Error::other("socket closed"))
}

#[test]
fn kinds_have_a_name_and_a_default_retryability() {
    for (kind, name, retryable) in KINDS {
        assert_eq!((kind.as_str(), kind.to_string().as_str()), (*name, *name));
        assert_eq!(kind.is_retryable(), *retryable, "{name}");
        let error = ModelError::new(*kind, "it failed");
        assert_eq!((error.kind(), error.is_retryable()), (*kind, *retryable));
        assert_eq!(error.with_retryable(!retryable).is_retryable(), !retryable);
    }
}

#[test]
fn predicates_match_only_their_kind() {
    type Predicate = fn(&ModelError) -> bool;
    let predicates: [(&str, Predicate, ErrorKind); 4] = [
        ("is_throttled", ModelError::is_throttled, ErrorKind::Throttled),
        ("is_timeout", ModelError::is_timeout, ErrorKind::Timeout),
        ("is_context_overflow", ModelError::is_context_overflow, ErrorKind::ContextOverflow),
        ("is_authentication", ModelError::is_authentication, ErrorKind::Unauthenticated),
    ];
    for (name, predicate, expected) in predicates {
        for (kind, ..) in KINDS {
            let error = ModelError::new(*kind, "it failed");
            assert_eq!(predicate(&error), *kind == expected, "{name} of {kind}");
        }
    }
}

#[test]
fn stages_are_ordered_as_in_a_call() {
    let stages = [Stage::Building, Stage::Sending, Stage::Waiting, Stage::Replied, Stage::Streaming];
    assert!(stages.is_sorted());
    let names = ["building", "sending", "waiting", "replied", "streaming"];
    for (stage, name) in stages.into_iter().zip(names) {
        assert_eq!((stage.as_str(), stage.to_string().as_str()), (name, name));
    }
}

#[test]
fn new_error_has_only_kind_and_message() {
    let error = ModelError::new(ErrorKind::Other, "it failed");
    assert_eq!((error.stage(), error.message()), (Stage::Building, "it failed"));
    let texts = [error.code(), error.path(), error.hint(), error.model(), error.region(), error.request_id()];
    assert_eq!(texts, [None; 6]);
    assert_eq!((error.status(), error.retry_after()), (None, None));
    assert!(error.body().is_none() && error.partial_response().is_none() && error.source().is_none());
    assert_eq!(error.to_string(), "it failed");
    assert_eq!(
        serde_json::to_string(&error).unwrap(),
        r#"{"kind":"other","code":"other","message":"it failed","stage":"building","retryable":false}"#,
    );
}

#[test]
fn setters_are_returned_by_getters() {
    let error = full();
    assert_eq!(
        (error.code(), error.path(), error.hint()),
        (Some("ThrottlingException"), Some("messages[0]"), Some("wait"))
    );
    assert_eq!(
        (error.model(), error.region(), error.request_id()),
        (Some("m"), Some("eu-west-1"), Some("r-1"))
    );
    assert_eq!((error.status(), error.retry_after()), (Some(429), Some(Duration::from_secs(3))));
    assert_eq!(error.body().map(|body| &body[..]), Some(&b"secret body"[..]));
    assert_eq!(error.partial_response().map(UnifiedResponse::text).as_deref(), Some("secret text"));
    assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("socket closed"));
}

#[test]
fn display_is_one_line_with_known_details() {
    assert_eq!(
        full().to_string(),
        "messages[0]: slow down (ThrottlingException, status 429, model m, region eu-west-1, request id r-1)",
    );
    let error = ModelError::invalid_request("InvalidTool", "", "the tool has no name").with_request_id("r");
    assert_eq!(error.to_string(), "the tool has no name (InvalidTool, request id r)");
    assert_eq!((error.kind(), error.path()), (ErrorKind::InvalidRequest, None));
    let message = "User is not authorized\r\nto perform:\tbedrock:InvokeModel\n";
    let error = ModelError::new(ErrorKind::PermissionDenied, message).with_path("a\nb").with_code("A\nB");
    assert_eq!(error.message(), message);
    assert_eq!(error.to_string(), "a b: User is not authorized to perform: bedrock:InvokeModel (A B)");
}

#[test]
fn display_debug_and_json_hide_body_and_response() {
    let error = full();
    let json = serde_json::to_string(&error).unwrap();
    for shown in [error.to_string(), format!("{error:?}"), format!("{error:#?}"), json.clone()] {
        assert!(!shown.contains("secret"), "{shown}");
        assert!(shown.contains("slow down"), "{shown}");
    }
    assert_eq!(
        json,
        r#"{"kind":"throttled","code":"ThrottlingException","message":"slow down","stage":"replied","retryable":true,"path":"messages[0]","hint":"wait","model":"m","region":"eu-west-1","request_id":"r-1","status":429}"#,
    );
    assert_eq!(
        format!("{:?}", ModelError::new(ErrorKind::Other, "it failed")),
        "ModelError { kind: Other, stage: Building, error: it failed, hint: None, source: None, .. }",
    );
}

#[test]
fn path_prefix_joins_paths() {
    for (inner, outer, expected) in [
        ("content[1]", "messages[3]", "messages[3].content[1]"),
        ("[1]", "content", "content[1]"),
        ("", "messages[3]", "messages[3]"),
    ] {
        let error = ModelError::invalid_request("InvalidMessage", inner, "wrong").with_path_prefix(outer);
        assert_eq!(error.path(), Some(expected));
    }
}

#[test]
fn error_is_pointer_sized_and_send() {
    fn sendable<T: std::error::Error + Send + Sync + 'static>() {}
    sendable::<ModelError>();
    assert_eq!(size_of::<ModelError>(), size_of::<usize>());
}

#[test]
fn empty_model_counts_as_absent() {
    let error = ModelError::new(ErrorKind::Other, "no").with_model("");
    assert_eq!((error.model(), error.to_string().as_str()), (None, "no"));
}
