//! A set of tools, and running the calls of a response.

mod approval;
mod feedback;

use std::collections::BTreeMap;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::{FutureExt as _, StreamExt as _, stream};
use outcrop_core::{ToolCallContent, ToolResultContent, ToolSpec, UnifiedResponse};
use tokio::time::{Instant, timeout};
use tracing::Instrument as _;

pub use approval::Decision;

#[cfg(feature = "otel")]
use crate::metrics::Metrics;
use crate::telemetry::{Meter, record_error, record_tool_content, tool_span};
use crate::tool::Tool;
use approval::Approver;
use feedback::Feedback;

/// The number of calls of one response that run at the same time. Models rarely write more, and a tool that opens a file or
/// a connection for each call stays far below the limits of an operating system.
const DEFAULT_CONCURRENCY: usize = 16;

/// The time limit of a call: that of a response of the model, so that a tool that hangs ends the wait like a model that does.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);

/// A set of tools with distinct names.
///
/// ```
/// use outcrop_agent::{Tool, Tools};
/// use outcrop_core::{ModelClient, ModelError, ModelRequest, UnifiedMessage};
///
/// # async fn run(client: impl ModelClient) -> Result<String, ModelError> {
/// let tools = Tools::new().with(Tool::without_input("roll_dice", || async { "4" }));
/// let mut request = ModelRequest::builder("some-model").user("Roll the dice.").tools(tools.specs()).build();
/// loop {
///     let response = client.create(&request).await?;
///     let results = tools.run_all(&response).await;
///     if results.is_empty() {
///         return Ok(response.text());
///     }
///     request.messages.extend(response.into_messages());
///     request.messages.push(UnifiedMessage::tool_results(results));
/// }
/// # }
/// ```
///
/// An [`Agent`](crate::Agent) is this loop with limits.
///
/// Whatever goes wrong in a call becomes a failed result with advice for the model: an unknown name, wrong arguments, an
/// error, a panic, a time limit, a denied approval. A call that the model did not finish is never run, and neither is one
/// that the provider runs itself.
///
/// # Cancel safety
/// Dropping the future of [`run_all`](Self::run_all) drops the functions that are running. Nothing runs in the background.
///
/// # Runtime
/// Time limits need a tokio runtime with its timer.
#[derive(Clone)]
pub struct Tools {
    tools: BTreeMap<String, Tool>,
    /// The names in the order in which the tools were added, which is that of the request: a provider that caches the
    /// prompt needs it to stay the same.
    order: Vec<String>,
    settings: Settings,
}

/// The settings of a set. Those that are not set are the defaults, and give way to those of a set that it is merged with.
#[derive(Clone, Default)]
struct Settings {
    concurrency: Option<usize>,
    timeout: Option<Option<Duration>>,
    approver: Option<Approver>,
    /// Whether the spans of calls have arguments and results.
    records_content: bool,
    meter: Meter,
}

impl Settings {
    fn concurrency(&self) -> usize {
        self.concurrency.unwrap_or(DEFAULT_CONCURRENCY)
    }

    fn timeout(&self) -> Option<Duration> {
        self.timeout.unwrap_or(Some(DEFAULT_TIMEOUT))
    }
}

impl Tools {
    /// Creates an empty set.
    #[must_use]
    pub fn new() -> Self {
        Self { tools: BTreeMap::new(), order: Vec::new(), settings: Settings::default() }
    }

    /// Adds a tool. It replaces an earlier one with the same name.
    #[must_use]
    pub fn with(mut self, tool: Tool) -> Self {
        self.insert(tool);
        self
    }

    /// Sets the number of calls of one response that run at the same time, 16 by default. With 1, calls run one after the
    /// other in their order.
    #[must_use]
    pub fn with_concurrency(mut self, limit: usize) -> Self {
        self.settings.concurrency = Some(limit.max(1));
        self
    }

