//! `init`: builds a client from settings and environment variables.
//!
//! Each case makes a call in a child process. The signature that arrives shows the region and the access key.

use std::time::Duration;

use outcrop::config::ConfigEntry;
use outcrop::transport::{Environment, Settings};
use serde_json::{Value, json};

use crate::support::case_file::{self, Case};
use crate::support::case_report::{CaseReport, Differences, Exception};
use crate::support::child_process::{self, Outcome};
use crate::support::json::members;
use crate::support::signer::Signer;

/// The path of the error of a case.
const PATHS: &[(&str, &str)] = &[
    ("client-half-keys-access", "aws_secret_key"),
    ("client-half-keys-env-half", "AWS_SECRET_KEY"),
    ("client-no-region-keys-only", "aws_region"),
    ("client-no-region-none", "aws_region"),
    ("client-retries-bad-mode", "mode"),
    ("client-retries-bad-zero", "total_max_attempts"),
    ("client-timeout-bad-neg", "timeout"),
];

const EXCEPTIONS: &[Exception] = &[Exception {
    name: "client-retries-max-only",
    difference: "total_max_attempts: 2 instead of 5",
    reason: "AG2 always passes both numbers, and botocore prefers the total; here `max_attempts` applies if it is alone",
}];

#[test]
fn clients_have_region_key_and_limits_of_settings_and_environment() {
    let mut report = CaseReport::with_exceptions(EXCEPTIONS);
    for case in case_file::cases("init") {
        report.check(case.name(), |differences| check(&case, differences));
    }
    report.assert_all_pass(25);
}

fn check(case: &Case, differences: &mut Differences) {
    let expected = case.expected();
    let outcome = child_process::call(case.value("config"), &case.value("env"));
    if !expected["error"].is_null() || expected.pointer("/statement/error_kind").is_some() {
        return check_error(case, &outcome, differences);
    }
    match &outcome.signer {
        Some(signer) => check_signer(case, signer, differences),
        None => differences.add("no request was sent"),
    }
    differences.compare("error", outcome.error, &Value::Null);
    let settings =
        ConfigEntry::settings_from_json(case.text("config").unwrap()).and_then(|entry| entry.settings());
    check_settings(&settings.unwrap(), &environment(case), &expected, differences);
}

fn check_error(case: &Case, Outcome { error, signer }: &Outcome, differences: &mut Differences) {
    let path = PATHS.iter().find(|(name, _)| *name == case.name()).map(|(_, path)| *path);
    differences.compare("error.kind", error["kind"].clone(), &json!("configuration"));
    differences.compare("error.path", error["path"].clone(), &json!(path));
    if let Some(code) = case.expected().pointer("/statement/error_kind") {
        differences.compare("error.code", error["code"].clone(), code);
    }
    if signer.is_some() {
        differences.add("a request was sent");
    }
}

/// Compares the access key, the session token and the region of the signature.
fn check_signer(case: &Case, signer: &Signer, differences: &mut Differences) {
    let Signer::Key { access_key: actual_key, region: actual_region, session_token } = signer else {
        return differences.add(format!("{signer:?} instead of an access key"));
    };
    let expected = case.expected();
    let arguments = expected.pointer("/client/calls/0/kwargs").unwrap_or(&Value::Null);
    let credentials = &expected["statement"]["credentials"];
    let access_key = match (credentials["access_key"].as_str(), credentials["profile"].as_str()) {
        (Some(access_key), _) => access_key,
        (None, Some("known")) => child_process::KNOWN_PROFILE_KEY,
        // The keys that AG2 passes to boto3; without any, the chain finds those of the default profile.
        _ => arguments["aws_access_key_id"].as_str().unwrap_or(child_process::DEFAULT_PROFILE_KEY),
    };
    differences.compare("access key", actual_key.as_str(), &json!(access_key));
    differences.compare("session token", json!(session_token), &arguments["aws_session_token"]);
    let pointers = ["/client/region", "/statement/region"];
    let region = pointers.into_iter().find_map(|pointer| expected.pointer(pointer).cloned());
    let region = region.unwrap_or_else(|| case.value("config")["aws_region"].clone());
    differences.compare("region", actual_region.as_str(), &region);
}

/// Compares timeout, attempts, retry mode and endpoint.
fn check_settings(
    settings: &Settings,
    environment: &Environment,
    expected: &Value,
    differences: &mut Differences,
) {
    if let Some(seconds) = expected.pointer("/client/timeout").and_then(Value::as_u64) {
        differences.compare("timeout", json!(settings.timeouts.read), &json!(Duration::from_secs(seconds)));
    }
    let retries = ["/client/retry_config", "/statement/retry_config"];
    if let Some(retries) = retries.into_iter().find_map(|pointer| expected.pointer(pointer)) {
        let attempts = settings.retry.attempts(environment).unwrap();
        differences.compare("total_max_attempts", attempts, &retries["total_max_attempts"]);
        differences.compare("mode", settings.retry.mode(environment).as_str(), &retries["mode"]);
    }
    if let Some(url) = expected.pointer("/statement/endpoint_url") {
        let actual = settings.endpoint_url.as_deref().map(|url| url.trim_end_matches('/'));
        differences.compare("endpoint_url", json!(actual), url);
    }
}

fn environment(case: &Case) -> Environment {
    let env = case.value("env");
    Environment::from_variables(members(&env).map(|(name, value)| (name, value.as_str().unwrap())))
}
