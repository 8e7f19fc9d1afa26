//! The `outcrop` command.

mod args;
mod map;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};

fn main() -> ExitCode {
    match Args::parse().command {
        Command::Map(map) => map::run(&map),
    }
}
