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

use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};
use failure::Failure;

fn main() -> ExitCode {
    match Args::parse().command {
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
