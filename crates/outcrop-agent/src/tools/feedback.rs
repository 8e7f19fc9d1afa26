//! The texts of failed results.
//!
//! A model reads them and has to decide what to do next, so each says what happened and what to do about it. They contain
//! nothing that the model did not write itself, except the names of the tools.

use std::time::Duration;

use outcrop_core::JsonError;

/// The result of a call that did not run or did not complete.
pub(super) struct Feedback {
    /// The `error.type` of the call in traces and metrics.
    pub(super) error: &'static str,
    /// The text for the model.
    pub(super) message: String,
}

/// The similarity of two names, from 0 to 1, from which one is suggested for the other. Below it, `strsim` also finds names
/// that share only a few letters.
const MIN_SIMILARITY: f64 = 0.75;

pub(super) fn unknown_tool(name: &str, names: &[String]) -> Feedback {
    let similar = |known: &&String| strsim::jaro_winkler(name, known);
    let closest = names
        .iter()
        .max_by(|a, b| similar(a).total_cmp(&similar(b)))
        .filter(|known| similar(known) >= MIN_SIMILARITY);
    let message = match (closest, names) {
        (_, []) => format!("There is no tool `{name}`, nor any other. Answer without tools."),
        (Some(known), _) => {
            format!("There is no tool `{name}`. Did you mean `{known}`? The tools are: {}.", list(names))
        }
        (None, _) => format!("There is no tool `{name}`. The tools are: {}.", list(names)),
    };
    Feedback { error: "unknown_tool", message }
}

pub(super) fn wrong_arguments(name: &str, error: &JsonError) -> Feedback {
    let message = format!(
        "The arguments do not match the schema of `{name}`: {error}. Correct them and call it again."
    );
    Feedback { error: "wrong_arguments", message }
}

pub(super) fn incomplete(name: &str) -> Feedback {
    let message = format!(
        "The call of `{name}` was not run, because the response was cut off within its arguments. Call it again with \
         shorter arguments, or in several steps."
    );
    Feedback { error: "incomplete_call", message }
}

pub(super) fn timed_out(name: &str, limit: Duration) -> Feedback {
    let message = format!(
        "`{name}` was stopped because it took longer than {limit:?}. It may have done a part of its work. Try a smaller \
         request, or continue without it."
    );
    Feedback { error: "timeout", message }
}

pub(super) fn panicked(name: &str) -> Feedback {
    let message = format!(
        "`{name}` failed with an internal error. The same call will fail again: use other arguments, or continue without it."
    );
    Feedback { error: "panic", message }
}

pub(super) fn denied(name: &str, reason: &str) -> Feedback {
    let message = format!("The call of `{name}` was not approved: {reason}. Do not repeat it.");
    Feedback { error: "denied", message }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
