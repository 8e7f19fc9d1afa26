//! Dropping the oldest messages.

use async_trait::async_trait;
use outcrop_core::ModelError;

use super::units::Limit;
use super::{History, HistorySize, HistoryStrategy, Shortened};

/// A window on the newest messages: older ones are dropped.
///
/// If a history exceeds the limit, about half of the limit is kept, so that several steps follow with the same beginning,
/// which a provider can cache. Tool calls stay with their results. Instructions are kept, and so is the user message before
/// the first assistant message that is left, which is the task of a long run.
///
/// ```
/// use outcrop_agent::{Agent, Window};
/// use outcrop_core::ModelClient;
///
/// # fn build(client: impl ModelClient + 'static) -> Agent {
/// Agent::builder(client, "some-model").history(Window::tokens(100_000)).build()
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Window(Limit);

impl Window {
    /// Creates a window of a number of messages.
    #[must_use]
    pub const fn messages(limit: usize) -> Self {
        Self(Limit::Messages(limit))
    }

    /// Creates a window of a number of tokens, as the provider counts them.
    #[must_use]
    pub const fn tokens(limit: u64) -> Self {
        Self(Limit::Tokens(limit))
    }
}

#[async_trait]
impl HistoryStrategy for Window {
    fn is_too_long(&self, size: &HistorySize) -> bool {
        self.0.is_exceeded(size)
    }

    async fn shorten(&self, history: History<'_>) -> Result<Option<Shortened>, ModelError> {
        // Nothing is called, so there are no totals.
        let cut = self.0.cut(history.messages, history.size);
        Ok(cut.map(|cut| Shortened::new(cut.kept.into_iter().cloned().collect())))
    }
}
