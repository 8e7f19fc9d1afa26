//! The cost of a call, compared with a typed call of the SDK with the same content, over loopback.
//!
//! `cargo bench -p outcrop-tests --bench call` runs both alternately, each in a child process with a server in another one,
//! and prints the CPU time per call. If valgrind is installed, it also counts instructions, which are exactly
//! reproducible. `-- --test` makes a few calls to check that the bench works.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a bench that fails should stop with the reason"
)]

#[path = "support/processes.rs"]
mod processes;

use std::io::{BufReader, Write};
use std::net::TcpStream;

use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, ImageBlock, ImageFormat, ImageSource, InferenceConfiguration, Message,
};
use futures_util::future::join_all;
use outcrop::{BedrockClient, Credentials, ModelClient, ModelRequest};
use processes::{
    Server, count_instructions, cpu_seconds, has_valgrind, read_request, run_client, sdk_client, serve,
};

const MODEL: &str = "anthropic.claude-3-5-sonnet-20240620-v1:0";

/// A model whose response has an image of 20 MB.
const IMAGE_MODEL: &str = "emulator.image-model";

/// The size of the image in a request: 3.75 MiB, the maximum of Converse.
const IMAGE_BYTES: usize = 3_932_160;

const RESPONSE: &str = r#"{"metrics":{"latencyMs":551},"output":{"message":{"content":[{"text":"The capital of France is Paris. It sits on the Seine, has a little over two million people within the city limits, and has been the country's capital for most of its history."}],"role":"assistant"}},"stopReason":"end_turn","usage":{"cacheReadInputTokens":0,"cacheWriteInputTokens":0,"inputTokens":14,"outputTokens":40,"serverToolUsage":{},"totalTokens":54}}"#;

/// What is sent, and how often in a round: a short call, 64 of them at once, a history of 200 messages from JSON and from a
/// request that is built already, an image, and a response with an image.
const CONTENTS: [(&str, u32); 6] =
    [("small", 2000), ("concurrent", 40), ("history", 300), ("built", 300), ("image", 60), ("response", 20)];

/// The number of concurrent calls.
const CONCURRENT: usize = 64;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["server"] => serve(respond),
        ["client", url, name, content, calls] => client(url, name, content, calls.parse().unwrap()),
        _ => compare(args.contains(&"--test")),
    }
}

/// Runs both clients alternately and prints the results.
fn compare(smoke: bool) {
    let server = Server::start();
    let rounds = if smoke { 1 } else { 5 };
    for (content, calls) in CONTENTS {
        let calls = if smoke { 3 } else { calls };
        let mut ratios = Vec::new();
        for _ in 0..rounds {
            let [sdk, ours] = ["sdk", "outcrop"].map(|name| cpu_per_call(&server.url, name, content, calls));
            ratios.push(ours / sdk);
            println!("{content:10} sdk {sdk:8.1} us  outcrop {ours:8.1} us  ratio {:.3}", ours / sdk);
        }
        ratios.sort_by(f64::total_cmp);
        let [min, median, max] = [0, ratios.len() / 2, ratios.len() - 1].map(|index| ratios[index]);
        println!("{content:10} ratio: min {min:.3}  median {median:.3}  max {max:.3}");
    }
    if smoke || !has_valgrind() {
        return println!("instructions: not counted (valgrind is missing, or `--test` is set)");
    }
    for content in ["small", "history", "built", "image", "response"] {
        let [sdk, ours] = ["sdk", "outcrop"].map(|name| instructions_per_call(&server.url, name, content));
        println!("{content:10} sdk {sdk:9} instructions  outcrop {ours:9} instructions");
    }
}

fn cpu_per_call(url: &str, name: &str, content: &str, calls: u32) -> f64 {
    run_client(&["client", url, name, content, &calls.to_string()])
}

/// Measures two runs that differ only in the number of calls, so that the cost of the start cancels out.
fn instructions_per_call(url: &str, name: &str, content: &str) -> u64 {
    let [few, many] = ["20", "60"].map(|calls| count_instructions(&["client", url, name, content, calls]));
    (many - few) / 40
}

