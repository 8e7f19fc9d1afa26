//! Secrets and the text of conversations do not appear in `Debug`, `Display` and errors.

use outcrop::config::{ConfigEntry, ConfigList};
use outcrop::{BedrockClient, Credentials, ModelClient as _, ModelRequest};

use crate::support::loopback;

/// The secrets and texts of the tests, which must not be printed.
const MARK: &str = "XYZZY";

fn assert_redacted(description: &str, printed: &str) {
    assert!(!printed.contains(MARK), "{description} prints a secret: {printed}");
}

#[test]
fn credentials_are_redacted() {
    let session = Credentials::session("AKIDEXAMPLE", format!("{MARK}-secret"), format!("{MARK}-token"));
    let bearer = Credentials::bearer(format!("{MARK}-key"));
    for credentials in [session, bearer] {
        assert_redacted("credentials", &format!("{credentials:?}"));
        let builder = BedrockClient::builder().credentials(credentials);
        assert_redacted("a builder", &format!("{builder:?} {builder:#?}"));
    }
}

#[test]
fn configuration_entries_mask_keys() {
    let text = format!(
        r#"[{{"api_type": "bedrock", "model": "amazon.nova-lite-v1:0", "aws_region": "eu-west-1",
             "aws_access_key": "AKID", "aws_secret_key": "{MARK}-1", "aws_session_token": "{MARK}-2",
             "api_key": "{MARK}-3"}}]"#
    );
    let list = ConfigList::from_json(&text).expect("a list");
    assert_redacted("a list", &format!("{list:?}"));
    for entry in list.bedrock_entries().expect("valid entries") {
        assert_redacted("an entry", &format!("{entry:?} {entry:#?}"));
    }
    // Errors about invalid values do not print them.
    for entry in [
        format!(r#"{{"model": "m", "aws_region": "r", "aws_secret_key": ["{MARK}"]}}"#),
        format!(r#"{{"model": "m", "aws_region": "r", "total_max_attempts": "{MARK}"}}"#),
        format!(r#"{{"model": "m", "aws_region": "r", "api_type": "{MARK}"}}"#),
        format!(r#"{{"model": "m", "aws_region": "{MARK}" "#),
    ] {
        let error = ConfigEntry::from_json(&entry).expect_err("an invalid entry");
        assert_redacted("an error", &format!("{error} {error:?}"));
    }
}

#[test]
fn conversations_are_redacted() {
    let params = format!(
        r#"{{"model": "amazon.nova-lite-v1:0",
            "messages": [
                {{"role": "system", "content": "{MARK}"}},
                {{"role": "user", "content": [{{"type": "text", "text": "{MARK}"}}]}},
                {{"role": "assistant", "content": "{MARK}", "tool_calls": [{{"id": "t1", "type": "function",
                  "function": {{"name": "f", "arguments": "{{\"a\": \"{MARK}\"}}"}}}}]}},
                {{"role": "tool", "tool_call_id": "t1", "content": "{MARK}"}}
            ]}}"#
    );
    let request = ModelRequest::from_json(&params).expect("valid parameters");
    assert_redacted("a request", &format!("{request:?} {request:#?}"));
    let client =
        ConfigEntry::from_json(r#"{"model": "m", "aws_region": "eu-west-1"}"#).expect("a valid entry");
    let encoded = client.encode(&request).expect("a valid request");
    assert_redacted("an encoded request", &format!("{encoded:?} {encoded:#?}"));
}

#[test]
fn errors_about_parameters_do_not_print_them() {
    for params in [
        format!(r#""{MARK}""#),
        format!(r#"{{"model": "m", "messages": "{MARK}"}}"#),
        format!(r#"{{"model": "m", "messages": ["{MARK}"]}}"#),
        format!(
            r#"{{"model": "m", "messages": [{{"role": "user", "content": [{{"type": "{MARK}"}}]}}], "tools": "{MARK}"}}"#
        ),
        format!(
            r#"{{"model": "m", "messages": [{{"role": "user", "content": [{{"type": "image_url", "image_url": {{"url": "data:image/png;base64,{MARK}!"}}}}]}}]}}"#
        ),
        format!(
            r#"{{"model": "m", "messages": [{{"role": "user", "content": [{{"type": "image_url", "image_url": {{"url": "data:{MARK}"}}}}]}}]}}"#
        ),
        format!(
            r#"{{"model": "m", "messages": [{{"role": "user", "content": "hi"}}], "max_tokens": -1, "stop": "{MARK}"}}"#
        ),
        format!(r#"{{"model": "m", "messages": [{{"role": "user", "content": "{MARK}"}}"#),
    ] {
        let entry =
            ConfigEntry::from_json(r#"{"model": "m", "aws_region": "eu-west-1"}"#).expect("a valid entry");
        let error = ModelRequest::from_json(&params)
            .and_then(|request| entry.encode(&request))
            .expect_err("invalid parameters");
        assert_redacted("an error", &format!("{error} {error:?} {:?}", error.hint()));
    }
}

#[tokio::test]
async fn responses_are_redacted() {
    let body = loopback::response(MARK);
    let emulator = loopback::serve(&format!(r#"[{{"reply": {body}}}]"#)).await;
    let client = loopback::client(&emulator).await;
    let response = client.create(&loopback::question()).await.expect("a response");
    assert_eq!(response.text(), MARK);
    assert_redacted("a response", &format!("{response:?} {response:#?}"));
    assert_redacted("a client", &format!("{client:?} {:?}", client.transport()));
}

// The sources of an error are the SDK's own errors.
#[tokio::test]
async fn errors_and_their_sources_do_not_print_bodies() {
    let truncated = serde_json::json!([{"status": 200, "headers": {"content-length": "500"}, "body": MARK}]);
    let html = serde_json::json!([{"status": 503, "body": format!("<p>{MARK}</p>")}]);
    for script in [truncated, html] {
        let emulator = loopback::serve(&script.to_string()).await;
        let client = loopback::client(&emulator).await;
        let error = client.create(&loopback::question()).await.expect_err("an invalid response");
        let mut printed = format!("{error} {error:?} {error:#?}");
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            printed.push_str(&format!(" {cause} {cause:?}"));
            source = cause.source();
        }
        assert_redacted("an error", &printed);
    }
}
