//! The command line. The doc comments of this file are the text of `--help`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use outcrop::core::RawJson;

/// Chat with models on Amazon Bedrock, check and map requests, and run a local Bedrock emulator.
#[derive(Debug, Parser)]
#[command(
    name = "outcrop",
    version,
    arg_required_else_help = true,
    after_help = "Exit status:\n  \
        0    success\n  \
        1    the service or the model returned an error, `check` or `doctor` found a problem, `map` could not\n         convert a line, or no model matches\n  \
        2    the command line or the input is invalid, or the output cannot be written\n  \
        3    no connection: no credentials, no region, or the service cannot be reached\n  \
        130  a response was interrupted with Ctrl-C"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

// Docs of a variant would replace those of its arguments, whose longer text `--help` must show.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Chat(ChatArgs),
    Check(CheckArgs),
    Doctor(DoctorArgs),
    Emulate(EmulateArgs),
    Map(MapArgs),
    Models(ModelsArgs),
    Completions(CompletionsArgs),
}

// The options that choose a model and how to reach it, of several commands. Docs would replace those of the commands.
#[derive(Debug, clap::Args)]
pub(crate) struct ConnectionArgs {
    /// Model id, inference profile, or the ARN of either [default: Amazon Nova Lite]
    #[arg(short, long, value_name = "ID", env = "OUTCROP_MODEL")]
    pub(crate) model: Option<String>,
    /// AWS region [default: AWS_REGION, AWS_DEFAULT_REGION or the region of the profile]
    #[arg(long, value_name = "R")]
    pub(crate) region: Option<String>,
    /// Profile of the AWS configuration files [default: AWS_PROFILE]
    #[arg(long, value_name = "P")]
    pub(crate) profile: Option<String>,
    /// Address of the service, such as that of `outcrop emulate` or a VPC endpoint
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
    /// Use an emulator inside this process: no account needed
    #[arg(long, conflicts_with_all = ["endpoint_url", "profile"])]
    pub(crate) emulator: bool,
}

/// Send a prompt to a model, or start a conversation
///
/// Without a prompt, it is a conversation on the terminal.
/// If standard input is not a terminal, it is the prompt, or is sent before the prompt of the command line. Commands in a conversation: /exit, /reset, /save FILE, /load FILE.
///
/// The text of a response goes to standard output as it arrives. Tool calls, notes, and a summary with token counts, cost,
/// latency and finish reason go to standard error; so does reasoning, if that is a terminal. Ctrl-C ends a response, and the
/// conversation keeps the part that has arrived.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    outcrop chat --emulator \"What is the weather in Lisbon?\"\n  \
    outcrop chat --model us.anthropic.claude-haiku-4-5-20251001-v1:0 --image cat.png \"What is this?\"\n  \
    git diff | outcrop chat --system \"Write a commit message for this change.\"")]
pub(crate) struct ChatArgs {
    /// The prompt
    pub(crate) prompt: Option<String>,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    /// Offer the model the demo tool get_weather, which returns made-up weather; --emulator implies it
    #[arg(long)]
    pub(crate) demo_tool: bool,
    /// System prompt
    #[arg(short, long, value_name = "TEXT")]
    pub(crate) system: Option<String>,
    /// Image to send with the prompt (png, jpeg, gif, webp); can be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) image: Vec<PathBuf>,
    /// Document to send with the prompt (pdf, csv, doc, docx, xls, xlsx, html, txt, md); can be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) document: Vec<PathBuf>,
    /// Maximum number of tokens in the response
    #[arg(long, value_name = "N")]
    pub(crate) max_tokens: Option<u32>,
    /// Sampling temperature from 0 to 1; lower values give more predictable text
    #[arg(long, value_name = "X", value_parser = parse_number)]
    pub(crate) temperature: Option<f64>,
    /// Share of the likeliest tokens to sample from, from 0 to 1
    #[arg(long, value_name = "X", value_parser = parse_number)]
    pub(crate) top_p: Option<f64>,
    /// Text that ends the response; can be repeated
    #[arg(long, value_name = "TEXT")]
    pub(crate) stop: Vec<String>,
    /// How much the model reasons: none, low, medium, high, or what else the model has
    #[arg(long, value_name = "EFFORT")]
    pub(crate) reasoning_effort: Option<String>,
    /// JSON file with the JSON Schema of the response, which is JSON then
    #[arg(long, value_name = "FILE.json")]
    pub(crate) schema: Option<PathBuf>,
    /// Any other parameter, of OpenAI's API or of Converse, such as top_k=50 or serviceTier='{"type":"flex"}'; the value is
    /// JSON, or else a text; can be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_param)]
    pub(crate) param: Vec<Param>,
    /// JSON file with a tool to offer: OpenAI's form, or just name, description and parameters; can be repeated
    #[arg(long, value_name = "FILE.json")]
    pub(crate) tool: Vec<PathBuf>,
    /// Wait for the whole response instead of streaming it
    #[arg(long)]
    pub(crate) no_stream: bool,
    /// Print each response as one line of JSON, and nothing else
    #[arg(long)]
    pub(crate) json: bool,
    /// Print OpenAI's chat completion chunks as lines of JSON, and nothing else; with --no-stream, chat completions
    #[arg(long, conflicts_with = "json")]
    pub(crate) v1: bool,
    /// Print the path and the body of each request to standard error
    #[arg(long)]
    pub(crate) show_request: bool,
}

