//! `init`: a client made from settings and an environment.
//!
//! What a client takes from the environment is seen on the wire: each case makes a call in a process of its own, and
//! the signature that arrives tells the region and the key.

use std::time::Duration;

use outcrop::config::ConfigEntry;
use outcrop::transport::{Environment, Settings};
use serde_json::{Value, json};

use crate::support::child::{self, Outcome};
use crate::support::corpus::{self, Case};
use crate::support::json::entries;
use crate::support::signer::Signer;
use crate::support::tally::{Differences, Exception, Tally};

/// What the error of a case is about.
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
    differs: "total_max_attempts: 2 for 5",
    because: "AG2 always hands over both numbers, and botocore takes the total; here the other one counts if it is alone",
}];

#[test]
fn clients_are_made_from_settings_and_environment() {
    let mut tally = Tally::except(EXCEPTIONS);
    for case in corpus::of("init") {
        tally.check(case.name(), |differences| check(&case, differences));
    }
    tally.holds(25);
}

fn check(case: &Case, differences: &mut Differences) {
    let want = case.want();
    let outcome = child::call(case.value("config"), &case.value("env"));
    if !want["error"].is_null() || want.pointer("/statement/error_kind").is_some() {
        return check_error(case, &outcome, differences);
    }
    match &outcome.signer {
        Some(signer) => check_signer(case, signer, differences),
        None => differences.add("nothing was sent"),
    }
    differences.same("error", outcome.error, &Value::Null);
    let settings =
        ConfigEntry::settings_from_json(case.text("config").unwrap()).and_then(|entry| entry.settings());
    check_settings(&settings.unwrap(), &environment(case), &want, differences);
}

fn check_error(case: &Case, Outcome { error, signer }: &Outcome, differences: &mut Differences) {
    let path = PATHS.iter().find(|(name, _)| *name == case.name()).map(|(_, path)| *path);
    differences.same("error.kind", error["kind"].clone(), &json!("configuration"));
    differences.same("error.path", error["path"].clone(), &json!(path));
    if let Some(code) = case.want().pointer("/statement/error_kind") {
        differences.same("error.code", error["code"].clone(), code);
    }
    if signer.is_some() {
        differences.add("a request was sent");
    }
}

/// Who signs, and for which region.
fn check_signer(case: &Case, signer: &Signer, differences: &mut Differences) {
    let Signer::Key { access_key: signed, region: signed_region, session_token } = signer else {
        return differences.add(format!("{signer:?} and not a key"));
    };
    let want = case.want();
    let given = want.pointer("/client/calls/0/kwargs").unwrap_or(&Value::Null);
    let credentials = &want["statement"]["credentials"];
    let access_key = match (credentials["access_key"].as_str(), credentials["profile"].as_str()) {
        (Some(access_key), _) => access_key,
        (None, Some("known")) => child::KNOWN,
        // Keys that AG2 hands over, or none: then the chain finds those of the default profile.
        _ => given["aws_access_key_id"].as_str().unwrap_or(child::DEFAULT),
    };
    differences.same("access key", signed.as_str(), &json!(access_key));
    differences.same("session token", json!(session_token), &given["aws_session_token"]);
    let places = ["/client/region", "/statement/region"];
    let region = places.into_iter().find_map(|place| want.pointer(place).cloned());
    let region = region.unwrap_or_else(|| case.value("config")["aws_region"].clone());
    differences.same("region", signed_region.as_str(), &region);
}

/// How long it is waited and how often it is tried, and where the service is.
fn check_settings(
    settings: &Settings,
    environment: &Environment,
    want: &Value,
    differences: &mut Differences,
) {
    if let Some(seconds) = want.pointer("/client/timeout").and_then(Value::as_u64) {
        differences.same("timeout", json!(settings.timeouts.read), &json!(Duration::from_secs(seconds)));
    }
    let retries = ["/client/retry_config", "/statement/retry_config"];
    if let Some(retries) = retries.into_iter().find_map(|place| want.pointer(place)) {
        let attempts = settings.retry.attempts(environment).unwrap();
        differences.same("total_max_attempts", attempts, &retries["total_max_attempts"]);
        differences.same("mode", settings.retry.mode(environment).as_str(), &retries["mode"]);
    }
    if let Some(url) = want.pointer("/statement/endpoint_url") {
        let found = settings.endpoint_url.as_deref().map(|url| url.trim_end_matches('/'));
        differences.same("endpoint_url", json!(found), url);
    }
}

fn environment(case: &Case) -> Environment {
    let env = case.value("env");
    Environment::from_variables(entries(&env).map(|(name, value)| (name, value.as_str().unwrap())))
}
