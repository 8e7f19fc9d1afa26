//! A conversation: its history, its turns, its tools.

use std::path::Path;

use outcrop::core::Role;
use outcrop::{
    BedrockClient, ContentBlock, ModelClient as _, ModelRequest, ToolSpec, UnifiedMessage, UnifiedResponse,
};
use outcrop_emulator::Emulator;

use super::connect::Connection;
use super::output::Output;
use super::printer::ResponsePrinter;
use super::{attachments, tools};
use crate::args::ChatArgs;
use crate::failure::Failure;

/// How often a model may call tools in one turn, so that a loop of calls ends.
const MAX_TOOL_ROUNDS: usize = 8;

/// A conversation with a model.
pub(super) struct Conversation {
    client: BedrockClient,
    model: String,
    system: Option<String>,
    tools: Vec<ToolSpec>,
    max_tokens: Option<u32>,
    temperature: Option<f64>,
    history: Vec<UnifiedMessage>,
    /// Images and documents that go with the next words of the user.
    attached: Vec<ContentBlock>,
    output: Output,
    /// Serves until the conversation is over.
    _emulator: Option<Emulator>,
}

impl Conversation {
    pub(super) fn start(connection: Connection, args: &ChatArgs) -> Result<Self, Failure> {
        let demo = args.demo_tool || args.emulator;
        let offered = args.tool.iter().map(|path| tools::read(path)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            client: connection.client,
            model: connection.model,
            system: args.system.clone(),
            tools: offered.into_iter().chain(demo.then(tools::get_weather)).collect(),
            max_tokens: args.max_tokens,
            temperature: args.temperature,
            history: Vec::new(),
            attached: attachments::read(args)?,
            output: Output::new(args),
            _emulator: connection.emulator,
        })
    }

    /// Sends a message, prints the response and runs the tools that it calls. A failed turn is removed from the history.
    pub(super) async fn send(&mut self, words: &str) -> Result<(), Failure> {
        let before = self.history.len();
        let mut content = self.attached.clone();
        content.push(words.into());
        self.history.push(UnifiedMessage::new(Role::User, content));
        let outcome = self.run_turn().await;
        match outcome {
            Ok(()) => self.attached.clear(),
            Err(_) => self.history.truncate(before),
        }
        outcome
    }

    async fn run_turn(&mut self) -> Result<(), Failure> {
        for _ in 0..MAX_TOOL_ROUNDS {
            let response = self.exchange().await?;
            let calls: Vec<_> = response.tool_calls().cloned().collect();
            self.history.extend(response.into_messages());
            let mut open = false;
            for call in &calls {
                let result = tools::run(call);
                self.output.tool(call, result.as_deref());
                match result {
                    Some(result) => self.history.push(UnifiedMessage::tool_result(&call.id, result)),
                    None => open = true,
                }
            }
            if calls.is_empty() || open {
                return Ok(());
            }
        }
        Err(Failure::input(format!(
            "the model called tools {MAX_TOOL_ROUNDS} times in a row; it was stopped"
        )))
    }

    /// Sends the history and prints the response, until it is complete or the user interrupts it.
    async fn exchange(&self) -> Result<UnifiedResponse, Failure> {
        let request = self.request();
        self.output.request(&self.client, &request)?;
        let mut printer = ResponsePrinter::new(self.output.form, &request, self.client.provider());
        let outcome = tokio::select! {
            outcome = self.receive(&request, &mut printer) => outcome,
            () = interrupt() => Err(Failure::Interrupted),
        };
        match &outcome {
            Ok(response) => printer.finish(response),
            Err(failure) => printer.abort(failure),
        }
        outcome
    }

    async fn receive(
        &self,
        request: &ModelRequest,
        printer: &mut ResponsePrinter,
    ) -> Result<UnifiedResponse, Failure> {
        if self.output.whole {
            let response = self.client.create(request).await?;
            printer.print_response(&response);
            return Ok(response);
        }
        let mut events = self.client.create_stream(request).await?;
        printer.begin(request, self.client.provider(), events.request_id().unwrap_or_default());
        while let Some(event) = events.next().await {
            printer.print_event(event?);
        }
        Ok(printer.response())
    }

    fn request(&self) -> ModelRequest {
        let mut builder = ModelRequest::builder(&self.model);
        if let Some(system) = &self.system {
            builder = builder.system(system);
        }
        if let Some(tokens) = self.max_tokens {
            builder = builder.max_tokens(tokens);
        }
        if let Some(temperature) = self.temperature {
            builder = builder.temperature(temperature);
        }
        builder.messages(self.history.iter().cloned()).tools(self.tools.iter().cloned()).build()
    }

    /// Forgets what was said.
    pub(super) fn reset(&mut self) {
        self.history.clear();
    }

    /// Writes the history to a file, as JSON.
    pub(super) fn save(&self, path: &Path) -> Result<(), Failure> {
        let text =
            serde_json::to_string_pretty(&self.history).map_err(|error| Failure::input(error.to_string()))?;
        std::fs::write(path, text)
            .map_err(|error| Failure::input(format!("`{}` cannot be written: {error}", path.display())))
    }

    /// Reads a history that was saved.
    pub(super) fn load(&mut self, path: &Path) -> Result<usize, Failure> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::input(format!("`{}` cannot be read: {error}", path.display())))?;
        self.history = outcrop::core::from_str(&text)
            .map_err(|error| Failure::input(format!("`{}` is no history: {error}", path.display())))?;
        Ok(self.history.len())
    }
}

/// Waits for Ctrl-C; for ever where that cannot be waited for.
async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
