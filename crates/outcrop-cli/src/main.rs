//! The `outcrop` command.

mod args;
mod chat;
mod check;
mod completions;
mod connection;
mod doctor;
mod emulate;
mod failure;
mod files;
mod map;
mod models;
mod runtime;
mod terminal;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};
use failure::Failure;
use terminal::OutputError;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    match args.command {
        Command::Chat(args) => finish(chat::run(&args).map(|()| true), false),
        Command::Emulate(args) => finish(emulate::run(&args).map(|()| true), false),
        // Lines that cannot be converted and findings are output. Only the status shows that there are some.
        Command::Map(args) => finish(map::run(&args), false),
        Command::Check(args) => finish(check::run(&args), args.json),
        Command::Models(args) => finish(models::run(&args), args.json),
        Command::Completions(args) => finish(completions::run(&args).map(|()| true), false),
        Command::Doctor(args) => finish(doctor::run(&args), args.json),
    }
}

/// Prints the help or the error of a command line, and returns the exit status.
fn usage(error: &clap::Error) -> ExitCode {
    let written = error.print().and_then(|()| std::io::stdout().flush());
    if !error.use_stderr() {
        // Help is the output that the user requested, so that it must not get lost silently.
        return finish(written.map(|()| true).map_err(|error| OutputError(error).into()), false);
    }
    // The options are not known, because they could not be parsed.
    if std::env::args_os().any(|arg| arg == "--json" || arg == "--v1") {
        let text = error.to_string();
        let message = text.lines().next().unwrap_or_default();
        // The failure is on standard error in any case.
        let _ = Failure::input(message.trim_start_matches("error: ")).print_json();
    }
    ExitCode::from(2)
}

/// Returns the exit status of a command, and prints its failure. With `is_json`, standard output gets the failure, too.
fn finish(outcome: Result<bool, Failure>, is_json: bool) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            if is_json {
                // The failure is on standard error in any case.
                let _ = failure.print_json();
            }
            failure.report()
        }
    }
}
