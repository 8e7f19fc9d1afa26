//! Measuring runs and tools, whether or not anything records the measurements.
//!
//! Each run and each tool call is recorded once: when it ends, or as `cancelled` when it is dropped before.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The `error.type` of what the caller dropped.
const CANCELLED: &str = "cancelled";

/// A destination of measurements, such as the metrics of OpenTelemetry.
pub(crate) trait Recorder: Send + Sync {
    /// Records a run of an agent, which may have a name, with a model.
    fn record_run(&self, agent: Option<&str>, model: &str, end: End, calls: CallCounts);

    /// Records a call of a tool by an agent, if there is one.
    fn record_tool(&self, agent: Option<&str>, tool: &str, end: End);
}

/// The duration of a run or a tool call, and its `error.type` if it failed.
pub(crate) type End = (Duration, Option<&'static str>);

/// The numbers of calls within a run, with those that failed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallCounts {
    /// The calls of the model.
    pub(crate) inference: u64,
    /// The tool calls that were run.
    pub(crate) tools: u64,
}

/// The recorder of an agent or of a set of tools, if it has one. Without it, no clock is read.
#[derive(Clone, Default)]
pub(crate) struct Meter {
    recorder: Option<Arc<dyn Recorder>>,
    /// The name of the agent that runs the tools.
    agent: Option<Arc<str>>,
}

impl Meter {
    #[cfg(feature = "otel")]
    pub(crate) fn new(recorder: impl Recorder + 'static) -> Self {
        Self { recorder: Some(Arc::new(recorder)), agent: None }
    }

    /// Returns this meter, or another one if this one records nothing.
    pub(crate) fn or(self, other: Self) -> Self {
        if self.recorder.is_some() { self } else { other }
    }

    /// Sets the name of the agent.
    pub(crate) fn with_agent(mut self, name: Option<&str>) -> Self {
        self.agent = name.map(Into::into);
        self
    }

    /// Starts measuring a run, whose calls are counted when it ends.
    pub(crate) fn start_run<F: Fn() -> CallCounts>(&self, model: &str, calls: F) -> Option<RunTimer<'_, F>> {
        Some(RunTimer { timer: self.start(model)?, calls })
    }

    /// Starts measuring a tool call.
    pub(crate) fn start_tool(&self, tool: &str) -> Option<ToolTimer<'_>> {
        Some(ToolTimer(self.start(tool)?))
    }

    fn start(&self, name: &str) -> Option<Timer<'_>> {
        let recorder = self.recorder.as_deref()?;
        let agent = self.agent.as_deref();
        Some(Timer {
            recorder,
            agent,
            name: name.to_owned(),
            started: Instant::now(),
            error: Some(CANCELLED),
        })
    }
}

struct Timer<'a> {
    recorder: &'a dyn Recorder,
    agent: Option<&'a str>,
    name: String,
    started: Instant,
    error: Option<&'static str>,
}

impl Timer<'_> {
    fn end(&self) -> End {
        (self.started.elapsed(), self.error)
    }
}

/// A run that is being measured.
pub(crate) struct RunTimer<'a, F: Fn() -> CallCounts> {
    timer: Timer<'a>,
    calls: F,
}

impl<F: Fn() -> CallCounts> RunTimer<'_, F> {
    /// Records the end of the run.
    pub(crate) fn end(mut self, error: Option<&'static str>) {
        self.timer.error = error;
    }
}

impl<F: Fn() -> CallCounts> Drop for RunTimer<'_, F> {
    fn drop(&mut self) {
        let Timer { recorder, agent, name, .. } = &self.timer;
        recorder.record_run(*agent, name, self.timer.end(), (self.calls)());
    }
}

/// A tool call that is being measured.
pub(crate) struct ToolTimer<'a>(Timer<'a>);

impl ToolTimer<'_> {
    /// Records the end of the call.
    pub(crate) fn end(mut self, error: Option<&'static str>) {
        self.0.error = error;
    }
}

impl Drop for ToolTimer<'_> {
    fn drop(&mut self) {
        let Timer { recorder, agent, name, .. } = &self.0;
        recorder.record_tool(*agent, name, self.0.end());
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter").field("is_recording", &self.recorder.is_some()).finish_non_exhaustive()
    }
}
