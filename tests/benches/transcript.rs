//! What a turn of an agent costs, by itself and in a transcript, early and late in a conversation.
//!
//! `cargo bench -p outcrop-tests --bench transcript` encodes the first requests of an agent and those around its 200th turn,
//! each anew and in a transcript, in processes of their own, and prints the CPU time of a request; where valgrind is
//! installed it also counts instructions, which repeat exactly. `-- --test` runs a few, to see that the bench works.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a bench stops where something is wrong, and says where"
)]
#![expect(dead_code, reason = "nothing is sent, so that not all is used that benches share")]

#[path = "beside/processes.rs"]
mod beside;

use beside::{cpu_seconds, has_valgrind, instructions, printed};
use outcrop::converse::encode_request;
use outcrop::core::{Role, ToolCallContent, ToolResultContent};
use outcrop::{ContentBlock, EncodeOptions, ModelRequest, ToolSpec, Transcript, UnifiedMessage};

const MODEL: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

/// How many turns are encoded in one stretch, of which the mean is told.
const STRETCH: usize = 20;

/// The late stretch ends with the 200th turn.
const LATE: usize = 200 - STRETCH;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["client", who, turns, rounds] => client(who, turns.parse().unwrap(), rounds.parse().unwrap()),
        _ => compare(args.contains(&"--test")),
    }
}

fn compare(smoke: bool) {
    let rounds = if smoke { "1" } else { "200" };
    for (when, turns) in [("turns 1 to 20", "0"), ("turns 181 to 200", "180")] {
        let [fresh, grown] = ["fresh", "transcript"].map(|who| printed(&["client", who, turns, rounds]));
        println!("{when:16}  fresh {fresh:8.1} us  transcript {grown:8.1} us  ratio {:.3}", grown / fresh);
    }
    if smoke || !has_valgrind() {
        return println!("instructions: not counted (valgrind is not installed, or this is a smoke run)");
    }
    for (when, turns) in [("turns 1 to 20", "0"), ("turns 181 to 200", "180")] {
        let [fresh, grown] = ["fresh", "transcript"].map(|who| instructions_per_turn(who, turns));
        println!("{when:16}  fresh {fresh:8} instructions  transcript {grown:8} instructions");
    }
}

/// The difference of two runs that differ in nothing but how often the stretch is encoded.
fn instructions_per_turn(who: &str, turns: &str) -> u64 {
    let [few, many] = ["1", "5"].map(|rounds| instructions(&["client", who, turns, rounds]));
    (many - few) / (4 * u64::try_from(STRETCH).unwrap())
}

/// Encodes the requests of a stretch again and again, and prints the CPU time of each in microseconds.
fn client(who: &str, before: usize, rounds: u32) {
    assert!(before == 0 || before == LATE);
    let requests: Vec<ModelRequest> = (0..=STRETCH).map(|turn| request(before + turn)).collect();
    let options = EncodeOptions::converse();
    let mut transcript = Transcript::new();
    // What was before the stretch is known, and is not counted again: each round starts where the stretch does.
    transcript.encode(&requests[0], &options).unwrap();
    let mut took = 0.0;
    for _ in 0..rounds {
        let mut grown = transcript.clone();
        let begun = cpu_seconds();
        for request in &requests[1..] {
            let bytes = match who {
                "fresh" => encode_request(request, &options).unwrap().to_bytes(),
                _ => grown.encode(request, &options).unwrap().body,
            };
            assert!(bytes.len() > 1000);
        }
        took += cpu_seconds() - begun;
    }
    println!("{:.3}", took * 1e6 / f64::from(rounds) / 20.0);
}

/// The request of an agent after so many turns, each with some words, a call, and a result of 2000 letters.
fn request(turns: usize) -> ModelRequest {
    let mut messages = vec![UnifiedMessage::user("Mend the failing test.")];
    for turn in 0..turns {
        let id = format!("tooluse_{turn:022}");
        let arguments = format!(r#"{{"path": "src/lib.rs", "line": {turn}}}"#);
        let call = ToolCallContent::new(id.as_str(), "read_file", arguments);
        let said = vec![ContentBlock::text("I look at the file, and then at the test."), call.into()];
        messages.push(UnifiedMessage::new(Role::Assistant, said));
        let lines = "fn main() {\n    println!(\"a line of some file\");\n}\n".repeat(40);
        messages.push(UnifiedMessage::new(Role::Tool, vec![ToolResultContent::new(id, lines).into()]));
    }
    let request = ModelRequest::builder(MODEL).system("You are a careful programmer.").messages(messages);
    request.tool(ToolSpec::without_input("read_file")).max_tokens(1000).build()
}
