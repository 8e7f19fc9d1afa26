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
            // Findings are not a failure of the command: they go to standard output, and only the status shows them.
            return check::run(&args).map_or_else(
                |failure| failure.report(),
                |is_accepted| if is_accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE },
            );
        }
    };
    outcome.map_or_else(|failure| failure.report(), |()| ExitCode::SUCCESS)
}
