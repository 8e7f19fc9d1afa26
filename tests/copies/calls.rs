//! Counts the allocations of a call against those of the SDK's typed client.
//!
//! The server is a thread of this process that allocates nothing once a connection exists, so the counter counts the client.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use aws_sdk_bedrockruntime::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, InferenceConfiguration, Message as SdkMessage,
};
use outcrop::transport::Environment;
use outcrop::{BedrockClient, Credentials as OurCredentials, ModelClient as _, ModelRequest};
use stats_alloc::{Region as Counter, Stats};

use crate::ALLOCATOR;

const MODEL: &str = "anthropic.claude-3-5-sonnet-20240620-v1:0";

/// The allocations that a short call may make, from the JSON of its parameters to the response.
const LIMIT: usize = 130;

/// The length of a long text in a request.
const LONG: usize = 200_000;

/// The number of calls that are counted.
const CALLS: usize = 20;

const BODY: &str = r#"{"metrics":{"latencyMs":551},"output":{"message":{"content":[{"text":"The capital of France is Paris."}],"role":"assistant"}},"stopReason":"end_turn","usage":{"inputTokens":14,"outputTokens":40,"totalTokens":54}}"#;

/// Starts a server and returns its address.
fn start_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || answer(stream.unwrap()));
        }
    });
    url
}

async fn client(url: &str) -> BedrockClient {
    BedrockClient::builder()
        .environment(Environment::from_variables::<&str, &str>([]))
        .region("us-east-1")
        .credentials(OurCredentials::keys("AKIDEXAMPLE", "SECRETEXAMPLE"))
        .endpoint_url(url)
        .build()
        .await
        .unwrap()
}

/// Checks that a call with a long request does not allocate its body.
pub(crate) fn long_call_writes_its_body_to_a_buffer_of_an_earlier_one() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let allocated = runtime.block_on(async {
        let client = client(&start_server()).await;
        let request = ModelRequest::builder(MODEL).user("x".repeat(LONG)).build();
        let change = change(async || drop(client.create(&request).await.unwrap())).await;
        change.bytes_allocated / CALLS
    });
    // The mapping copies the text once.
    assert!(allocated < LONG + LONG / 2, "{allocated} bytes");
}

/// Measures both clients and checks the goal.
pub(crate) fn short_call_allocates_less_than_the_sdk() {
    let url = start_server();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (ours, sdk) = runtime.block_on(async {
        let client = client(&url).await;
        let params = format!(
            r#"{{"model": "{MODEL}", "messages": [{{"role": "user", "content": "What is the capital of France?"}}], "max_tokens": 200, "temperature": 0.7}}"#
        );
        let ours = count(async || {
            let request = ModelRequest::from_json(&params).unwrap();
            assert!(client.create(&request).await.unwrap().text().contains("Paris"));
        });
        let ours = ours.await;
        let config = aws_sdk_bedrockruntime::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("AKIDEXAMPLE", "SECRETEXAMPLE", None, None, "static"))
            .endpoint_url(&url);
        let sdk_client = aws_sdk_bedrockruntime::Client::from_conf(config.build());
        let sdk = count(async || {
            let config = InferenceConfiguration::builder().max_tokens(200).temperature(0.7).build();
            let text = ContentBlock::Text("What is the capital of France?".to_owned());
            let message = SdkMessage::builder().role(ConversationRole::User).content(text).build().unwrap();
            let call = sdk_client.converse().model_id(MODEL).inference_config(config).messages(message);
            assert!(call.send().await.unwrap().output().is_some());
        });
        (ours, sdk.await)
    });
    println!("allocations of a short call: ours {ours}, the SDK's {sdk}");
    assert!(ours <= LIMIT, "{ours}, the SDK's {sdk}");
    assert!(ours < sdk, "{ours}, the SDK's {sdk}");
}

/// Returns the allocations of a call, without those of the first one, which connects.
async fn count(call: impl AsyncFn()) -> usize {
    let change = change(call).await;
    (change.allocations + change.reallocations) / CALLS
}

/// Returns what some calls allocate, without the first ones.
async fn change(call: impl AsyncFn()) -> Stats {
    for _ in 0..3 {
        call().await;
    }
    let counter = Counter::new(ALLOCATOR);
    for _ in 0..CALLS {
        call().await;
    }
    counter.change()
}

/// Answers the requests of a connection, without allocating.
fn answer(mut stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-amzn-requestid: r-1\r\ncontent-length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    let mut buffer = vec![0; 2 * LONG];
    let mut filled = 0;
    while let Ok(length @ 1..) = stream.read(&mut buffer[filled..]) {
        filled += length;
        if is_complete(&buffer[..filled]) {
            filled = 0;
            stream.write_all(response.as_bytes()).unwrap();
        }
    }
}

/// Returns whether a request has arrived whole.
fn is_complete(bytes: &[u8]) -> bool {
    const LENGTH: &[u8] = b"content-length: ";
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let start = bytes.windows(LENGTH.len()).position(|window| window.eq_ignore_ascii_case(LENGTH)).unwrap();
    let digits = bytes[start + LENGTH.len()..].iter().take_while(|byte| byte.is_ascii_digit());
    let length = digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'));
    bytes.len() >= end + 4 + length
}
