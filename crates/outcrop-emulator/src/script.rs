//! Scripts: which responses the emulator gives, to which calls, and how often.

mod action;
mod event;
mod exchange;
mod reader;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    state: Mutex<PlaybackState>,
}

#[derive(Debug)]
struct PlaybackState {
    /// The exchanges of the script and those that were added, each with the number of its uses so far.
    exchanges: Vec<(Arc<ScriptedExchange>, u32)>,
    strict: bool,
}

impl PlaybackState {
    fn new(script: &Script) -> Self {
        let exchanges = script.exchanges.iter().map(|exchange| (Arc::new(exchange.clone()), 0));
        Self { exchanges: exchanges.collect(), strict: script.strict }
    }
}

/// The source of a response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Selection {
    Scripted(Arc<ScriptedExchange>),
    DefaultModel,
    /// The script is strict and has no exchange for the call.
    Exhausted,
}

impl Playback {
    pub(crate) fn new(script: Script) -> Self {
        let state = Mutex::new(PlaybackState::new(&script));
        Self { script, state }
    }

    /// Adds the exchanges of another script after all others. If it is strict, the whole becomes strict.
    pub(crate) fn add(&self, script: &Script) {
        let mut state = self.state();
        let added = PlaybackState::new(script);
        state.exchanges.extend(added.exchanges);
        state.strict |= added.strict;
    }

    /// Removes the exchanges that were added, and forgets all uses.
    pub(crate) fn reset(&self) {
        *self.state() = PlaybackState::new(&self.script);
    }

    /// Returns the number of exchanges that can still be used.
    pub(crate) fn unused(&self) -> usize {
        self.state().exchanges.iter().filter(|(exchange, used)| exchange.has_uses_left(*used)).count()
    }

    /// Returns whether the script names a model.
    pub(crate) fn names_model(&self, id: &str) -> bool {
        self.state().exchanges.iter().any(|(exchange, _)| exchange.condition().names_model(id))
    }

    /// Returns whether to close the connection before the body of a request is read. If so, the exchange is used.
    pub(crate) fn closes_before_request(&self, operation: Operation, resource: &str) -> bool {
        for (exchange, used) in &mut self.state().exchanges {
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
    pub(crate) fn select(&self, call: &OperationCall) -> Selection {
        let mut state = self.state();
        for (exchange, used) in &mut state.exchanges {
            if exchange.has_uses_left(*used) && exchange.condition().matches(call) {
                *used = used.saturating_add(1);
                return Selection::Scripted(exchange.clone());
            }
        }
        if state.strict { Selection::Exhausted } else { Selection::DefaultModel }
    }

    fn state(&self) -> MutexGuard<'_, PlaybackState> {
        // A panic in another task must not end the emulator, and the counts are valid after each statement.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
