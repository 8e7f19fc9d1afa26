//! Conditions: for which requests an exchange of a script is meant.

use outcrop_converse::ModelId;

use crate::call::Call;
use crate::operation::Operation;

/// For which requests an exchange of a script is meant: all of its conditions must hold; without any, for every request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct When {
    pub(super) model: Option<String>,
    pub(super) operation: Option<Operation>,
    pub(super) text: Option<String>,
}

impl When {
    /// Any request.
    pub const fn new() -> Self {
        Self { model: None, operation: None, text: None }
    }

    /// The same condition, for one model or guardrail: its id, or the id of the model itself, which then stands for its
    /// inference profiles and ARNs as well. A model that a script names exists, whatever its id looks like.
    pub fn model(mut self, id: impl Into<String>) -> Self {
        self.model = Some(id.into());
        self
    }

    /// The same condition, for one operation.
    pub fn operation(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }

    /// The same condition, for requests whose last turn of the user has this text in it.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Whether the condition can hold, as far as the path of a request tells.
    pub(super) fn fits(&self, operation: Operation, resource: &str) -> bool {
        self.operation.is_none_or(|wanted| wanted == operation)
            && self.model.as_deref().is_none_or(|wanted| names(wanted, resource))
    }

    /// Whether the condition asks for something that stands in the body.
    pub(super) fn needs_the_body(&self) -> bool {
        self.text.is_some()
    }

    pub(super) fn holds(&self, call: &Call) -> bool {
        self.fits(call.operation(), call.resource())
            && self.text.as_deref().is_none_or(|text| call.last_user_text().contains(text))
    }
}

/// Whether `wanted` names the model of an id.
pub(super) fn names(wanted: &str, id: &str) -> bool {
    wanted == id || wanted == ModelId::parse(id).base()
}
