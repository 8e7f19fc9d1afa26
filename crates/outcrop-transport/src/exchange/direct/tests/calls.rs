//! Later calls of a client: what the SDK's orchestrator would do with them is done, too.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use aws_credential_types::credential_feature::AwsCredentialFeature;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_bedrockruntime::config::{Builder, Credentials};
use aws_smithy_async::time::StaticTimeSource;
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use tokio::sync::Semaphore;

use super::config;
use crate::error::ErrorContext;
use crate::exchange::{Call, CallError, Operation, SdkClient};
use crate::identity::IdentityLabel;
use crate::region::Region;
use crate::timeouts::Timeouts;

/// 2023-11-14T22:13:20Z, the time of the client.
const NOW: u64 = 1_700_000_000;

/// The time of the service: that of the client, and three minutes later.
const RIGHT: Headers = &[("date", "Tue, 14 Nov 2023 22:13:20 GMT")];
const AHEAD: Headers = &[("date", "Tue, 14 Nov 2023 22:16:20 GMT")];

/// The headers of an error after which the SDK waits for a second.
const RETRY_AFTER: Headers = &[("x-amz-retry-after", "1")];

/// The headers of a request.
type Head = Vec<(String, String)>;

type Headers = &'static [(&'static str, &'static str)];

/// The answer to a request.
enum Answer {
    Reply(u16, Headers),
    /// Status 200, when the peer is opened.
    Held,
}

/// An HTTP client that answers by a script and keeps the heads of requests.
#[derive(Clone)]
struct Peer {
    script: Arc<Mutex<VecDeque<Answer>>>,
    heads: Arc<Mutex<Vec<Head>>>,
    gate: Arc<Semaphore>,
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Peer")
    }
}

impl Peer {
    fn new(script: impl IntoIterator<Item = Answer>) -> Self {
        let script = Arc::new(Mutex::new(script.into_iter().collect()));
        Self { script, heads: Arc::default(), gate: Arc::new(Semaphore::new(0)) }
    }

    fn client(&self, config: Builder) -> SdkClient {
        SdkClient::new(config.http_client(self.clone()).build(), true, None)
    }

    /// Returns the values of a header, one for each request.
    fn values(&self, header: &str) -> Vec<String> {
        let heads = self.heads.lock().unwrap();
        let value = |head: &Head| head.iter().find(|(name, _)| name == header).cloned();
        heads.iter().map(|head| value(head).map(|(_, value)| value).unwrap_or_default()).collect()
    }
}

impl HttpClient for Peer {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Peer {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let head = request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.heads.lock().unwrap().push(head.collect());
        let answer = self.script.lock().unwrap().pop_front().expect("an answer for each request");
        let gate = self.gate.clone();
        HttpConnectorFuture::new(async move {
            let (status, headers) = match answer {
                Answer::Reply(status, headers) => (status, headers),
                Answer::Held => {
                    gate.acquire().await.unwrap().forget();
                    (200, [].as_slice())
                }
            };
            let status = StatusCode::try_from(status).unwrap();
            let mut response = HttpResponse::new(status, SdkBody::from("{}"));
            for (name, value) in headers {
                response.headers_mut().insert(*name, *value);
            }
            Ok(response)
        })
    }
}

/// A provider of credentials that expire at once, by a script. It counts the loads.
#[derive(Clone, Debug, Default)]
struct Provider {
    script: Arc<Mutex<VecDeque<Result<Credentials, ()>>>>,
    loads: Arc<AtomicUsize>,
}

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.loads.fetch_add(1, Ordering::Relaxed);
        let next = self.script.lock().unwrap().pop_front().expect("credentials for each load");
        future::ProvideCredentials::ready(next.map_err(|()| CredentialsError::not_loaded("logged out")))
    }
}

fn credentials(token: Option<&str>) -> Credentials {
    let token = token.map(str::to_owned);
    Credentials::new("AKIDEXAMPLE", "secret", token, Some(SystemTime::now()), "test")
}

async fn send_to(client: &SdkClient, operation: Operation) -> Result<(), CallError> {
    let context = ErrorContext {
        region: Region { name: "eu-west-1".to_owned(), source: "the test" },
        endpoint: None,
        identity: IdentityLabel::SDK_CLIENT,
        timeouts: Timeouts::default(),
        resend_unanswered: false,
    };
    let call = Call::new(operation, "/model/m/converse".to_owned(), "{}".into(), Arc::new(context));
    let components = client.components(operation).await.expect("the components are complete");
    assert!(components.is_direct());
    let outcome = components.send(&call).await;
    if outcome.is_ok() {
        let response = call.take_response().expect("a response");
        assert_eq!(response.is_stream, operation == Operation::ConverseStream);
        assert!(response.is_stream || response.body.bytes() == Some(b"{}".as_slice()));
    }
    outcome
}

