//! A client that follows a script.

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

/// A client that gives the answers it was told to, in order, and remembers the requests.
///
/// When the script is at its end it answers with an error, which shows a test that asks once too often.
///
/// ```
/// use outcrop_core::testing::ScriptedClient;
/// use outcrop_core::{ErrorKind, ModelError};
///
/// let client = ScriptedClient::new("scripted")
///     .respond_with_text("Paris.")
///     .fail(ModelError::new(ErrorKind::Throttled, "slow down"));
/// assert_eq!(client.requests().len(), 0);
/// ```
pub struct ScriptedClient {
    provider: String,
    script: Mutex<VecDeque<Result<UnifiedResponse, ModelError>>>,
    requests: Mutex<Vec<ModelRequest>>,
}

impl ScriptedClient {
    /// A client with an empty script.
    #[must_use]
    pub fn new(provider: impl Into<String>) -> Self {
        Self { provider: provider.into(), script: Mutex::default(), requests: Mutex::default() }
    }

    /// Adds a response that is one text.
    #[must_use]
    pub fn respond_with_text(self, text: impl Into<String>) -> Self {
        let response =
            UnifiedResponse::new("", "", self.provider.clone(), vec![UnifiedMessage::assistant(text)]);
        self.respond(response)
    }

    /// Adds a whole response. An empty `model` becomes that of the request, an empty `id` the number of the call.
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

    /// The requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<ModelRequest> {
        guard(&self.requests).clone()
    }

    fn next(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        let mut requests = guard(&self.requests);
        requests.push(request.clone());
        let mut response = guard(&self.script)
            .pop_front()
            .unwrap_or_else(|| Err(ModelError::new(ErrorKind::Other, "the script has no more answers")))?;
        if response.model.is_empty() {
            response.model.clone_from(&request.model);
        }
        if response.id.is_empty() {
            response.id = format!("scripted-{}", requests.len());
        }
        Ok(response)
    }
}

/// A panic in another test's thread does not spoil the script.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for ScriptedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
