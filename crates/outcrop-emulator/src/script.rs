//! Scripts: what is answered, in which order, and to whom.

mod action;
mod condition;
mod event;
mod playback;
mod read;

use std::time::Duration;

use outcrop_core::JsonError;

pub use action::{Action, CloseWhen, RawResponse, ScriptedError, ScriptedResponse};
pub use condition::When;
pub(crate) use event::Step;
pub use event::{CloseStream, Damage, ScriptedEvent};
pub(crate) use playback::{Playback, Turn};

/// What an emulator answers: a list of exchanges, each with a condition and what to do.
///
/// A request is answered by the first exchange in the list that has a turn left and whose condition holds; by the
/// default model when there is none, or, when the script is [strict](Self::strict), by an error. Requests that fail
/// the checks of the service use up no turn.
///
/// Scripts are read from JSON, whose format the crate's documentation describes, or put together in Rust:
///
/// ```
/// use outcrop_emulator::{Script, ScriptedError, ScriptedExchange, When};
///
/// let read = Script::from_json(
///     r#"[{"error": {"type": "ThrottlingException", "message": "Too many requests"}, "times": 2}]"#,
/// )?;
/// let made = Script::new()
///     .then(ScriptedExchange::error(ScriptedError::new("ThrottlingException")?.with_message("Too many requests")).times(2));
/// assert_eq!(read, made);
///
/// let wrong = Script::from_json(r#"[{"reply": {}, "stall": true}]"#).unwrap_err();
/// assert_eq!(wrong.path(), "exchanges[0]");
/// # Ok::<(), outcrop_core::JsonError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    exchanges: Vec<ScriptedExchange>,
    strict: bool,
}

impl Script {
    /// A script without exchanges.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a script.
    ///
    /// # Errors
    /// [`JsonError`] with the place when the text is not JSON or not a script.
    pub fn from_json(text: &str) -> Result<Self, JsonError> {
        read::script(text)
    }

    /// The same script with one more exchange at its end.
    #[must_use]
    pub fn then(mut self, exchange: ScriptedExchange) -> Self {
        self.exchanges.push(exchange);
        self
    }

    /// The same script, answering requests for which it has nothing with an error instead of the default model.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// The exchanges in order.
    #[must_use]
    pub fn exchanges(&self) -> &[ScriptedExchange] {
        &self.exchanges
    }
}

/// One exchange of a script: for which requests it is meant, what to do, how often and how soon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptedExchange {
    when: When,
    action: Action,
    times: Times,
    delay: Duration,
}

/// How often an exchange is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Times {
    Some(u32),
    Forever,
}

impl ScriptedExchange {
    /// An exchange that is used once, for any request, at once.
    #[must_use]
    pub fn new(action: Action) -> Self {
        Self { when: When::new(), action, times: Times::Some(1), delay: Duration::ZERO }
    }

    /// Builds an exchange with a JSON response, which is sent byte for byte.
    ///
    /// # Errors
    /// [`JsonError`] when the text is not JSON. [`ScriptedExchange::new`] with a [`RawResponse`] sends what is none.
    pub fn response(json: impl Into<String>) -> Result<Self, JsonError> {
        ScriptedResponse::new(json).map(|reply| Self::new(Action::Response(reply)))
    }

    /// An exchange with a stream of events, which is sent whatever operation was called.
    #[must_use]
    pub fn events(events: impl IntoIterator<Item = ScriptedEvent>) -> Self {
        Self::new(Action::Events(events.into_iter().collect()))
    }

    /// An exchange with an error of the service.
    #[must_use]
    pub fn error(error: ScriptedError) -> Self {
        Self::new(Action::Error(error))
    }

    /// The same exchange, for requests of which a condition holds.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// The same exchange, used so many times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Times::Some(times);
        self
    }

    /// The same exchange, used again and again.
    #[must_use]
    pub fn forever(mut self) -> Self {
        self.times = Times::Forever;
        self
    }

    /// The same exchange, answered after a while.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    pub(crate) fn action(&self) -> &Action {
        &self.action
    }

    pub(crate) fn delay(&self) -> Duration {
        self.delay
    }
}

#[cfg(test)]
mod tests;
