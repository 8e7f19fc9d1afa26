//! A client that returns scripted responses.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::client::ModelClient;
use crate::error::{ErrorKind, ModelError};
use crate::message::UnifiedMessage;
use crate::request::ModelRequest;
use crate::response::UnifiedResponse;
use crate::stream::ResponseStream;

/// A client that returns given responses and errors in order, and records the requests.
///
/// At the end of the script it returns an error, so that a test with one call too many fails. `create_stream` uses the
/// same script as `create`.
///
/// ```
/// use outcrop_core::testing::ScriptedClient;
/// use outcrop_core::{ErrorKind, ModelClientExt, ModelError};
///
/// # async fn run() -> Result<(), ModelError> {
/// let client = ScriptedClient::new("scripted")
///     .respond_with_text("Paris.")
///     .fail(ModelError::new(ErrorKind::Throttled, "too many requests"));
/// assert_eq!(client.ask("some-model", "Name a city.").await?, "Paris.");
/// assert!(client.ask("some-model", "Name a river.").await.unwrap_err().is_throttled());
/// assert_eq!(client.requests()[1].messages[0].text(), "Name a river.");
/// # Ok(())
/// # }
/// ```
pub struct ScriptedClient {
    provider: String,
    script: Mutex<VecDeque<Result<UnifiedResponse, ModelError>>>,
    requests: Mutex<Vec<ModelRequest>>,
}

impl ScriptedClient {
    /// Creates a client with an empty script.
    #[must_use]
    pub fn new(provider: impl Into<String>) -> Self {
        Self { provider: provider.into(), script: Mutex::default(), requests: Mutex::default() }
    }

    /// Adds a response with one text block.
    #[must_use]
    pub fn respond_with_text(self, text: impl Into<String>) -> Self {
        let response =
            UnifiedResponse::new("", "", self.provider.clone(), vec![UnifiedMessage::assistant(text)]);
        self.respond(response)
    }

    /// Adds a response. An empty `model` becomes that of the request, and an empty `id` becomes `scripted-` and the
    /// number of the call.
    #[must_use]
    pub fn respond(self, response: UnifiedResponse) -> Self {
        guard(&self.script).push_back(Ok(response));
        self
    }

    /// Adds an error.
    #[must_use]
    pub fn fail(self, error: ModelError) -> Self {
        guard(&self.script).push_back(Err(error));
        self
    }

    /// Returns the requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<ModelRequest> {
        guard(&self.requests).clone()
    }

    fn next(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        // Locked until the end, so that concurrent calls record their requests in the order of the responses.
        let mut requests = guard(&self.requests);
        requests.push(request.clone());
        let mut response = guard(&self.script)
            .pop_front()
            .unwrap_or_else(|| Err(ModelError::new(ErrorKind::Other, "the script has no more responses")))?;
        if response.model.is_empty() {
            response.model.clone_from(&request.model);
        }
        if response.id.is_empty() {
            response.id = format!("scripted-{}", requests.len());
        }
        Ok(response)
    }
}

/// Locks a mutex, even if another thread panicked while it held the lock.
// The panic is the failure to report; a second one about the mutex would hide it.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for ScriptedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the script and the requests, which contain text.
        f.debug_struct("ScriptedClient").field("provider", &self.provider).finish_non_exhaustive()
    }
}

#[async_trait]
impl ModelClient for ScriptedClient {
    fn provider(&self) -> &str {
        &self.provider
    }

    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        self.next(request)
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        self.next(request).map(ResponseStream::replay)
    }
}
