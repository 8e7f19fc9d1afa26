//! `config_entry`: parses an entry of a configuration list, prints it, and builds its client.

use std::time::Duration;

use outcrop::config::ConfigEntry;
use outcrop::{BedrockClient, Credentials, ErrorKind, ModelError, ModelRequest};
use serde_json::{Value, json};

use crate::support::case_file::{self, Case};
use crate::support::case_report::{CaseReport, Differences, Exception};
use crate::support::json::members;

const EXCEPTIONS: &[Exception] = &[Exception {
    name: "config-entry-api-type-wrong",
    difference: "no error",
    reason: "AG2 has a class for each `api_type`, and here one type has both",
}];

#[test]
fn entries_are_parsed_printed_and_built() {
    let mut report = CaseReport::with_exceptions(EXCEPTIONS);
    for case in case_file::cases("config_entry") {
        report.check(case.name(), |differences| check(&case, differences));
    }
    report.assert_all_pass(18);
}

#[test]
fn entry_of_another_provider_is_an_error() {
    let error =
        ConfigEntry::from_json(r#"{"model": "m", "aws_region": "r", "api_type": "openai"}"#).unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Configuration, Some("api_type")));
}

fn check(case: &Case, differences: &mut Differences) {
    let expected = case.expected();
    let entry = match ConfigEntry::from_json(&entry_json(case).to_string()) {
        Ok(entry) => entry,
        Err(error) => return check_error(&error, &expected, differences),
    };
    if !expected["error"].is_null() {
        return differences.add("no error");
    }
    if let Some(dump) = expected.get("dump") {
        differences.compare("dump", json!(entry.to_json_with_secrets()), dump);
        check_debug(&format!("{entry:?}"), dump, differences);
    }
    if case.value("create_client") == true {
        check_client(&entry, &expected, differences);
    }
}

/// Returns the JSON of the entry. The member `api` of a case is the class of AG2 that parses it.
fn entry_json(case: &Case) -> Value {
    let mut entry = case.value("entry");
    if let Some(api) = case.text("api") {
        entry["api_type"] = serde_json::from_str(api).unwrap();
    }
    entry
}

/// Compares the key that an error is about: the second line of AG2's error.
fn check_error(error: &ModelError, expected: &Value, differences: &mut Differences) {
    let Some(text) = expected["error"].as_str() else { return differences.add(format!("error: {error}")) };
    differences.compare("error.path", json!(error.path()), &json!(text.lines().nth(1)));
    if error.kind() != ErrorKind::Configuration || error.message().is_empty() {
        differences.add(format!("error: {error:?}"));
    }
}

/// Checks that `Debug` prints every key, but masks secrets.
fn check_debug(output: &str, dump: &Value, differences: &mut Differences) {
    let without_spaces = |text: &str| text.replace(' ', "");
    for (name, value) in members(dump) {
        let is_secret = name.ends_with("_key") || name.ends_with("_token");
        let member = if is_secret { format!("{name}:\"**********\"") } else { format!("{name}:{value}") };
        if !without_spaces(output).contains(&without_spaces(&member)) {
            differences.add(format!("debug: {output} lacks {member}"));
        }
        if is_secret && output.contains(value.as_str().unwrap()) {
            differences.add(format!("debug: {name} is not masked"));
        }
    }
}

/// Compares the settings of the client: those that AG2 passes to boto3, and those that it forgets.
fn check_client(entry: &ConfigEntry, expected: &Value, differences: &mut Differences) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = runtime.block_on(BedrockClient::from_config(entry)).unwrap();
    let pointers = ["/statement/client/region", "/client/calls/1/config/region_name"];
    if let Some(region) = pointers.into_iter().find_map(|pointer| expected.pointer(pointer)) {
        differences.compare("region", client.transport().region().name.as_str(), region);
    }

    let settings = entry.settings().unwrap();
    if let Some(seconds) = expected["client"]["timeout"].as_u64() {
        differences.compare("timeout", json!(settings.timeouts.read), &json!(Duration::from_secs(seconds)));
    }
    if let Some(access_key) = expected.pointer("/client/calls/0/kwargs/aws_access_key_id") {
        let actual = match &settings.credentials {
            Some(Credentials::Keys { access_key, .. }) => Some(access_key.as_str()),
            _ => None,
        };
        differences.compare("access key", json!(actual), access_key);
    }

    let request = ModelRequest::builder("amazon.nova-lite-v1:0").user("Name a city.").build();
    let has_tools = client.encode(&request).unwrap().body.tool_config.is_some();
    let has_format = expected.pointer("/statement/client/response_format") == Some(&json!("set"));
    differences.compare("request has structured output", has_tools, &json!(has_format));
}
