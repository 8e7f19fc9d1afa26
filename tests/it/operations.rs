//! CountTokens, ApplyGuardrail, InvokeGuardrailChecks, and options of the builder that reach the encoder.

use outcrop::converse::wire::{
    ApplyGuardrailRequest, GuardrailChecksConfig, GuardrailChecksMessage, InvokeGuardrailChecksRequest,
};
use outcrop::{Alternation, ErrorKind, ModelClient as _, ModelRequest, Rule, Rules, Stage, UnifiedMessage};

use crate::support::loopback;

#[tokio::test]
async fn count_tokens_equals_the_usage_of_the_call() {
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    let request = ModelRequest::builder(loopback::MODEL)
        .system("Answer in one sentence.")
        .user("Name a river.")
        .tool(outcrop::ToolSpec::without_input("get_time").with_description("The time."))
        .max_tokens(50)
        .build();
    let count = client.count_tokens(&request).await.expect("a count");
    let response = client.create(&request).await.expect("a response");
    assert_eq!(Some(count), response.usage.prompt_tokens);
    // The operation requires the id of the model, without the prefix of the inference profile (L122).
    assert_eq!(emulator.requests()[0].path(), "/model/amazon.nova-lite-v1%3A0/count-tokens");
}

#[tokio::test]
async fn unsupported_token_count_is_an_error() {
    let script = r#"[{"error": {"type": "ValidationException", "message": "The provided model doesn't support counting tokens."}}]"#;
    let emulator = loopback::serve(script).await;
    let error = loopback::client(&emulator)
        .await
        .count_tokens(&loopback::question())
        .await
        .expect_err("not supported");
    assert_eq!((error.kind(), error.stage()), (ErrorKind::InvalidRequest, Stage::Replied));
    assert!(error.message().contains("counting tokens"), "{error}");

    let emulator = loopback::serve(r#"[{"status": 200, "body": "{\"inputTokens\": \"many\"}"}]"#).await;
    let error =
        loopback::client(&emulator).await.count_tokens(&loopback::question()).await.expect_err("not a count");
    assert_eq!((error.kind(), error.path()), (ErrorKind::InvalidResponse, Some("inputTokens")));
    assert_eq!((error.model(), error.region()), (Some(loopback::MODEL), Some("eu-west-1")));
    assert!(error.request_id().is_some());
}

#[tokio::test]
async fn guardrail_is_applied_without_a_model() {
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    let harmless = ApplyGuardrailRequest::from_input("Name a river.");
    let verdict = client.apply_guardrail("gr1234567890", "DRAFT", &harmless).await.expect("a verdict");
    assert!(!verdict.intervened() && verdict.text().is_none());
    let blocked = ApplyGuardrailRequest::from_output("Please BLOCK ME.");
    let verdict = client.apply_guardrail("gr1234567890", "3", &blocked).await.expect("a verdict");
    assert!(verdict.intervened() && verdict.text().is_some());
    assert!(verdict.assessments.is_some_and(|assessments| !assessments.is_empty()));
    assert_eq!(emulator.requests()[1].path(), "/guardrail/gr1234567890/version/3/apply");

    // R-L18
    for (id, version, path) in
        [("", "DRAFT", "guardrailIdentifier"), ("gr1234567890", "", "guardrailVersion")]
    {
        let error = client.apply_guardrail(id, version, &harmless).await.expect_err("half a guardrail");
        assert_eq!((error.kind(), error.path()), (ErrorKind::InvalidRequest, Some(path)));
    }
    assert_eq!(emulator.requests().len(), 2, "nothing is sent");

    let script =
        r#"[{"error": {"type": "ResourceNotFoundException", "message": "The guardrail does not exist."}}]"#;
    let emulator = loopback::serve(script).await;
    let client = loopback::client(&emulator).await;
    let error = client.apply_guardrail("gr0", "1", &harmless).await.expect_err("no such guardrail");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn guardrail_checks_are_made_without_a_guardrail() {
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    let harmless = InvokeGuardrailChecksRequest::from_input("Name a river.", GuardrailChecksConfig::all());
    let findings = client.invoke_guardrail_checks(&harmless).await.expect("findings");
    assert_eq!((findings.max_severity(), findings.max_confidence()), (Some(0.0), None));
    let messages = vec![
        GuardrailChecksMessage::from_text("user", "Name a river."),
        GuardrailChecksMessage::from_text("assistant", "Please BLOCK ME, ann@example.com."),
    ];
    let request = InvokeGuardrailChecksRequest::new(messages, GuardrailChecksConfig::all());
    let findings = client.invoke_guardrail_checks(&request).await.expect("findings");
    assert_eq!((findings.max_severity(), findings.max_confidence()), (Some(1.0), Some(1.0)));
    let found = findings.results.sensitive_information.and_then(|check| check.results).unwrap_or_default();
    assert_eq!(found[0].message_index, Some(1));
    let sent = &emulator.requests()[1];
    assert_eq!((sent.method(), sent.path()), ("POST", "/guardrail-checks/invoke"));

    let error = client
        .invoke_guardrail_checks(&InvokeGuardrailChecksRequest::from_input(
            "hi",
            GuardrailChecksConfig::new(),
        ))
        .await
        .expect_err("no check");
    assert_eq!((error.kind(), error.stage()), (ErrorKind::InvalidRequest, Stage::Replied));
    assert!(error.request_id().is_some() && error.region().is_some());
}

#[tokio::test]
async fn unreadable_findings_are_an_error_with_the_request_id() {
    let script = r#"[{"reply": {"results": {"contentFilter": "high"}}},
        {"error": {"type": "ThrottlingException", "message": "slow down"}, "times": "forever"}]"#;
    let emulator = loopback::serve(script).await;
    let client = loopback::client(&emulator).await;
    let request = InvokeGuardrailChecksRequest::from_output("hi", GuardrailChecksConfig::all());
    let error = client.invoke_guardrail_checks(&request).await.expect_err("findings of another shape");
    assert_eq!((error.kind(), error.path()), (ErrorKind::InvalidResponse, Some("results.contentFilter")));
    assert!(error.request_id().is_some() && error.body().is_some());
    let error = client.invoke_guardrail_checks(&request).await.expect_err("throttled");
    assert_eq!(error.kind(), ErrorKind::Throttled);
}

#[tokio::test]
async fn filler_and_rules_reach_the_encoder() {
    let emulator = loopback::serve_model().await;
    let builder = loopback::builder(&emulator);
    let client = builder
        .alternation(Alternation::Insert)
        .filler("Continue.")
        .rules(Rules::all().without(Rule::BlankText))
        .build()
        .await
        .unwrap();
    let messages = [UnifiedMessage::user("a"), UnifiedMessage::user(" ")];
    let request = ModelRequest::builder(loopback::MODEL).messages(messages).build();
    let encoded = client.encode(&request).expect("a valid request");
    let body = String::from_utf8(encoded.to_bytes().to_vec()).expect("UTF-8");
    assert!(body.contains(r#"{"text":"Continue."}"#) && body.contains(r#"{"text":" "}"#), "{body}");
}
