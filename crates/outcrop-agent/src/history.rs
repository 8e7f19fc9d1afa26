//! Shortening long histories.

mod summary;
mod units;
mod window;

use std::fmt;

use async_trait::async_trait;
use outcrop_core::{ModelClient, ModelError, Totals, UnifiedMessage};

pub use summary::Summary;
pub use window::Window;

/// A strategy for histories that become too long for the model, or too expensive.
///
/// [`Window`] drops the oldest messages, and [`Summary`] replaces them with a summary. A strategy of your own must not
/// separate a tool call from its result, and must leave a user message at the start.
#[async_trait]
pub trait HistoryStrategy: fmt::Debug + Send + Sync {
    /// Returns whether a history is too long. It is called before each step.
    fn is_too_long(&self, size: &HistorySize) -> bool;

    /// Shortens a history. Returns `None` if nothing can be left out.
    ///
    /// It is called if the history is too long, and if the service rejected it as longer than the model's context.
    ///
    /// # Errors
    /// The error of a call of a model. It ends the run.
    async fn shorten(&self, history: History<'_>) -> Result<Option<Shortened>, ModelError>;
}

/// The size of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HistorySize {
    /// The number of messages.
    pub messages: usize,
    /// The number of tokens: those that the last step used, or an estimate before the first one.
    pub tokens: u64,
}

/// A history to shorten, and the model of the agent.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct History<'a> {
    /// The messages, without the instructions of the agent.
    pub messages: &'a [UnifiedMessage],
    /// The size.
    pub size: HistorySize,
    /// The client of the agent.
    pub client: &'a dyn ModelClient,
    /// The model of the agent.
    pub model: &'a str,
}

/// A shortened history.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Shortened {
    /// The messages that are left.
    pub messages: Vec<UnifiedMessage>,
    /// The usage and the cost of calls of a model that were made for it. They count for the budget of the run.
    pub totals: Totals,
}

impl HistorySize {
    /// Measures a history. `last_step` is the number of tokens of the last step, if there is one.
    pub(crate) fn measure(messages: &[UnifiedMessage], last_step: Option<u64>) -> Self {
        let tokens = last_step
            .filter(|tokens| *tokens > 0)
            .unwrap_or_else(|| messages.iter().map(units::estimate_tokens).sum());
        Self { messages: messages.len(), tokens }
    }
}

impl<'a> History<'a> {
    pub(crate) fn new(
        messages: &'a [UnifiedMessage],
        size: HistorySize,
        client: &'a dyn ModelClient,
        model: &'a str,
    ) -> Self {
        Self { messages, size, client, model }
    }
}

impl fmt::Debug for History<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History")
            .field("size", &self.size)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

impl Shortened {
    /// Creates a shortened history that took no call of a model.
    #[must_use]
    pub fn new(messages: Vec<UnifiedMessage>) -> Self {
        Self { messages, totals: Totals::new() }
    }

    /// Adds the usage and the cost of calls of a model.
    #[must_use]
    pub fn with_totals(mut self, totals: Totals) -> Self {
        self.totals += totals;
        self
    }
}

#[cfg(test)]
mod tests;