    /// Sets the time limit of each call, 10 minutes by default. `None` waits for as long as a tool takes.
    #[must_use]
    pub fn with_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.timeout = Some(timeout.into());
        self
    }

    /// Sets the function that decides about calls of tools that
    /// [require approval](Tool::requires_approval). It may wait for a person.
    ///
    /// ```
    /// use outcrop_agent::{Decision, Tool, Tools};
    /// use outcrop_core::ToolCallContent;
    ///
    /// let tools = Tools::new()
    ///     .with(Tool::without_input("launch", || async { "launched" }).requires_approval())
    ///     .with_approval(|call: ToolCallContent| async move {
    ///         if call.name == "launch" { Decision::deny("not before noon") } else { Decision::Approve }
    ///     });
    /// ```
    ///
    /// Without it, such calls are denied, and an [`Agent`](crate::Agent) ends its run to let the caller decide.
    #[must_use]
    pub fn with_approval<F, R>(mut self, decide: F) -> Self
    where
        F: Fn(ToolCallContent) -> R + Send + Sync + 'static,
        R: Future<Output = Decision> + Send + 'static,
    {
        self.settings.approver = Some(Approver::new(decide));
        self
    }

    /// Records the metrics of calls: `gen_ai.execute_tool.duration`. The tools of an agent are measured by
    /// [`AgentBuilder::metrics`](crate::AgentBuilder::metrics).
    ///
    /// By default there are none. See [`Metrics`] for their attributes.
    #[cfg(feature = "otel")]
    #[cfg_attr(docsrs, doc(cfg(feature = "otel")))]
    #[must_use]
    pub fn with_metrics(mut self, metrics: Metrics) -> Self {
        self.settings.meter = Meter::new(metrics);
        self
    }

    /// Returns the specifications for a request, in the order in which the tools were added.
    pub fn specs(&self) -> impl Iterator<Item = ToolSpec> {
        self.order.iter().filter_map(|name| self.tools.get(name)).map(|tool| tool.spec().clone())
    }

    /// Returns the tool with a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Tool> {
        self.tools.get(name)
    }

    /// Returns whether there is no tool.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }

    /// Runs the calls of a response and returns their results, in the order of the calls. See [`Tools`] for what happens to
    /// a call that cannot be run.
    pub async fn run_all(&self, response: &UnifiedResponse) -> Vec<ToolResultContent> {
        let calls: Vec<_> = response.tool_calls().map(|call| (call, None)).collect();
        self.run_calls(&calls, &()).await
    }

    /// Runs one call.
    pub async fn run(&self, call: &ToolCallContent) -> ToolResultContent {
        self.run_observed(0, call, None, &()).await
    }

    /// Runs calls. Some may be decided already.
    pub(crate) async fn run_calls(
        &self,
        calls: &[(&ToolCallContent, Option<Decision>)],
        observer: &impl Observer,
    ) -> Vec<ToolResultContent> {
        let mut running = Vec::with_capacity(calls.len());
        for (index, (call, decision)) in calls.iter().enumerate() {
            running.push(self.run_observed(index, call, decision.clone(), observer));
        }
        // `buffered` polls the calls in this task, so that dropping it drops them, and returns the results in order.
        stream::iter(running).buffered(self.settings.concurrency()).collect().await
    }

    /// Runs one call in a span, measures it, and shows its beginning and its end to an observer.
    async fn run_observed(
        &self,
        index: usize,
        call: &ToolCallContent,
        decision: Option<Decision>,
        observer: &impl Observer,
    ) -> ToolResultContent {
        observer.started(call);
        let started = Instant::now();
        let description = self.get(&call.name).and_then(|tool| tool.spec().description.as_deref());
        let span = tool_span(call, description);
        // A model can invent any number of names, and each would be another time series.
        let timer = self.get(&call.name).and_then(|tool| self.settings.meter.start_tool(tool.name()));
        let outcome = self.try_run(call, decision).instrument(span.clone()).await;
        let (result, error) = match outcome {
            Ok(result) => {
                let is_failed = result.is_failure();
                (result, is_failed.then_some("tool_error"))
            }
            Err(Feedback { error, message }) => {
                (ToolResultContent::new(&call.id, message).failed(), Some(error))
            }
        };
        if let Some(timer) = timer {
            timer.end(error);
        }
        if self.settings.records_content {
            record_tool_content(&span, call, &result);
        }
        record_error(&span, error);
        observer.ended(index, call, &result, started.elapsed());
        result
    }

    /// Sets the recorder of calls, unless it records nothing.
    pub(crate) fn with_meter(mut self, meter: &Meter) -> Self {
        self.settings.meter = meter.clone().or(self.settings.meter);
        self
    }

    /// Sets whether the spans of calls have their arguments and results.
    pub(crate) fn record_content(mut self, record: bool) -> Self {
        self.settings.records_content = record;
        self
    }

    /// Returns whether a call waits for a decision, because there is no function that decides.
    pub(crate) fn needs_decision(&self, call: &ToolCallContent) -> bool {
        let requires_approval = self.get(&call.name).is_some_and(Tool::is_approval_required);
        // A call that the model did not finish is not run in any case.
        requires_approval && self.settings.approver.is_none() && !call.is_incomplete()
    }

    /// Runs a call, or returns the text for the model on why it was not run or not completed.
    async fn try_run(
        &self,
        call: &ToolCallContent,
        decision: Option<Decision>,
    ) -> Result<ToolResultContent, Feedback> {
        let Some(tool) = self.get(&call.name) else {
            return Err(feedback::unknown_tool(&call.name, &self.order));
        };
        if call.is_incomplete() {
            // The beginning of `{"path": "/tmp/old"}` may be a valid call of another meaning.
            return Err(feedback::incomplete(tool.name()));
        }
        if tool.is_approval_required() {
            let decision = match (decision, &self.settings.approver) {
                (Some(decision), _) => decision,
                (None, Some(approver)) => approver.decide(call.clone()).await,
                (None, None) => Decision::deny("nobody can approve it here"),
            };
            if let Decision::Deny { reason } = decision {
                return Err(feedback::denied(tool.name(), &reason));
            }
        }
        // Tools are not used after a panic, except by the next call: what they share is up to them, as between threads.
        let running = AssertUnwindSafe(tool.call(call)).catch_unwind();
        let outcome = match tool.timeout().or_else(|| self.settings.timeout()) {
            Some(limit) => {
                timeout(limit, running).await.map_err(|_| feedback::timed_out(tool.name(), limit))?
            }
            None => running.await,
        };
        match outcome {
            Ok(Ok(output)) => Ok(output.into_result(&call.id)),
            Ok(Err(error)) => Err(feedback::wrong_arguments(tool.name(), &error)),
            // The message of the panic is in the log of the panic hook. It is for developers, not for models.
            Err(_) => Err(feedback::panicked(tool.name())),
        }
    }

    /// Adds the tools of another set, and adopts the settings that it sets.
    pub(crate) fn merge(mut self, mut other: Self) -> Self {
        let Settings { concurrency, timeout, approver, records_content, meter } = other.settings;
        self.settings.meter = meter.or(self.settings.meter);
        self.settings.records_content |= records_content;
        self.settings.concurrency = concurrency.or(self.settings.concurrency);
        self.settings.timeout = timeout.or(self.settings.timeout);
        self.settings.approver = approver.or(self.settings.approver);
        self.extend(other.order.iter().filter_map(|name| other.tools.remove(name)));
        self
    }

    fn insert(&mut self, tool: Tool) {
        let name = tool.name().to_owned();
        if self.tools.insert(name.clone(), tool).is_none() {
            self.order.push(name);
        }
    }
}

