//! What an event of a stream costs, beside the SDK's typed stream of the same bytes, over loopback.
//!
//! `cargo bench -p outcrop-tests --bench stream` runs the SDK, our client up to the unified event, and our client with
//! the answer accumulated, each in a process of its own, and prints CPU time per event and the time to the first one;
//! where valgrind is installed it also counts instructions, which repeat exactly. `-- --test` runs a few events each.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a bench stops where something is wrong, and says where"
)]

#[path = "beside/processes.rs"]
mod beside;

use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::time::Instant;

use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, ConverseStreamOutput, Message};
use beside::{Server, cpu_seconds, has_valgrind, instructions, printed, read_request, sdk_client, serve};
use outcrop::converse::event_stream::{HeaderValue, encode_frame};
use outcrop::core::ResponseAccumulator;
use outcrop::{BedrockClient, Credentials, ModelClient, ModelRequest};

const CLIENTS: [&str; 3] = ["sdk", "outcrop", "folded"];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["server"] => serve(answer),
        ["client", url, who, events] => client(url, who, events.parse().unwrap(), false),
        ["first", url, who, events] => client(url, who, events.parse().unwrap(), true),
        _ => compare(args.contains(&"--test")),
    }
}

/// Runs the clients in turns and prints what they took.
fn compare(smoke: bool) {
    let server = Server::start();
    let (rounds, events) = if smoke { (1, "10") } else { (5, "10000") };
    for _ in 0..rounds {
        let took = CLIENTS.map(|who| printed(&["client", &server.url, who, events]));
        println!(
            "CPU per event  sdk {:6.3} us  outcrop {:6.3} us  and folded {:6.3} us  ratio {:.3}",
            took[0],
            took[1],
            took[2],
            took[1] / took[0]
        );
    }
    for _ in 0..rounds {
        let took = CLIENTS.map(|who| printed(&["first", &server.url, who, "10"]));
        println!(
            "first event    sdk {:6.0} us  outcrop {:6.0} us  and folded {:6.0} us",
            took[0], took[1], took[2]
        );
    }
    if smoke || !has_valgrind() {
        return println!("instructions: not counted (valgrind is not installed, or this is a smoke run)");
    }
    for who in CLIENTS {
        let [few, many] = ["1000", "5000"].map(|events| instructions(&["client", &server.url, who, events]));
        println!("{who:8} {:6} instructions per event", (many - few) / 4000);
    }
}

/// Reads one stream, after a first one that is not counted, and prints microseconds: of CPU for each event, or until
/// the first event was there.
fn client(url: &str, who: &str, events: u32, first: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut read = Reader::connect(who, url).await;
        read.stream(10).await;
        let cpu = cpu_seconds();
        let until_first = read.stream(events).await;
        let took = if first { until_first } else { (cpu_seconds() - cpu) / f64::from(events) };
        println!("{:.3}", took * 1e6);
    });
}

/// Somebody who reads streams.
enum Reader {
    Sdk(aws_sdk_bedrockruntime::Client),
    Outcrop { client: BedrockClient, fold: bool },
}

impl Reader {
    async fn connect(who: &str, url: &str) -> Self {
        if who == "sdk" {
            return Self::Sdk(sdk_client(url));
        }
        let credentials = Credentials::keys("AKIDEXAMPLE", "SECRETEXAMPLE");
        let builder = BedrockClient::builder().region("us-east-1").credentials(credentials).endpoint_url(url);
        Self::Outcrop { client: builder.build().await.unwrap(), fold: who == "folded" }
    }

    /// Reads a stream of so many deltas; gives the seconds until the first one was there.
    async fn stream(&mut self, events: u32) -> f64 {
        let begun = Instant::now();
        let mut first = None;
        let mut letters = 0;
        let model = format!("emulator.stream-{events}");
        match self {
            Self::Sdk(client) => {
                let content = ContentBlock::Text("hi".to_owned());
                let message =
                    Message::builder().role(ConversationRole::User).content(content).build().unwrap();
                let mut reply =
                    client.converse_stream().model_id(model).messages(message).send().await.unwrap();
                while let Some(event) = reply.stream.recv().await.unwrap() {
                    if let ConverseStreamOutput::ContentBlockDelta(delta) = event {
                        first.get_or_insert_with(|| begun.elapsed());
                        letters += delta.delta().unwrap().as_text().unwrap().len();
                    }
                }
            }
            Self::Outcrop { client, fold } => {
                let request = ModelRequest::builder(model).user("hi").build();
                let mut stream = client.create_stream(&request).await.unwrap();
                let mut answer = ResponseAccumulator::new("", "", "");
                while let Some(event) = stream.next().await {
                    let event = event.unwrap();
                    if let Some(text) = event.text() {
                        first.get_or_insert_with(|| begun.elapsed());
                        letters += text.len();
                    }
                    if *fold {
                        answer.push(&event);
                    }
                }
            }
        }
        assert_eq!(letters, usize::try_from(events).unwrap() * TEXT.len());
        first.unwrap().as_secs_f64()
    }
}

const TEXT: &str = " word";

/// Padding, of which each event has a part.
const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Streams as many deltas as the model's name says.
fn answer(stream: TcpStream) {
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    loop {
        let Some(path) = read_request(&mut reader) else { return };
        let events: u32 = path.split(['-', '/']).find_map(|part| part.parse().ok()).unwrap();
        let mut reply = b"HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\nx-amzn-requestid: 00000000-0000-0000-0000-000000000000\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        chunk(&mut reply, "messageStart", r#"{"p":"abcdefghijkl","role":"assistant"}"#);
        for index in 0..events {
            let padding: String = ALPHABET.chars().take(1 + usize::try_from(index % 40).unwrap()).collect();
            let delta = format!(r#"{{"contentBlockIndex":0,"delta":{{"text":"{TEXT}"}},"p":"{padding}"}}"#);
            chunk(&mut reply, "contentBlockDelta", &delta);
        }
        chunk(&mut reply, "contentBlockStop", r#"{"contentBlockIndex":0,"p":"ab"}"#);
        chunk(&mut reply, "messageStop", r#"{"p":"abcd","stopReason":"end_turn"}"#);
        chunk(
            &mut reply,
            "metadata",
            r#"{"metrics":{"latencyMs":1},"p":"a","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}"#,
        );
        reply.extend_from_slice(b"0\r\n\r\n");
        if writer.write_all(&reply).is_err() {
            return;
        }
    }
}

/// An event as a chunk of its own.
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
