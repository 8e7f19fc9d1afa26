//! The cost of a stream event, compared with the SDK's typed stream of the same bytes, over loopback.
//!
//! `cargo bench -p outcrop-tests --bench stream` runs the SDK, Outcrop up to the unified event, and Outcrop with an
//! accumulated response, each in a child process, and prints the CPU time per event and the time to the first one. If
//! valgrind is installed, it also counts instructions, which are exactly reproducible. `-- --test` reads a few events.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a bench that fails should stop with the reason")]

#[path = "support/processes.rs"]
mod processes;

use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::time::Instant;

use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, ConverseStreamOutput, Message};
use outcrop::converse::event_stream::{HeaderValue, encode_frame};
use outcrop::core::ResponseAccumulator;
use outcrop::{BedrockClient, Credentials, ModelClient, ModelRequest};
use processes::{
    Server, count_instructions, cpu_seconds, has_valgrind, read_request, run_client, sdk_client, serve,
};

/// The clients: the SDK, Outcrop, and Outcrop with an accumulated response.
const CLIENTS: [&str; 3] = ["sdk", "outcrop", "accumulated"];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["server"] => serve(respond),
        ["client", url, name, events] => client(url, name, events.parse().unwrap(), false),
        ["first", url, name, events] => client(url, name, events.parse().unwrap(), true),
        _ => compare(args.contains(&"--test")),
    }
}

/// Runs the clients alternately and prints the results.
fn compare(smoke: bool) {
    let server = Server::start();
    let (rounds, events) = if smoke { (1, "10") } else { (5, "10000") };
    for _ in 0..rounds {
        let times = CLIENTS.map(|name| run_client(&["client", &server.url, name, events]));
        println!(
            "CPU per event  sdk {:6.3} us  outcrop {:6.3} us  accumulated {:6.3} us  ratio {:.3}",
            times[0],
            times[1],
            times[2],
            times[1] / times[0]
        );
    }
    for _ in 0..rounds {
        let times = CLIENTS.map(|name| run_client(&["first", &server.url, name, "10"]));
        println!(
            "first event    sdk {:6.0} us  outcrop {:6.0} us  accumulated {:6.0} us",
            times[0], times[1], times[2]
        );
    }
    if smoke || !has_valgrind() {
        return println!("instructions: not counted (valgrind is missing, or `--test` is set)");
    }
    for name in CLIENTS {
        let [few, many] =
            ["1000", "5000"].map(|events| count_instructions(&["client", &server.url, name, events]));
        println!("{name:11} {:6} instructions per event", (many - few) / 4000);
    }
}

/// Reads a short stream and then a measured one. Prints microseconds: of CPU per event, or until the first event.
fn client(url: &str, name: &str, events: u32, is_first: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut reader = Reader::connect(name, url).await;
        reader.read(10).await;
        let cpu = cpu_seconds();
        let until_first = reader.read(events).await;
        let seconds = if is_first { until_first } else { (cpu_seconds() - cpu) / f64::from(events) };
        println!("{:.3}", seconds * 1e6);
    });
}

/// A client that reads streams.
enum Reader {
    Sdk(aws_sdk_bedrockruntime::Client),
    Outcrop { client: BedrockClient, accumulates: bool },
}

impl Reader {
    async fn connect(name: &str, url: &str) -> Self {
        if name == "sdk" {
            return Self::Sdk(sdk_client(url));
        }
        let credentials = Credentials::keys("AKIDEXAMPLE", "SECRETEXAMPLE");
        let builder = BedrockClient::builder().region("us-east-1").credentials(credentials).endpoint_url(url);
        Self::Outcrop { client: builder.build().await.unwrap(), accumulates: name == "accumulated" }
    }

    /// Reads a stream with this many deltas. Returns the seconds until the first one.
    async fn read(&mut self, events: u32) -> f64 {
        let start = Instant::now();
        let mut first = None;
        let mut bytes = 0;
        let model = format!("emulator.stream-{events}");
        match self {
            Self::Sdk(client) => {
                let content = ContentBlock::Text("hi".to_owned());
                let message =
                    Message::builder().role(ConversationRole::User).content(content).build().unwrap();
                let mut response =
                    client.converse_stream().model_id(model).messages(message).send().await.unwrap();
                while let Some(event) = response.stream.recv().await.unwrap() {
                    if let ConverseStreamOutput::ContentBlockDelta(delta) = event {
                        first.get_or_insert_with(|| start.elapsed());
                        bytes += delta.delta().unwrap().as_text().unwrap().len();
                    }
                }
            }
            Self::Outcrop { client, accumulates } => {
                let request = ModelRequest::builder(model).user("hi").build();
                let mut stream = client.create_stream(&request).await.unwrap();
                let mut response = ResponseAccumulator::new("", "", "");
                while let Some(event) = stream.next().await {
                    let event = event.unwrap();
                    if let Some(text) = event.text() {
                        first.get_or_insert_with(|| start.elapsed());
                        bytes += text.len();
                    }
                    if *accumulates {
                        response.push(&event);
                    }
                }
            }
        }
        assert_eq!(bytes, usize::try_from(events).unwrap() * TEXT.len());
        first.unwrap().as_secs_f64()
    }
}

const TEXT: &str = " word";

/// The padding. Each event has a part of it.
const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Responds with as many deltas as the id of the model has in its name.
fn respond(stream: TcpStream) {
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    loop {
        let Some(path) = read_request(&mut reader) else { return };
        let events: u32 = path.split(['-', '/']).find_map(|part| part.parse().ok()).unwrap();
        let mut response = b"HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\nx-amzn-requestid: 00000000-0000-0000-0000-000000000000\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        chunk(&mut response, "messageStart", r#"{"p":"abcdefghijkl","role":"assistant"}"#);
        for index in 0..events {
            let padding: String = ALPHABET.chars().take(1 + usize::try_from(index % 40).unwrap()).collect();
            let delta = format!(r#"{{"contentBlockIndex":0,"delta":{{"text":"{TEXT}"}},"p":"{padding}"}}"#);
            chunk(&mut response, "contentBlockDelta", &delta);
        }
        chunk(&mut response, "contentBlockStop", r#"{"contentBlockIndex":0,"p":"ab"}"#);
        chunk(&mut response, "messageStop", r#"{"p":"abcd","stopReason":"end_turn"}"#);
        chunk(
            &mut response,
            "metadata",
            r#"{"metrics":{"latencyMs":1},"p":"a","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}"#,
        );
        response.extend_from_slice(b"0\r\n\r\n");
        if writer.write_all(&response).is_err() {
            return;
        }
    }
}

/// Appends an event as a chunk of the HTTP body.
fn chunk(out: &mut Vec<u8>, name: &str, json: &str) {
    let headers = [
        (":event-type", HeaderValue::String(name)),
        (":content-type", HeaderValue::String("application/json")),
        (":message-type", HeaderValue::String("event")),
    ];
    let frame = encode_frame(&headers, json.as_bytes()).unwrap();
    out.extend_from_slice(format!("{:x}\r\n", frame.len()).as_bytes());
    out.extend_from_slice(&frame);
    out.extend_from_slice(b"\r\n");
}
