//! The failures of the command: what is printed, and the exit status.

use std::process::ExitCode;

use outcrop::{ErrorKind, ModelError, Stage};

/// The exit status of an interrupted command: 128 plus the number of `SIGINT`, which is 2. See
/// <https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html>.
const INTERRUPTED: u8 = 130;

/// The reason that the command failed.
pub(crate) enum Failure {
    /// An error of the library or the service.
    Model(ModelError),
    /// The command line or the input is invalid.
    Input { message: String, hint: Option<String> },
    /// The user ended a response before it was complete.
    Interrupted,
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
            Self::Input { .. } => 2,
            Self::Interrupted => INTERRUPTED,
            Self::Model(error) => exit_status(error),
        })
    }

    /// Prints one line with the error and, if there is a hint, one line with it, on standard error.
    pub(crate) fn print(&self) {
        let hint = match self {
            Self::Model(error) => {
                eprintln!("error: {error}");
                error.hint()
            }
            Self::Input { message, hint } => {
                eprintln!("error: {message}");
                hint.as_deref()
            }
            Self::Interrupted => {
                eprintln!("interrupted: the response is partial");
                None
            }
        };
        if let Some(hint) = hint {
            eprintln!("hint: {hint}");
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
