//! The failures of the command: what is printed, and the exit status.

use std::io;
use std::process::ExitCode;

use outcrop::{ErrorKind, ModelError, Stage};
use serde_json::{Value, json};

use crate::terminal::{self, OutputError};

/// The exit status of an interrupted command: 128 plus the number of `SIGINT`, which is 2. See
/// <https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html>.
const INTERRUPTED: u8 = 130;

/// The reason that the command failed.
pub(crate) enum Failure {
    /// An error of the library or the service.
    Model(ModelError),
    /// The command line or the input is invalid, or the output cannot be written.
    Input { message: String, hint: Option<String> },
    /// The model responded with something that the command does not act on.
    Response { message: String, hint: Option<String> },
    /// The user ended a response before it was complete.
    Interrupted,
    /// The reader of standard output has closed the pipe, as `head` does after some lines.
    ClosedPipe,
}

impl Failure {
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::Input { message: message.into(), hint: None }
    }

    pub(crate) fn input_with_hint(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Input { message: message.into(), hint: Some(hint.into()) }
    }

    /// Prints the failure and returns the exit status.
    pub(crate) fn report(&self) -> ExitCode {
        self.print();
        ExitCode::from(match self {
            Self::ClosedPipe => 0,
            Self::Input { .. } => 2,
            Self::Response { .. } => 1,
            Self::Interrupted => INTERRUPTED,
            Self::Model(error) => exit_status(error),
        })
    }

    /// Prints one line with the error and, if there is a hint, one line with it, on standard error.
    pub(crate) fn print(&self) {
        match self {
            Self::Model(error) => terminal::eprint_line(&format!("error: {error}")),
            Self::Input { message, .. } | Self::Response { message, .. } => {
                terminal::eprint_line(&format!("error: {message}"));
            }
            Self::Interrupted => terminal::eprint_line("interrupted: the response is partial"),
            Self::ClosedPipe => {}
        }
        if let Some(hint) = self.hint() {
            terminal::eprint_line(&format!("hint: {hint}"));
        }
    }

    /// Prints the failure as a line of JSON, `{"error": …}`, on standard output.
    pub(crate) fn print_json(&self) -> Result<(), OutputError> {
        terminal::print_json(&json!({"error": self.to_json()}).to_string())
    }

    fn hint(&self) -> Option<&str> {
        match self {
            Self::Model(error) => error.hint(),
            Self::Input { hint, .. } | Self::Response { hint, .. } => hint.as_deref(),
            Self::Interrupted | Self::ClosedPipe => None,
        }
    }

    /// Returns the failure as JSON: the members of a [`ModelError`], as far as it has them.
    pub(crate) fn to_json(&self) -> Value {
        let (kind, code, message) = match self {
            Self::Model(error) => return serde_json::to_value(error).unwrap_or_default(),
            Self::Input { message, .. } => ("invalid_request", "InvalidInput", message.as_str()),
            Self::Response { message, .. } => ("invalid_response", "InvalidToolCall", message.as_str()),
            Self::Interrupted => ("incomplete", "Interrupted", "the response was interrupted"),
            Self::ClosedPipe => ("other", "ClosedPipe", "standard output is closed"),
        };
        match self.hint() {
            Some(hint) => json!({"kind": kind, "code": code, "message": message, "hint": hint}),
            None => json!({"kind": kind, "code": code, "message": message}),
        }
    }
}

/// Returns the exit status of an error: 3 without a connection, 2 for an invalid request, otherwise 1.
fn exit_status(error: &ModelError) -> u8 {
    match (error.kind(), error.stage()) {
        (ErrorKind::Configuration, _) => 3,
        // After these stages the request has reached the service, and the same errors come from it.
        (ErrorKind::Unauthenticated, Stage::Building | Stage::Sending) => 3,
        (ErrorKind::Connection | ErrorKind::Timeout, Stage::Building | Stage::Sending) => 3,
        (ErrorKind::InvalidRequest, Stage::Building) => 2,
        _ => 1,
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self::Model(error)
    }
}

impl From<OutputError> for Failure {
    fn from(OutputError(error): OutputError) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ClosedPipe
        } else {
            Self::input(format!("standard output cannot be written: {error}"))
        }
    }
}
