//! A conversation: its history, its turns, its tools.

use std::path::Path;

use outcrop::core::Role;
use outcrop::{
    BedrockClient, ContentBlock, ModelClient as _, ModelRequest, ToolSpec, UnifiedMessage, UnifiedResponse,
};
use outcrop_emulator::Emulator;

use super::connect::Connection;
use super::reply::Reply;
use super::show::Show;
use super::{attachments, tools};
use crate::args::ChatArgs;
use crate::failure::Failure;

/// How often a model may call tools in one turn of the user's, so that none goes on for ever.
const MOST_ROUNDS: usize = 8;

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
    show: Show,
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
            show: Show::new(args),
            _emulator: connection.emulator,
        })
    }

    /// Says something, shows the reply, and runs the tools that it asks for. What failed is not part of the history.
    pub(super) async fn say(&mut self, words: &str) -> Result<(), Failure> {
        let before = self.history.len();
        let mut content = self.attached.clone();
        content.push(words.into());
        self.history.push(UnifiedMessage::new(Role::User, content));
        let outcome = self.answer().await;
        match outcome {
            Ok(()) => self.attached.clear(),
            Err(_) => self.history.truncate(before),
        }
        outcome
    }

    async fn answer(&mut self) -> Result<(), Failure> {
        for _ in 0..MOST_ROUNDS {
            let response = self.ask().await?;
            let calls: Vec<_> = response.tool_calls().cloned().collect();
            self.history.extend(response.into_messages());
            let mut open = false;
            for call in &calls {
                let result = tools::run(call);
                self.show.tool(call, result.as_deref());
                match result {
                    Some(result) => self.history.push(UnifiedMessage::tool_result(&call.id, result)),
                    None => open = true,
                }
            }
            if calls.is_empty() || open {
                return Ok(());
            }
        }
        Err(Failure::input(format!("the model called tools {MOST_ROUNDS} times in a row; it was stopped")))
    }

    /// Sends what was said and shows the reply, until it is complete or the user interrupts it.
    async fn ask(&self) -> Result<UnifiedResponse, Failure> {
        let request = self.request();
        self.show.request(&self.client, &request)?;
        let mut reply = Reply::new(self.show.form, &request, self.client.provider());
        let outcome = tokio::select! {
            outcome = self.receive(&request, &mut reply) => outcome,
            () = interrupt() => Err(Failure::Interrupted),
        };
        match &outcome {
            Ok(response) => reply.end(response),
            Err(failure) => reply.break_off(failure),
        }
        outcome
    }

    async fn receive(&self, request: &ModelRequest, reply: &mut Reply) -> Result<UnifiedResponse, Failure> {
        if self.show.whole {
            let response = self.client.create(request).await?;
            reply.whole(&response);
            return Ok(response);
        }
        let mut events = self.client.create_stream(request).await?;
        reply.opened(request, self.client.provider(), events.request_id().unwrap_or_default());
        while let Some(event) = events.next().await {
            reply.step(event?);
        }
        Ok(reply.answer())
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
