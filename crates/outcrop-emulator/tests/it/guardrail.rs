//! The protocol of ApplyGuardrail.

use outcrop_emulator::{Emulator, Script};
use serde_json::{Value, json};

use crate::client::post;

const PATH: &str = "/guardrail/gr1/version/DRAFT/apply";

fn guardrail_body(text: &str) -> String {
    json!({"source": "OUTPUT", "content": [{"text": {"text": text}}], "outputScope": "FULL"}).to_string()
}

/// Returns the violations of the service model in a response.
fn violations(response: &Value) -> Vec<String> {
    let mut schema: Value = serde_json::from_str(outcrop_converse::wire::SERVICE_MODEL).expect("the model");
    schema["$ref"] = json!("#/$defs/ApplyGuardrailResponse");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    validator.iter_errors(response).map(|error| error.to_string()).collect()
}

#[tokio::test]
async fn harmless_texts_pass() {
    let emulator = Emulator::start().await.expect("a start");
    let response = post(&emulator, PATH, &guardrail_body(&"x".repeat(1001))).await;
    assert_eq!((response.status, response.header("content-type")), (200, Some("application/json")));
    let response = response.json();
    assert_eq!((&response["action"], &response["outputs"]), (&json!("NONE"), &json!([])));
    assert_eq!(response["usage"]["wordPolicyUnits"], 2, "a unit is a thousand characters");
    assert_eq!(response["guardrailCoverage"], json!({"textCharacters": {"guarded": 1001, "total": 1001}}));
    assert_eq!(violations(&response), Vec::<String>::new());
}

#[tokio::test]
async fn text_with_the_blocked_phrase_is_blocked() {
    let emulator = Emulator::start().await.expect("a start");
    let response = post(&emulator, PATH, &guardrail_body("Please BLOCK ME, will you?")).await.json();
    assert_eq!(response["action"], "GUARDRAIL_INTERVENED");
    assert_eq!(response["outputs"], json!([{"text": "Sorry, the guardrail of this emulator blocked that."}]));
    assert_eq!(
        response["assessments"][0]["wordPolicy"]["customWords"],
        json!([{"match": "BLOCK ME", "action": "BLOCKED", "detected": true}])
    );
    assert_eq!(violations(&response), Vec::<String>::new());
}

#[tokio::test]
async fn invalid_requests_are_rejected() {
    let emulator = Emulator::start().await.expect("a start");
    for (body, message) in [
        ("{}".to_owned(), "Value at 'source' failed to satisfy constraint: Member must not be null"),
        (
            json!({"source": "BOTH", "content": []}).to_string(),
            "Member must satisfy enum value set: [INPUT, OUTPUT]",
        ),
        (
            json!({"source": "INPUT", "content": [{}]}).to_string(),
            "GuardrailContentBlock object at content.0 must set one of the following keys: image, text.",
        ),
    ] {
        let response = post(&emulator, PATH, &body).await;
        assert_eq!((response.status, response.exception()), (400, Some("ValidationException")), "{body}");
        assert!(response.message().contains(message), "{}", response.message());
    }
}

#[tokio::test]
async fn scripts_match_guardrails_and_their_texts() {
    let script = Script::from_json(
        r#"[{"when": {"operation": "apply-guardrail", "model": "gr2", "text": "secret"}, "reply": {"action": "SCRIPTED"}},
            {"when": {"model": "gr3"}, "error": {"type": "ServiceQuotaExceededException", "message": "no"}}]"#,
    );
    let emulator = Emulator::builder().script(script.expect("a script")).start().await.expect("a start");
    let ask = |id: &'static str, text: &'static str| {
        let emulator = &emulator;
        async move { post(emulator, &format!("/guardrail/{id}/version/1/apply"), &guardrail_body(text)).await }
    };
    assert_eq!(ask("gr1", "a secret").await.json()["action"], "NONE");
    assert_eq!(ask("gr2", "nothing").await.json()["action"], "NONE");
    assert_eq!(ask("gr2", "a secret").await.json()["action"], "SCRIPTED");
    assert_eq!(ask("gr3", "a secret").await.exception(), Some("ServiceQuotaExceededException"));
}