/// Makes calls and prints the CPU time of each in microseconds.
fn client(url: &str, name: &str, content: &str, calls: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let turns = if ["history", "built"].contains(&content) { 200 } else { 1 };
        let width = if content == "concurrent" { CONCURRENT } else { 1 };
        let image = if content == "image" { IMAGE_BYTES } else { 0 };
        let model = if content == "response" { IMAGE_MODEL } else { MODEL };
        match name {
            "sdk" => {
                let client = sdk_client(url);
                let image = vec![7; image];
                sdk_call(&client, model, turns, &image).await;
                measure(calls, width, async || sdk_call(&client, model, turns, &image).await).await;
            }
            _ => {
                let credentials = Credentials::keys("AKIDEXAMPLE", "SECRETEXAMPLE");
                let builder =
                    BedrockClient::builder().region("us-east-1").credentials(credentials).endpoint_url(url);
                let client = builder.build().await.unwrap();
                let params = params(model, turns, image);
                outcrop_call(&client, &params).await;
                if content == "built" {
                    let request = ModelRequest::from_json(&params).unwrap();
                    return measure(calls, width, async || send(&client, &request).await).await;
                }
                measure(calls, width, async || outcrop_call(&client, &params).await).await;
            }
        }
    });
}

/// Makes calls, some of them at once, and prints the CPU time of each in microseconds.
async fn measure(rounds: u32, width: usize, call: impl AsyncFn()) {
    let cpu = cpu_seconds();
    for _ in 0..rounds {
        join_all((0..width).map(|_| call())).await;
    }
    let calls = f64::from(rounds) * f64::from(u32::try_from(width).unwrap());
    println!("{:.3}", (cpu_seconds() - cpu) * 1e6 / calls);
}

/// Makes a call, from OpenAI-shaped JSON to a `UnifiedResponse`.
async fn outcrop_call(client: &BedrockClient, params: &str) {
    send(client, &ModelRequest::from_json(params).unwrap()).await;
}

async fn send(client: &BedrockClient, request: &ModelRequest) {
    let response = client.create(request).await.unwrap();
    assert!(response.text().len() > 10);
}

async fn sdk_call(client: &aws_sdk_bedrockruntime::Client, model: &str, turns: usize, image: &[u8]) {
    let config = InferenceConfiguration::builder().max_tokens(200).temperature(0.7).build();
    let mut call = client.converse().model_id(model).inference_config(config);
    for (role, text) in conversation(turns) {
        let role = if role == "user" { ConversationRole::User } else { ConversationRole::Assistant };
        let mut message = Message::builder().role(role).content(ContentBlock::Text(text));
        if !image.is_empty() {
            let source = ImageSource::Bytes(Blob::new(image));
            let image = ImageBlock::builder().format(ImageFormat::Png).source(source).build().unwrap();
            message = message.content(ContentBlock::Image(image));
        }
        call = call.messages(message.build().unwrap());
    }
    let output = call.send().await.unwrap();
    let message = output.output().unwrap().as_message().unwrap();
    assert!(message.content()[0].as_text().unwrap().len() > 10);
}

fn params(model: &str, turns: usize, image: usize) -> String {
    let message = |(role, text): (&str, String)| {
        if image == 0 {
            return serde_json::json!({"role": role, "content": text});
        }
        let url = format!("data:image/png;base64,{}", "BwcH".repeat(image / 3));
        let image = serde_json::json!({"type": "image_url", "image_url": {"url": url}});
        serde_json::json!({"role": role, "content": [{"type": "text", "text": text}, image]})
    };
    let messages: Vec<_> = conversation(turns).map(message).collect();
    serde_json::json!({"model": model, "messages": messages, "max_tokens": 200, "temperature": 0.7})
        .to_string()
}

/// Returns turns of 400 characters each, the last one the user's; a single turn is short.
fn conversation(turns: usize) -> impl Iterator<Item = (&'static str, String)> {
    let turns = if turns > 1 { turns | 1 } else { 1 };
    (0..turns).map(move |turn| {
        let role = if turn % 2 == 0 { "user" } else { "assistant" };
        let text = if turns == 1 {
            "What is the capital of France?".to_owned()
        } else {
            format!("turn {turn:5} ").repeat(36)
        };
        (role, text)
    })
}

/// Responds to every request of a connection.
fn respond(stream: TcpStream) {
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    let http = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-amzn-requestid: 00000000-0000-0000-0000-000000000000\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let (small, mut large) = (http(RESPONSE), String::new());
    while let Some(path) = read_request(&mut reader) {
        if path.contains(IMAGE_MODEL) && large.is_empty() {
            let image = "BwcH".repeat(20 * 1024 * 1024 / 3);
            let block = format!(r#"{{"image":{{"format":"png","source":{{"bytes":"{image}"}}}}}}"#);
            large = http(&RESPONSE.replace(r#"],"role""#, &format!(r#",{block}],"role""#)));
        }
        let response = if path.contains(IMAGE_MODEL) { &large } else { &small };
        if writer.write_all(response.as_bytes()).is_err() {
            return;
        }
    }
}
