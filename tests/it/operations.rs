//! CountTokens, ApplyGuardrail, and options of the builder that reach the encoder.

use outcrop::converse::wire::ApplyGuardrailRequest;
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

    let script =
        r#"[{"error": {"type": "ResourceNotFoundException", "message": "The guardrail does not exist."}}]"#;
    let emulator = loopback::serve(script).await;
    let client = loopback::client(&emulator).await;
    let error = client.apply_guardrail("gr0", "1", &harmless).await.expect_err("no such guardrail");
    assert_eq!(error.kind(), ErrorKind::NotFound);
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
