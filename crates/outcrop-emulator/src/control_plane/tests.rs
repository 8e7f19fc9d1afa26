//! Tests of the control plane.

use serde_json::Value;

use super::*;
use crate::protocol::response::ResponseContent;

fn ask(path: &str, query: Option<&str>, region: &str) -> Result<Value, ServiceError> {
    let call = ControlPlaneCall::new("GET", path).expect("an operation");
    let own = [("ab12cd34ef56", "amazon.nova-lite-v1:0"), ("gh78ij90kl12", "eu.amazon.nova-pro-v1:0")];
    let own = own.map(|(id, model)| ApplicationProfile { id: id.to_owned(), model: model.to_owned() });
    let response = call.answer(&Query(query), region, &own)?;
    assert!(!response.headers.contains_key("x-amzn-bedrock-invocation-latency"));
    let ResponseContent::Whole(body) = response.body else { panic!("a whole body") };
    Ok(serde_json::from_slice(&body).expect("JSON"))
}

fn ids(list: &Value, name: &str) -> Vec<String> {
    list.as_array()
        .expect("a list")
        .iter()
        .map(|item| item[name].as_str().expect("an id").to_owned())
        .collect()
}

#[test]
fn models_are_listed_with_their_inference_types() {
    let list = ask("/foundation-models", None, "eu-west-1").expect("a list");
    let models = list["modelSummaries"].as_array().expect("a list");
    let find = |id: &str| models.iter().find(|model| model["modelId"] == id).expect(id);
    let sonnet = find("anthropic.claude-sonnet-4-5-20250929-v1:0");
    assert_eq!(sonnet["modelName"], "Claude Sonnet 4.5");
    assert_eq!(sonnet["providerName"], "Anthropic");
    assert_eq!(sonnet["inferenceTypesSupported"][0], "INFERENCE_PROFILE");
    assert_eq!(
        sonnet["modelArn"],
        "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0"
    );
    let nova = find("amazon.nova-lite-v1:0");
    assert_eq!(nova["inferenceTypesSupported"][0], "ON_DEMAND");
    assert_eq!(nova["inputModalities"], serde_json::json!(["TEXT", "IMAGE", "VIDEO"]));
    let titan = find("amazon.titan-embed-text-v2:0");
    assert_eq!(
        (&titan["outputModalities"][0], &titan["responseStreamingSupported"]),
        (&"EMBEDDING".into(), &false.into())
    );
}

#[test]
fn filters_of_models_apply() {
    let query = Some("byProvider=mistral%20AI&byOutputModality=TEXT&byInferenceType=ON_DEMAND");
    let list = ask("/foundation-models", query, "us-east-1").expect("a list");
    let ids = ids(&list["modelSummaries"], "modelId");
    assert!(!ids.is_empty() && ids.iter().all(|id| id.starts_with("mistral.")), "{ids:?}");
    let error =
        ask("/foundation-models", Some("byOutputModality=SMELL"), "us-east-1").expect_err("an invalid value");
    assert!(error.message().contains("'byOutputModality'"), "{}", error.message());
}

#[test]
fn profiles_depend_on_the_region() {
    for (region, listed, missing) in [
        ("eu-west-1", "eu.amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1:0"),
        ("us-east-1", "us.amazon.nova-lite-v1:0", "eu.amazon.nova-lite-v1:0"),
        ("us-gov-west-1", "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.amazon.nova-lite-v1:0"),
    ] {
        let list = ask("/inference-profiles", Some("type=SYSTEM_DEFINED"), region).expect("a list");
        let ids = ids(&list["inferenceProfileSummaries"], "inferenceProfileId");
        assert!(ids.iter().any(|id| id == listed), "{region}: {ids:?}");
        assert!(!ids.iter().any(|id| id == missing), "{region}: {ids:?}");
        assert_eq!(list.get("nextToken"), None);
    }
    let custom = ask("/inference-profiles", Some("type=APPLICATION"), "us-east-1").expect("a list");
    assert_eq!(
        ids(&custom["inferenceProfileSummaries"], "inferenceProfileId"),
        ["ab12cd34ef56", "gh78ij90kl12"]
    );
}

#[test]
fn application_profiles_name_their_models_by_region() {
    let arn = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/gh78ij90kl12";
    let path = format!("/inference-profiles/{}", arn.replace('/', "%2F"));
    let profile = ask(&path, None, "eu-west-1").expect("a profile");
    assert_eq!((&profile["type"], &profile["inferenceProfileArn"]), (&"APPLICATION".into(), &arn.into()));
    let models = profile["models"].as_array().expect("a list");
    assert_eq!(models.len(), 3, "those of the geography");
    assert_eq!(models[0]["modelArn"], "arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-pro-v1:0");
    let single = ask("/inference-profiles/ab12cd34ef56", None, "eu-west-2").expect("a profile");
    assert_eq!(
        single["models"],
        serde_json::json!([{"modelArn": "arn:aws:bedrock:eu-west-2::foundation-model/amazon.nova-lite-v1:0"}])
    );
}

#[test]
fn pages_of_profiles_make_the_whole_list() {
    let whole = ask("/inference-profiles", None, "us-east-1").expect("a list");
    let mut collected = Vec::new();
    let mut query = "maxResults=7".to_owned();
    loop {
        let page = ask("/inference-profiles", Some(&query), "us-east-1").expect("a page");
        collected.extend(page["inferenceProfileSummaries"].as_array().expect("a list").clone());
        match page["nextToken"].as_str() {
            Some(token) => query = format!("maxResults=7&nextToken={token}"),
            None => break,
        }
    }
    assert_eq!(Value::from(collected), whole["inferenceProfileSummaries"]);
    assert!(ask("/inference-profiles", Some("maxResults=0"), "us-east-1").is_err());
}

#[test]
fn items_are_found_by_id_and_arn() {
    let id = "us.anthropic.claude-sonnet-4-5-20250929-v1%3A0";
    let profile = ask(&format!("/inference-profiles/{id}"), None, "us-east-1").expect("a profile");
    assert_eq!(profile["type"], "SYSTEM_DEFINED");
    let arn = profile["inferenceProfileArn"].as_str().expect("an ARN").replace('/', "%2F");
    assert_eq!(ask(&format!("/inference-profiles/{arn}"), None, "us-east-1").expect("a profile"), profile);
    assert!(ask(&format!("/inference-profiles/{id}"), None, "eu-west-1").is_err());
    let model = ask("/foundation-models/amazon.nova-lite-v1:0", None, "us-east-1").expect("a model");
    assert_eq!(model["modelDetails"]["modelName"], "Nova Lite");
    assert!(ask("/foundation-models/amazon.none", None, "us-east-1").is_err());
}

#[test]
fn other_methods_and_paths_are_none() {
    assert_eq!(ControlPlaneCall::new("POST", "/foundation-models"), None);
    assert_eq!(ControlPlaneCall::new("GET", "/guardrails"), None);
}
