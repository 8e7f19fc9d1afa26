//! Settings that cannot be used: each is an error of kind `Configuration` with the name of the setting, when the client is
//! built and before anything is sent.

use outcrop::transport::Environment;
use outcrop::{
    BedrockClient, BedrockClientBuilder, Credentials, ErrorKind, ModelClient as _, ModelError, Stage,
};

use crate::support::loopback;
use crate::support::signer::Signer;

/// A secret that errors must not contain.
const MARK: &str = "XYZZY";

/// Returns a builder with a region, credentials and only these variables.
fn builder(variables: &[(&str, &str)]) -> BedrockClientBuilder {
    BedrockClient::builder()
        .environment(Environment::from_variables(variables.iter().copied()))
        .region("eu-west-1")
        .credentials(Credentials::keys("AKIDEXAMPLE", "secret"))
}

/// Builds a client and returns the error.
async fn rejection(builder: BedrockClientBuilder) -> ModelError {
    let error = builder.build().await.expect_err("the settings cannot be used");
    assert_eq!((error.kind(), error.stage()), (ErrorKind::Configuration, Stage::Building), "{error:?}");
    assert!(!error.is_retryable() && error.hint().is_some(), "{error:?}");
    assert!(!format!("{error} {error:?} {:?}", error.hint()).contains(MARK), "{error:?}");
    error
}

#[tokio::test]
async fn malformed_endpoint_is_rejected_wherever_it_comes_from() {
    // R-M3, R-M4
    for url in [
        "",
        "not a url",
        "http://",
        "127.0.0.1:1",
        "http://user:XYZZY@host",
        "https://host/?token=XYZZY",
        "http://127.0.0.1:1/ä",
    ] {
        let error = rejection(builder(&[]).endpoint_url(url)).await;
        assert_eq!((error.code(), error.path()), (Some("InvalidEndpoint"), Some("endpoint_url")), "{url}");
        for variable in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] {
            if !url.is_empty() {
                let error = rejection(builder(&[(variable, url)])).await;
                assert_eq!((error.code(), error.path()), (Some("InvalidEndpoint"), Some(variable)), "{url}");
            }
        }
    }
}

