//! Discovery over loopback: lists of models, models behind application profiles, and suggestions in errors.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use futures_util::future::join_all;
use outcrop::transport::{Environment, Transport};
use outcrop::{
    BedrockClient, BedrockClientBuilder, Credentials, ErrorKind, ModelClient as _, ModelKind, ModelRequest,
    Stage,
};
use outcrop_emulator::Emulator;

use crate::support::loopback;

/// The ARN of a profile that [`serve`] has, for a model in its region.
const PROFILE: &str = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56";

/// The ARN of one for a model of the geography `eu`, which rejects `topK` outside of its own field.
const EU_PROFILE: &str = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/gh78ij90kl12";

/// Starts an emulator with two application profiles.
async fn serve() -> Emulator {
    let builder = Emulator::builder()
        .application_profile("ab12cd34ef56", "amazon.nova-lite-v1:0")
        .application_profile("gh78ij90kl12", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0");
    builder.start().await.expect("a port is free")
}

fn question(model: &str) -> ModelRequest {
    ModelRequest::builder(model).user("Name a river.").build()
}

/// Returns the methods and paths of the requests, in alphabetical order.
fn paths(emulator: &Emulator) -> Vec<String> {
    let mut paths: Vec<_> = emulator
        .requests()
        .iter()
        .map(|request| {
            format!("{} {}?{}", request.method(), request.path(), request.query().unwrap_or_default())
        })
        .collect();
    paths.sort();
    paths
}

#[tokio::test]
async fn models_of_the_account_are_listed_once() {
    let emulator = serve().await;
    let client = loopback::client(&emulator).await;
    let lists = join_all((0..4).map(|_| client.models())).await;
    let list = lists.into_iter().next().expect("a result").expect("a list");
    assert_eq!(
        paths(&emulator),
        [
            "GET /foundation-models?",
            "GET /inference-profiles?maxResults=1000&type=APPLICATION",
            "GET /inference-profiles?maxResults=1000&type=SYSTEM_DEFINED",
        ]
    );
    for request in emulator.requests() {
        let signature = request.header("authorization").expect("a signature");
        assert!(signature.contains("/eu-west-1/bedrock/aws4_request"), "{signature}");
        assert_eq!((request.header("content-type"), request.body().len()), (None, 0));
    }
    let nova = list.get("amazon.nova-lite-v1:0").expect("a model");
    assert_eq!((nova.kind, nova.on_demand), (ModelKind::FoundationModel, Some(true)));
    assert!(nova.profiles.contains(&"eu".to_owned()) && !nova.profiles.contains(&"us".to_owned()));
    let profile = list.get(EU_PROFILE).expect("an application profile");
    assert_eq!(profile.kind, ModelKind::ApplicationProfile);
    assert_eq!(profile.base_model.as_deref(), Some("eu.anthropic.claude-sonnet-4-5-20250929-v1:0"));

    client.refresh_models().await.expect("a list");
    assert_eq!(emulator.requests().len(), 6);
}

#[tokio::test]
async fn listed_profiles_have_the_rules_and_the_price_of_their_models() {
    let emulator = serve().await;
    let client = loopback::client(&emulator).await;
    let thinking =
        |model: &str| ModelRequest::builder(model).user("hi").reasoning_effort("low".into()).build();
    let before = client.create(&question(PROFILE)).await.expect("a response");
    assert_eq!(before.cost, None, "nothing is known about the profile");
    assert_eq!(paths(&emulator).len(), 1, "no hidden request");

    client.models().await.expect("a list");
    let after = client.create(&question(PROFILE)).await.expect("a response");
    let direct = client.create(&question("amazon.nova-lite-v1:0")).await.expect("a response");
    assert!(after.cost.is_some());
    assert_eq!(after.cost, direct.cost);
    let known = client.encode(&thinking(EU_PROFILE)).expect("a request");
    let named = client.encode(&thinking("eu.anthropic.claude-sonnet-4-5-20250929-v1:0")).expect("a request");
    assert_eq!(known.body, named.body);
    let body = known.serialize().body;
    assert!(String::from_utf8_lossy(&body).contains("\"thinking\""), "{body:?}");
}

#[tokio::test]
async fn profile_is_looked_up_once_if_the_client_does_so() {
    let emulator = serve().await;
    let client = loopback::builder(&emulator).look_up_profiles().build().await.expect("a client");
    let (one, other) = (question(PROFILE), question(PROFILE));
    let (one, other) = tokio::join!(client.create(&one), client.create(&other));
    assert!(one.expect("a response").cost.is_some() && other.expect("a response").cost.is_some());
    client.create_stream(&question(PROFILE)).await.expect("a stream");
    client.create(&question("amazon.nova-lite-v1:0")).await.expect("a response");
    let arn = "arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aapplication-inference-profile%2Fab12cd34ef56";
    let looked_up: Vec<_> = paths(&emulator).into_iter().filter(|path| path.starts_with("GET")).collect();
    assert_eq!(looked_up, [format!("GET /inference-profiles/{arn}?")]);
}

#[tokio::test]
async fn failed_look_up_is_an_error_before_the_model_is_called() {
    let emulator = serve().await;
    let client = loopback::builder(&emulator).look_up_profiles().build().await.expect("a client");
    let unknown = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/zzzzzzzzzzzz";
    for _ in 0..2 {
        let error = client.create(&question(unknown)).await.expect_err("no such profile");
        assert_eq!((error.kind(), error.model()), (ErrorKind::NotFound, Some(unknown)));
        assert_eq!(error.region(), Some("eu-west-1"));
    }
    assert_eq!(emulator.requests().len(), 2, "each call looks the profile up again");
    assert!(emulator.requests().iter().all(|request| request.method() == "GET"));
}

#[tokio::test]
async fn errors_about_unknown_models_suggest_ids() {
    let emulator = serve().await;
    let client = loopback::client(&emulator).await;
    let missing = question("anthropic.nonexistent-claude-haiku-4-5");
    for outcome in [client.create(&missing).await.map(drop), client.create_stream(&missing).await.map(drop)] {
        let error = outcome.expect_err("no such model");
        assert!(
            error.hint().is_some_and(|hint| hint.starts_with("did you mean `anthropic.claude-")),
            "{error:?}"
        );
    }
    client.models().await.expect("a list");
    let error = client.create(&question("us.nonexistent.nova-lite")).await.expect_err("no such model");
    assert!(error.hint().is_some_and(|hint| !hint.contains("`us.")), "of the region: {error:?}");
}

#[tokio::test]
async fn control_plane_has_an_endpoint_of_its_own() {
    let (runtime, control, variable) = (serve().await, serve().await, serve().await);
    let env = Environment::from_variables([("AWS_ENDPOINT_URL_BEDROCK", variable.url())]);
    let client = |builder: BedrockClientBuilder| async { builder.build().await.expect("a client") };
    let by_variable = client(loopback::builder(&runtime).environment(env.clone())).await;
    by_variable.models().await.expect("a list");
    assert_eq!((runtime.requests().len(), variable.requests().len()), (0, 3));
    assert_eq!(by_variable.transport().control_endpoint_url(), Some(variable.url().as_str()));

    let builder = loopback::builder(&runtime).environment(env).control_endpoint_url(control.url());
    let by_setting = client(builder).await;
    by_setting.models().await.expect("a list");
    by_setting.create(&question("amazon.nova-lite-v1:0")).await.expect("a response");
    assert_eq!((runtime.requests().len(), control.requests().len()), (1, 3));
    assert_eq!(variable.requests().len(), 3);
}

#[tokio::test]
async fn api_keys_and_sdk_clients_list_models_as_well() {
    let emulator = serve().await;
    let builder = loopback::builder(&emulator).credentials(Credentials::bearer("an-api-key"));
    builder.build().await.expect("a client").models().await.expect("a list");
    assert_eq!(emulator.requests()[0].header("authorization"), Some("Bearer an-api-key"));

    let keys = aws_sdk_bedrockruntime::config::Credentials::new("AKIDSDK", "secret", None, None, "test");
    let config = aws_sdk_bedrockruntime::Config::builder()
        .behavior_version(aws_sdk_bedrockruntime::config::BehaviorVersion::latest())
        .region(aws_sdk_bedrockruntime::config::Region::new("eu-west-1"))
        .endpoint_url(emulator.url())
        .credentials_provider(keys)
        .build();
    let transport = Transport::from_sdk_client(&aws_sdk_bedrockruntime::Client::from_conf(config));
    let client = BedrockClient::builder().with_transport(transport);
    assert!(!client.models().await.expect("a list").is_empty());
    let signature = emulator.requests()[3].header("authorization").map(str::to_owned).expect("a signature");
    assert!(signature.contains("Credential=AKIDSDK/"), "{signature}");
}

/// Serves responses by the path and query of each request, and returns the URL.
fn serve_raw(respond: impl Fn(&str) -> (u16, String) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    // The thread ends with the process.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
                head.extend_from_slice(&byte);
            }
            let head = String::from_utf8_lossy(&head);
            let (status, body) = respond(head.split(' ').nth(1).unwrap_or_default());
            let _ = write!(
                stream,
                "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
                 connection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    url
}

async fn client_of(url: &str) -> BedrockClient {
    let builder = BedrockClient::builder()
        .environment(Environment::from_variables::<&str, &str>([]))
        .endpoint_url(url)
        .region("eu-west-1")
        .credentials(Credentials::keys("AKIDEXAMPLE", "wJalrXUtnFEMI"));
    builder.retry(outcrop::Retry::never()).build().await.expect("a client")
}

#[tokio::test]
async fn all_pages_are_read() {
    let profile = |id: &str| format!(r#"{{"inferenceProfileId": "{id}", "models": []}}"#);
    let url = serve_raw(move |path| {
        let body = if path.starts_with("/foundation-models") {
            r#"{"modelSummaries": []}"#.to_owned()
        } else if path.contains("type=APPLICATION") {
            r#"{"inferenceProfileSummaries": []}"#.to_owned()
        } else if path.ends_with("&nextToken=a%2Fb%2B%3D") {
            format!(r#"{{"inferenceProfileSummaries": [{}], "nextToken": null}}"#, profile("eu.b"))
        } else {
            format!(r#"{{"inferenceProfileSummaries": [{}], "nextToken": "a/b+="}}"#, profile("eu.a"))
        };
        (200, body)
    });
    let list = client_of(&url).await.models().await.expect("a list");
    let ids: Vec<_> = list.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, ["eu.a", "eu.b"]);
}

#[tokio::test]
async fn endless_pages_end_with_an_error() {
    let url = serve_raw({
        let count = std::sync::atomic::AtomicUsize::new(0);
        move |path| {
            let page = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let body = if path.starts_with("/foundation-models") {
                r#"{"modelSummaries": []}"#.to_owned()
            } else {
                format!(r#"{{"inferenceProfileSummaries": [], "nextToken": "t{page}"}}"#)
            };
            (200, body)
        }
    });
    let error = client_of(&url).await.models().await.expect_err("no end");
    assert_eq!((error.kind(), error.code()), (ErrorKind::InvalidResponse, Some("EndlessList")));
}

#[tokio::test]
async fn endpoint_without_lists_is_an_error_with_a_hint() {
    for (status, body) in [
        (404, r#"{"message": "not found"}"#),
        (
            200,
            r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#,
        ),
    ] {
        let url = serve_raw(move |_| (status, body.to_owned()));
        let client = client_of(&url).await;
        let error = client.models().await.expect_err("no lists");
        assert!(error.hint().is_some_and(|hint| hint.contains("control_endpoint_url")), "{error:?}");
        assert_eq!(error.stage(), Stage::Replied);
    }
    let url = serve_raw(|_| {
        (403, r#"{"__type": "AccessDeniedException", "message": "not authorized to perform: bedrock:ListFoundationModels"}"#.to_owned())
    });
    let error = client_of(&url).await.models().await.expect_err("no permission");
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
}
