//! Calls of the transport against calls of the SDK's typed client with the same configuration.
//!
//! With a fixed clock and a seed for ids, the heads of both are equal to the byte, signature included: on raw sockets, and
//! for endpoints of AWS with an HTTP client that captures the request.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_runtime::invocation_id::DefaultInvocationIdGenerator;
use aws_sdk_bedrockruntime::config::interceptors::{
    BeforeTransmitInterceptorContextMut, FinalizerInterceptorContextRef,
};
use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::config::{
    AppName, BehaviorVersion, Builder, ConfigBag, Credentials, FrameworkMetadata, Intercept, Region,
    RuntimeComponents, StalledStreamProtectionConfig, Token,
};
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use aws_sdk_bedrockruntime::{Client, Config};
use aws_smithy_async::time::{StaticTimeSource, SystemTimeSource};
use aws_smithy_http_client::test_util::capture_request;
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use aws_smithy_runtime_api::client::auth::{AuthScheme, AuthSchemeEndpointConfig, AuthSchemeId, Sign};
use aws_smithy_runtime_api::client::identity::{Identity, SharedIdentityResolver};
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::GetIdentityResolver;
use outcrop::transport::{Environment, Transport};

use super::bytes;
use super::server::{Peer, Server, Step};

const MODEL: &str = "eu.amazon.nova-lite-v1:0";

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The configuration of both clients, apart from what a test changes.
fn config() -> Builder {
    Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .time_source(StaticTimeSource::from_secs(1_700_000_000))
        .invocation_id_generator(DefaultInvocationIdGenerator::with_seed(7))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .credentials_provider(Credentials::new(
            "AKIDEXAMPLE",
            "secret",
            Some("token".to_owned()),
            None,
            "test",
        ))
}

/// Sends a request with the SDK's typed client and returns whether it succeeded.
async fn by_sdk(config: Builder, is_stream: bool) -> bool {
    let client = Client::from_conf(config.build());
    let message =
        Message::builder().role(ConversationRole::User).content(ContentBlock::Text("Hi".to_owned()));
    let message = message.build().expect("it is complete");
    if is_stream {
        client.converse_stream().model_id(MODEL).messages(message).send().await.is_ok()
    } else {
        client.converse().model_id(MODEL).messages(message).send().await.is_ok()
    }
}

/// Sends the request that the SDK writes with the transport and returns whether it succeeded.
async fn by_transport(config: Builder, is_stream: bool) -> bool {
    let transport = Transport::from_sdk_client(&Client::from_conf(config.build()));
    let body = r#"{"messages":[{"role":"user","content":[{"text":"Hi"}]}]}"#;
    if is_stream {
        transport.converse_stream(MODEL, body.into()).await.is_ok()
    } else {
        transport.converse(MODEL, body.into()).await.is_ok()
    }
}

/// A change of a configuration.
type Change = fn(Builder) -> Builder;

/// The requests that a script of responses got from one of the clients.
struct Received {
    is_success: bool,
    heads: Vec<String>,
    bodies: Vec<Vec<u8>>,
}

/// Runs one of the clients against a server with a script.
async fn run(
    name: &str,
    is_sdk: bool,
    is_stream: bool,
    steps: &[Step],
    change: impl Fn(Builder) -> Builder,
) -> Received {
    let server = Server::start(&Peer::Script(steps.to_vec())).await;
    // A budget of retries of its own: clients of the process with the same name share one.
    let partition = RetryPartition::custom(format!("{name} {is_sdk} {is_stream}")).build();
    let config = change(config().endpoint_url(&server.url).retry_partition(partition));
    let is_success =
        if is_sdk { by_sdk(config, is_stream).await } else { by_transport(config, is_stream).await };
    let host = server.url.trim_start_matches("http://").to_owned();
    let heads = server.heads().into_iter().map(|head| comparable(&head, &host)).collect();
    let bodies = server.requests().into_iter().map(|(body, _)| body).collect();
    Received { is_success, heads, bodies }
}

/// Runs both clients against servers with the same script, and checks that they sent the same.
async fn compare(
    name: &str,
    is_stream: bool,
    steps: &[Step],
    change: impl Fn(Builder) -> Builder,
) -> Received {
    let sdk = run(name, true, is_stream, steps, &change).await;
    let ours = run(name, false, is_stream, steps, &change).await;
    assert_eq!(ours.heads, sdk.heads, "{name}");
    assert_eq!(ours.bodies, sdk.bodies, "{name}");
    assert_eq!(ours.is_success, sdk.is_success, "{name}");
    ours
}

