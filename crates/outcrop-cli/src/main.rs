//! The `outcrop` command.

mod args;
mod chat;
mod check;
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
        Command::Check(args) => {
            return check::run(&args).map_or_else(
                |failure| failure.report(),
                |is_fine| if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE },
            );
        }
    };
    outcome.map_or_else(|failure| failure.report(), |()| ExitCode::SUCCESS)
}
