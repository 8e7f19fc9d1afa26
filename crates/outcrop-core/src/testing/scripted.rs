//! A client that returns scripted responses.

mod turn;

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::client::ModelClient;
use crate::content::ToolCallContent;
use crate::error::{ErrorKind, ModelError};
use crate::json::RawJson;
use crate::message::UnifiedMessage;
use crate::request::ModelRequest;
use crate::response::{FinishReason, UnifiedResponse};
use crate::role::Role;
use crate::stream::ResponseStream;
use crate::usage::Usage;
use turn::{Outcome, Turn, Wait};

/// A client that returns given responses and errors in order, and records the requests.
///
/// At the end of the script it returns an error, so that a test with one call too many fails. `create_stream` uses the same
/// script as `create`.
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
///
/// The methods that begin a response ([`respond`](Self::respond), [`calls`](Self::calls), [`stream`](Self::stream) and so on)
/// are followed by those that change it:
///
/// ```
/// use std::time::Duration;
///
/// use outcrop_core::testing::ScriptedClient;
/// use outcrop_core::{ErrorKind, ModelError};
/// use serde_json::json;
///
/// # fn build(sleep: fn(Duration) -> std::future::Ready<()>) -> ScriptedClient {
/// ScriptedClient::new("scripted")
///     // Two tool calls in one response.
///     .calls("get_weather", json!({"city": "Lisbon"}))
///     .and_calls("get_weather", json!({"city": "Porto"}))
///     .usage(120, 30)
///     // A stream that breaks after its first part.
///     .stream(["It is ", "sunny."])
///     .breaks_after(1, ModelError::new(ErrorKind::Connection, "the connection was reset"))
///     // A slow response, with the timer of any runtime.
///     .respond_with_text("It is sunny.")
///     .waits(move || sleep(Duration::from_secs(3)))
/// # }
/// ```
pub struct ScriptedClient {
    provider: String,
    script: Mutex<VecDeque<Turn>>,
    requests: Mutex<Vec<ModelRequest>>,
}

impl ScriptedClient {
    /// Creates a client with an empty script.
    #[must_use]
    pub fn new(provider: impl Into<String>) -> Self {
        Self { provider: provider.into(), script: Mutex::default(), requests: Mutex::default() }
    }

    /// Adds a response. An empty `model` becomes that of the request, and an empty `id` becomes `scripted-` and the number of
    /// the call.
    #[must_use]
    pub fn respond(self, response: UnifiedResponse) -> Self {
        self.turn(Turn::respond(response))
    }

    /// Adds a response with one text block.
    #[must_use]
    pub fn respond_with_text(self, text: impl Into<String>) -> Self {
        let response = self.response(UnifiedMessage::assistant(text), FinishReason::Stop);
        self.respond(response)
    }

    /// Adds a response with one text block, which is streamed in the given parts.
    #[must_use]
    pub fn stream<T: Into<String>>(self, parts: impl IntoIterator<Item = T>) -> Self {
        let parts: Vec<String> = parts.into_iter().map(Into::into).collect();
        let response = self.response(UnifiedMessage::assistant(parts.concat()), FinishReason::Stop);
        self.turn(Turn::respond(response).in_parts(parts))
    }

    /// Adds a response with a tool call. The ids of calls are `call_1`, `call_2` and so on within the script.
    #[must_use]
    pub fn calls(self, tool: impl Into<String>, arguments: impl Into<RawJson>) -> Self {
        let call = self.call(tool, arguments);
        let message = UnifiedMessage::new(Role::Assistant, vec![call.into()]);
        let response = self.response(message, FinishReason::ToolCalls);
        self.respond(response)
    }

    /// Adds another tool call to the last response.
    #[must_use]
    pub fn and_calls(self, tool: impl Into<String>, arguments: impl Into<RawJson>) -> Self {
        let call = self.call(tool, arguments);
        self.change_response(|response| {
            if let Some(message) = response.messages.last_mut() {
                message.content.push(call.into());
            }
            response.finish_reason = Some(FinishReason::ToolCalls);
        })
    }