/// Returns a head without the port, which differs between two servers and with it the signature.
fn comparable(head: &str, host: &str) -> String {
    let lines = head.lines().map(|line| match line.split_once("Signature=") {
        Some((before, signature)) => format!("{before}Signature={}", signature.len()),
        None => line.replace(host, "HOST"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn heads_and_bodies_are_those_of_the_sdk() {
    let good = [Step::Send(bytes::good())];
    let received = compare("session", false, &good, |config| config).await;
    let head = &received.heads[0];
    for part in [
        "POST /model/eu.amazon.nova-lite-v1%3A0/converse HTTP/1.1",
        "x-amz-security-token: token",
        "amz-sdk-request: attempt=1; max=3",
        "x-amz-date: 20231114T221320Z",
        "SignedHeaders=",
    ] {
        assert!(head.contains(part), "{part}: {head}");
    }
    assert!(received.is_success);
    let received = compare("bearer", false, &good, |config| {
        config
            .bearer_token(Token::new("key", None))
            .auth_scheme_preference([AuthSchemeId::from("httpBearerAuth")])
    });
    assert!(received.await.heads[0].contains("authorization: Bearer key"));
    let marked = compare("marks", false, &good, |config| {
        let app = AppName::new("an-app").expect("a name");
        let framework =
            FrameworkMetadata::new("a-framework", Some(std::borrow::Cow::Borrowed("1.0"))).expect("a name");
        config.app_name(app).framework_metadata(framework).retry_config(RetryConfig::adaptive())
    });
    let marked = marked.await;
    for part in ["app/an-app", "a-framework"] {
        assert!(marked.heads[0].contains(part), "{part}: {}", marked.heads[0]);
    }
    let events = [Step::Send(bytes::stream(&bytes::beginning()))];
    let streamed = compare("stream", true, &events, |config| config);
    assert!(streamed.await.heads[0].starts_with("POST /model/eu.amazon.nova-lite-v1%3A0/converse-stream "));
}

#[tokio::test]
async fn heads_of_settings_are_those_of_the_sdk() {
    // Endpoint, kind of authentication and user agent are computed once, so there are two calls.
    for is_bearer in [false, true] {
        let mut heads = Vec::new();
        for is_sdk in [true, false] {
            let server = Server::start(&Peer::Script(vec![Step::Send(bytes::good())])).await;
            if is_sdk {
                let config =
                    config().endpoint_url(&server.url).app_name(AppName::new("outcrop").expect("a name"));
                let config = config.retry_config(RetryConfig::standard().with_max_attempts(5));
                let config = if is_bearer {
                    config
                        .bearer_token(Token::new("key", None))
                        .auth_scheme_preference([AuthSchemeId::from("httpBearerAuth")])
                } else {
                    config
                };
                assert!(by_sdk(config.clone(), false).await);
                assert!(by_sdk(config, false).await);
            } else {
                let credentials = if is_bearer {
                    outcrop::Credentials::bearer("key")
                } else {
                    outcrop::Credentials::session("AKIDEXAMPLE", "secret", "token")
                };
                let settings = outcrop::Settings::new()
                    .with_environment(Environment::from_variables::<&str, &str>([]))
                    .with_region("eu-west-1")
                    .with_endpoint_url(&server.url)
                    .with_credentials(credentials);
                let transport = Transport::from_settings(settings).await.expect("the settings are complete");
                for _ in 0..2 {
                    let body = r#"{"messages":[{"role":"user","content":[{"text":"Hi"}]}]}"#;
                    transport.converse(MODEL, body.into()).await.expect("a response");
                }
            }
            let host = server.url.trim_start_matches("http://").to_owned();
            heads.push(server.heads().iter().map(|head| without_time(head, &host)).collect::<Vec<_>>());
        }
        assert_eq!(heads[0].len(), 2);
        assert_eq!(heads[0], heads[1]);
        assert_eq!(heads[0][0].contains("Bearer key"), is_bearer);
    }
}

#[tokio::test]
async fn retries_of_a_later_call_are_those_of_the_sdk() {
    // The first attempt of a later call is sent without the orchestrator, which gets its outcome.
    let body = r#"{"messages":[{"role":"user","content":[{"text":"Hi"}]}]}"#;
    let failures = [
        // The SDK closes the connection of such an error.
        bytes::json(503, &[], "{}"),
        bytes::json(503, &[("x-amz-retry-after", "1")], "{}"),
        bytes::json(429, &[("x-amzn-errortype", "ThrottlingException"), ("x-amz-retry-after", "1")], "{}"),
        bytes::json(
            403,
            &[("x-amzn-errortype", "InvalidSignatureException"), ("date", "Thu, 01 Jan 2099 00:00:00 GMT")],
            "{}",
        ),
    ];
    for (number, failure) in failures.into_iter().enumerate() {
        let mut received = Vec::new();
        let region = format!("later-{number}");
        for is_sdk in [true, false] {
            let steps = [bytes::good(), failure.clone(), bytes::good()].map(Step::Send);
            let server = Server::start(&Peer::Script(steps.to_vec())).await;
            if is_sdk {
                let config = config()
                    .time_source(SystemTimeSource::new())
                    .region(Region::new(region.clone()))
                    .endpoint_url(&server.url)
                    .timeout_config(TimeoutConfig::builder().read_timeout(Duration::from_secs(600)).build())
                    .retry_config(RetryConfig::standard().with_max_attempts(5));
                let client = Client::from_conf(config.build());
                for _ in 0..2 {
                    let message = Message::builder()
                        .role(ConversationRole::User)
                        .content(ContentBlock::Text("Hi".to_owned()))
                        .build()
                        .expect("it is complete");
                    client.converse().model_id(MODEL).messages(message).send().await.expect("a response");
                }
            } else {
                let settings = outcrop::Settings::new()
                    .with_environment(Environment::from_variables::<&str, &str>([]))
                    .with_region(&region)
                    .with_endpoint_url(&server.url)
                    .with_credentials(outcrop::Credentials::session("AKIDEXAMPLE", "secret", "token"));
                let transport = Transport::from_settings(settings).await.expect("the settings are complete");
                for _ in 0..2 {
                    transport.converse(MODEL, body.into()).await.expect("a response");
                }
            }
            let host = server.url.trim_start_matches("http://").to_owned();
            let heads = server.heads();
            let id = |head: &String| {
                let id = head.lines().find_map(|line| line.strip_prefix("amz-sdk-invocation-id: "));
                id.expect("a request has an id").to_owned()
            };
            let [first, second, third] = [0, 1, 2].map(|index: usize| id(&heads[index]));
            assert!(first != second && second == third, "a call has one id: {first} {second} {third}");
            let times: Vec<_> = heads.iter().map(|head| head.contains("x-amz-date: 2099")).collect();
            let heads: Vec<_> = heads.iter().map(|head| without_time(head, &host)).collect();
            assert!(
                heads[1].contains("attempt=1; max=5") && heads[2].contains("attempt=2; max=5"),
                "{heads:?}"
            );
            received.push((heads, times, server.connections()));
        }
        assert_eq!(received[0], received[1]);
        assert_eq!(received[0].2, if number == 0 { 2 } else { 1 }, "{number}");
    }
}

/// Returns the lines of a head without what depends on time and chance, and without the values of the user agent.
fn without_time(head: &str, host: &str) -> String {
    let lines = head.lines().map(|line| {
        let name = line.split(':').next().unwrap_or_default();
        if let Some((before, after)) = line.split_once("ttl=") {
            return format!("{before}ttl{}", after.trim_start_matches(|character| character != ';'));
        }
        if ["x-amz-date", "amz-sdk-invocation-id", "user-agent", "x-amz-user-agent"].contains(&name) {
            return name.to_owned();
        }
        let parts = line.split(", ").map(|part| match part.split_once('=') {
            Some((before, _)) if before == "Signature" || before.contains("Credential") => before.to_owned(),
            _ => part.replace(host, "HOST"),
        });
        parts.collect::<Vec<_>>().join(", ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn retries_are_those_of_the_sdk() {
    let busy = Step::Send(bytes::json(503, &[("x-amz-retry-after", "1")], "{}"));
    let throttled = Step::Send(bytes::json(
        429,
        &[("x-amzn-errortype", "ThrottlingException"), ("x-amz-retry-after", "1")],
        r#"{"message": "slow down"}"#,
    ));
    let good = Step::Send(bytes::good());
    let skewed = Step::Send(bytes::json(
        403,
        &[("x-amzn-errortype", "InvalidSignatureException"), ("date", "Thu, 01 Jan 2099 00:00:00 GMT")],
        r#"{"message": "Signature not yet current"}"#,
    ));
    let invalid = Step::Send(bytes::error(400, "ValidationException", "no"));
    for is_stream in [false, true] {
        let last = if is_stream { Step::Send(bytes::stream(&bytes::beginning())) } else { good.clone() };
        for (name, steps, count) in [
            ("two failures", vec![busy.clone(), busy.clone(), last.clone()], 3),
            ("throttled", vec![throttled.clone(), last.clone()], 2),
            ("three failures", vec![busy.clone()], 3),
            ("an error of the request", vec![invalid.clone(), last.clone()], 1),
            ("a wrong clock", vec![skewed.clone(), last.clone()], 2),
            ("reset", vec![Step::Reset(Vec::new()), last.clone()], 2),
        ] {
            let received = compare(name, is_stream, &steps, |config| config).await;
            assert_eq!(received.heads.len(), count, "{name}");
        }
        let steps = [busy.clone(), last.clone()];
        let one =
            compare("one attempt", is_stream, &steps, |config| config.retry_config(RetryConfig::disabled()));
        assert_eq!(one.await.heads.len(), 1);
        let limited = |config: Builder| {
            let bucket = TokenBucket::builder().capacity(14).retry_cost(14).build();
            let name = format!("an empty budget {is_stream}");
            config.retry_partition(RetryPartition::custom(name).token_bucket(bucket).build())
        };
        let received = compare("an empty budget", is_stream, std::slice::from_ref(&busy), limited).await;
        assert_eq!(received.heads.len(), 2, "the budget is for one retry");
    }
    let adaptive = |config: Builder| config.retry_config(RetryConfig::adaptive().with_max_attempts(2));
    let received = compare("adaptive", false, &[busy, good], adaptive).await;
    assert_eq!((received.heads.len(), received.is_success), (2, true));
}

#[tokio::test]
async fn limits_are_those_of_the_sdk() {
    for (name, limits) in [
        ("read", TimeoutConfig::builder().read_timeout(Duration::from_millis(200)).build()),
        ("operation", TimeoutConfig::builder().operation_timeout(Duration::from_millis(200)).build()),
        ("attempt", TimeoutConfig::builder().operation_attempt_timeout(Duration::from_millis(200)).build()),
    ] {
        let once = RetryConfig::standard().with_max_attempts(1);
        let change = |config: Builder| config.timeout_config(limits.clone()).retry_config(once.clone());
        let received = compare(name, false, &[Step::Stall(Vec::new())], change).await;
        assert_eq!((received.heads.len(), received.is_success), (1, false), "{name}");
    }
    // The SDK's protection of a response that stalls. For its own settings, the transport has a limit in its place. The
    // protection measures with the clock of the client, so that one must not stand still.
    let protected =
        StalledStreamProtectionConfig::enabled().grace_period(Duration::from_millis(1_200)).build();
    let once = RetryConfig::standard().with_max_attempts(1);
    let change = |config: Builder| {
        let config = config.time_source(SystemTimeSource::new()).retry_config(once.clone());
        config.stalled_stream_protection(protected.clone())
    };
    let stalled = [Step::Stall(bytes::head(200, "application/json", &[], Some(500)))];
    for is_sdk in [true, false] {
        let run = run("stalled", is_sdk, false, &stalled, change);
        let received =
            tokio::time::timeout(Duration::from_secs(60), run).await.expect("the protection ends it");
        assert_eq!((received.heads.len(), received.is_success), (1, false));
    }
}

#[tokio::test]
async fn endpoints_are_those_of_the_sdk() {
    let plain = |config: Builder| config;
    let changes: [(&str, Change); 8] = [
        ("bedrock-runtime.eu-west-1.amazonaws.com", plain),
        ("bedrock-runtime.cn-north-1.amazonaws.com.cn", |config| config.region(Region::new("cn-north-1"))),
        ("bedrock-runtime.us-gov-west-1.amazonaws.com", |config| config.region(Region::new("us-gov-west-1"))),
        ("bedrock-runtime-fips.us-east-1.amazonaws.com", |config| {
            config.region(Region::new("us-east-1")).use_fips(true)
        }),
        ("bedrock-runtime.eu-west-1.api.aws", |config| config.use_dual_stack(true)),
        ("bedrock-runtime-fips.eu-west-1.api.aws", |config| config.use_dual_stack(true).use_fips(true)),
        ("gateway.example", |config| config.endpoint_url("https://gateway.example/bedrock/v1")),
        ("eu-west-9", |config| config.region(Region::new("eu-west-9"))),
    ];
    for (host, change) in changes {
        for is_stream in [false, true] {
            let mut sent = Vec::new();
            for is_sdk in [true, false] {
                let (http_client, request) = capture_request(None);
                let config = change(config()).http_client(http_client);
                if is_sdk {
                    by_sdk(config, is_stream).await;
                } else {
                    by_transport(config, is_stream).await;
                }
                let request = request.expect_request();
                // The connector is a part of the mark, and it is the same here: only names and order are left to compare.
                let headers: Vec<_> =
                    request.headers().iter().map(|(name, value)| format!("{name}: {value}")).collect();
                sent.push((request.uri().to_owned(), headers));
            }
            assert_eq!(sent[0], sent[1], "{host}");
            assert!(sent[0].0.contains(host), "{host}: {}", sent[0].0);
        }
    }
}

/// An interceptor of a caller: it adds a header and records its hooks.
#[derive(Clone, Debug, Default)]
struct Observer(Arc<Mutex<Vec<&'static str>>>);

#[dyn_dispatch_hint]
impl Intercept for Observer {
    fn name(&self) -> &'static str {
        "observer"
    }

    fn read_before_execution(
        &self,
        _context: &aws_sdk_bedrockruntime::config::interceptors::BeforeSerializationInterceptorContextRef<'_>,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.record("execution")
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().headers_mut().insert("x-caller", "yes");
        self.record("signing")
    }

    fn read_after_attempt(
        &self,
        _context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.record("attempt")
    }

    fn read_after_execution(
        &self,
        _context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.record("end")
    }
}

impl Observer {
    fn record(&self, hook: &'static str) -> Result<(), BoxError> {
        self.0.lock().expect("no panic").push(hook);
        Ok(())
    }
}

#[tokio::test]
async fn interceptors_of_the_caller_run_as_in_the_sdk() {
    let observer = Observer::default();
    let busy = Step::Send(bytes::json(503, &[("x-amz-retry-after", "1")], "{}"));
    let change = |config: Builder| config.interceptor(observer.clone());
    let received = compare("interceptor", false, &[busy, Step::Send(bytes::good())], change).await;
    let signed = received.heads.iter().all(|head| {
        head.contains("x-caller: yes")
            && head.split("SignedHeaders=").nth(1).is_some_and(|head| head.contains("x-caller"))
    });
    assert!(signed, "{:?}", received.heads);
    let hooks = observer.0.lock().expect("no panic").clone();
    let of_a_call = ["execution", "signing", "attempt", "signing", "attempt", "end"];
    assert_eq!(hooks, [of_a_call, of_a_call].concat());
}

/// A signer of a caller, in the place of the SDK's: for a gateway with signatures of its own.
#[derive(Debug)]
struct OwnSigner;

impl AuthScheme for OwnSigner {
    fn scheme_id(&self) -> AuthSchemeId {
        AuthSchemeId::from("sigv4")
    }

    fn identity_resolver(&self, resolvers: &dyn GetIdentityResolver) -> Option<SharedIdentityResolver> {
        resolvers.identity_resolver(self.scheme_id())
    }

    fn signer(&self) -> &dyn Sign {
        self
    }
}

impl Sign for OwnSigner {
    fn sign_http_request(
        &self,
        request: &mut HttpRequest,
        _identity: &Identity,
        _endpoint: AuthSchemeEndpointConfig<'_>,
        _components: &RuntimeComponents,
        _config: &ConfigBag,
    ) -> Result<(), BoxError> {
        request.headers_mut().insert("authorization", "signed by the caller");
        Ok(())
    }
}

#[tokio::test]
async fn signer_of_the_caller_signs_as_in_the_sdk() {
    let good = [Step::Send(bytes::good())];
    let received = compare("signer", false, &good, |config| config.push_auth_scheme(OwnSigner)).await;
    assert!(received.heads[0].contains("authorization: signed by the caller"), "{}", received.heads[0]);
}

#[tokio::test]
async fn call_after_a_wrong_clock_is_signed_with_the_time_of_the_service() {
    let body = r#"{"message":"no"}"#;
    let late = bytes::json(400, &[("date", "Tue, 14 Nov 2023 23:13:20 GMT")], body);
    let server = Server::start(&Peer::Script(vec![Step::Send(late)])).await;
    let transport =
        Transport::from_sdk_client(&Client::from_conf(config().endpoint_url(&server.url).build()));
    for _ in 0..2 {
        let body = r#"{"messages":[{"role":"user","content":[{"text":"Hi"}]}]}"#;
        transport.converse(MODEL, body.into()).await.expect_err("the response is an error");
    }
    let heads = server.heads();
    assert_eq!(heads.len(), 2);
    assert!(heads[0].contains("x-amz-date: 20231114T221320Z"), "{}", heads[0]);
    assert!(heads[1].contains("x-amz-date: 20231114T231320Z"), "{}", heads[1]);
}
