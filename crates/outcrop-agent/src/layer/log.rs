//! A line for each call.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use outcrop_core::{ModelClient, ModelError, ModelRequest, ResponseStream, UnifiedResponse};

use super::Layer;
use super::observe::{End, observe_call};

/// A log of calls: model, usage, cost, time and errors, without the conversation.
///
/// ```
/// use outcrop_agent::{LayerExt as _, Log};
/// # use outcrop_core::testing::ScriptedClient;
/// use outcrop_core::ModelClientExt as _;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = ScriptedClient::new("scripted").respond_with_text("The Tagus.").usage(20, 5);
/// let client = client.layer(Log::to(|entry| println!("{entry}")));
/// // scripted some-model: 20 + 5 tokens, cost unknown, 1 ms, stop
/// client.ask("some-model", "Name a river.").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Log(Arc<dyn Fn(&LogEntry<'_>) + Send + Sync>);

/// An entry of a [`Log`]: a call that ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct LogEntry<'a> {
    /// The name of the provider.
    pub provider: &'a str,
    /// The model of the request.
    pub model: &'a str,
    /// The time from the request to the end.
    pub elapsed: Duration,
    /// The end of the call.
    pub outcome: LogOutcome<'a>,
}

/// The end of a call in a [`LogEntry`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum LogOutcome<'a> {
    /// A response.
    Response(&'a UnifiedResponse),
    /// An error.
    Error(&'a ModelError),
    /// The caller dropped the call or the stream.
    Dropped,
}

impl Log {
    /// Creates a log that writes events of [`tracing`] with the target `outcrop`: responses as `info`, errors as `warn`.
    #[must_use]
    pub fn new() -> Self {
        Self::to(|entry| match entry.outcome {
            LogOutcome::Error(_) => tracing::warn!(target: "outcrop", "{entry}"),
            _ => tracing::info!(target: "outcrop", "{entry}"),
        })
    }

    /// Creates a log that calls a function for each call that ended.
    #[must_use]
    pub fn to(sink: impl Fn(&LogEntry<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }
}

impl Default for Log {
    fn default() -> Self {
        Self::new()
    }
}

/// A call that has not ended yet. It is logged as dropped unless [`end`](Self::end) was called.
struct Call {
    log: Log,
    provider: String,
    model: String,
    started: Instant,
    has_ended: bool,
}

impl Call {
    fn start(log: &Log, inner: &dyn ModelClient, request: &ModelRequest) -> Self {
        let (provider, model) = (inner.provider().to_owned(), request.model.clone());
        Self { log: log.clone(), provider, model, started: Instant::now(), has_ended: false }
    }

    fn end(&mut self, outcome: LogOutcome<'_>) {
        self.has_ended = true;
        let elapsed = self.started.elapsed();
        (self.log.0)(&LogEntry { provider: &self.provider, model: &self.model, elapsed, outcome });
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.has_ended {
            self.end(LogOutcome::Dropped);
        }
    }
}

#[async_trait]
impl Layer for Log {
    async fn create(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<UnifiedResponse, ModelError> {
        // Logged as dropped if the caller drops this future, which has no other place to notice it.
        let mut call = Call::start(self, inner, request);
        let outcome = inner.create(request).await;
        call.end(match &outcome {
            Ok(response) => LogOutcome::Response(response),
            Err(error) => LogOutcome::Error(error),
        });
        outcome
    }

    async fn create_stream(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<ResponseStream, ModelError> {
        let mut call = Call::start(self, inner, request);
        let outcome = inner.create_stream(request).await;
        observe_call(outcome, move |end| {
            call.end(match end {
                End::Completed(response) => LogOutcome::Response(response),
                End::Failed(error) => LogOutcome::Error(error),
                End::Dropped => LogOutcome::Dropped,
            });
        })
    }
}

impl fmt::Display for LogEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.provider, self.model)?;
        let time = self.elapsed.as_millis();
        match self.outcome {
            LogOutcome::Response(response) => {
                let tokens = |count: Option<u64>| count.map_or_else(|| "?".to_owned(), |n| n.to_string());
                let (input, output) = (response.usage.prompt_tokens, response.usage.completion_tokens);
                write!(f, "{} + {} tokens, ", tokens(input), tokens(output))?;
                match response.cost {
                    Some(cost) => write!(f, "{cost:.6} US dollars, ")?,
                    None => f.write_str("cost unknown, ")?,
                }
                let reason =
                    response.finish_reason.as_ref().map_or("no finish reason", |reason| reason.as_str());
                write!(f, "{time} ms, {reason}")
            }
            LogOutcome::Error(error) => write!(f, "{} after {time} ms: {error}", error.kind()),
            LogOutcome::Dropped => write!(f, "dropped after {time} ms"),
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").finish_non_exhaustive()
    }
}
