//! A conversation: its client and model, its history, its turns.

use std::path::Path;

use outcrop::core::{FinishReason, Role};
use outcrop::transport::Transport;
use outcrop::{
    BedrockClient, ContentBlock, ModelClient as _, ModelRequest, ToolSpec, UnifiedMessage, UnifiedResponse,
};
use outcrop_emulator::Emulator;

use super::inputs::{self, CallOutcome};
use super::output::{Format, Output, ResponsePrinter};
use super::parameters;
use crate::args::ChatArgs;
use crate::connection;
use crate::failure::Failure;
use crate::files::{self, MAX_TEXT_BYTES};

/// The maximum number of requests in a turn: a model that calls the demo tool again and again must not run up costs.
const MAX_REQUESTS: usize = 8;

/// A conversation with a model.
pub(super) struct Conversation {
    client: BedrockClient,
    /// A request with the model and the parameters of the command line, and without messages.
    parameters: ModelRequest,
    system: Option<String>,
    tools: Vec<ToolSpec>,
    has_demo_tool: bool,
    history: Vec<UnifiedMessage>,
    /// The images and documents for the next message of the user.
    attachments: Vec<ContentBlock>,
    output: Output,
    /// Whether standard output has the failure of the last turn, as a part of its response.
    has_printed_failure: bool,
    /// Serves until it is dropped.
    _emulator: Option<Emulator>,
}

impl Conversation {
    /// Reads the files of the command line and connects to Bedrock or an emulator.
    pub(super) async fn start(args: &ChatArgs) -> Result<Self, Failure> {
        let emulator = connection::start_emulator(&args.connection).await?;
        let settings = connection::settings(&args.connection, emulator.as_ref());
        let transport = Transport::from_settings(settings).await?;
        let model = connection::model(&args.connection, &transport.region().name);
        Ok(Self {
            parameters: parameters::parameters(args, &model)?,
            client: BedrockClient::builder().with_transport(transport),
            system: args.system.clone(),
            tools: inputs::tools(args)?,
            has_demo_tool: inputs::has_demo_tool(args),
            history: Vec::new(),
            attachments: inputs::attachments(args)?,
            output: Output::new(args),
            has_printed_failure: false,
            _emulator: emulator,
        })
    }

    /// Sends a message of some texts, prints the response and runs the tools that it calls.
    ///
    /// A failed turn is removed from the history. An interrupted one stays, with the part that has arrived.
    pub(super) async fn send(&mut self, texts: &[&str]) -> Result<(), Failure> {
        self.has_printed_failure = false;
        let before = self.history.len();
        let mut content = self.attachments.clone();
        content.extend(texts.iter().map(|text| ContentBlock::from(*text)));
        self.history.push(UnifiedMessage::new(Role::User, content));
        let outcome = self.run_turn().await;
        match outcome {
            // Attachments are sent once; after a failed turn, they go with the next attempt.
            Ok(()) | Err(Failure::Interrupted | Failure::Response { .. }) => self.attachments.clear(),
            Err(_) => self.history.truncate(before),
        }
        outcome
    }

    async fn run_turn(&mut self) -> Result<(), Failure> {
        for _ in 0..MAX_REQUESTS {
            let response = self.exchange().await?;
            let calls: Vec<_> = response.tool_calls().cloned().collect();
            let is_cut_off = response.finish_reason == Some(FinishReason::Length);
            self.history.extend(response.into_messages());
            let mut has_unanswered = false;
            for (index, call) in calls.iter().enumerate() {
                // Only the last call can be the one that was being written.
                let is_cut_off = is_cut_off && index + 1 == calls.len();
                let outcome = inputs::run_tool(call, &self.tools, self.has_demo_tool, is_cut_off);
                self.output.print_tool_call(call, &outcome);
                match outcome {
                    CallOutcome::Result(result) => {
                        self.history.push(UnifiedMessage::tool_result(&call.id, result));
                    }
                    CallOutcome::NotRunnable => has_unanswered = true,
                    CallOutcome::Rejected(reason) => {
                        let message = format!("the call of the tool `{}` was not run: {reason}", call.name);
                        let hint = is_cut_off
                            .then(|| "the response has reached its limit; raise --max-tokens".to_owned());
                        return Err(Failure::Response { message, hint });
                    }
                }
            }
            // Without a result there is nothing to continue with; the encoder adds one to the next turn.
            if calls.is_empty() || has_unanswered {
                return Ok(());
            }
        }
        Err(Failure::input(format!(
            "the turn was ended: the model called tools {MAX_REQUESTS} times in a row"
        )))
    }