/// An observer of running calls.
pub(crate) trait Observer: Sync {
    /// Handles the beginning of a call.
    fn started(&self, call: &ToolCallContent);

    /// Handles the result of the call at an index.
    fn ended(&self, index: usize, call: &ToolCallContent, result: &ToolResultContent, elapsed: Duration);
}

impl Observer for () {
    fn started(&self, _: &ToolCallContent) {}

    fn ended(&self, _: usize, _: &ToolCallContent, _: &ToolResultContent, _: Duration) {}
}

impl Default for Tools {
    fn default() -> Self {
        Self::new()
    }
}

impl Extend<Tool> for Tools {
    fn extend<T: IntoIterator<Item = Tool>>(&mut self, tools: T) {
        tools.into_iter().for_each(|tool| self.insert(tool));
    }
}

impl FromIterator<Tool> for Tools {
    fn from_iter<T: IntoIterator<Item = Tool>>(tools: T) -> Self {
        let mut set = Self::new();
        set.extend(tools);
        set
    }
}

impl From<Vec<Tool>> for Tools {
    fn from(tools: Vec<Tool>) -> Self {
        tools.into_iter().collect()
    }
}

impl<const N: usize> From<[Tool; N]> for Tools {
    fn from(tools: [Tool; N]) -> Self {
        tools.into_iter().collect()
    }
}

impl fmt::Debug for Tools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tools")
            .field("names", &self.order)
            .field("concurrency", &self.settings.concurrency())
            .field("timeout", &self.settings.timeout())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
