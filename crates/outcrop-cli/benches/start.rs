//! The cost of the start of `outcrop chat --emulator`: from the start of the process to the first byte of its first request.
//!
//! `cargo bench -p outcrop-cli --bench start` counts the instructions of all threads, the emulator and the dynamic linker
//! included, which needs valgrind. `-- --test` only checks that the bench works.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench that fails should stop with the reason, and it prints its result"
)]

use std::path::Path;
use std::process::{Command, Stdio};

/// The most instructions until the first byte is sent. It was 2.8 million in November 2026.
const LIMIT: u64 = 4_000_000;

/// The most instructions of the whole command, which makes two requests. It was 6.7 million in November 2026.
const TOTAL_LIMIT: u64 = 8_000_000;

const CHAT: [&str; 3] = ["chat", "--emulator", "What is the weather in Lisbon?"];

fn main() {
    let is_smoke = std::env::args().any(|argument| argument == "--test");
    if is_smoke || Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        chat(&mut Command::new(env!("CARGO_BIN_EXE_outcrop")));
        return println!("instructions: not counted (valgrind is missing, or `--test` is set)");
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("start");
    // Profiles of an earlier run would be read as well.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let mut valgrind = Command::new("valgrind");
    // hyper sends a request with `writev`. Callgrind writes a profile before each call of it, and one at the end.
    valgrind.args(["--tool=callgrind", "--dump-before=writev"]);
    valgrind.arg(format!("--callgrind-out-file={}/profile", folder.display()));
    chat(valgrind.arg(env!("CARGO_BIN_EXE_outcrop")));
    let first = instructions(&folder.join("profile.1"));
    let profiles = std::fs::read_dir(&folder).unwrap();
    let total: u64 = profiles.map(|profile| instructions(&profile.unwrap().path())).sum();
    println!("start to the first byte sent: {first} instructions (limit {LIMIT})");
    println!("the whole command, two requests: {total} instructions (limit {TOTAL_LIMIT})");
    assert!(first <= LIMIT, "the start costs more than {LIMIT} instructions");
    assert!(total <= TOTAL_LIMIT, "the command costs more than {TOTAL_LIMIT} instructions");
}

/// Runs the command with the arguments of [`CHAT`] after those it has.
fn chat(command: &mut Command) {
    let output = command.args(CHAT).stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("21 °C"), "{text}{}", String::from_utf8_lossy(&output.stderr));
}

/// Returns the instructions of a profile.
fn instructions(profile: &Path) -> u64 {
    let text = std::fs::read_to_string(profile).unwrap();
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    total.unwrap_or_else(|| panic!("{} has no total", profile.display())).trim().parse().unwrap()
}
