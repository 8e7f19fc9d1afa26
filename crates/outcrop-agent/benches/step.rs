//! The cost of a step of an agent above its call of the model.
//!
//! `cargo bench -p outcrop-agent --bench step` runs an agent with one tool, and the same calls without an agent, with a client
//! that costs nothing. It counts the instructions of both in child processes, which needs valgrind. `-- --test` only checks
//! that the bench works.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench that fails should stop with the reason, and it prints its result"
)]

use std::process::{Command, Stdio};

use async_trait::async_trait;
use outcrop_agent::{Agent, Tool};
use outcrop_core::{
    ModelClient, ModelError, ModelRequest, ResponseStream, Role, ToolCallContent, ToolResultContent,
    UnifiedMessage, UnifiedResponse, Usage,
};
use schemars::JsonSchema;
use serde::Deserialize;

/// The instructions of a short call of `BedrockClient` with one tool, by `docs/benchmarks.md`: the row "short call,
/// instructions", and what the rows of "Mapping" add for a tool.
const CALL: u64 = 203_823 + (110_140 - 18_758);

/// The share of a call that a step may cost above it, in percent.
const LIMIT: u64 = 5;

/// The weather in a city, now.
#[derive(Deserialize, JsonSchema)]
struct GetWeather {
    /// The city, such as Lisbon.
    city: String,
}

/// A client whose responses are ready: a tool call, then a text.
#[derive(Clone, Debug)]
struct Ready {
    call: UnifiedResponse,
    text: UnifiedResponse,
}

impl Ready {
    fn new() -> Self {
        let response = |message: UnifiedMessage| {
            let mut response = UnifiedResponse::new("r-1", "some-model", "ready", vec![message]);
            response.usage = Usage::new(200, 40);
            response.cost = Some(0.001);
            response
        };
        let call = ToolCallContent::new("call_1", "get_weather", r#"{"city":"Lisbon"}"#);
        Self {
            call: response(UnifiedMessage::new(Role::Assistant, vec![call.into()])),
            text: response(UnifiedMessage::assistant("It is sunny in Lisbon, at 21 °C.")),
        }
    }
}

#[async_trait]
impl ModelClient for Ready {
    fn provider(&self) -> &str {
        "ready"
    }

    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        let is_result = request.messages.last().is_some_and(|message| message.role == Role::Tool);
        Ok(if is_result { self.text.clone() } else { self.call.clone() })
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        self.create(request).await.map(ResponseStream::replay)
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        [name @ ("agent" | "calls"), runs] => run(name, runs.parse().unwrap()),
        _ => compare(args.contains(&"--test")),
    }
}

/// Counts both and prints the difference.
fn compare(is_smoke: bool) {
    if is_smoke || Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        run("agent", 1);
        run("calls", 1);
        return println!("instructions: not counted (valgrind is missing, or `--test` is set)");
    }
    let [agent, calls] = ["agent", "calls"].map(|name| (count(name, 30) - count(name, 10)) / 20);
    let step = (agent - calls) / 2;
    println!("a run of two steps: {agent} instructions, its two calls alone: {calls}");
    println!(
        "a step above its call: {step} instructions, {:.1} % of a short call with a tool",
        percent(step)
    );
    assert!(step * 100 <= CALL * LIMIT, "a step costs more than {LIMIT} % of a call");
}

fn percent(step: u64) -> f64 {
    f64::from(u32::try_from(step * 1_000 / CALL).unwrap_or(u32::MAX)) / 10.0
}

/// Runs this bench in valgrind and returns its instructions.
fn count(name: &str, runs: u32) -> u64 {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().unwrap());
    let output = command.args([name, &runs.to_string()]).output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = log.lines().find(|line| line.contains("Collected")).unwrap_or_else(|| panic!("{log}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

fn run(name: &str, runs: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let client = Ready::new();
    let tool =
        || Tool::new("get_weather", |input: GetWeather| async move { format!("sunny in {}", input.city) });
    runtime.block_on(async {
        if name == "agent" {
            let agent =
                Agent::builder(client, "some-model").system("Answer in one sentence.").tool(tool()).build();
            for _ in 0..runs {
                let run = agent.run("What is the weather in Lisbon?").await.unwrap();
                assert_eq!(run.steps().len(), 2);
            }
            return;
        }
        let first = ModelRequest::builder("some-model")
            .system("Answer in one sentence.")
            .user("What is the weather in Lisbon?")
            .tools([tool().spec().clone()])
            .build();
        let mut second = first.clone();
        second.messages.extend(client.call.messages.clone());
        let result = ToolResultContent::new("call_1", "sunny in Lisbon");
        second.messages.push(UnifiedMessage::new(Role::Tool, vec![result.into()]));
        for _ in 0..runs {
            for request in [&first, &second] {
                client.create(request).await.unwrap();
            }
        }
    });
}