/// List what Bedrock would reject in a request, without sending it
///
/// Each finding has a path, a reason and, if possible, a hint.
/// A finding is `adapted` if the content is sent in another form or dropped, `rejected` if Bedrock would reject the request
/// as it is but a client can repair it, and `fatal` if no client can.
///
/// Exit status: 0 if Bedrock would accept the request, 1 if it would reject something, 2 if the input is not a request.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    outcrop check request.json\n  \
    outcrop check --converse --model us.anthropic.claude-opus-4-6-v1 < body.json")]
pub(crate) struct CheckArgs {
    /// JSON file with OpenAI-shaped parameters [default: standard input]
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Model id, which replaces that of the request
    #[arg(long, value_name = "ID")]
    pub(crate) model: Option<String>,
    /// The request is the body of a Converse call; needs --model
    #[arg(long)]
    pub(crate) converse: bool,
    /// Print the findings as a JSON array, and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

/// Find out why calls to Bedrock fail
///
/// It checks the region, the credentials, the endpoint, the clock and the access to a model, with one request for one token,
/// which costs next to nothing. Each check that fails has a hint what to do. The source of the credentials is printed, never
/// a secret.
///
/// Exit status: 0 if every check passed, 1 if one failed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    outcrop doctor --emulator\n  \
    outcrop doctor --profile work --region eu-west-1 --model eu.anthropic.claude-haiku-4-5-20251001-v1:0")]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    /// Print the checks as one JSON object, and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

/// Run a local server that speaks the Bedrock Runtime API, for any AWS SDK
///
/// It prints `listening on http://127.0.0.1:PORT` and serves until it is interrupted or terminated. It validates every
/// request as AWS does. `GET`, `POST` and `DELETE /_outcrop/exchanges` read, script and reset it while it runs.
///
/// With --upstream, it passes requests on to Bedrock, signed with your credentials, and --record keeps what came back;
/// --replay answers from such a file. Secrets are not recorded.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    outcrop emulate --port 8080 &\n  \
    aws bedrock-runtime converse --endpoint-url http://127.0.0.1:8080 --model-id amazon.nova-lite-v1:0 \\\n    \
      --messages '[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]'\n  \
    outcrop emulate --upstream https://bedrock-runtime.us-east-1.amazonaws.com --record real.jsonl\n  \
    outcrop emulate --replay real.jsonl --strict")]
pub(crate) struct EmulateArgs {
    /// Address to listen on; on any other than the default, others in the network can use the emulator
    #[arg(long, default_value = "127.0.0.1", value_name = "IP")]
    pub(crate) host: IpAddr,
    /// Port; 0 for any free port
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) port: u16,
    /// Serve HTTPS with a certificate that is made at the start; its path is printed to standard error
    #[cfg(feature = "__tls")]
    #[arg(long)]
    pub(crate) tls: bool,
    /// JSON file with the responses and errors to return [default: the emulator's model answers]
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
    /// File to which each exchange is appended as a line of JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// File of --record to answer from: requests that are equal to recorded ones get their responses
    #[arg(long, value_name = "FILE")]
    pub(crate) replay: Option<PathBuf>,
    /// Answer a request that is not in the replay with an error, which lists how it differs
    #[arg(long, requires = "replay")]
    pub(crate) strict: bool,
    // The help is no doc comment, in which rustdoc would read the brackets as links.
    #[arg(
        long,
        value_name = "MEMBER",
        requires = "replay",
        help = "Member of the bodies that the replay does not compare: a name or a path such as \
                messages[*].content[*].cachePoint; can be repeated"
    )]
    pub(crate) ignore: Vec<String>,
    /// Record when each frame of a stream was sent, and replay streams at that pace
    #[arg(long)]
    pub(crate) timing: bool,
    /// Address of a Bedrock Runtime to pass requests on to, with the AWS credentials of this process
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Option<String>,
    /// AWS region of --upstream [default: AWS_REGION, AWS_DEFAULT_REGION or the region of the profile]
    #[arg(long, value_name = "R", requires = "upstream")]
    pub(crate) region: Option<String>,
    /// Profile of the AWS configuration files for --upstream [default: AWS_PROFILE]
    #[arg(long, value_name = "P", requires = "upstream")]
    pub(crate) profile: Option<String>,
    /// Accept bodies that AWS would reject
    #[arg(long)]
    pub(crate) no_validate: bool,
    /// Accept requests without credentials
    #[arg(long)]
    pub(crate) no_auth: bool,
    /// Accept any model id
    #[arg(long)]
    pub(crate) any_model: bool,
    /// Do not serve /_outcrop/exchanges, and keep no exchanges
    #[arg(long)]
    pub(crate) no_control: bool,
    /// Number of exchanges that /_outcrop/exchanges returns, within 16 MiB
    #[arg(long, value_name = "N", default_value_t = 1000, conflicts_with = "no_control")]
    pub(crate) keep: usize,
}

