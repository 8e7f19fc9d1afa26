//! The `outcrop` command.

mod args;
mod chat;
mod emulate;
mod failure;
mod map;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};

fn main() -> ExitCode {
    let outcome = match Args::parse().command {
        Command::Chat(args) => chat::run(&args),
        Command::Emulate(args) => emulate::run(&args),
        Command::Map(args) => map::run(&args),
    };
    outcome.map_or_else(|failure| failure.report(), |()| ExitCode::SUCCESS)
}
