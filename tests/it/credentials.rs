//! Credentials and regions: where they are found, which take precedence, and the errors if there are none.

use outcrop::config::ConfigEntry;
use outcrop::transport::Environment;
use outcrop::{BedrockClient, BedrockClientBuilder, Credentials, ErrorKind, ModelClient as _};
use serde_json::json;

use crate::support::signer::Signer;
use crate::support::{child_process, loopback};

/// Sends one request with a client and returns its signer.
async fn signer(configure: impl FnOnce(BedrockClientBuilder) -> BedrockClientBuilder) -> Signer {
    let emulator = loopback::serve_model().await;
    let builder = BedrockClient::builder().endpoint_url(emulator.url()).region("eu-west-1");
    let client = configure(builder).build().await.expect("a client");
    client.create(&loopback::question()).await.expect("a response");
    let requests = emulator.requests();
    assert_eq!(requests.len(), 1);
    Signer::from_request(&requests[0])
}

#[tokio::test]
async fn explicit_credentials_sign_requests() {
    let empty = Environment::from_variables::<&str, &str>([]);
    let keys = signer(|b| b.environment(empty.clone()).credentials(Credentials::keys("AKID1", "s"))).await;
    assert_eq!(keys, Signer::key("AKID1", "eu-west-1"));
    let session = Credentials::session("AKID2", "s", "session-token");
    let Signer::Key { session_token, .. } =
        signer(|b| b.environment(empty.clone()).credentials(session)).await
    else {
        panic!("not an access key")
    };
    assert_eq!(session_token.as_deref(), Some("session-token"));
    let bearer = signer(|b| b.environment(empty).credentials(Credentials::bearer("api-key"))).await;
    assert_eq!(bearer, Signer::Token("api-key".to_owned()));
}

#[tokio::test]
async fn environment_variables_have_an_order() {
    let all = [
        ("AWS_BEARER_TOKEN_BEDROCK", "token"),
        ("AWS_ACCESS_KEY_ID", "AKID-AWS"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_ACCESS_KEY", "AKID-AG2"),
        ("AWS_SECRET_KEY", "s"),
    ];
    let expected = [
        Signer::Token("token".to_owned()),
        Signer::key("AKID-AWS", "eu-west-1"),
        Signer::key("AKID-AG2", "eu-west-1"),
    ];
    for (skipped, expected) in [0, 1, 3].into_iter().zip(expected) {
        let environment = Environment::from_variables(all.into_iter().skip(skipped));
        assert_eq!(signer(|builder| builder.environment(environment)).await, expected);
    }
    let explicit = |builder: BedrockClientBuilder| {
        builder.environment(Environment::from_variables(all)).credentials(Credentials::keys("AKID", "s"))
    };
    assert_eq!(signer(explicit).await, Signer::key("AKID", "eu-west-1"));
}

// The service rejects the session token of one identity with the access key of another (L119).
#[tokio::test]
async fn access_key_and_session_token_have_the_same_source() {
    let session = Environment::from_variables([
        ("AWS_ACCESS_KEY_ID", "AKID-AWS"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_SESSION_TOKEN", "session-token"),
    ]);
    let from_environment = signer(|builder| builder.environment(session.clone())).await;
    let Signer::Key { access_key, session_token, .. } = from_environment else { panic!("not an access key") };
    assert_eq!((access_key.as_str(), session_token.as_deref()), ("AKID-AWS", Some("session-token")));
    let explicit = |builder: BedrockClientBuilder| {
        builder.environment(session.clone()).credentials(Credentials::keys("AKID", "s"))
    };
    assert_eq!(signer(explicit).await, Signer::key("AKID", "eu-west-1"));
}

#[tokio::test]
async fn half_an_access_key_is_an_error_with_the_missing_half() {
    for (variable, missing) in [
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
        ("AWS_ACCESS_KEY", "AWS_SECRET_KEY"),
        ("AWS_SECRET_KEY", "AWS_ACCESS_KEY"),
    ] {
        let environment = Environment::from_variables([(variable, "XYZZY")]);
        let error = BedrockClient::builder()
            .region("eu-west-1")
            .environment(environment)
            .build()
            .await
            .expect_err("half");
        assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, Some("PartialCredentials")));
        assert_eq!(error.path(), Some(missing));
        assert!(!format!("{error:?}").contains("XYZZY"));
    }
    let entry = r#"{"model": "m", "aws_region": "eu-west-1", "aws_access_key": "AKID"}"#;
    let entry = ConfigEntry::from_json(entry).expect("keys are checked by `build`");
    let error = BedrockClient::from_config(&entry).await.expect_err("half");
    assert_eq!((error.code(), error.path()), (Some("PartialCredentials"), Some("aws_secret_key")));
}