/// List the models to choose from: those that outcrop knows, or those of your account
///
/// Without --online, it is the catalog that outcrop contains: nothing is sent, and no account is needed.
/// With --online, the service lists the models and inference profiles of a region (ListFoundationModels and
/// ListInferenceProfiles), your application profiles with the models behind them included. That needs credentials with the
/// permissions bedrock:ListFoundationModels and bedrock:ListInferenceProfiles. A list has models without access, too:
/// `outcrop doctor --model ID` tries one.
///
/// The id in the first column is for --model. In a region, most newer models can only be called through a profile: put a
/// prefix of the column PROFILES before the id, such as eu.amazon.nova-lite-v1:0. CONTEXT and OUTPUT are limits in tokens.
/// Prices are list prices in dollars per million tokens, input and output; a dash is what outcrop does not know.
///
/// Exit status: 0 if there are models, 1 if none matches.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("source").multiple(true))]
#[command(after_help = "Examples:\n  \
    outcrop models claude sonnet\n  \
    outcrop models --online --region eu-west-1 nova\n  \
    outcrop models --json | jq -r '.[].id'")]
pub(crate) struct ModelsArgs {
    /// Show models whose id, name, provider or model behind a profile contains all of these texts, in any case
    #[arg(value_name = "FILTER")]
    pub(crate) filter: Vec<String>,
    /// Ask the service for the models of the account in the region
    #[arg(long, group = "source")]
    pub(crate) online: bool,
    /// AWS region [default: AWS_REGION, AWS_DEFAULT_REGION or the region of the profile]
    #[arg(long, value_name = "R", requires = "source")]
    pub(crate) region: Option<String>,
    /// Profile of the AWS configuration files [default: AWS_PROFILE]
    #[arg(long, value_name = "P", requires = "online")]
    pub(crate) profile: Option<String>,
    /// Address of the service that has the lists, such as that of `outcrop emulate`
    #[arg(long, value_name = "URL", requires = "online")]
    pub(crate) endpoint_url: Option<String>,
    /// Ask an emulator inside this process: no account needed
    #[arg(long, group = "source", conflicts_with_all = ["endpoint_url", "profile"])]
    pub(crate) emulator: bool,
    /// Print the models as a JSON array, and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

impl ModelsArgs {
    /// Returns whether the list comes from the service or an emulator.
    pub(crate) fn is_online(&self) -> bool {
        self.online || self.emulator
    }

    /// Returns the options of the connection.
    pub(crate) fn connection(&self) -> ConnectionArgs {
        ConnectionArgs {
            model: None,
            region: self.region.clone(),
            profile: self.profile.clone(),
            endpoint_url: self.endpoint_url.clone(),
            emulator: self.emulator,
        }
    }
}

/// Convert between OpenAI-shaped JSON and Converse: JSON lines in, JSON lines out, no network
///
/// A line that cannot be converted results in {"error": …}, and the next line is converted anyway. Then the exit status is 1.
/// Lines of a recording of `outcrop emulate --record` are converted, too: with the request as "params", and the response.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  \
    echo '{\"params\": {\"model\": \"amazon.nova-lite-v1:0\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}}' \\\n    \
      | outcrop map request")]
pub(crate) struct MapArgs {
    /// What to convert
    #[arg(value_enum)]
    pub(crate) mapping: Mapping,
}

/// The input and output of a line.
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
    /// {"kind": request, response, event or message, "value"} to {"value"}: parsed as the wire type and serialized again
    Wire,
    /// {"converse_response", "params"?} to {"message", "notes"}: the assistant message as the next request has it
    Replay,
}

/// Print the script that completes commands and options in a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    outcrop completions bash > ~/.local/share/bash-completion/completions/outcrop\n  \
    outcrop completions fish > ~/.config/fish/completions/outcrop.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}

/// A parameter of the option `--param`.
#[derive(Clone, Debug)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) value: RawJson,
}

/// Parses the value of `--param`. A value that is not JSON is a text.
fn parse_param(text: &str) -> Result<Param, String> {
    let (name, value) = text.split_once('=').ok_or("it has no `=`: write NAME=VALUE")?;
    let name = name.trim();
    if name.is_empty() {
        return Err("the name is empty: write NAME=VALUE".to_owned());
    }
    let value = RawJson::parse(value).unwrap_or_else(|_| RawJson::from(value));
    Ok(Param { name: name.to_owned(), value })
}

/// Parses a number. JSON has neither NaN nor infinity, so that they would be lost.
fn parse_number(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "it is not a number".to_owned())?;
    if number.is_finite() { Ok(number) } else { Err("it is not a finite number".to_owned()) }
}
