//! Responses from a recording.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::stream;
use outcrop_core::{
    ErrorKind, ModelClient, ModelError, ModelRequest, ResponseStream, Stage, StreamEvent, UnifiedResponse,
    from_str,
};
use serde::Deserialize;

/// A client that returns the responses of a [`Record`](super::Record), without a provider. For tests.
///
/// A request has the responses that were recorded for an equal one, in their order. The last one repeats. A request that
/// was not recorded is an error, with the code `NotRecorded`. A stream that broke is replayed up to its error.
pub struct Replay {
    provider: String,
    /// The outcomes by the JSON of their requests.
    outcomes: Mutex<BTreeMap<String, VecDeque<Outcome>>>,
}

#[derive(Clone)]
enum Outcome {
    Response(Box<UnifiedResponse>),
    Error(RecordedError, Option<Box<UnifiedResponse>>),
}

#[derive(Deserialize)]
struct Line {
    provider: String,
    request: ModelRequest,
    #[serde(default)]
    response: Option<Box<UnifiedResponse>>,
    #[serde(default)]
    error: Option<RecordedError>,
    #[serde(default)]
    partial: Option<Box<UnifiedResponse>>,
}

/// The JSON of a [`ModelError`].
#[derive(Clone, Deserialize)]
struct RecordedError {
    kind: String,
    code: String,
    message: String,
    retryable: bool,
    #[serde(default)]
    hint: Option<String>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    status: Option<u16>,
}

/// The kinds that a recording may have.
const KINDS: &[ErrorKind] = &[
    ErrorKind::InvalidRequest,
    ErrorKind::Configuration,
    ErrorKind::Unauthenticated,
    ErrorKind::PermissionDenied,
    ErrorKind::NotFound,
    ErrorKind::ContextOverflow,
    ErrorKind::Throttled,
    ErrorKind::QuotaExceeded,
    ErrorKind::Unavailable,
    ErrorKind::ModelFailure,
    ErrorKind::Timeout,
    ErrorKind::Connection,
    ErrorKind::InvalidResponse,
    ErrorKind::InvalidOutput,
    ErrorKind::Incomplete,
    ErrorKind::Unsupported,
];

impl Replay {
    /// Reads a recording from a file.
    ///
    /// # Errors
    /// An error of kind [`Configuration`](ErrorKind::Configuration) if the file cannot be read or is not a recording.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ModelError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|error| {
            invalid(format!("the recording `{}` cannot be read: {error}", path.display())).with_source(error)
        })?;
        Self::from_json_lines(&text)
    }

    /// Reads a recording from its text: a call on each line.
    ///
    /// # Errors
    /// An error of kind [`Configuration`](ErrorKind::Configuration) with the number of the first line that is not a call.
    pub fn from_json_lines(text: &str) -> Result<Self, ModelError> {
        let mut provider = None;
        let mut outcomes: BTreeMap<String, VecDeque<Outcome>> = BTreeMap::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let number = index + 1;
            let line: Line = from_str(line)
                .map_err(|error| invalid(format!("line {number} of the recording is not a call: {error}")))?;
            let outcome = match (line.response, line.error) {
                (Some(response), _) => Outcome::Response(response),
                (None, Some(error)) => Outcome::Error(error, line.partial),
                (None, None) => {
                    return Err(invalid(format!("line {number} of the recording has no response")));
                }
            };
            provider.get_or_insert(line.provider);
            outcomes.entry(line.request.to_openai_json()?).or_default().push_back(outcome);
        }
        let provider = provider.unwrap_or_else(|| "replay".to_owned());
        Ok(Self { provider, outcomes: Mutex::new(outcomes) })
    }

    fn next(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        // The last one stays, so that a test may repeat a call that was recorded once.
        let found = outcomes
            .get_mut(&request.to_openai_json()?)
            .and_then(|queue| if queue.len() > 1 { queue.pop_front() } else { queue.front().cloned() });
        match found {
            Some(Outcome::Response(response)) => Ok(*response),
            Some(Outcome::Error(error, partial)) => {
                let error = ModelError::from(error);
                Err(match partial {
                    Some(partial) => error.with_partial_response(*partial),
                    None => error,
                })
            }
            None => {
                Err(ModelError::new(ErrorKind::NotFound, "the recording has no response for the request")
                    .with_code("NotRecorded")
                    .with_stage(Stage::Building)
                    .with_model(&request.model)
                    .with_hint("the request changed since it was recorded: record it again"))
            }
        }
    }
}

fn invalid(message: String) -> ModelError {
    ModelError::new(ErrorKind::Configuration, message)
        .with_code("InvalidRecording")
        .with_stage(Stage::Building)
}

impl From<RecordedError> for ModelError {
    fn from(recorded: RecordedError) -> Self {
        let kind = KINDS.iter().copied().find(|kind| kind.as_str() == recorded.kind);
        let kind = kind.unwrap_or(ErrorKind::Other);
        let mut error = Self::new(kind, recorded.message).with_retryable(recorded.retryable);
        // The JSON of an error without a code has its kind in that place.
        if recorded.code != kind.as_str() {
            error = error.with_code(recorded.code);
        }
        if let Some(hint) = recorded.hint {
            error = error.with_hint(hint);
        }
        if let Some(path) = recorded.path {
            error = error.with_path(path);
        }
        if let Some(status) = recorded.status {
            error = error.with_status(status);
        }
        error
    }
}

#[async_trait]
impl ModelClient for Replay {
    fn provider(&self) -> &str {
        &self.provider
    }

    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        self.next(request)
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        match self.next(request) {
            Ok(response) => Ok(ResponseStream::replay(response)),
            Err(error) => broken_stream(error),
        }
    }
}

/// Returns the stream that broke with an error: the parts of its response, then the error.
///
/// # Errors
/// The error itself if there was no response before it.
fn broken_stream(error: ModelError) -> Result<ResponseStream, ModelError> {
    let Some(partial) = error.partial_response() else { return Err(error) };
    let mut events = StreamEvent::replay(partial.clone());
    // Its last block may have been cut off.
    while let Some(
        StreamEvent::BlockCompleted { .. } | StreamEvent::Stopped { .. } | StreamEvent::Completed { .. },
    ) = events.last()
    {
        events.pop();
    }
    let items = events.into_iter().map(Ok).chain([Err(error)]);
    Ok(ResponseStream::new(stream::iter(items.collect::<Vec<_>>())))
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the outcomes, which contain conversations.
        f.debug_struct("Replay").field("provider", &self.provider).finish_non_exhaustive()
    }
}