#[tokio::test]
async fn region_of_settings_takes_precedence_over_environment() {
    let variables = [("AWS_REGION", "eu-west-2"), ("AWS_DEFAULT_REGION", "eu-west-3")];
    for (given, skipped, region, source) in [
        (Some("eu-west-1"), 0, "eu-west-1", "the settings"),
        (None, 0, "eu-west-2", "AWS_REGION"),
        (None, 1, "eu-west-3", "AWS_DEFAULT_REGION"),
    ] {
        let environment = Environment::from_variables(variables.into_iter().skip(skipped));
        let builder =
            BedrockClient::builder().environment(environment).credentials(Credentials::keys("AKID", "s"));
        let builder = given.into_iter().fold(builder, BedrockClientBuilder::region);
        let client = builder.build().await.expect("a client");
        assert_eq!(
            (client.transport().region().name.as_str(), client.transport().region().source),
            (region, source)
        );
    }
}

// The SDK reads profiles from the environment of the process, so the calls run in child processes.
#[test]
fn profiles_have_credentials_and_a_region() {
    for (entry, variables, access_key, region) in [
        (json!({"aws_profile_name": "known"}), json!({}), child_process::KNOWN_PROFILE_KEY, "eu-central-1"),
        (json!({}), json!({"AWS_PROFILE": "known"}), child_process::KNOWN_PROFILE_KEY, "eu-central-1"),
        (json!({}), json!({}), child_process::DEFAULT_PROFILE_KEY, "eu-north-1"),
        (
            json!({"aws_profile_name": "known", "aws_region": "eu-south-1"}),
            json!({}),
            child_process::KNOWN_PROFILE_KEY,
            "eu-south-1",
        ),
        // An explicit profile takes precedence over a token of the environment.
        (
            json!({"aws_profile_name": "known"}),
            json!({"AWS_BEARER_TOKEN_BEDROCK": "token"}),
            child_process::KNOWN_PROFILE_KEY,
            "eu-central-1",
        ),
    ] {
        let mut variables = variables;
        variables["AWS_CONFIG_FILE"] = json!(child_process::CONFIG);
        let outcome = child_process::call(entry.clone(), &variables);
        assert_eq!(outcome.signer, Some(Signer::key(access_key, region)), "{entry}: {}", outcome.error);
    }
}

// The SDK itself would use the token (M77).
#[test]
fn keys_of_an_entry_take_precedence_over_token_of_environment() {
    let entry = json!({"aws_region": "eu-west-1", "aws_access_key": "AKID", "aws_secret_key": "s"});
    let outcome = child_process::call(entry, &json!({"AWS_BEARER_TOKEN_BEDROCK": "token"}));
    assert_eq!(outcome.signer, Some(Signer::key("AKID", "eu-west-1")), "{}", outcome.error);
}

// The SDK itself would send requests to loopback through the proxy.
#[test]
fn loopback_endpoint_ignores_proxy_of_environment() {
    let variables = json!({"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"});
    let outcome = child_process::call(json!({"aws_region": "eu-west-1"}), &variables);
    assert_eq!(outcome.error, json!(null));
}

#[test]
fn missing_region_or_credentials_is_an_error_with_the_searched_sources() {
    let no_region = child_process::call(json!({}), &json!({}));
    let no_credentials = child_process::call(
        json!({"aws_region": "eu-west-1"}),
        // Variables of other providers are not read (M78).
        &json!({"AWS_SHARED_CREDENTIALS_FILE": "there-is-none", "API_KEY": "k", "OPENAI_API_KEY": "k"}),
    );
    let regions = &["aws_region", "AWS_REGION", "AWS_DEFAULT_REGION", "profile"][..];
    let identities =
        &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK", "sso"][..];
    for (outcome, sources) in [(no_region, regions), (no_credentials, identities)] {
        assert_eq!(outcome.signer, None, "a request was sent");
        let hint = outcome.error["hint"].as_str().expect("a hint");
        for source in sources {
            assert!(hint.contains(source), "{source}: {hint}");
        }
    }
}
