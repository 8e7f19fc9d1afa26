//! `config_entry`: an entry of a configuration list, how it is shown, and the client that it describes.

use std::time::Duration;

use outcrop::config::ConfigEntry;
use outcrop::{BedrockClient, Credentials, ErrorKind, ModelError, ModelRequest};
use serde_json::{Value, json};

use crate::support::corpus::{self, Case};
use crate::support::json::entries;
use crate::support::tally::{Differences, Exception, Tally};

const EXCEPTIONS: &[Exception] = &[Exception {
    name: "config-entry-api-type-wrong",
    differs: "error: none",
    because: "AG2 has a class for each `api_type`, and here one type reads both",
}];

#[test]
fn entries_are_read_shown_and_made_clients() {
    let mut tally = Tally::except(EXCEPTIONS);
    for case in corpus::of("config_entry") {
        tally.check(case.name(), |differences| check(&case, differences));
    }
    tally.holds(18);
}

#[test]
fn the_entry_of_another_provider_is_an_error() {
    let error =
        ConfigEntry::from_json(r#"{"model": "m", "aws_region": "r", "api_type": "openai"}"#).unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Configuration, Some("api_type")));
}

fn check(case: &Case, differences: &mut Differences) {
    let want = case.want();
    let entry = match ConfigEntry::from_json(&given(case).to_string()) {
        Ok(entry) => entry,
        Err(error) => return check_error(&error, &want, differences),
    };
    if !want["error"].is_null() {
        return differences.add("error: none");
    }
    if let Some(dump) = want.get("dump") {
        differences.same("dump", json!(entry.to_json_with_secrets()), dump);
        check_shown(&format!("{entry:?}"), dump, differences);
    }
    if case.value("create_client") == true {
        check_client(&entry, &want, differences);
    }
}

/// The entry; `api` tells of which of AG2's classes it is.
fn given(case: &Case) -> Value {
    let mut entry = case.value("entry");
    if let Some(api) = case.text("api") {
        entry["api_type"] = serde_json::from_str(api).unwrap();
    }
    entry
}

/// The second line of AG2's error is the name of the key.
fn check_error(error: &ModelError, want: &Value, differences: &mut Differences) {
    let Some(text) = want["error"].as_str() else { return differences.add(format!("error: {error}")) };
    differences.same("error.path", json!(error.path()), &json!(text.lines().nth(1)));
    if error.kind() != ErrorKind::Configuration || error.message().is_empty() {
        differences.add(format!("error: {error:?}"));
    }
}

/// `Debug` shows every key, but of secrets only that they are there.
fn check_shown(shown: &str, dump: &Value, differences: &mut Differences) {
    let without_spaces = |text: &str| text.replace(' ', "");
    for (name, value) in entries(dump) {
        let is_secret = name.ends_with("_key") || name.ends_with("_token");
        let member = if is_secret { format!("{name}:\"**********\"") } else { format!("{name}:{value}") };
        if !without_spaces(shown).contains(&without_spaces(&member)) {
            differences.add(format!("shown: {shown} lacks {member}"));
        }
        if is_secret && shown.contains(value.as_str().unwrap()) {
            differences.add(format!("shown: {name} in clear"));
        }
    }
}

/// The client has what AG2 hands over to boto3, and what AG2 forgets to.
fn check_client(entry: &ConfigEntry, want: &Value, differences: &mut Differences) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = runtime.block_on(BedrockClient::from_config(entry)).unwrap();
    let places = ["/statement/client/region", "/client/calls/1/config/region_name"];
    if let Some(region) = places.into_iter().find_map(|place| want.pointer(place)) {
        differences.same("region", client.transport().region().name.as_str(), region);
    }

    let settings = entry.settings().unwrap();
    if let Some(seconds) = want["client"]["timeout"].as_u64() {
        differences.same("timeout", json!(settings.timeouts.read), &json!(Duration::from_secs(seconds)));
    }
    if let Some(access_key) = want.pointer("/client/calls/0/kwargs/aws_access_key_id") {
        let found = match &settings.credentials {
            Some(Credentials::Keys { access_key, .. }) => Some(access_key.as_str()),
            _ => None,
        };
        differences.same("access key", json!(found), access_key);
    }

    let request = ModelRequest::builder("amazon.nova-lite-v1:0").user("Name a city.").build();
    let has_tools = client.encode(&request).unwrap().body.tool_config.is_some();
    let has_format = want.pointer("/statement/client/response_format") == Some(&json!("set"));
    differences.same("a structured answer is asked for", has_tools, &json!(has_format));
}