    /// Adds an error in place of a response.
    #[must_use]
    pub fn fail(self, error: ModelError) -> Self {
        self.turn(Turn::fail(error))
    }

    /// Adds responses that a function makes from the requests, for all further calls.
    #[must_use]
    pub fn respond_with<F>(self, function: F) -> Self
    where
        F: Fn(&ModelRequest) -> Result<UnifiedResponse, ModelError> + Send + Sync + 'static,
    {
        self.turn(Turn::function(function)).repeats()
    }

    /// Sets the usage of the last response: the tokens of its input and output.
    #[must_use]
    pub fn usage(self, prompt_tokens: u64, completion_tokens: u64) -> Self {
        self.change_response(|response| response.usage = Usage::new(prompt_tokens, completion_tokens))
    }

    /// Sets the cost of the last response in US dollars.
    #[must_use]
    pub fn cost(self, dollars: f64) -> Self {
        self.change_response(|response| response.cost = Some(dollars))
    }

    /// Breaks the stream of the last response after a number of parts: texts, reasoning, starts of tool calls and parts of
    /// their arguments. The error gets the partial response. `create` returns the error as well.
    #[must_use]
    pub fn breaks_after(self, parts: usize, error: ModelError) -> Self {
        self.change(|turn| turn.breaks_after(parts, error))
    }

    /// Waits before the last response, or the last error, is returned, for a future such as a sleep.
    #[must_use]
    pub fn waits<F, R>(self, until: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        self.change(|turn| turn.before = Some(wait(until)))
    }

    /// Waits before each event of the stream of the last response, for a future such as a sleep.
    #[must_use]
    pub fn waits_between<F, R>(self, until: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        self.change(|turn| turn.between = Some(wait(until)))
    }

    /// Returns the last response, or the last error, for all further calls.
    #[must_use]
    pub fn repeats(self) -> Self {
        self.change(|turn| turn.repeats = true)
    }

    /// Returns the requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<ModelRequest> {
        guard(&self.requests).clone()
    }

    fn turn(self, turn: Turn) -> Self {
        guard(&self.script).push_back(turn);
        self
    }

    fn change(self, change: impl FnOnce(&mut Turn)) -> Self {
        if let Some(turn) = guard(&self.script).back_mut() {
            change(turn);
        }
        self
    }

    fn change_response(self, change: impl FnOnce(&mut UnifiedResponse)) -> Self {
        self.change(|turn| turn.change_response(change))
    }

    fn response(&self, message: UnifiedMessage, reason: FinishReason) -> UnifiedResponse {
        let mut response = UnifiedResponse::new("", "", self.provider.clone(), vec![message]);
        response.finish_reason = Some(reason);
        response
    }

    fn call(&self, tool: impl Into<String>, arguments: impl Into<RawJson>) -> ToolCallContent {
        let earlier: usize = guard(&self.script).iter().map(Turn::calls).sum();
        ToolCallContent::new(format!("call_{}", earlier + 1), tool, arguments.into().as_str())
    }

    fn next(&self, request: &ModelRequest) -> Outcome {
        // Locked until the end, so that concurrent calls record their requests in the order of the responses.
        let mut requests = guard(&self.requests);
        requests.push(request.clone());
        let mut script = guard(&self.script);
        let turn = match script.front() {
            Some(turn) if turn.repeats => Some(turn.clone()),
            _ => script.pop_front(),
        };
        let end = || Turn::fail(ModelError::new(ErrorKind::Other, "the script has no more responses"));
        turn.unwrap_or_else(end).play(request, requests.len())
    }
}

/// Locks a mutex, even if another thread panicked while it held the lock.
// The panic is the failure to report; a second one about the mutex would hide it.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait<F, R>(until: F) -> Wait
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    Arc::new(move || Box::pin(until()))
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
        self.next(request).into_response().await
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        self.next(request).into_stream().await
    }
}
