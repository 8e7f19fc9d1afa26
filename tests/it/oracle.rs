//! Requests, compared with the SDK's serializer.

mod content;
mod members;
mod request;

use std::collections::BTreeSet;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_http_client::test_util::capture_request;
use serde_json::Value;

use crate::cases::create::{self, Accepted};

/// Serializes a request with the SDK. Returns an error if its types lack a member.
async fn serialize_with_sdk(model_id: &str, body: &Value) -> Result<Value, String> {
    let input = request::input(body)?.model_id(model_id);
    let (http_client, captured) = capture_request(None);
    let config = aws_sdk_bedrockruntime::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "s", None, None, "test"))
        .http_client(http_client)
        .build();
    // The capturing client returns an empty response; only the request matters.
    let _ = input.send_with(&Client::from_conf(config)).await;
    let sent = captured.expect_request();
    let bytes = sent.body().bytes().ok_or("the body is not in memory")?;
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// Returns whether two values are equal within the precision of the SDK's 32-bit floats.
fn equal(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().all(|(name, value)| theirs.get(name).is_some_and(|other| equal(value, other)))
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| equal(ours, theirs))
        }
        (Value::Number(ours), Value::Number(theirs)) => {
            ours == theirs || members::float(&ours.clone().into()) == members::float(&theirs.clone().into())
        }
        _ => ours == theirs,
    }
}

#[tokio::test]
async fn requests_of_the_cases_equal_those_of_the_sdk() {
    let mut compared = 0;
    let mut unsupported = Vec::new();
    for Accepted { name, encoded, .. } in create::accepted() {
        let ours: Value = serde_json::from_slice(&encoded.to_bytes()).expect("JSON");
        match serialize_with_sdk(&encoded.model_id, &ours).await {
            Ok(theirs) => {
                assert!(equal(&ours, &theirs), "{}:\nours   {ours}\ntheirs {theirs}", name);
                compared += 1;
            }
            Err(reason) => unsupported.push(format!("{}: {reason}", name)),
        }
    }
    assert!(compared >= 200, "only {compared} requests were compared");
    assert!(unsupported.len() <= 10, "requests that the SDK does not support: {unsupported:#?}");
}

// The file has members that no case has.
#[tokio::test]
async fn requests_with_every_member_equal_those_of_the_sdk() {
    let bodies = include_str!("oracle/requests.jsonl");
    for line in bodies.lines() {
        let body: Value = serde_json::from_str(line).expect("JSON");
        let ours: outcrop::converse::wire::ConverseRequest =
            outcrop::core::from_str(line).expect("a request");
        let ours = serde_json::to_value(&ours).expect("JSON");
        assert_eq!(ours, body, "a member is lost");
        let theirs =
            serialize_with_sdk("amazon.nova-lite-v1:0", &body).await.expect("the SDK supports all members");
        assert!(equal(&ours, &theirs), "ours   {ours}\ntheirs {theirs}");
    }
}

// The requests of that file have every member of a Converse request in the service model.
#[test]
fn requests_have_every_member_of_the_service_model() {
    let model: Value = serde_json::from_str(outcrop::converse::wire::SERVICE_MODEL).expect("JSON");
    let mut coverage =
        Coverage { shapes: &model["$defs"], expected: BTreeSet::new(), found: BTreeSet::new() };
    coverage.expect("ConverseRequest");
    // The typed SDK, which the requests are compared with, does not have this member yet.
    coverage.expected.remove("ConverseRequest.projectIdentifier");
    for line in include_str!("oracle/requests.jsonl").lines() {
        coverage.find("ConverseRequest", &serde_json::from_str(line).expect("JSON"));
    }
    let missing = coverage.expected.difference(&coverage.found);
    let missing: Vec<_> = missing.filter(|member| !NEWER_THAN_THE_SDK.contains(&member.as_str())).collect();
    assert!(missing.is_empty(), "no request has {missing:#?}");
    assert!(coverage.expected.len() > 100, "{} members", coverage.expected.len());
}

/// Members that the service model has and the SDK's version does not.
const NEWER_THAN_THE_SDK: &[&str] = &["ConverseRequest.projectIdentifier"];

/// The members of shapes, as `Shape.member`.
struct Coverage<'m> {
    shapes: &'m Value,
    /// The members in the service model.
    expected: BTreeSet<String>,
    /// The members in the requests.
    found: BTreeSet<String>,
}

impl Coverage<'_> {
    fn expect(&mut self, shape: &str) {
        let shapes = self.shapes;
        if let Some(inner) = inner_shape(&shapes[shape]) {
            self.expect(inner);
        }
        for (name, member) in shapes[shape]["properties"].as_object().into_iter().flatten() {
            if self.expected.insert(format!("{shape}.{name}")) {
                self.expect(shape_name(member));
            }
        }
    }

    fn find(&mut self, shape: &str, value: &Value) {
        let shapes = self.shapes;
        match value {
            Value::Array(items) => {
                if let Some(inner) = inner_shape(&shapes[shape]) {
                    items.iter().for_each(|item| self.find(inner, item));
                }
            }
            Value::Object(members) => {
                for (name, value) in members {
                    match shapes[shape]["properties"].get(name) {
                        Some(member) => {
                            self.found.insert(format!("{shape}.{name}"));
                            self.find(shape_name(member), value);
                        }
                        None => {
                            if let Some(inner) = inner_shape(&shapes[shape]) {
                                self.find(inner, value);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

/// Returns the shape of the items of a list or the values of a map.
fn inner_shape(shape: &Value) -> Option<&str> {
    [&shape["items"], &shape["additionalProperties"]]
        .into_iter()
        .find(|inner| inner.is_object())
        .map(shape_name)
}

fn shape_name(reference: &Value) -> &str {
    reference["$ref"].as_str().expect("a reference").trim_start_matches("#/$defs/")
}
