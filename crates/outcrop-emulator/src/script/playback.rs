//! A script while it is played.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::condition::names;
use super::{Action, CloseWhen, Script, ScriptedExchange, Times};
use crate::call::Call;
use crate::operation::Operation;

/// A script and how far it has come.
#[derive(Debug)]
pub(crate) struct Playback {
    script: Script,
    /// How many turns each exchange has had.
    used: Mutex<Vec<u32>>,
}

/// Whose turn it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn<'s> {
    /// An exchange of the script.
    Scripted(&'s ScriptedExchange),
    /// The default model.
    Model,
    /// Nobody: the script is strict and has nothing left.
    Nobody,
}

impl Playback {
    pub(crate) fn new(script: Script) -> Self {
        let used = Mutex::new(vec![0; script.exchanges.len()]);
        Self { script, used }
    }

    /// Whether a model is named in the script.
    pub(crate) fn names_model(&self, id: &str) -> bool {
        let mut named = self.script.exchanges.iter().filter_map(|exchange| exchange.when.model.as_deref());
        named.any(|wanted| names(wanted, id))
    }

    /// Whether the connection is to be closed before the body of a request is read. Then a turn was used up.
    ///
    /// The turn must be certain by then: an exchange that comes first and may want something of the body decides that
    /// it is not.
    pub(crate) fn closes_before_request(&self, operation: Operation, resource: &str) -> bool {
        if self.script.exchanges.is_empty() {
            return false;
        }
        let mut used = self.used();
        for (exchange, used) in self.script.exchanges.iter().zip(used.iter_mut()) {
            if exchange.is_over(*used) || !exchange.when.fits(operation, resource) {
                continue;
            }
            let now = exchange.action == Action::Close(CloseWhen::BeforeRequest)
                && !exchange.when.needs_the_body()
                && exchange.delay.is_zero();
            if now {
                *used = used.saturating_add(1);
            }
            return now;
        }
        false
    }

    /// Takes the turn that a call has.
    pub(crate) fn take_turn(&self, call: &Call) -> Turn<'_> {
        if !self.script.exchanges.is_empty() {
            let mut used = self.used();
            for (exchange, used) in self.script.exchanges.iter().zip(used.iter_mut()) {
                if !exchange.is_over(*used) && exchange.when.holds(call) {
                    *used = used.saturating_add(1);
                    return Turn::Scripted(exchange);
                }
            }
        }
        if self.script.strict { Turn::Nobody } else { Turn::Model }
    }

    fn used(&self) -> MutexGuard<'_, Vec<u32>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ScriptedExchange {
    fn is_over(&self, used: u32) -> bool {
        match self.times {
            Times::Some(times) => used >= times,
            Times::Forever => false,
        }
    }
}
