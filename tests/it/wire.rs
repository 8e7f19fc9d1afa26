//! Request bytes: they arrive as they are encoded, and equal requests have equal bytes.

use outcrop::config::ConfigEntry;
use outcrop::transport::{Environment, Settings, Transport};
use outcrop::{Credentials, ModelClient as _, ModelRequest, Retry};
use outcrop_emulator::{Emulator, Script, ScriptedExchange};

use crate::cases::create::{self, Accepted};
use crate::support::loopback;

/// The number of times that a request is encoded to compare the bytes.
const TIMES: usize = 100;

#[tokio::test]
async fn requests_of_the_cases_arrive_byte_for_byte() {
    let response = loopback::response("Yes.");
    let script = Script::new().then(ScriptedExchange::response(response).expect("JSON").forever());
    // The cases have model ids that do not exist.
    let emulator = Emulator::builder().any_model(true).script(script).start().await.expect("a port is free");
    let settings = Settings::new()
        .with_environment(Environment::from_variables::<&str, &str>([]))
        .with_region("eu-west-1")
        .with_credentials(Credentials::keys("AKIDEXAMPLE", "s"))
        .with_retry(Retry::never())
        .with_endpoint_url(emulator.url());
    let transport = Transport::from_settings(settings).await.expect("a transport");
    let mut sent = Vec::new();
    for Accepted { name, encoded, .. } in create::accepted() {
        let response = transport.converse(&encoded.model_id, encoded.to_bytes()).await;
        response.unwrap_or_else(|error| panic!("{name}: {error}"));
        sent.push((name, encoded));
    }
    assert!(sent.len() > 250, "only {} requests", sent.len());
    let received = emulator.requests();
    assert_eq!(received.len(), sent.len());
    for ((name, encoded), received) in sent.iter().zip(&received) {
        assert_eq!(received.body(), &encoded.to_bytes(), "{name}");
        assert_eq!(received.header("content-type"), Some("application/json"), "{name}");
        let length = encoded.to_bytes().len().to_string();
        assert_eq!(received.header("content-length"), Some(length.as_str()), "{name}");
    }
}

#[test]
fn equal_requests_have_equal_bytes() {
    for Accepted { name, entry, request, encoded } in create::accepted() {
        for _ in 1..TIMES {
            let again = entry.encode(&request).expect("a valid request");
            assert_eq!(encoded.to_bytes(), again.to_bytes(), "{name}");
        }
    }
}

#[test]
fn numbers_and_key_order_are_preserved() {
    let schema = r#"{"type":"object","properties":{"zebra":{"type":"string"},"apple":{"type":"number","minimum":1.0,"maximum":1e3},"mango":{"enum":["z","a"]}},"required":["zebra","apple"]}"#;
    let params = format!(
        r#"{{"model": "m", "messages": [{{"role": "user", "content": "hi"}}], "temperature": 0.7, "top_p": 1.0,
            "tools": [{{"type": "function", "function": {{"name": "t", "parameters": {schema}}}}}],
            "additional_model_request_fields": {{"z": 0.1, "a": 1.50, "big": 12345678901234567890123}}}}"#
    );
    let request = ModelRequest::from_json(&params).expect("valid parameters");
    let entry = ConfigEntry::settings_from_json("{}").expect("an entry");
    let bytes = entry.encode(&request).expect("a valid request").to_bytes();
    let sent = std::str::from_utf8(&bytes).expect("UTF-8");
    for part in [
        r#""inferenceConfig":{"temperature":0.7,"topP":1.0}"#,
        &format!(r#""inputSchema":{{"json":{schema}}}"#),
        r#""additionalModelRequestFields":{"z":0.1,"a":1.50,"big":12345678901234567890123}"#,
    ] {
        assert!(sent.contains(part), "{part}\nis missing in\n{sent}");
    }
}

// An account may require a guardrail in every call, unary or streamed (M64).
#[tokio::test]
async fn streamed_request_equals_unary_request() {
    let params = format!(
        r#"{{"model": "{}", "messages": [{{"role": "user", "content": "hi"}}], "max_tokens": 50,
            "guardrail_config": {{"guardrail_identifier": "gr1", "guardrail_version": "1", "trace": "enabled"}},
            "service_tier": "default", "metadata": {{"team": "blue"}}}}"#,
        loopback::MODEL
    );
    let request = ModelRequest::from_json(&params).expect("valid parameters");
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    client.create(&request).await.expect("a response");
    client.create_stream(&request).await.expect("a stream").collect_response().await.expect("a response");
    let requests = emulator.requests();
    let [call, stream] = requests.as_slice() else { panic!("{} requests", requests.len()) };
    assert!(call.path().ends_with("/converse") && stream.path().ends_with("/converse-stream"));
    let sent = std::str::from_utf8(call.body()).expect("UTF-8");
    assert!(sent.contains(r#""guardrailConfig":{"guardrailIdentifier":"gr1""#), "{sent}");
    assert_eq!(stream.body(), call.body());
}

// The SDK's feature `rustls` would add its legacy connector with another HTTP client (M79).
#[test]
fn dependencies_have_one_http_client_and_no_legacy_one() {
    const LOCK: &str = include_str!("../../Cargo.lock");
    let versions = |name: &str| -> Vec<&str> {
        let head = format!("name = \"{name}\"\nversion = \"");
        LOCK.split(&head).skip(1).filter_map(|after| after.split('"').next()).collect()
    };
    for (name, major) in [("hyper", "1."), ("rustls", "0.23.")] {
        let found = versions(name);
        assert!(matches!(found.as_slice(), [one] if one.starts_with(major)), "{name}: {found:?}");
    }
    assert!(versions("hyper-rustls").iter().all(|version| !version.starts_with("0.24")));
}
