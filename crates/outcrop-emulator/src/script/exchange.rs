//! Exchanges: the condition of a response, and how often and how soon it is sent.

use std::time::Duration;

use outcrop_converse::ModelId;
use outcrop_core::JsonError;

use super::action::{Action, ScriptedError, ScriptedResponse};
use super::event::ScriptedEvent;
use crate::protocol::call::OperationCall;
use crate::protocol::operation::Operation;

/// An exchange of a script: the condition on the request, the action, the number of uses, and a delay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptedExchange {
    condition: When,
    action: Action,
    uses: Uses,
    delay: Duration,
}

/// How often an exchange can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Uses {
    Times(u32),
    Forever,
}

impl ScriptedExchange {
    /// Creates an exchange that is used once, for any request, without a delay.
    #[must_use]
    pub fn new(action: Action) -> Self {
        Self { condition: When::new(), action, uses: Uses::Times(1), delay: Duration::ZERO }
    }

    /// Builds an exchange with a JSON response, which is sent byte for byte.
    ///
    /// # Errors
    /// [`JsonError`] when the text is not JSON. [`ScriptedExchange::new`] with a [`RawResponse`](super::RawResponse) sends
    /// any text.
    pub fn response(json: impl Into<String>) -> Result<Self, JsonError> {
        ScriptedResponse::new(json).map(|response| Self::new(Action::Response(response)))
    }

    /// Builds an exchange with a stream of events, which is sent whatever operation was called.
    #[must_use]
    pub fn events(events: impl IntoIterator<Item = ScriptedEvent>) -> Self {
        Self::new(Action::Events(events.into_iter().collect()))
    }

    /// Builds an exchange with an error of the service.
    #[must_use]
    pub fn error(error: ScriptedError) -> Self {
        Self::new(Action::Error(error))
    }

    /// Sets the condition on requests.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.condition = when;
        self
    }

    /// Sets the number of uses.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.uses = Uses::Times(times);
        self
    }

    /// Removes the limit on the number of uses.
    #[must_use]
    pub fn forever(mut self) -> Self {
        self.uses = Uses::Forever;
        self
    }

    /// Sets a delay before the action.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sets the number of uses as read from JSON.
    pub(super) fn with_uses(mut self, uses: Uses) -> Self {
        self.uses = uses;
        self
    }

    pub(super) fn condition(&self) -> &When {
        &self.condition
    }

    pub(crate) fn action(&self) -> &Action {
        &self.action
    }

    pub(crate) fn delay(&self) -> Duration {
        self.delay
    }

    /// Returns whether the exchange can be used again after a number of uses.
    pub(super) fn has_uses_left(&self, used: u32) -> bool {
        match self.uses {
            Uses::Times(times) => used < times,
            Uses::Forever => true,
        }
    }
}

/// The condition of an exchange. All of its parts must hold; without any, it holds for every request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct When {
    model: Option<String>,
    operation: Option<Operation>,
    text: Option<String>,
}

impl When {
    /// Creates a condition that holds for any request.
    pub const fn new() -> Self {
        Self { model: None, operation: None, text: None }
    }

    /// Limits the condition to a model or guardrail.
    ///
    /// The base id of a model matches its inference profiles and their ARNs as well. A model that a script names exists,
    /// whatever its id is.
    pub fn model(mut self, id: impl Into<String>) -> Self {
        self.model = Some(id.into());
        self
    }

    /// Limits the condition to an operation.
    pub fn operation(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }

    /// Limits the condition to requests whose last user turn contains a text.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Returns whether the condition names a model.
    pub(super) fn names_model(&self, id: &str) -> bool {
        self.model.as_deref().is_some_and(|model| matches_model(model, id))
    }

    /// Returns whether the condition can hold for the path of a request.
    pub(super) fn matches_path(&self, operation: Operation, resource: &str) -> bool {
        self.operation.is_none_or(|expected| expected == operation)
            && self.model.as_deref().is_none_or(|model| matches_model(model, resource))
    }

    /// Returns whether the condition depends on the body of a request.
    pub(super) fn needs_body(&self) -> bool {
        self.text.is_some()
    }

    pub(super) fn matches(&self, call: &OperationCall) -> bool {
        self.matches_path(call.operation(), call.resource())
            && self.text.as_deref().is_none_or(|text| call.last_user_text().contains(text))
    }
}

/// Returns whether the model of a condition is the one with an id.
fn matches_model(model: &str, id: &str) -> bool {
    model == id || model == ModelId::parse(id).base()
}
