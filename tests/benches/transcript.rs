//! The cost of encoding an agent's turn, with and without a transcript, early and late in a conversation.
//!
//! `cargo bench -p outcrop-tests --bench transcript` encodes turns 1 to 20 and 181 to 200 of an agent, each with and without
//! a transcript, in child processes, and prints the CPU time per request. If valgrind is installed, it also counts
//! instructions, which are exactly reproducible. `-- --test` runs one round to check that the bench works.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a bench that fails should stop with the reason"
)]
#![expect(dead_code, reason = "this bench sends nothing, so it does not use all of the shared module")]

#[path = "support/processes.rs"]
mod processes;

use outcrop::converse::encode_request;
use outcrop::core::{Role, ToolCallContent, ToolResultContent};
use outcrop::{ContentBlock, EncodeOptions, ModelRequest, ToolSpec, Transcript, UnifiedMessage};
use processes::{count_instructions, cpu_seconds, has_valgrind, run_client};

const MODEL: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

/// The number of turns that are encoded in a round. The result is their mean.
const TURNS: usize = 20;

/// The number of turns before the late ones, which end with the 200th.
const LATE: usize = 200 - TURNS;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["client", name, turns, rounds] => client(name, turns.parse().unwrap(), rounds.parse().unwrap()),
        _ => compare(args.contains(&"--test")),
    }
}

fn compare(smoke: bool) {
    let rounds = if smoke { "1" } else { "200" };
    for (label, turns) in [("turns 1 to 20", "0"), ("turns 181 to 200", "180")] {
        let [fresh, transcript] =
            ["fresh", "transcript"].map(|name| run_client(&["client", name, turns, rounds]));
        println!(
            "{label:16}  fresh {fresh:8.1} us  transcript {transcript:8.1} us  ratio {:.3}",
            transcript / fresh
        );
    }
    if smoke || !has_valgrind() {
        return println!("instructions: not counted (valgrind is missing, or `--test` is set)");
    }
    for (label, turns) in [("turns 1 to 20", "0"), ("turns 181 to 200", "180")] {
        let [fresh, transcript] = ["fresh", "transcript"].map(|name| instructions_per_turn(name, turns));
        println!("{label:16}  fresh {fresh:8} instructions  transcript {transcript:8} instructions");
    }
}

/// Measures two runs that differ only in the number of rounds, so that the cost of the start cancels out.
fn instructions_per_turn(name: &str, turns: &str) -> u64 {
    let [few, many] = ["1", "5"].map(|rounds| count_instructions(&["client", name, turns, rounds]));
    (many - few) / (4 * u64::try_from(TURNS).unwrap())
}

/// Encodes the requests in rounds, and prints the CPU time of each in microseconds.
fn client(name: &str, before: usize, rounds: u32) {
    assert!(before == 0 || before == LATE);
    let messages = history(before + TURNS);
    let requests: Vec<ModelRequest> = (0..=TURNS).map(|turn| request(&messages, before + turn)).collect();
    let options = EncodeOptions::converse();
    let mut transcript = Transcript::new();
    // The turns before are encoded once and not measured: each round continues from the same transcript.
    transcript.encode(&requests[0], &options).unwrap();
    let mut seconds = 0.0;
    for _ in 0..rounds {
        let mut transcript = transcript.clone();
        let start = cpu_seconds();
        for request in &requests[1..] {
            let bytes = match name {
                "fresh" => encode_request(request, &options).unwrap().to_bytes(),
                _ => transcript.encode(request, &options).unwrap().body,
            };
            assert!(bytes.len() > 1000);
        }
        seconds += cpu_seconds() - start;
    }
    println!("{:.3}", seconds * 1e6 / f64::from(rounds) / 20.0);
}

/// Builds the history of an agent: turns with a text, a tool call, and a result of 2,000 characters each.
fn history(turns: usize) -> Vec<UnifiedMessage> {
    let mut messages = vec![UnifiedMessage::user("Fix the failing test.")];
    for turn in 0..turns {
        let id = format!("tooluse_{turn:022}");
        let arguments = format!(r#"{{"path": "src/lib.rs", "line": {turn}}}"#);
        let call = ToolCallContent::new(id.as_str(), "read_file", arguments);
        let content = vec![ContentBlock::text("I look at the file, and then at the test."), call.into()];
        messages.push(UnifiedMessage::new(Role::Assistant, content));
        let lines = "fn main() {\n    println!(\"a line of some file\");\n}\n".repeat(40);
        messages.push(UnifiedMessage::new(Role::Tool, vec![ToolResultContent::new(id, lines).into()]));
    }
    messages
}

/// Builds the request after some turns. Its messages are copies of the history's, as an agent's are.
fn request(history: &[UnifiedMessage], turns: usize) -> ModelRequest {
    let messages = history.iter().take(1 + 2 * turns).cloned();
    let request = ModelRequest::builder(MODEL).system("You are a careful programmer.").messages(messages);
    request.tool(ToolSpec::without_input("read_file")).max_tokens(1000).build()
}
