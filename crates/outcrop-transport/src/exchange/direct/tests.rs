//! Which settings allow first attempts without the orchestrator. What is sent, and what a failure becomes, is tested over raw
//! sockets in `tests/it/error_table`.

mod calls;

use std::time::Duration;

use aws_sdk_bedrockruntime::Config;
use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::config::{
    BehaviorVersion, Builder, Credentials, Intercept, Region, StalledStreamProtectionConfig, Token,
};
use aws_smithy_runtime_api::client::auth::AuthSchemeId;
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;

use crate::exchange::{Operation, SdkClient};

/// The configuration that the transport creates for its settings.
fn config() -> Builder {
    Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .retry_config(RetryConfig::standard())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"))
}

/// An interceptor of a caller.
#[derive(Debug)]
struct Observer;

#[dyn_dispatch_hint]
impl Intercept for Observer {
    fn name(&self) -> &'static str {
        "observer"
    }
}

/// Returns whether first attempts of an operation are sent without the orchestrator.
async fn is_direct(config: Builder, operation: Operation) -> bool {
    let client = SdkClient::new(config.build(), true, None);
    client.components(operation).await.expect("the components are complete").is_direct()
}

#[tokio::test]
async fn first_attempts_of_usual_settings_are_direct() {
    let bearer = |config: Builder| {
        let bearer = [AuthSchemeId::from("httpBearerAuth")];
        config.bearer_token(Token::new("key", None)).auth_scheme_preference(bearer)
    };
    let read = TimeoutConfig::builder().read_timeout(Duration::from_secs(600)).build();
    for (name, config) in [
        ("endpoint of AWS", config()),
        ("endpoint of AWS with FIPS", config().region(Region::new("us-east-1")).use_fips(true)),
        ("endpoint of China", config().region(Region::new("cn-north-1"))),
        ("endpoint of the caller", config().endpoint_url("https://gateway.example/bedrock")),
        ("bearer", bearer(config())),
        ("limits of an attempt", config().timeout_config(read)),
    ] {
        for operation in [Operation::Converse, Operation::ConverseStream, Operation::CountTokens] {
            assert!(is_direct(config.clone(), operation).await, "{name}, {operation:?}");
        }
    }
}

#[tokio::test]
async fn first_attempts_that_need_the_orchestrator_are_not_direct() {
    let limit = TimeoutConfig::builder().operation_timeout(Duration::from_secs(60)).build();
    for (name, config) in [
        ("retries that wait for their turn", config().retry_config(RetryConfig::adaptive())),
        ("limit of the call", config().timeout_config(limit)),
        ("interceptor of the caller", config().interceptor(Observer)),
        (
            "stalled streams",
            config().stalled_stream_protection(StalledStreamProtectionConfig::enabled().build()),
        ),
        ("unknown region", config().region(None)),
    ] {
        let client = SdkClient::new(config.build(), true, None);
        let components = client.components(Operation::Converse).await;
        assert!(components.is_ok_and(|components| !components.is_direct()), "{name}");
    }
    let client = SdkClient::new(config().build(), false, None);
    let components = client.components(Operation::Converse).await.expect("the components are complete");
    assert!(!components.is_direct(), "rules of the caller");
}