async fn send(client: &SdkClient) -> Result<(), CallError> {
    send_to(client, Operation::Converse).await
}

#[tokio::test]
async fn credentials_of_a_later_call_are_loaded_once_for_an_attempt() {
    let once = RetryConfig::standard().with_max_attempts(1);
    for (name, second, status) in [("fails", Err(()), 200), ("succeeds", Ok(credentials(None)), 400)] {
        let provider = Provider::default();
        provider.script.lock().unwrap().extend([Ok(credentials(None)), second]);
        let peer = Peer::new([Answer::Reply(200, &[]), Answer::Reply(status, &[])]);
        let config = config().retry_config(once.clone()).credentials_provider(provider.clone());
        let client = peer.client(config);
        send(&client).await.expect("the first call succeeds");
        let error = send(&client).await.expect_err("the second call fails");
        let error = format!("{error:?}");
        assert_eq!(error.contains("logged out"), status == 200, "{name}: {error}");
        assert_eq!(provider.loads.load(Ordering::Relaxed), 2, "{name}");
    }
}

#[tokio::test]
async fn retry_of_a_later_call_loads_credentials_again() {
    let provider = Provider::default();
    let tokens = ["a", "b", "c"].map(|token| Ok(credentials(Some(token))));
    provider.script.lock().unwrap().extend(tokens);
    let peer = Peer::new([Answer::Reply(200, &[]), Answer::Reply(503, RETRY_AFTER), Answer::Reply(200, &[])]);
    let client = peer.client(config().credentials_provider(provider));
    send(&client).await.expect("the first call succeeds");
    send(&client).await.expect("the second attempt succeeds");
    assert_eq!(peer.values("x-amz-security-token"), ["a", "b", "c"]);
}

#[tokio::test]
async fn credentials_that_change_are_those_of_the_call() {
    let marked = {
        let mut credentials = credentials(None);
        credentials.set_property(vec![AwsCredentialFeature::CredentialsProcess]);
        credentials
    };
    let provider = Provider::default();
    let all = [credentials(None), credentials(Some("token")), marked.clone(), marked, credentials(None)];
    provider.script.lock().unwrap().extend(all.map(Ok));
    let peer = Peer::new([(); 5].map(|()| Answer::Reply(200, &[])));
    let client = peer.client(config().credentials_provider(provider));
    for _ in 0..5 {
        send(&client).await.expect("a response");
    }
    assert_eq!(peer.values("x-amz-security-token"), ["", "token", "", "", ""]);
    let agents = peer.values("user-agent");
    assert!(agents[0] == agents[1] && agents[0] == agents[4], "{agents:?}");
    assert!(agents[2] == agents[3] && agents[2] != agents[0], "the mark of a process: {agents:?}");
}

#[tokio::test]
async fn success_of_a_call_adds_to_a_budget_that_was_used_meanwhile() {
    for operation in [Operation::Converse, Operation::ConverseStream] {
        let bucket = TokenBucket::builder().capacity(5).retry_cost(5).timeout_retry_cost(5).build();
        let partition = RetryPartition::custom("meanwhile").token_bucket(bucket.clone()).build();
        let busy = || Answer::Reply(503, RETRY_AFTER);
        let peer = Peer::new([Answer::Reply(200, &[]), Answer::Held, busy(), busy()]);
        let config =
            config().retry_partition(partition).retry_config(RetryConfig::standard().with_max_attempts(2));
        let client = Arc::new(peer.client(config));
        send_to(&client, operation).await.expect("the first call succeeds");
        let held = tokio::spawn({
            let client = client.clone();
            async move { send_to(&client, operation).await }
        });
        while peer.values("x-amz-date").len() < 2 {
            tokio::task::yield_now().await;
        }
        send_to(&client, operation).await.expect_err("both attempts fail");
        assert!(bucket.is_empty(), "the retry took all of the budget");
        peer.gate.add_permits(1);
        held.await.expect("no panic").expect("the call succeeds");
        assert!(!bucket.is_empty(), "{operation:?}: a success adds to the budget");
        assert_eq!(peer.values("x-amz-date").len(), 4, "nothing is sent twice");
    }
}

#[tokio::test]
async fn clock_of_a_success_corrects_the_next_call() {
    for operation in [Operation::Converse, Operation::ConverseStream] {
        let (right, ahead) = (Answer::Reply(200, RIGHT), Answer::Reply(200, AHEAD));
        let peer = Peer::new([Answer::Reply(200, RIGHT), ahead, Answer::Reply(200, RIGHT), right]);
        let client = peer.client(config().time_source(StaticTimeSource::from_secs(NOW)));
        for _ in 0..4 {
            send_to(&client, operation).await.expect("a response");
        }
        let (now, corrected) = ("20231114T221320Z", "20231114T221620Z");
        assert_eq!(peer.values("x-amz-date"), [now, now, corrected, now], "{operation:?}");
    }
}
