//! The calls of the bench: what is sent, the server, and the comparison of clients that run alternately.

use std::future::Future;
use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::pin::Pin;

use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, ImageBlock, ImageFormat, ImageSource, InferenceConfiguration, Message,
};
use futures_util::future::join_all;
use outcrop::{BedrockClient, Credentials, ModelClient, ModelRequest};

use crate::processes::{
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

/// What a client is measured with.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) url: String,
    pub(crate) content: String,
    pub(crate) calls: u32,
}

/// A client of the bench: its name, and the function that runs a job with [`Job::measure`].
pub(crate) type Client = (&'static str, fn(Job) -> Pin<Box<dyn Future<Output = ()>>>);

/// The typed client of the SDK, which the others are compared with.
pub(crate) const SDK: Client = ("sdk", |job| Box::pin(run_sdk(job)));

/// Outcrop, from OpenAI-shaped JSON to a `UnifiedResponse`.
pub(crate) const OUTCROP: Client = ("outcrop", |job| Box::pin(run_outcrop(job)));

/// Runs the bench: the comparison, or a server or a client in a child process of it. The first client is the SDK.
pub(crate) fn run(clients: &[Client]) {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["server"] => serve(respond),
        ["client", url, name, content, calls] => {
            let (_, client) = clients.iter().find(|(other, _)| other == name).unwrap();
            let job =
                Job { url: (*url).to_owned(), content: (*content).to_owned(), calls: calls.parse().unwrap() };
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(client(job));
        }
        _ => compare(clients, args.contains(&"--test")),
    }
}

/// Runs the clients alternately and prints the results.
fn compare(clients: &[Client], smoke: bool) {
    let server = Server::start();
    let rounds = if smoke { 1 } else { 5 };
    for (content, calls) in CONTENTS {
        let calls = if smoke { 3 } else { calls };
        let mut ratios = vec![Vec::new(); clients.len()];
        for _ in 0..rounds {
            let times: Vec<f64> = clients
                .iter()
                .map(|(name, _)| run_client(&["client", &server.url, name, content, &calls.to_string()]))
                .collect();
            print!("{content:10}");
            for ((name, _), (time, ratios)) in clients.iter().zip(times.iter().zip(&mut ratios)) {
                ratios.push(time / times[0]);
                print!("  {name} {time:8.1} us ({:.3})", time / times[0]);
            }
            println!();
        }
        for ((name, _), ratios) in clients.iter().zip(&mut ratios).skip(1) {
            ratios.sort_by(f64::total_cmp);
            let [min, median, max] = [0, ratios.len() / 2, ratios.len() - 1].map(|index| ratios[index]);
            println!("{content:10}  {name} ratio: min {min:.3}  median {median:.3}  max {max:.3}");
        }
    }
    if smoke || !has_valgrind() {
        return println!("instructions: not counted (valgrind is missing, or `--test` is set)");
    }
    for content in ["small", "history", "built", "image", "response"] {
        print!("{content:10}");
        for (name, _) in clients {
            print!("  {name} {:9} instructions", instructions_per_call(&server.url, name, content));
        }
        println!();
    }
}

/// Measures two runs that differ only in the number of calls, so that the cost of the start cancels out.
fn instructions_per_call(url: &str, name: &str, content: &str) -> u64 {
    let [few, many] = ["20", "60"].map(|calls| count_instructions(&["client", url, name, content, calls]));
    (many - few) / 40
}

impl Job {
    /// Returns the id of the model to call.
    pub(crate) fn model(&self) -> &'static str {
        if self.content == "response" { IMAGE_MODEL } else { MODEL }
    }

    /// Returns whether the request is built once, before the calls.
    pub(crate) fn is_built(&self) -> bool {
        self.content == "built"
    }

    /// Returns the roles and texts of the messages.
    pub(crate) fn conversation(&self) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let is_long = ["history", "built"].contains(&self.content.as_str());
        conversation(if is_long { 200 } else { 1 })
    }

    /// Returns the image of the request, which is empty if it has none.
    pub(crate) fn image(&self) -> Vec<u8> {
        vec![7; if self.content == "image" { IMAGE_BYTES } else { 0 }]
    }

    /// Makes a call, then the calls of the job, and prints the CPU time of each in microseconds.
    pub(crate) async fn measure(&self, call: impl AsyncFn()) {
        call().await;
        let width = if self.content == "concurrent" { CONCURRENT } else { 1 };
        let cpu = cpu_seconds();
        for _ in 0..self.calls {
            join_all((0..width).map(|_| call())).await;
        }
        let calls = f64::from(self.calls) * f64::from(u32::try_from(width).unwrap());
        println!("{:.3}", (cpu_seconds() - cpu) * 1e6 / calls);
    }
}

async fn run_outcrop(job: Job) {
    let credentials = Credentials::keys("AKIDEXAMPLE", "SECRETEXAMPLE");
    let builder =
        BedrockClient::builder().region("us-east-1").credentials(credentials).endpoint_url(&job.url);
    let client = builder.build().await.unwrap();
    let params = params(&job);
    if job.is_built() {
        let request = ModelRequest::from_json(&params).unwrap();
        return job.measure(async || outcrop_call(&client, &request).await).await;
    }
    job.measure(async || outcrop_call(&client, &ModelRequest::from_json(&params).unwrap()).await).await;
}

async fn outcrop_call(client: &BedrockClient, request: &ModelRequest) {
    let response = client.create(request).await.unwrap();
    assert!(response.text().len() > 10);
}

async fn run_sdk(job: Job) {
    let client = sdk_client(&job.url);
    let image = job.image();
    job.measure(async || sdk_call(&client, &job, &image).await).await;
}

async fn sdk_call(client: &aws_sdk_bedrockruntime::Client, job: &Job, image: &[u8]) {
    let config = InferenceConfiguration::builder().max_tokens(200).temperature(0.7).build();
    let mut call = client.converse().model_id(job.model()).inference_config(config);
    for (role, text) in job.conversation() {
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

/// Returns the parameters of a request as JSON.
fn params(job: &Job) -> String {
    let image = job.image();
    let message = |(role, text): (&str, String)| {
        if image.is_empty() {
            return serde_json::json!({"role": role, "content": text});
        }
        let url = format!("data:image/png;base64,{}", "BwcH".repeat(image.len() / 3));
        let image = serde_json::json!({"type": "image_url", "image_url": {"url": url}});
        serde_json::json!({"role": role, "content": [{"type": "text", "text": text}, image]})
    };
    let messages: Vec<_> = job.conversation().map(message).collect();
    serde_json::json!({"model": job.model(), "messages": messages, "max_tokens": 200, "temperature": 0.7})
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
