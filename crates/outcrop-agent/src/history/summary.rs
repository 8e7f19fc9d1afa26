//! Replacing the oldest messages with a summary.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use outcrop_core::{
    ContentBlock, ModelClient, ModelError, ModelRequest, RawJson, Role, Totals, UnifiedMessage,
};

use super::units::{Cut, Limit};
use super::{History, HistorySize, HistoryStrategy, Shortened};

/// The key in the metadata of a message that begins with a summary.
const SUMMARY_KEY: &str = "outcrop.summary";

/// The maximum length of a summary in tokens: a few pages.
const MAX_TOKENS: u32 = 2_000;

const INSTRUCTIONS: &str = "You summarize the beginning of a conversation between a user and an assistant with tools. The \
    assistant will continue the conversation with your summary in place of the messages. Keep what it needs: the task, \
    decisions, facts and figures that were found, names and identifiers, what failed, and what is left to do. Write the \
    summary only.";

/// A summary in place of the oldest messages, written by a model.
///
/// If a history exceeds the limit, the newest messages with about half of the limit are kept, as by a
/// [`Window`](super::Window). A model summarizes the others, and its text becomes the beginning of the first user message
/// that is left. Its usage and cost count for the run.
///
/// ```
/// use outcrop_agent::{Agent, Summary};
/// use outcrop_core::ModelClient;
///
/// # fn build(client: impl ModelClient + Clone + 'static) -> Agent {
/// let summary = Summary::tokens(100_000).by(client.clone(), "some-smaller-model");
/// Agent::builder(client, "some-model").history(summary).build()
/// # }
/// ```
#[derive(Clone)]
pub struct Summary {
    limit: Limit,
    model: Option<(Arc<dyn ModelClient>, String)>,
    instructions: String,
}

impl Summary {
    /// Creates a strategy for histories with more than a number of messages.
    #[must_use]
    pub fn messages(limit: usize) -> Self {
        Self::new(Limit::Messages(limit))
    }

    /// Creates a strategy for histories with more than a number of tokens, as the provider counts them.
    #[must_use]
    pub fn tokens(limit: u64) -> Self {
        Self::new(Limit::Tokens(limit))
    }

    fn new(limit: Limit) -> Self {
        Self { limit, model: None, instructions: INSTRUCTIONS.to_owned() }
    }

    /// Sets the model that writes the summaries. By default it is that of the agent.
    #[must_use]
    pub fn by(mut self, client: impl ModelClient + 'static, model: impl Into<String>) -> Self {
        self.model = Some((Arc::new(client), model.into()));
        self
    }

    /// Sets the instructions for the model that writes the summaries.
    #[must_use]
    pub fn with_instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = instructions.into();
        self
    }
}

#[async_trait]
impl HistoryStrategy for Summary {
    fn is_too_long(&self, size: &HistorySize) -> bool {
        self.limit.is_exceeded(size)
    }

    async fn shorten(&self, history: History<'_>) -> Result<Option<Shortened>, ModelError> {
        let Some(Cut { mut old, kept }) = self.limit.cut(history.messages, history.size) else {
            return Ok(None);
        };
        let mut kept: Vec<_> = kept.into_iter().cloned().collect();
        // A summary that is kept would be followed by another one. It becomes a part of the new one instead.
        let earlier = kept.iter_mut().find_map(take_summary);
        old.splice(0..0, &earlier);
        let (client, model) = match &self.model {
            Some((client, model)) => (client.as_ref(), model.as_str()),
            None => (history.client, history.model),
        };
        let text: Vec<_> = old.into_iter().map(as_text).collect();
        let request = ModelRequest::builder(model)
            .system(&self.instructions)
            .user(text.join("\n\n"))
            .max_tokens(MAX_TOKENS)
            .build();
        let response = client.create(&request).await?;
        insert_summary(&mut kept, &response.text());
        let mut totals = Totals::new();
        totals += &response;
        Ok(Some(Shortened::new(kept).with_totals(totals)))
    }
}

/// Renders a message as text. Media have none.
fn as_text(message: &UnifiedMessage) -> String {
    format!("{}: {}", message.role, message.rendered_text())
}

/// Removes the summary from a message that begins with one, and returns it.
fn take_summary(message: &mut UnifiedMessage) -> Option<UnifiedMessage> {
    message.metadata.remove(SUMMARY_KEY)?;
    let summary = (!message.content.is_empty()).then(|| message.content.remove(0))?;
    Some(UnifiedMessage::new(message.role.clone(), vec![summary]))
}

/// Inserts a summary at the beginning of the first user message: as a message of its own, it would be a second user message
/// in a row, which some models reject.
fn insert_summary(messages: &mut Vec<UnifiedMessage>, summary: &str) {
    let block = ContentBlock::text(format!("Summary of the conversation so far:\n{summary}"));
    match messages.iter_mut().find(|message| !message.role.is_instruction()) {
        Some(message) if message.role == Role::User => {
            message.content.insert(0, block);
            message.metadata.insert(SUMMARY_KEY, RawJson::bool(true));
        }
        _ => {
            let mut message = UnifiedMessage::new(Role::User, vec![block]);
            message.metadata.insert(SUMMARY_KEY, RawJson::bool(true));
            let instructions = messages.iter().take_while(|message| message.role.is_instruction()).count();
            messages.insert(instructions, message);
        }
    }
}

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Summary")
            .field("limit", &self.limit)
            .field("model", &self.model.as_ref().map(|(_, model)| model))
            .finish_non_exhaustive()
    }
}
