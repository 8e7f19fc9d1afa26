//! Tests of settings.

use super::{Credentials, Environment, Retry, RetryMode, Settings, Timeouts};

fn env(variables: &[(&str, &str)]) -> Environment {
    Environment::from_variables(variables.iter().copied())
}

#[test]
fn attempts_are_counted_as_botocore_counts_them() {
    let retry = |total, retries| {
        let mut retry = Retry::new();
        (retry.total_max_attempts, retry.max_attempts) = (total, retries);
        retry
    };
    let seven = env(&[("AWS_MAX_ATTEMPTS", " 7 ")]);
    for (retry, env, attempts) in [
        (retry(None, None), env(&[]), 5),
        (retry(None, None), seven.clone(), 7),
        (retry(None, None), env(&[("AWS_MAX_ATTEMPTS", "many")]), 5),
        (retry(Some(3), None), seven.clone(), 3),
        (retry(None, Some(3)), seven.clone(), 4),
        (retry(None, Some(u32::MAX)), seven.clone(), u32::MAX),
        (retry(Some(2), Some(9)), seven, 2),
    ] {
        assert_eq!(retry.attempts(&env).expect("there is one attempt"), attempts, "{retry:?} {env:?}");
    }
    let none = Retry::new().with_attempts(0).attempts(&env(&[])).expect_err("no attempt");
    assert_eq!((none.code(), none.path()), (Some("InvalidRetry"), Some("total_max_attempts")));
}

#[test]
fn a_whole_answer_is_waited_for_and_a_silent_stream_is_not() {
    // L120, M57, M58
    let limits = Timeouts::default();
    let seconds = |limit: Option<std::time::Duration>| limit.map(|limit| limit.as_secs());
    assert_eq!((seconds(limits.read), seconds(limits.operation)), (Some(600), None));
    assert_eq!((seconds(limits.first_event), seconds(limits.idle)), (Some(300), Some(120)));
    assert_eq!((seconds(limits.connect), seconds(limits.stream)), (Some(10), None));
}

#[test]
fn the_mode_is_given_or_that_of_the_environment() {
    for (value, mode) in [
        ("", RetryMode::Standard),
        ("standard", RetryMode::Standard),
        ("Adaptive", RetryMode::Adaptive),
        ("legacy", RetryMode::Legacy),
        ("relaxed", RetryMode::Standard),
    ] {
        assert_eq!(Retry::new().mode(&env(&[("AWS_RETRY_MODE", value)])), mode, "{value}");
    }
    let given = Retry::new().with_mode(RetryMode::Legacy);
    assert_eq!(given.mode(&env(&[("AWS_RETRY_MODE", "adaptive")])), RetryMode::Legacy);
}

#[test]
fn an_empty_variable_is_not_set() {
    let env = env(&[("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "eu-west-3")]);
    let region = Settings::new().with_environment(env.clone()).region_without_profile().expect("a region");
    assert_eq!((region.name.as_str(), region.source), ("eu-west-3", "AWS_DEFAULT_REGION"));
    assert_eq!(env.get("AWS_REGION"), None);
    assert!(!format!("{env:?}").contains("eu-west-3"), "values may be secrets");
}

#[test]
fn empty_halves_of_a_key_are_missing_ones() {
    let parts = |access: &str, secret: &str| {
        Credentials::from_parts(Some(access.to_owned()), Some(secret.to_owned()), None)
    };
    assert!(parts("", "").expect("no key at all").is_none());
    assert!(parts("a", "s").expect("a key").is_some());
    assert_eq!(parts("a", "").expect_err("half").path(), Some("aws_secret_key"));
    assert_eq!(parts("", "s").expect_err("half").path(), Some("aws_access_key"));
}
