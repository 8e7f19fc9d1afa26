//! The SDK as an oracle: what it writes of a request, as JSON, is what we write.

mod content;
mod members;
mod request;

use std::collections::BTreeSet;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_http_client::test_util::capture_request;
use serde_json::Value;

use crate::cases::create::{self, Accepted};

/// What the SDK's own serialiser writes of a request; an error when its types cannot hold it.
async fn written_by_the_sdk(model_id: &str, body: &Value) -> Result<Value, String> {
    let input = request::input(body)?.model_id(model_id);
    let (http_client, captured) = capture_request(None);
    let config = aws_sdk_bedrockruntime::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "s", None, None, "test"))
        .http_client(http_client)
        .build();
    // The capturing client answers nothing that can be read; what counts is what was sent.
    let _ = input.send_with(&Client::from_conf(config)).await;
    let sent = captured.expect_request();
    let bytes = sent.body().bytes().ok_or("the body is not in memory")?;
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// The same value, as far as the SDK's 32-bit floats can tell.
fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().all(|(name, value)| theirs.get(name).is_some_and(|other| same(value, other)))
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (Value::Number(ours), Value::Number(theirs)) => {
            ours == theirs || members::float(&ours.clone().into()) == members::float(&theirs.clone().into())
        }
        _ => ours == theirs,
    }
}

#[tokio::test]
async fn the_sdk_writes_every_request_of_the_corpus_as_we_do() {
    let mut compared = 0;
    let mut inexpressible = Vec::new();
    for Accepted { name, encoded, .. } in create::accepted() {
        let ours: Value = serde_json::from_slice(&encoded.to_bytes()).expect("it is JSON");
        match written_by_the_sdk(&encoded.model_id, &ours).await {
            Ok(theirs) => {
                assert!(same(&ours, &theirs), "{}:\nours   {ours}\ntheirs {theirs}", name);
                compared += 1;
            }
            Err(reason) => inexpressible.push(format!("{}: {reason}", name)),
        }
    }
    assert!(compared >= 200, "only {compared} requests were compared");
    assert!(inexpressible.len() <= 10, "the SDK cannot express {inexpressible:#?}");
}

/// Members that no case of the corpus has.
#[tokio::test]
async fn the_sdk_writes_every_member_as_we_do() {
    let bodies = include_str!("oracle/requests.jsonl");
    for line in bodies.lines() {
        let body: Value = serde_json::from_str(line).expect("it is JSON");
        let ours: outcrop::converse::wire::ConverseRequest =
            outcrop::core::from_str(line).expect("it is a request");
        let ours = serde_json::to_value(&ours).expect("it is JSON");
        assert_eq!(ours, body, "nothing is lost");
        let theirs =
            written_by_the_sdk("amazon.nova-lite-v1:0", &body).await.expect("the SDK has all members");
        assert!(same(&ours, &theirs), "ours   {ours}\ntheirs {theirs}");
    }
}

/// The requests above have every member that the service model has below a Converse request.
#[test]
fn the_requests_have_every_member_there_is() {
    let model: Value = serde_json::from_str(outcrop::converse::wire::SERVICE_MODEL).expect("it is JSON");
    let mut coverage = Coverage { shapes: &model["$defs"], wanted: BTreeSet::new(), seen: BTreeSet::new() };
    coverage.want("ConverseRequest");
    for line in include_str!("oracle/requests.jsonl").lines() {
        coverage.see("ConverseRequest", &serde_json::from_str(line).expect("it is JSON"));
    }
    let missing: Vec<_> = coverage.wanted.difference(&coverage.seen).collect();
    assert!(missing.is_empty(), "no request has {missing:#?}");
    assert!(coverage.wanted.len() > 100, "{} members", coverage.wanted.len());
}

/// Which members of which shapes there are, and which were seen.
struct Coverage<'m> {
    shapes: &'m Value,
    wanted: BTreeSet<String>,
    seen: BTreeSet<String>,
}

impl Coverage<'_> {
    fn want(&mut self, shape: &str) {
        let shapes = self.shapes;
        if let Some(inner) = references(&shapes[shape]) {
            self.want(inner);
        }
        for (name, member) in shapes[shape]["properties"].as_object().into_iter().flatten() {
            if self.wanted.insert(format!("{shape}.{name}")) {
                self.want(named(member));
            }
        }
    }

    fn see(&mut self, shape: &str, value: &Value) {
        let shapes = self.shapes;
        match value {
            Value::Array(items) => {
                if let Some(inner) = references(&shapes[shape]) {
                    items.iter().for_each(|item| self.see(inner, item));
                }
            }
            Value::Object(members) => {
                for (name, value) in members {
                    match shapes[shape]["properties"].get(name) {
                        Some(member) => {
                            self.seen.insert(format!("{shape}.{name}"));
                            self.see(named(member), value);
                        }
                        None => {
                            if let Some(inner) = references(&shapes[shape]) {
                                self.see(inner, value);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

/// What the items of a list, or the values of a map, are.
fn references(shape: &Value) -> Option<&str> {
    [&shape["items"], &shape["additionalProperties"]].into_iter().find(|inner| inner.is_object()).map(named)
}

fn named(reference: &Value) -> &str {
    reference["$ref"].as_str().expect("a reference").trim_start_matches("#/$defs/")
}
