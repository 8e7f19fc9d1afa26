//! As whom and where: keys, tokens, profiles, regions, and what is said when there are none.

use outcrop::config::ConfigEntry;
use outcrop::transport::Environment;
use outcrop::{BedrockClient, BedrockClientBuilder, Credentials, ErrorKind, ModelClient as _};
use serde_json::json;

use crate::support::signer::Signer;
use crate::support::{child, loopback};

/// Who signed the one request that the client of a builder sends.
async fn signer(make: impl FnOnce(BedrockClientBuilder) -> BedrockClientBuilder) -> Signer {
    let emulator = loopback::serve_model().await;
    let builder = BedrockClient::builder().endpoint_url(emulator.url()).region("eu-west-1");
    let client = make(builder).build().await.expect("a client");
    client.create(&loopback::question()).await.expect("an answer");
    let requests = emulator.requests();
    assert_eq!(requests.len(), 1);
    Signer::of(&requests[0])
}

#[tokio::test]
async fn credentials_are_those_that_were_given() {
    let empty = Environment::from_variables::<&str, &str>([]);
    let keys = signer(|b| b.environment(empty.clone()).credentials(Credentials::keys("AKID1", "s"))).await;
    assert_eq!(keys, Signer::key("AKID1", "eu-west-1"));
    let session = Credentials::session("AKID2", "s", "session-token");
    let Signer::Key { session_token, .. } =
        signer(|b| b.environment(empty.clone()).credentials(session)).await
    else {
        panic!("a key was given")
    };
    assert_eq!(session_token.as_deref(), Some("session-token"));
    let bearer = signer(|b| b.environment(empty).credentials(Credentials::bearer("api-key"))).await;
    assert_eq!(bearer, Signer::Token("api-key".to_owned()));
}

#[tokio::test]
async fn the_environment_is_looked_at_in_order() {
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

/// The token of one identity beside the key of another would be refused (lesson L119).
#[tokio::test]
async fn keys_and_the_token_of_their_session_come_from_one_place() {
    let session = Environment::from_variables([
        ("AWS_ACCESS_KEY_ID", "AKID-AWS"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_SESSION_TOKEN", "session-token"),
    ]);
    let of_environment = signer(|builder| builder.environment(session.clone())).await;
    let Signer::Key { access_key, session_token, .. } = of_environment else { panic!("a key was given") };
    assert_eq!((access_key.as_str(), session_token.as_deref()), ("AKID-AWS", Some("session-token")));
    let given = |builder: BedrockClientBuilder| {
        builder.environment(session.clone()).credentials(Credentials::keys("AKID", "s"))
    };
    assert_eq!(signer(given).await, Signer::key("AKID", "eu-west-1"));
}

#[tokio::test]
async fn half_a_key_is_an_error_that_names_the_other_half() {
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
    let entry = ConfigEntry::from_json(entry).expect("the keys are checked when connecting");
    let error = BedrockClient::from_config(&entry).await.expect_err("half");
    assert_eq!((error.code(), error.path()), (Some("PartialCredentials"), Some("aws_secret_key")));
}

#[tokio::test]
async fn the_region_is_that_of_the_settings_then_of_the_environment() {
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

/// What the SDK finds by itself it finds in the environment of its process.
#[test]
fn profiles_have_credentials_and_a_region() {
    for (entry, variables, access_key, region) in [
        (json!({"aws_profile_name": "known"}), json!({}), child::KNOWN, "eu-central-1"),
        (json!({}), json!({"AWS_PROFILE": "known"}), child::KNOWN, "eu-central-1"),
        (json!({}), json!({}), child::DEFAULT, "eu-north-1"),
        (
            json!({"aws_profile_name": "known", "aws_region": "eu-south-1"}),
            json!({}),
            child::KNOWN,
            "eu-south-1",
        ),
        // A profile that is named goes before a token of the environment.
        (
            json!({"aws_profile_name": "known"}),
            json!({"AWS_BEARER_TOKEN_BEDROCK": "token"}),
            child::KNOWN,
            "eu-central-1",
        ),
    ] {
        let mut variables = variables;
        variables["AWS_CONFIG_FILE"] = json!(child::REGIONS);
        let outcome = child::call(entry.clone(), &variables);
        assert_eq!(outcome.signer, Some(Signer::key(access_key, region)), "{entry}: {}", outcome.error);
    }
}

/// The SDK itself would take the token.
#[test]
fn keys_of_an_entry_go_before_a_token_of_the_environment() {
    let entry = json!({"aws_region": "eu-west-1", "aws_access_key": "AKID", "aws_secret_key": "s"});
    let outcome = child::call(entry, &json!({"AWS_BEARER_TOKEN_BEDROCK": "token"}));
    assert_eq!(outcome.signer, Some(Signer::key("AKID", "eu-west-1")), "{}", outcome.error);
}

/// The SDK itself would ask the proxy for what lies on this very machine.
#[test]
fn no_proxy_stands_before_what_is_on_this_machine() {
    let variables = json!({"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"});
    let outcome = child::call(json!({"aws_region": "eu-west-1"}), &variables);
    assert_eq!(outcome.error, json!(null));
}

#[test]
fn nothing_to_connect_with_is_an_error_that_says_what_was_looked_at() {
    let no_region = child::call(json!({}), &json!({}));
    let no_credentials = child::call(
        json!({"aws_region": "eu-west-1"}),
        // Keys of others are nobody's here (lesson M78).
        &json!({"AWS_SHARED_CREDENTIALS_FILE": "there-is-none", "API_KEY": "k", "OPENAI_API_KEY": "k"}),
    );
    let regions = &["aws_region", "AWS_REGION", "AWS_DEFAULT_REGION", "profile"][..];
    let identities =
        &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK", "sso"][..];
    for (outcome, places) in [(no_region, regions), (no_credentials, identities)] {
        assert_eq!(outcome.signer, None, "nothing was sent");
        let hint = outcome.error["hint"].as_str().expect("what to do is said");
        for place in places {
            assert!(hint.contains(place), "{place}: {hint}");
        }
    }
}
