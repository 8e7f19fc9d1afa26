//! Replay: answers from a recording, to requests that are equal to recorded ones.

mod difference;
mod reader;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use outcrop_core::JsonError;
use serde_json::Value;

use crate::protocol::operation::Operation;
use crate::protocol::response::ServiceResponse;
use difference::{Ignored, differences, summarize};
use reader::RecordedExchange;

/// A function that gets the description of each mismatch.
type MismatchReport = Arc<dyn Fn(&str) + Send + Sync>;

/// A recording to answer from.
///
/// A request is answered by the first exchange of the recording that is not used yet and has the same operation, model and
/// body. The bodies are compared as JSON. If all equal exchanges are used, the last of them answers again.
///
/// ```
/// use outcrop_emulator::Replay;
///
/// let line = r#"{"request": {"method": "POST", "path": "/model/amazon.nova-lite-v1%3A0/converse", "body": "{}"},
///     "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": "{}"}}"#;
/// let replay = Replay::from_json_lines(&line.replace('\n', ""))?.strict(true).ignore("requestMetadata");
/// assert_eq!(replay.len(), 1);
/// # Ok::<(), outcrop_core::JsonError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Replay {
    exchanges: Vec<RecordedExchange>,
    strict: bool,
    has_timing: bool,
    ignored: Ignored,
    on_mismatch: Option<MismatchReport>,
}

impl Replay {
    /// Parses the lines of a recording, as [`Recording::to_file`](crate::Recording::to_file) writes them.
    ///
    /// # Errors
    /// [`JsonError`] with the number of the line, if it is not an exchange.
    pub fn from_json_lines(text: &str) -> Result<Self, JsonError> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let exchanges = lines.filter_map(|(index, line)| {
            let number = index + 1;
            let read = RecordedExchange::parse(line, number);
            read.map_err(|error| error.with_path_prefix(&format!("line {number}"))).transpose()
        });
        Ok(Self {
            exchanges: exchanges.collect::<Result<_, _>>()?,
            strict: false,
            has_timing: false,
            ignored: Ignored::default(),
            on_mismatch: None,
        })
    }

    /// Sets whether a request without an equal exchange gets an error. The default is `false`: the script or the default
    /// model answers it.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets whether the frames of a stream are sent at the recorded times. The default is `false`: they are sent at once.
    pub fn with_timing(mut self, timing: bool) -> Self {
        self.has_timing = timing;
        self
    }

    /// Ignores a member of the bodies: every one with a name, such as `requestMetadata`, or those at a path, such as
    /// `messages[*].content[*].cachePoint`.
    pub fn ignore(mut self, path: &str) -> Self {
        self.ignored.add(path);
        self
    }

    /// Calls a function for each request without an equal exchange, with a description of the differences.
    pub fn on_mismatch(mut self, report: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.on_mismatch = Some(Arc::new(report));
        self
    }

    /// Returns the number of exchanges.
    #[must_use]
    pub fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// Returns whether there are no exchanges.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("exchanges", &self.exchanges.len()).finish_non_exhaustive()
    }
}

/// A replay while it is played.
#[derive(Debug)]
pub(crate) struct Replayer {
    replay: Replay,
    used: Mutex<Vec<bool>>,
}

/// The result of looking for a recorded exchange.
#[derive(Debug)]
pub(crate) enum Lookup {
    /// The recorded response, or `None` if the connection was closed without one.
    Found(Option<ServiceResponse>),
    /// No exchange is equal. The text describes how the nearest one differs.
    Mismatch(String),
}

impl Replayer {
    pub(crate) fn new(replay: Replay) -> Self {
        let used = Mutex::new(vec![false; replay.exchanges.len()]);
        Self { replay, used }
    }

    /// Returns whether a request without an equal exchange gets an error.
    pub(crate) fn is_strict(&self) -> bool {
        self.replay.strict
    }

    /// Forgets which exchanges were used.
    pub(crate) fn reset(&self) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.iter_mut().for_each(|used| *used = false);
    }

    /// Finds the response to a call.
    pub(crate) fn find(&self, operation: Operation, resource: &str, body: &[u8]) -> Lookup {
        let found = serde_json::from_slice::<Value>(body).ok();
        let candidates = self.replay.exchanges.iter().enumerate();
        let candidates = candidates
            .filter(|(_, recorded)| recorded.operation == operation && recorded.resource == resource)
            .map(|(index, recorded)| {
                let differences = match (&recorded.json, &found) {
                    (Some(expected), Some(found)) => differences(expected, found, &self.replay.ignored),
                    _ => Vec::new(),
                };
                // Bodies that are not JSON are compared as bytes.
                let is_json = recorded.json.is_some() && found.is_some();
                let is_equal = if is_json { differences.is_empty() } else { recorded.body == body };
                (index, recorded, differences, is_equal)
            });
        let candidates: Vec<_> = candidates.collect();

        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let equal = || candidates.iter().filter(|(_, _, _, is_equal)| *is_equal);
        let unused = equal().find(|(index, ..)| used.get(*index) == Some(&false));
        if let Some((index, recorded, ..)) = unused.or_else(|| equal().next_back()) {
            if let Some(used) = used.get_mut(*index) {
                *used = true;
            }
            return Lookup::Found(recorded.response(self.replay.has_timing));
        }
        drop(used);

        let nearest = candidates.iter().min_by_key(|(_, _, differences, _)| differences.len());
        let mismatch = match nearest {
            Some((_, recorded, differences, _)) => format!(
                "The recording has no equal {operation} request. The nearest, in line {}, differs: {}.",
                recorded.line,
                summarize(differences)
            ),
            None => format!("The recording has no {operation} request for `{resource}`."),
        };
        if let Some(report) = &self.replay.on_mismatch {
            report(&mismatch);
        }
        Lookup::Mismatch(mismatch)
    }
}

#[cfg(test)]
mod tests;
