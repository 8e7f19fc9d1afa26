//! No secret and no word of the conversation shows where it should not.

use outcrop::config::{ConfigEntry, ConfigList};
use outcrop::{BedrockClient, Credentials, ModelClient as _, ModelRequest};

use crate::support::loopback;

/// What stands in for secrets and prompts; it must not be found in what is printed.
const MARK: &str = "XYZZY";

fn is_silent(what: &str, printed: &str) {
    assert!(!printed.contains(MARK), "{what} tells a secret: {printed}");
}

#[test]
fn credentials_never_show() {
    let session = Credentials::session("AKIDEXAMPLE", format!("{MARK}-secret"), format!("{MARK}-token"));
    let bearer = Credentials::bearer(format!("{MARK}-key"));
    for credentials in [session, bearer] {
        is_silent("credentials", &format!("{credentials:?}"));
        let builder = BedrockClient::builder().credentials(credentials);
        is_silent("a builder", &format!("{builder:?} {builder:#?}"));
    }
}

#[test]
fn configurations_never_show_keys() {
    let text = format!(
        r#"[{{"api_type": "bedrock", "model": "amazon.nova-lite-v1:0", "aws_region": "eu-west-1",
             "aws_access_key": "AKID", "aws_secret_key": "{MARK}-1", "aws_session_token": "{MARK}-2",
             "api_key": "{MARK}-3"}}]"#
    );
    let list = ConfigList::from_json(&text).expect("it is a list");
    is_silent("a list", &format!("{list:?}"));
    for entry in list.bedrock_entries().expect("it can be read") {
        is_silent("an entry", &format!("{entry:?} {entry:#?}"));
    }
    // Neither do errors about keys that are wrong.
    for entry in [
        format!(r#"{{"model": "m", "aws_region": "r", "aws_secret_key": ["{MARK}"]}}"#),
        format!(r#"{{"model": "m", "aws_region": "r", "total_max_attempts": "{MARK}"}}"#),
        format!(r#"{{"model": "m", "aws_region": "r", "api_type": "{MARK}"}}"#),
        format!(r#"{{"model": "m", "aws_region": "{MARK}" "#),
    ] {
        let error = ConfigEntry::from_json(&entry).expect_err("it is wrong");
        is_silent("an error", &format!("{error} {error:?}"));
    }
}

#[test]
fn the_words_of_a_conversation_never_show() {
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
    let request = ModelRequest::from_json(&params).expect("the parameters are good");
    is_silent("a request", &format!("{request:?} {request:#?}"));
    let client = ConfigEntry::from_json(r#"{"model": "m", "aws_region": "eu-west-1"}"#).expect("it is good");
    let encoded = client.encode(&request).expect("it can be sent");
    is_silent("an encoded request", &format!("{encoded:?} {encoded:#?}"));
}

#[test]
fn errors_about_parameters_never_repeat_them() {
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
            ConfigEntry::from_json(r#"{"model": "m", "aws_region": "eu-west-1"}"#).expect("it is good");
        let error = ModelRequest::from_json(&params)
            .and_then(|request| entry.encode(&request))
            .expect_err("the parameters are wrong");
        is_silent("an error", &format!("{error} {error:?} {:?}", error.hint()));
    }
}

#[tokio::test]
async fn what_a_model_says_never_shows() {
    let reply = loopback::reply(MARK);
    let emulator = loopback::serve(&format!(r#"[{{"reply": {reply}}}]"#)).await;
    let client = loopback::client(&emulator).await;
    let response = client.create(&loopback::question()).await.expect("an answer");
    assert_eq!(response.text(), MARK);
    is_silent("a response", &format!("{response:?} {response:#?}"));
    is_silent("a client", &format!("{client:?} {:?}", client.transport()));
}

/// The parts of an error that the SDK leaves behind are shown as well.
#[tokio::test]
async fn errors_never_show_replies() {
    let cut = serde_json::json!([{"status": 200, "headers": {"content-length": "500"}, "body": MARK}]);
    let html = serde_json::json!([{"status": 503, "body": format!("<p>{MARK}</p>")}]);
    for script in [cut, html] {
        let emulator = loopback::serve(&script.to_string()).await;
        let client = loopback::client(&emulator).await;
        let error = client.create(&loopback::question()).await.expect_err("the reply is none");
        let mut printed = format!("{error} {error:?} {error:#?}");
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            printed.push_str(&format!(" {cause} {cause:?}"));
            source = cause.source();
        }
        is_silent("an error", &printed);
    }
}
