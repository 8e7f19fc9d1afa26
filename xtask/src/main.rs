//! The tasks of this repository, run as `cargo xtask`. They need no network and no crate except `serde_json`.

mod api;
mod catalog;
mod ci;
mod error;
mod fuzz;
mod process;
mod readme;
mod service_model;
mod soak;
mod source;
mod voice;
mod workspace;

use std::process::ExitCode;

use error::TaskError;

const HELP: &str = "\
Tasks of the Outcrop repository.

usage:
  cargo xtask ci [GATE...] [--skip GATE]...   run the named gates, or all gates in order
  cargo xtask ci --list                       list the gates
  cargo xtask api [--check]                   write the public API of each library as text, or compare it
  cargo xtask catalog [--check]               generate the tables of the model catalog, or check that they are current
  cargo xtask fuzz [SECONDS]                  fuzz the stream decoders, for 10 seconds by default
  cargo xtask soak [ROUNDS]                   run 500 concurrent streams with faults, for 20 rounds by default
  cargo xtask modules CRATE                   list the violations of the import rules in a crate
  cargo xtask service-model FILE              generate the schema of the service from botocore's service-2.json[.gz], and
                                              print what changed
  cargo xtask voice [CRATE...]                measure the language of all crates, or list the findings in some
  cargo xtask readme MARK                     print the commands of README.md below `<!-- MARK command -->`

Exit status: 0 success, 1 a gate or a task failed, 2 the command line is invalid.";

fn main() -> ExitCode {
    // An argument that is not Unicode matches no task or gate, so the lossy text only ends up in the error message.
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] | ["help" | "-h" | "--help"] => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        ["ci", rest @ ..] => match ci::Plan::parse(rest) {
            Ok(plan) => exit_code(ci::run(&plan)),
            Err(error) => usage_error(&error),
        },
        ["api"] => exit_code(api::run(false)),
        ["api", "--check"] => exit_code(api::run(true)),
        ["catalog"] => exit_code(catalog::run(false)),
        ["catalog", "--check"] => exit_code(catalog::run(true)),
        ["fuzz"] => exit_code(fuzz::run(fuzz::DEFAULT_SECONDS)),
        ["fuzz", seconds] => match seconds.parse() {
            Ok(seconds) => exit_code(fuzz::run(seconds)),
            Err(_) => usage_error(&format!("`{seconds}` is not a number of seconds")),
        },
        ["soak"] => exit_code(soak::run(soak::DEFAULT_ROUNDS)),
        ["soak", rounds] => match rounds.parse() {
            Ok(rounds) => exit_code(soak::run(rounds)),
            Err(_) => usage_error(&format!("`{rounds}` is not a number of rounds")),
        },
        ["modules", name] => exit_code(ci::modules::print(name)),
        ["service-model", file] => exit_code(service_model::run(file)),
        ["voice", names @ ..] => exit_code(voice::run(names)),
        ["readme", mark] => exit_code(readme::print(mark)),
        _ => usage_error(&format!("unknown task: {}", arguments.join(" "))),
    }
}

/// Prints the error of a task, if it has one, and returns the exit code.
fn exit_code(result: Result<ExitCode, TaskError>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// Prints an error of the command line with the help, and returns exit code 2.
fn usage_error(error: &str) -> ExitCode {
    eprintln!("error: {error}\n\n{HELP}");
    ExitCode::from(2)
}
