//! ApplyGuardrail as AWS speaks it.

use outcrop_emulator::{Emulator, Script};
use serde_json::{Value, json};

use crate::client::post;

const PATH: &str = "/guardrail/gr1/version/DRAFT/apply";

fn judged(text: &str) -> String {
    json!({"source": "OUTPUT", "content": [{"text": {"text": text}}], "outputScope": "FULL"}).to_string()
}

/// What is wrong with a reply, as the service model sees it.
fn violations(reply: &Value) -> Vec<String> {
    let mut schema: Value = serde_json::from_str(outcrop_converse::wire::SERVICE_MODEL).expect("the model");
    schema["$ref"] = json!("#/$defs/ApplyGuardrailResponse");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    validator.iter_errors(reply).map(|error| error.to_string()).collect()
}

#[tokio::test]
async fn harmless_texts_pass() {
    let emulator = Emulator::start().await.expect("a start");
    let reply = post(&emulator, PATH, &judged(&"x".repeat(1001))).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
    let reply = reply.json();
    assert_eq!((&reply["action"], &reply["outputs"]), (&json!("NONE"), &json!([])));
    assert_eq!(reply["usage"]["wordPolicyUnits"], 2, "a unit is a thousand characters");
    assert_eq!(reply["guardrailCoverage"], json!({"textCharacters": {"guarded": 1001, "total": 1001}}));
    assert_eq!(violations(&reply), Vec::<String>::new());
}

#[tokio::test]
async fn texts_with_the_blocked_words_are_blocked() {
    let emulator = Emulator::start().await.expect("a start");
    let reply = post(&emulator, PATH, &judged("Please BLOCK ME, will you?")).await.json();
    assert_eq!(reply["action"], "GUARDRAIL_INTERVENED");
    assert_eq!(reply["outputs"], json!([{"text": "Sorry, the guardrail of this emulator blocked that."}]));
    assert_eq!(
        reply["assessments"][0]["wordPolicy"]["customWords"],
        json!([{"match": "BLOCK ME", "action": "BLOCKED", "detected": true}])
    );
    assert_eq!(violations(&reply), Vec::<String>::new());
}

#[tokio::test]
async fn bad_requests_are_refused() {
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
        let reply = post(&emulator, PATH, &body).await;
        assert_eq!((reply.status, reply.exception()), (400, Some("ValidationException")), "{body}");
        assert!(reply.message().contains(message), "{}", reply.message());
    }
}

#[tokio::test]
async fn scripts_know_guardrails_and_what_they_judge() {
    let script = Script::from_json(
        r#"[{"when": {"operation": "apply-guardrail", "model": "gr2", "text": "secret"}, "reply": {"action": "SCRIPTED"}},
            {"when": {"model": "gr3"}, "error": {"type": "ServiceQuotaExceededException", "message": "no"}}]"#,
    );
    let emulator = Emulator::builder().script(script.expect("a script")).start().await.expect("a start");
    let ask = |id: &'static str, text: &'static str| {
        let emulator = &emulator;
        async move { post(emulator, &format!("/guardrail/{id}/version/1/apply"), &judged(text)).await }
    };
    assert_eq!(ask("gr1", "a secret").await.json()["action"], "NONE");
    assert_eq!(ask("gr2", "nothing").await.json()["action"], "NONE");
    assert_eq!(ask("gr2", "a secret").await.json()["action"], "SCRIPTED");
    assert_eq!(ask("gr3", "a secret").await.exception(), Some("ServiceQuotaExceededException"));
}
