//! `outcrop completions`: prints the script that completes commands in a shell.

use clap::CommandFactory as _;

use crate::args::{Args, CompletionsArgs};
use crate::failure::Failure;
use crate::terminal;

/// Writes the script for a shell to standard output.
pub(crate) fn run(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "outcrop", &mut script);
    // Written to memory first, because `generate` panics if it cannot write, such as to a closed pipe.
    Ok(terminal::print(&String::from_utf8_lossy(&script))?)
}
