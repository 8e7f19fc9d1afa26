//! How the command fails.

use std::process::ExitCode;

use outcrop::{ErrorKind, ModelError, Stage};

/// What shells expect of a command that was interrupted: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

/// Why the command failed: a line of what happened, a hint where one is known, and an exit status.
pub(crate) enum Failure {
    /// The library said so.
    Model(ModelError),
    /// The command line or the input was wrong.
    Input { message: String, hint: Option<String> },
    /// The user did not want to wait for the rest of the reply.
    Interrupted,
}

impl Failure {
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::Input { message: message.into(), hint: None }
    }

    pub(crate) fn input_with_hint(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Input { message: message.into(), hint: Some(hint.into()) }
    }

    /// Prints the failure on standard error and returns the exit status.
    pub(crate) fn report(&self) -> ExitCode {
        self.print();
        ExitCode::from(match self {
            Self::Input { .. } => 2,
            Self::Interrupted => INTERRUPTED,
            Self::Model(error) => status_of(error),
        })
    }

    /// Prints the failure on standard error.
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
                eprintln!("interrupted: the reply is partial");
                None
            }
        };
        if let Some(hint) = hint {
            eprintln!("hint: {hint}");
        }
    }
}

/// 3: there is nothing to connect to. 2: the request cannot be sent. 1: the service or the model said no.
fn status_of(error: &ModelError) -> u8 {
    match (error.kind(), error.stage()) {
        (ErrorKind::Configuration, _) => 3,
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
