//! The command line.

use clap::{Parser, Subcommand, ValueEnum};

/// Talk to models on Amazon Bedrock, see what requests map to, run a Bedrock of your own.
#[derive(Debug, Parser)]
#[command(name = "outcrop", version, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Map between OpenAI-shaped parameters and Converse: JSON lines in, JSON lines out, no network
    Map(MapArgs),
}

/// Map one JSON object a line; a line that cannot be mapped yields {"error": …}.
#[derive(Debug, clap::Args)]
pub(crate) struct MapArgs {
    /// What to map
    #[arg(value_enum)]
    pub(crate) what: What,
}

/// What to map.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum What {
    /// {"params", "config"?} to {"request", "notes"}
    Request,
    /// {"converse_response", "params"?, "config"?} to {"unified", "v1", "retrieval", "usage", "cost", "text", "rendered_text"}
    Response,
    /// {"params", "config"?, "converse_response"} to both of the above and "error"
    Exchange,
    /// {"kind": request, response or message, "value"} to {"value"}: read as the wire type and written again
    Wire,
    /// {"converse_response", "params"?} to {"message", "notes"}: the assistant's message as the next request has it
    Replay,
}
