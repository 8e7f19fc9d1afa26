//! The error type of all tasks.

use std::error::Error;

/// The reason that a task could not finish. `main` prints it after `error: `.
pub(crate) type TaskError = Box<dyn Error>;
