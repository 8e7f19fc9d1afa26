//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Talk to models on Amazon Bedrock, see what requests map to, run a Bedrock of your own.
#[derive(Debug, Parser)]
#[command(
    name = "outcrop",
    version,
    arg_required_else_help = true,
    after_help = "Exit status: 0 done, 1 the service or the model said no, 2 the command line or the input was wrong, \
                  3 nothing to connect to; 130 a reply was interrupted with Ctrl-C."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send a prompt to a model, or talk to one
    Chat(ChatArgs),
    /// Say what Bedrock would refuse of a request, without sending it
    Check(CheckArgs),
    /// Run a Bedrock Runtime on loopback, for any SDK to be pointed at
    Emulate(EmulateArgs),
    /// Map between OpenAI-shaped parameters and Converse: JSON lines in, JSON lines out, no network
    Map(MapArgs),
}

/// Send a prompt to a model; without one, on a terminal, talk to it (/exit, /reset, /save FILE, /load FILE).
///
/// Standard input that is no terminal is the prompt. The reply goes to standard output while it is being written; tool
/// calls, usage, cost, latency and finish reason go to standard error, thoughts only to a terminal. Ctrl-C ends a reply.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    outcrop chat --emulator \"What is the weather in Lisbon?\"\n  \
    outcrop chat --model us.anthropic.claude-haiku-4-5-20251001-v1:0 --image cat.png \"What is this?\"\n  \
    git diff | outcrop chat --system \"Write a commit message for this change.\"")]
pub(crate) struct ChatArgs {
    /// What to ask
    pub(crate) prompt: Option<String>,
    /// The model's id, an inference profile, or the ARN of either
    #[arg(long, value_name = "ID", env = "OUTCROP_MODEL")]
    pub(crate) model: Option<String>,
    /// The region; else AWS_REGION, AWS_DEFAULT_REGION, the profile's
    #[arg(long, value_name = "R")]
    pub(crate) region: Option<String>,
    /// A profile of the AWS configuration files
    #[arg(long, value_name = "P")]
    pub(crate) profile: Option<String>,
    /// Where the service is, if not at its usual address
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
    /// Talk to an emulator within this process: no account needed
    #[arg(long, conflicts_with_all = ["endpoint_url", "profile"])]
    pub(crate) emulator: bool,
    /// Offer the model the demo tool get_weather, which answers from thin air; --emulator always offers it
    #[arg(long)]
    pub(crate) demo_tool: bool,
    /// The system prompt
    #[arg(long, value_name = "TEXT")]
    pub(crate) system: Option<String>,
    /// An image to send along (png, jpeg, gif, webp); may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) image: Vec<PathBuf>,
    /// A document to send along (pdf, csv, doc, docx, xls, xlsx, html, txt, md); may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) document: Vec<PathBuf>,
    /// The most tokens that the reply may take
    #[arg(long, value_name = "N")]
    pub(crate) max_tokens: Option<u32>,
    /// How freely tokens are drawn, 0 to 1
    #[arg(long, value_name = "X")]
    pub(crate) temperature: Option<f64>,
    /// A tool to offer, as JSON: OpenAI's form, or its name, description and parameters; may be given several times
    #[arg(long, value_name = "FILE.json")]
    pub(crate) tool: Vec<PathBuf>,
    /// Wait for the whole reply instead of showing it as it comes
    #[arg(long)]
    pub(crate) no_stream: bool,
    /// Print responses as JSON, one a line, and nothing else
    #[arg(long)]
    pub(crate) json: bool,
    /// Print replies as OpenAI's chunks in JSON, one a line, and nothing else; with --no-stream as chat completions
    #[arg(long, conflicts_with = "json")]
    pub(crate) v1: bool,
    /// Show each request, as it is sent, on standard error
    #[arg(long)]
    pub(crate) show_request: bool,
}

/// Say what Bedrock would refuse of a request for its model, with places and hints; nothing is sent or changed.
///
/// Exit status: 0 it can go out as it stands, 1 something would be refused, 2 the input is no request.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    outcrop check request.json\n  \
    outcrop check --converse --model us.anthropic.claude-opus-4-6-v1 < body.json")]
pub(crate) struct CheckArgs {
    /// The request: OpenAI-shaped parameters as JSON; standard input when not given
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The model's id, in place of the request's
    #[arg(long, value_name = "ID")]
    pub(crate) model: Option<String>,
    /// The request is the body of a Converse call
    #[arg(long)]
    pub(crate) converse: bool,
    /// Print the findings as a JSON list, and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

/// Run a Bedrock Runtime on loopback until interrupted; the first line says where.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  \
    outcrop emulate --port 8080 &\n  \
    aws bedrock-runtime converse --endpoint-url http://127.0.0.1:8080 --model-id amazon.nova-lite-v1:0 \\\n    \
      --messages '[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]'")]
pub(crate) struct EmulateArgs {
    /// The port; a free one when not given
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) port: u16,
    /// Replies and faults to give, as JSON; without it the default model answers
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
    /// Append each exchange to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
}

/// Map one JSON object a line; a line that cannot be mapped yields {"error": …}, and the next is mapped all the same.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  \
    echo '{\"params\": {\"model\": \"amazon.nova-lite-v1:0\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}}' \\\n    \
      | outcrop map request")]
pub(crate) struct MapArgs {
    /// What to map
    #[arg(value_enum)]
    pub(crate) what: Mapping,
}

/// What to map.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Mapping {
    /// {"params", "config"?} to {"request", "notes"}
    Request,
    /// {"converse_response", "params"?, "config"?} to {"unified", "v1", "retrieval", "usage", "cost", "text", "rendered_text"}
    Response,
    /// {"params", "config"?, "converse_response"} to both of the above and "error"
    Exchange,
    /// {"stream_base64"} or {"events"}, with "params"?, to {"events", "unified", "v1", "chunks", "error"}
    Stream,
    /// {"kind": request, response, event or message, "value"} to {"value"}: read as the wire type and written again
    Wire,
    /// {"converse_response", "params"?} to {"message", "notes"}: the assistant's message as the next request has it
    Replay,
}
