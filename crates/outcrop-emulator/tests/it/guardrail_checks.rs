//! The protocol of InvokeGuardrailChecks.

use outcrop_emulator::{Emulator, Script};
use serde_json::{Value, json};

use crate::client::post;

const PATH: &str = "/guardrail-checks/invoke";

fn checks_body(text: &str) -> String {
    json!({
        "messages": [
            {"role": "system", "content": [{"text": "Be brief."}]},
            {"role": "user", "content": [{"text": "Hello."}, {"text": text}]},
        ],
        "checks": {
            "contentFilter": {"categories": [{"category": "HATE"}, {"category": "INSULTS"}]},
            "promptAttack": {"categories": [{"category": "PROMPT_LEAKAGE"}]},
            "sensitiveInformation": {"entities": [{"type": "NAME"}, {"type": "EMAIL"}]},
        },
    })
    .to_string()
}

/// Returns the violations of the service model in a response.
fn violations(response: &Value) -> Vec<String> {
    let mut schema: Value = serde_json::from_str(outcrop_converse::wire::SERVICE_MODEL).expect("the model");
    schema["$ref"] = json!("#/$defs/InvokeGuardrailChecksResponse");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    validator.iter_errors(response).map(|error| error.to_string()).collect()
}

#[tokio::test]
async fn harmless_texts_score_zero() {
    let emulator = Emulator::start().await.expect("a start");
    let response = post(&emulator, PATH, &checks_body(&"x".repeat(1000))).await;
    assert_eq!((response.status, response.header("content-type")), (200, Some("application/json")));
    let response = response.json();
    assert_eq!(
        response["results"],
        json!({
            "contentFilter": {"results": [
                {"category": "HATE", "severityScore": 0.0}, {"category": "INSULTS", "severityScore": 0.0},
            ]},
            "promptAttack": {"results": [{"category": "PROMPT_LEAKAGE", "severityScore": 0.0}]},
            "sensitiveInformation": {"results": [], "truncated": false},
        })
    );
    assert_eq!(response["usage"]["promptAttack"], json!({"textUnits": 2}), "a unit is a thousand characters");
    assert_eq!(violations(&response), Vec::<String>::new());
}

#[tokio::test]
async fn blocked_phrase_and_mail_addresses_are_found() {
    let emulator = Emulator::start().await.expect("a start");
    let response = post(&emulator, PATH, &checks_body("BLOCK ME at ann@example.com.")).await.json();
    assert_eq!(response["results"]["contentFilter"]["results"][1]["severityScore"], 1.0);
    assert_eq!(response["results"]["promptAttack"]["results"][0]["severityScore"], 1.0);
    assert_eq!(
        response["results"]["sensitiveInformation"]["results"],
        json!([{"type": "EMAIL", "confidenceScore": 1.0, "beginOffset": 12, "endOffset": 27,
            "messageIndex": 1, "contentIndex": 1}])
    );
    assert_eq!(violations(&response), Vec::<String>::new());
}

#[tokio::test]
async fn only_the_checks_of_the_request_have_results() {
    let emulator = Emulator::start().await.expect("a start");
    let body = r#"{"messages": [{"role": "user", "content": [{"text": "hi"}]}],
        "checks": {"promptAttack": {"categories": [{"category": "JAILBREAK"}]}}}"#;
    let response = post(&emulator, PATH, body).await.json();
    for part in ["results", "usage"] {
        let names: Vec<_> = response[part].as_object().expect("an object").keys().collect();
        assert_eq!(names, ["promptAttack"]);
    }
}

#[tokio::test]
async fn invalid_requests_are_rejected() {
    let emulator = Emulator::start().await.expect("a start");
    let with = |messages: &str, checks: &str| format!(r#"{{"messages": {messages}, "checks": {checks}}}"#);
    let hi = r#"[{"role": "user", "content": [{"text": "hi"}]}]"#;
    for (body, message) in [
        ("{}".to_owned(), "Value at 'checks' failed to satisfy constraint: Member must not be null"),
        (with(hi, "{}"), "At least one check must be specified"),
        (with("[]", "{}"), "Member must have length greater than or equal to 1"),
        (with(r#"[{"role": "tool", "content": []}]"#, "{}"), "enum value set: [user, assistant, system]"),
        (with(hi, r#"{"contentFilter": {"categories": []}}"#), "length greater than or equal to 1"),
        (
            with(hi, r#"{"contentFilter": {"categories": [{"category": "PROMPT_ATTACK"}]}}"#),
            "enum value set: [VIOLENCE, HATE, SEXUAL, MISCONDUCT, INSULTS]",
        ),
    ] {
        let response = post(&emulator, PATH, &body).await;
        assert_eq!((response.status, response.exception()), (400, Some("ValidationException")), "{body}");
        assert!(response.message().contains(message), "{body}: {}", response.message());
    }
}

#[tokio::test]
async fn scripts_match_the_operation_and_its_text() {
    let script = Script::from_json(
        r#"[{"when": {"operation": "invoke-guardrail-checks", "text": "secret"}, "reply": {"results": {"new": 1}}},
            {"when": {"text": "slow"}, "error": {"type": "ThrottlingException", "message": "no"}}]"#,
    );
    let emulator = Emulator::builder().script(script.expect("a script")).start().await.expect("a start");
    assert_eq!(post(&emulator, PATH, &checks_body("a secret")).await.json()["results"]["new"], 1);
    assert_eq!(post(&emulator, PATH, &checks_body("slow")).await.exception(), Some("ThrottlingException"));
}