    /// Sends the history and prints the response, until it is complete or the user interrupts it.
    ///
    /// An interrupted response becomes part of the history as far as its text has arrived.
    async fn exchange(&mut self) -> Result<UnifiedResponse, Failure> {
        let request = self.request();
        self.output.print_request(&self.client, &request)?;
        let mut printer = ResponsePrinter::new(self.output.format, &request, self.client.provider());
        let outcome = tokio::select! {
            outcome = self.receive(&request, &mut printer) => outcome,
            () = interrupt() => Err(Failure::Interrupted),
        };
        match &outcome {
            Ok(response) => printer.finish(response)?,
            Err(failure) => {
                if matches!(failure, Failure::Interrupted) {
                    self.history.extend(text_messages(printer.partial()));
                }
                self.has_printed_failure = printer.abort(failure)?;
            }
        }
        outcome
    }

    async fn receive(
        &self,
        request: &ModelRequest,
        printer: &mut ResponsePrinter,
    ) -> Result<UnifiedResponse, Failure> {
        if !self.output.is_streamed {
            let response = self.client.create(request).await?;
            printer.print_response(&response)?;
            return Ok(response);
        }
        let mut events = self.client.create_stream(request).await?;
        printer.begin(request, self.client.provider(), events.request_id().unwrap_or_default());
        while let Some(event) = events.next().await {
            printer.print_event(event?)?;
        }
        Ok(printer.response())
    }

    fn request(&self) -> ModelRequest {
        let mut request = self.parameters.clone();
        request.messages.extend(self.system.iter().map(UnifiedMessage::system));
        request.messages.extend(self.history.iter().cloned());
        request.tools.extend(self.tools.iter().cloned());
        request
    }

    /// Prints a failure of the last turn as JSON, if that is the format and standard output does not have it yet.
    pub(super) fn print_failure(&self, failure: &Failure) {
        if self.output.format != Format::Text && !self.has_printed_failure {
            // The failure is on standard error in any case.
            let _ = failure.print_json();
        }
    }

    /// Removes all messages from the history.
    pub(super) fn reset(&mut self) {
        self.history.clear();
    }

    /// Writes the history to a file as JSON. Returns the number of its messages.
    pub(super) fn save(&self, path: &Path) -> Result<usize, Failure> {
        let text =
            serde_json::to_string_pretty(&self.history).map_err(|error| Failure::input(error.to_string()))?;
        files::replace(path, text.as_bytes())?;
        Ok(self.history.len())
    }

    /// Replaces the history by a saved one. Returns the number of its messages.
    pub(super) fn load(&mut self, path: &Path) -> Result<usize, Failure> {
        let text = files::read_text("conversation", path, MAX_TEXT_BYTES)?;
        self.history = outcrop::core::from_str(&text).map_err(|error| {
            Failure::input(format!("`{}` is not a saved conversation: {error}", path.display()))
        })?;
        Ok(self.history.len())
    }
}

/// Returns the messages of an interrupted response with their text only: a tool call or reasoning that was cut off must not be
/// sent back, and an empty message cannot be.
fn text_messages(partial: UnifiedResponse) -> impl Iterator<Item = UnifiedMessage> {
    let is_text =
        |block: &ContentBlock| matches!(block, ContentBlock::Text(text) if !text.text.trim().is_empty());
    partial.into_messages().into_iter().filter_map(move |mut message| {
        message.content.retain(is_text);
        (!message.content.is_empty()).then_some(message)
    })
}

/// Waits for Ctrl-C; forever on a platform where it cannot be received.
async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
