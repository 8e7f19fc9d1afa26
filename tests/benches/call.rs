//! What one call costs, beside a plain typed call of the SDK with the same content, over loopback.
//!
//! `cargo bench -p outcrop-tests --bench call` runs both in one go, in turns, each in a process of its own against a
//! server in a third one, and prints CPU time per call; where valgrind is installed it also counts instructions,
//! which repeat exactly. `-- --test` makes a few calls each, to see that the bench works.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a bench stops where something is wrong, and says where"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, InferenceConfiguration, Message};
use outcrop::{BedrockClient, Credentials, ModelClient, ModelRequest};

const MODEL: &str = "anthropic.claude-3-5-sonnet-20240620-v1:0";

const REPLY: &str = r#"{"metrics":{"latencyMs":551},"output":{"message":{"content":[{"text":"The capital of France is Paris. It sits on the Seine, has a little over two million people within the city limits, and has been the country's capital for most of its history."}],"role":"assistant"}},"stopReason":"end_turn","usage":{"cacheReadInputTokens":0,"cacheWriteInputTokens":0,"inputTokens":14,"outputTokens":40,"serverToolUsage":{},"totalTokens":54}}"#;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["server"] => serve(),
        ["client", url, who, what, calls] => client(url, who, what, calls.parse().unwrap()),
        _ => compare(args.contains(&"--test")),
    }
}

/// Runs both clients in turns and prints what they took.
fn compare(smoke: bool) {
    let server = Server::start();
    let rounds = if smoke { 1 } else { 5 };
    for (what, calls) in [("small", 2000), ("history", 300)] {
        let calls = if smoke { 3 } else { calls };
        let mut ratios = Vec::new();
        for _ in 0..rounds {
            let [sdk, ours] = ["sdk", "outcrop"].map(|who| cpu_per_call(&server.url, who, what, calls));
            ratios.push(ours / sdk);
            println!("{what:8} sdk {sdk:8.1} us  outcrop {ours:8.1} us  ratio {:.3}", ours / sdk);
        }
        ratios.sort_by(f64::total_cmp);
        println!("{what:8} median ratio {:.3}", ratios[ratios.len() / 2]);
    }
    if smoke || Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        return println!("instructions: not counted (valgrind is not installed, or this is a smoke run)");
    }
    for what in ["small", "history"] {
        let [sdk, ours] = ["sdk", "outcrop"].map(|who| instructions_per_call(&server.url, who, what));
        println!("{what:8} sdk {sdk:9} instructions  outcrop {ours:9} instructions");
    }
}

fn cpu_per_call(url: &str, who: &str, what: &str, calls: u32) -> f64 {
    let output = client_command(url, who, what, calls).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// The difference of two runs that differ in nothing but the number of calls.
fn instructions_per_call(url: &str, who: &str, what: &str) -> u64 {
    let [few, many] = [20, 60].map(|calls| {
        let inner = client_command(url, who, what, calls);
        let mut command = Command::new("valgrind");
        command
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(inner.get_program())
            .args(inner.get_args());
        let output = command.output().unwrap();
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = log.lines().find(|line| line.contains("Collected")).unwrap_or_else(|| panic!("{log}"));
        line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
    });
    (many - few) / 40
}

fn client_command(url: &str, who: &str, what: &str, calls: u32) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["client", url, who, what, &calls.to_string()]);
    command
}

/// Makes the calls and prints the CPU time that each took, in microseconds.
fn client(url: &str, who: &str, what: &str, calls: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let turns = if what == "history" { 200 } else { 1 };
        match who {
            "sdk" => {
                let client = sdk_client(url);
                sdk_call(&client, turns).await;
                measure(calls, async || sdk_call(&client, turns).await).await;
            }
            _ => {
                let credentials = Credentials::keys("AKIDEXAMPLE", "SECRETEXAMPLE");
                let builder =
                    BedrockClient::builder().region("us-east-1").credentials(credentials).endpoint_url(url);
                let client = builder.connect().await.unwrap();
                let params = params(turns);
                our_call(&client, &params).await;
                measure(calls, async || our_call(&client, &params).await).await;
            }
        }
    });
}

async fn measure(calls: u32, call: impl AsyncFn()) {
    let (cpu, start) = (cpu_seconds(), Instant::now());
    for _ in 0..calls {
        call().await;
    }
    let _wall = start.elapsed();
    println!("{:.3}", (cpu_seconds() - cpu) * 1e6 / f64::from(calls));
}

/// From OpenAI-shaped JSON to a `UnifiedResponse`.
async fn our_call(client: &BedrockClient, params: &str) {
    let request = ModelRequest::from_json(params).unwrap();
    let response = client.create(&request).await.unwrap();
    assert!(response.text().len() > 10);
}

async fn sdk_call(client: &aws_sdk_bedrockruntime::Client, turns: usize) {
    let config = InferenceConfiguration::builder().max_tokens(200).temperature(0.7).build();
    let mut call = client.converse().model_id(MODEL).inference_config(config);
    for (role, text) in conversation(turns) {
        let role = if role == "user" { ConversationRole::User } else { ConversationRole::Assistant };
        call =
            call.messages(Message::builder().role(role).content(ContentBlock::Text(text)).build().unwrap());
    }
    let output = call.send().await.unwrap();
    let message = output.output().unwrap().as_message().unwrap();
    assert!(message.content()[0].as_text().unwrap().len() > 10);
}

fn sdk_client(url: &str) -> aws_sdk_bedrockruntime::Client {
    use aws_sdk_bedrockruntime::config::{BehaviorVersion, Credentials, Region};
    let config = aws_sdk_bedrockruntime::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "SECRETEXAMPLE", None, None, "static"))
        .endpoint_url(url)
        .build();
    aws_sdk_bedrockruntime::Client::from_conf(config)
}

fn params(turns: usize) -> String {
    let messages: Vec<_> =
        conversation(turns).map(|(role, text)| serde_json::json!({"role": role, "content": text})).collect();
    serde_json::json!({"model": MODEL, "messages": messages, "max_tokens": 200, "temperature": 0.7})
        .to_string()
}

/// Turns of 400 characters each, the last of them the user's; one short turn when there is but one.
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

/// CPU time of this process so far, user and system.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds: f64 = text.split(' ').next().and_then(|field| field.parse().ok()).unwrap_or(f64::NAN);
    nanoseconds / 1e9
}

/// The server, in a process of its own so that its work is not counted.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let mut child = command.arg("server").stdout(Stdio::piped()).spawn().unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut port).unwrap();
        Self { child, url: format!("http://127.0.0.1:{}", port.trim()) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Answers every request with the same reply, over kept-alive connections.
fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    for stream in listener.incoming() {
        let stream = stream.unwrap();
        std::thread::spawn(move || answer(stream));
    }
}

fn answer(stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    let reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-amzn-requestid: 00000000-0000-0000-0000-000000000000\r\ncontent-length: {}\r\n\r\n{REPLY}",
        REPLY.len()
    );
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() || writer.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}
