//! Scripts: which responses the emulator gives, to which calls, and how often.

mod action;
mod event;
mod exchange;
mod reader;

use std::sync::{Mutex, MutexGuard, PoisonError};

use outcrop_core::JsonError;

pub use action::{Action, CloseWhen, RawResponse, ScriptedError, ScriptedResponse};
pub use event::{Damage, ScriptedEvent};
pub use exchange::{ScriptedExchange, When};

use crate::protocol::call::OperationCall;
use crate::protocol::operation::Operation;

/// The responses of an emulator: a list of exchanges, each with a condition and an action.
///
/// A request is answered by the first exchange in the list that has uses left and whose condition holds. If there is none,
/// the default model answers or, if the script is [strict](Self::strict), an error is sent. Requests that fail the checks
/// of the service use up nothing.
///
/// Scripts are read from JSON, whose format the documentation of the crate describes, or built in Rust:
///
/// ```
/// use outcrop_emulator::{Script, ScriptedError, ScriptedExchange, When};
///
/// let read = Script::from_json(
///     r#"[{"error": {"type": "ThrottlingException", "message": "Too many requests"}, "times": 2}]"#,
/// )?;
/// let built = Script::new()
///     .then(ScriptedExchange::error(ScriptedError::new("ThrottlingException")?.with_message("Too many requests")).times(2));
/// assert_eq!(read, built);
///
/// let invalid = Script::from_json(r#"[{"reply": {}, "stall": true}]"#).unwrap_err();
/// assert_eq!(invalid.path(), "exchanges[0]");
/// # Ok::<(), outcrop_core::JsonError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    exchanges: Vec<ScriptedExchange>,
    strict: bool,
}

impl Script {
    /// Creates a script without exchanges.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Parses a script.
    ///
    /// # Errors
    /// [`JsonError`] with the path, if the text is not JSON or not a script.
    pub fn from_json(text: &str) -> Result<Self, JsonError> {
        reader::parse(text)
    }

    /// Appends an exchange.
    #[must_use]
    pub fn then(mut self, exchange: ScriptedExchange) -> Self {
        self.exchanges.push(exchange);
        self
    }

    /// Sets whether requests without an exchange get an error instead of an answer of the default model.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Returns the exchanges in order.
    #[must_use]
    pub fn exchanges(&self) -> &[ScriptedExchange] {
        &self.exchanges
    }
}

/// A script while it is played.
#[derive(Debug)]
pub(crate) struct Playback {
    script: Script,
    /// The number of uses of each exchange so far.
    used: Mutex<Vec<u32>>,
}

/// The source of a response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Selection<'s> {
    Scripted(&'s ScriptedExchange),
    DefaultModel,
    /// The script is strict and has no exchange for the call.
    Exhausted,
}

impl Playback {
    pub(crate) fn new(script: Script) -> Self {
        let used = Mutex::new(vec![0; script.exchanges.len()]);
        Self { script, used }
    }

    /// Returns whether the script names a model.
    pub(crate) fn names_model(&self, id: &str) -> bool {
        self.script.exchanges.iter().any(|exchange| exchange.condition().names_model(id))
    }

    /// Returns whether to close the connection before the body of a request is read. If so, the exchange is used.
    pub(crate) fn closes_before_request(&self, operation: Operation, resource: &str) -> bool {
        if self.script.exchanges.is_empty() {
            return false;
        }
        let mut used = self.used();
        for (exchange, used) in self.script.exchanges.iter().zip(used.iter_mut()) {
            if !exchange.has_uses_left(*used) || !exchange.condition().matches_path(operation, resource) {
                continue;
            }
            // The first exchange that can match decides. If it depends on the body, the body must be read first, and
            // whether a later exchange closes the connection is only known then.
            let closes = *exchange.action() == Action::Close(CloseWhen::BeforeRequest)
                && !exchange.condition().needs_body()
                && exchange.delay().is_zero();
            if closes {
                *used = used.saturating_add(1);
            }
            return closes;
        }
        false
    }

    /// Selects the source of the response to a call. A selected exchange is used.
    pub(crate) fn select(&self, call: &OperationCall) -> Selection<'_> {
        if !self.script.exchanges.is_empty() {
            let mut used = self.used();
            for (exchange, used) in self.script.exchanges.iter().zip(used.iter_mut()) {
                if exchange.has_uses_left(*used) && exchange.condition().matches(call) {
                    *used = used.saturating_add(1);
                    return Selection::Scripted(exchange);
                }
            }
        }
        if self.script.strict { Selection::Exhausted } else { Selection::DefaultModel }
    }

    fn used(&self) -> MutexGuard<'_, Vec<u32>> {
        // A panic in another task must not end the emulator, and the counts are valid after each statement.
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