#[tokio::test]
async fn endpoint_of_environment_is_used_unless_it_is_empty_or_ignored() {
    let emulator = loopback::serve_model().await;
    let service = ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", emulator.url());
    let client =
        builder(&[(service.0, &service.1), ("AWS_ENDPOINT_URL", "http://127.0.0.1:1")]).build().await;
    client.expect("a client").create(&loopback::question()).await.expect("a response");
    // An empty variable counts as not set: the SDK itself would panic.
    builder(&[("AWS_ENDPOINT_URL", "")]).build().await.expect("a client");
    let ignored = [("AWS_ENDPOINT_URL", "not a url"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")];
    builder(&ignored).build().await.expect("a client");
}

#[tokio::test]
async fn malformed_region_is_rejected_wherever_it_comes_from() {
    // R-M3
    let keys = Credentials::keys("AKIDEXAMPLE", "secret");
    for name in ["", " ", "eu west 1", "eu-west-1\n", "EU-WEST-1", "eu-west-1.example.com"] {
        let error = rejection(builder(&[]).region(name)).await;
        assert_eq!((error.code(), error.path()), (Some("InvalidRegion"), Some("aws_region")), "{name:?}");
        for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            if !name.is_empty() {
                let env = Environment::from_variables([(variable, name)]);
                let error =
                    rejection(BedrockClient::builder().environment(env).credentials(keys.clone())).await;
                assert_eq!((error.code(), error.path()), (Some("InvalidRegion"), Some(variable)), "{name:?}");
            }
        }
    }
}

#[tokio::test]
async fn credentials_that_cannot_be_sent_are_rejected_wherever_they_come_from() {
    // R-M2
    let broken = "XYZ\nZY";
    for (credentials, path) in [
        (Credentials::keys(broken, "s"), "aws_access_key"),
        (Credentials::keys("AKID", broken), "aws_secret_key"),
        (Credentials::keys("", "s"), "aws_access_key"),
        (Credentials::keys("AKID", " "), "aws_secret_key"),
        (Credentials::session("AKID", "s", broken), "aws_session_token"),
        (Credentials::bearer(broken), "api_key"),
        (Credentials::bearer("\u{7f}XYZZY\u{7f}"), "api_key"),
        (Credentials::bearer("\n"), "api_key"),
    ] {
        let error = rejection(builder(&[]).credentials(credentials)).await;
        assert_eq!((error.code(), error.path()), (Some("InvalidCredentials"), Some(path)));
        assert!(!format!("{error:?}").contains("XYZ"), "{error:?}");
    }
    for (variables, code, path) in [
        (&[("AWS_BEARER_TOKEN_BEDROCK", broken)][..], "InvalidCredentials", "AWS_BEARER_TOKEN_BEDROCK"),
        (
            &[("AWS_ACCESS_KEY_ID", broken), ("AWS_SECRET_ACCESS_KEY", "s")],
            "InvalidCredentials",
            "AWS_ACCESS_KEY_ID",
        ),
        (&[("AWS_ACCESS_KEY", "AKID"), ("AWS_SECRET_KEY", broken)], "InvalidCredentials", "AWS_SECRET_KEY"),
        (
            &[("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_SESSION_TOKEN", broken)],
            "InvalidCredentials",
            "AWS_SESSION_TOKEN",
        ),
        // A half of white space is missing.
        (
            &[("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "\n")],
            "PartialCredentials",
            "AWS_SECRET_ACCESS_KEY",
        ),
        (
            &[("AWS_ACCESS_KEY_ID", " "), ("AWS_SECRET_ACCESS_KEY", "s")],
            "PartialCredentials",
            "AWS_ACCESS_KEY_ID",
        ),
    ] {
        let env = Environment::from_variables(variables.iter().copied());
        let error = rejection(BedrockClient::builder().region("eu-west-1").environment(env)).await;
        assert_eq!((error.code(), error.path()), (Some(code), Some(path)));
        assert!(!format!("{error:?}").contains("XYZ"), "{error:?}");
    }
}

#[tokio::test]
async fn white_space_around_credentials_is_dropped() {
    // R-M2: the line break at the end of a mounted secret.
    let emulator = loopback::serve_model().await;
    let key = |token: Option<&str>| Signer::Key {
        access_key: "AKID".to_owned(),
        region: "eu-west-1".to_owned(),
        session_token: token.map(str::to_owned),
    };
    let variables = [("AWS_ACCESS_KEY_ID", "AKID\n"), ("AWS_SECRET_ACCESS_KEY", "s\r\n")];
    for (builder, expected) in [
        (builder(&[]).credentials(Credentials::keys("AKID\n", "s\n")), key(None)),
        (builder(&[]).credentials(Credentials::session(" AKID", "s", "\ttoken\n")), key(Some("token"))),
        (builder(&[]).credentials(Credentials::bearer("token\n")), Signer::Token("token".to_owned())),
        (
            BedrockClient::builder().region("eu-west-1").environment(Environment::from_variables(variables)),
            key(None),
        ),
        (
            BedrockClient::builder()
                .region("eu-west-1")
                .environment(Environment::from_variables([("AWS_BEARER_TOKEN_BEDROCK", "token\n")])),
            Signer::Token("token".to_owned()),
        ),
    ] {
        let client = builder.endpoint_url(emulator.url()).build().await.expect("a client");
        client.create(&loopback::question()).await.expect("a response");
        let last = emulator.requests().last().map(Signer::from_request);
        assert_eq!(last, Some(expected));
    }
}

#[tokio::test]
async fn host_that_cannot_be_resolved_leads_to_the_endpoint_or_the_region() {
    // U28
    let client =
        builder(&[]).retry(outcrop::Retry::never()).endpoint_url("http://outcrop.invalid").build().await;
    let error = client.expect("a client").create(&loopback::question()).await.expect_err("no such host");
    assert_eq!((error.kind(), error.stage()), (ErrorKind::Connection, Stage::Sending));
    assert_eq!(error.code(), Some("ConnectionFailed"));
    assert!(error.message().contains("`outcrop.invalid`"), "{error}");
    let hint = error.hint().expect("a hint");
    assert!(hint.contains("http://outcrop.invalid") && hint.contains("endpoint_url"), "{hint}");
}
