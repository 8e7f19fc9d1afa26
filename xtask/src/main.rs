//! The project's own tasks, run as `cargo xtask`: no network, no crate but `serde_json`.

mod catalog;
mod ci;
mod fuzz;
mod process;
mod readme;
mod workspace;

use std::error::Error;
use std::process::ExitCode;

/// Why a task could not be done.
type Fault = Box<dyn Error>;

const HELP: &str = "\
The project's own tasks.

usage:
  cargo xtask ci [GATE...] [--skip GATE]...   run the gates named, or all of them in order
  cargo xtask ci --list                       list the gates
  cargo xtask catalog [--check]               make the tables of the catalog of models, or say whether they are made
  cargo xtask fuzz [SECONDS]                  read streams that nobody would send, for 10 seconds unless told otherwise
  cargo xtask readme MARK                     print the commands of README.md marked `<!-- MARK command -->`

Exit status: 0 done, 1 a gate failed or the task could not be done, 2 the command line was wrong.";

fn main() -> ExitCode {
    // An argument that is no Unicode names no gate, and is told so like any other.
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help" | "-h" | "--help"] => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        ["ci", rest @ ..] => match ci::Plan::parse(rest) {
            Ok(plan) => done(ci::run(&plan)),
            Err(error) => misused(&error),
        },
        ["catalog"] => done(catalog::run(false)),
        ["catalog", "--check"] => done(catalog::run(true)),
        ["fuzz"] => done(fuzz::run(fuzz::SECONDS)),
        ["fuzz", seconds] => match seconds.parse() {
            Ok(seconds) => done(fuzz::run(seconds)),
            Err(_) => misused(&format!("`{seconds}` is no number of seconds")),
        },
        ["readme", mark] => done(readme::print(mark)),
        _ => misused(&format!("no such task: {}", words.join(" "))),
    }
}

fn done(result: Result<ExitCode, Fault>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

fn misused(error: &str) -> ExitCode {
    eprintln!("error: {error}\n\n{HELP}");
    ExitCode::from(2)
}
