//! The error of a run.

use std::error::Error;
use std::fmt;

use outcrop_core::ModelError;

use super::drive::Failure;
use super::run::Run;

/// The error of a run that ended before the model had a response, with what the run did until then.
///
/// ```
/// use outcrop_agent::{Agent, AgentErrorKind};
///
/// # async fn run(agent: Agent) {
/// match agent.run("What is the weather in Lisbon?").await {
///     Ok(run) => println!("{}", run.text()),
///     Err(error) if error.kind() == AgentErrorKind::MaxSteps => {
///         println!("{error}, {} messages", error.run().messages().len());
///     }
///     Err(error) => println!("{error}"),
/// }
/// # }
/// ```
pub struct AgentError(Box<Inner>);

struct Inner {
    failure: Failure,
    run: Run,
}

/// The kind of an [`AgentError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AgentErrorKind {
    /// A call of the model failed. [`AgentError::model_error`] is the error.
    Model,
    /// The run reached its maximum number of steps.
    MaxSteps,
    /// The run reached its budget.
    Budget,
    /// The run has a budget in US dollars, and the cost of a step is not known.
    UnknownCost,
    /// The response is not of the requested type.
    Output,
    /// A hook returned an error.
    Hook,
}

impl AgentError {
    pub(super) fn new(failure: Failure, run: Run) -> Self {
        Self(Box::new(Inner { failure, run }))
    }

    /// Creates the error for a response that is not of the requested type.
    pub(super) fn output(error: ModelError, run: Run) -> Self {
        Self::new(Failure::Output(error), run)
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> AgentErrorKind {
        match &self.0.failure {
            Failure::Model(_) => AgentErrorKind::Model,
            Failure::MaxSteps(_) => AgentErrorKind::MaxSteps,
            Failure::Tokens { .. } | Failure::Dollars { .. } => AgentErrorKind::Budget,
            Failure::UnknownCost => AgentErrorKind::UnknownCost,
            Failure::Output(_) => AgentErrorKind::Output,
            Failure::Hook(_) => AgentErrorKind::Hook,
        }
    }

    /// Returns the error of the model call, or of the response that is not of the requested type.
    #[must_use]
    pub fn model_error(&self) -> Option<&ModelError> {
        match &self.0.failure {
            Failure::Model(error) | Failure::Output(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the run so far. Its messages can be continued: each tool call in them has a result.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.0.run
    }

    /// Returns the run so far.
    #[must_use]
    pub fn into_run(self) -> Run {
        self.0.run
    }

    /// Returns what the caller can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match &self.0.failure {
            Failure::Model(error) | Failure::Output(error) => error.hint(),
            Failure::MaxSteps(_) => Some("raise `max_steps`, or continue with the messages of `run()`"),
            Failure::Tokens { .. } | Failure::Dollars { .. } => {
                Some("raise the budget, or continue with the messages of `run()`")
            }
            Failure::UnknownCost => Some("set the price with `.request(|request| request.price(…))`"),
            Failure::Hook(_) => None,
        }
    }
}

impl fmt::Display for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.failure {
            Failure::Model(error) | Failure::Output(error) => fmt::Display::fmt(error, f),
            Failure::MaxSteps(steps) => {
                write!(f, "the model still calls tools after {steps} steps, the maximum of the run")
            }
            Failure::Tokens { used, limit } => {
                write!(f, "the budget of the run is used up: {used} of {limit} tokens")
            }
            Failure::Dollars { spent, limit } => {
                write!(f, "the budget of the run is used up: {spent:.4} of {limit} US dollars")
            }
            Failure::UnknownCost => {
                f.write_str("the budget in US dollars cannot be kept: the price of the model is not known")
            }
            Failure::Hook(error) => write!(f, "a hook of the agent failed: {error}"),
        }
    }
}

impl fmt::Debug for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentError")
            .field("kind", &self.kind())
            .field("error", &format_args!("{self}"))
            .field("hint", &self.hint())
            .field("model_error", &self.model_error())
            .finish_non_exhaustive()
    }
}

impl Error for AgentError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0.failure {
            // `Display` is that of the error itself, so its source follows.
            Failure::Model(error) | Failure::Output(error) => error.source(),
            Failure::Hook(error) => error.source(),
            _ => None,
        }
    }
}
