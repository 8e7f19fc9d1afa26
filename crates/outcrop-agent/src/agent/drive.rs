//! The loop of a run: the model, then the tools that it called, then the model again.

use std::error::Error;

use outcrop_core::{
    Conversation, ErrorKind, ModelError, ModelRequest, Stage, StreamEvent, ToolCallContent, ToolChoice,
    ToolResultContent, Totals, UnifiedMessage, UnifiedResponse,
};
use tracing::Instrument as _;

use super::Config;
use super::event::AgentEvent;
use super::progress::Shared;
use super::run::RunEnd;
use crate::history::{History, HistorySize};
use crate::structured::{rejected_output, retry_message};
use crate::telemetry::{record_input, record_output, record_run, run_span};

/// The reason that a run ended without a response.
#[derive(Debug)]
pub(super) enum Failure {
    Model(ModelError),
    MaxSteps(usize),
    Tokens { used: u64, limit: u64 },
    Dollars { spent: f64, limit: f64 },
    UnknownCost,
    Output(ModelError),
    Hook(Box<dyn Error + Send + Sync>),
}

impl Failure {
    /// Returns the name of the reason in traces.
    fn name(&self) -> &'static str {
        match self {
            Self::Model(error) | Self::Output(error) => error.kind().as_str(),
            Self::MaxSteps(_) => "max_steps",
            Self::Tokens { .. } | Self::Dollars { .. } => "budget",
            Self::UnknownCost => "unknown_cost",
            Self::Hook(_) => "hook",
        }
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self::Model(error)
    }
}

/// The budget of a run.
#[derive(Clone, Copy, Default)]
pub(super) struct Budget {
    pub(super) tokens: Option<u64>,
    pub(super) dollars: Option<f64>,
}

impl Budget {
    /// Checks whether another step may begin.
    fn check(&self, totals: &Totals) -> Result<(), Failure> {
        let used = totals.tokens();
        if let Some(limit) = self.tokens.filter(|limit| used >= *limit) {
            return Err(Failure::Tokens { used, limit });
        }
        let Some(limit) = self.dollars else { return Ok(()) };
        // The known part first: it is a better reason than the part that is not known.
        if totals.known_cost >= limit {
            return Err(Failure::Dollars { spent: totals.known_cost, limit });
        }
        totals.cost().map(drop).ok_or(Failure::UnknownCost)
    }
}

/// A check of the last response, for runs with a requested type.
pub(super) type OutputCheck<'a> = dyn Fn(&UnifiedResponse) -> Result<(), ModelError> + Sync + 'a;

/// Advances a run to its end, in a span.
pub(super) async fn drive(
    agent: &Config,
    run: &Shared,
    check: Option<&OutputCheck<'_>>,
) -> Result<RunEnd, Failure> {
    let conversation = run.request().conversation.clone();
    let id = conversation.as_ref().and_then(Conversation::id);
    let span = run_span(agent.name.as_deref(), agent.client.provider(), &agent.template.model, id);
    if agent.records_content {
        record_input(&span, &run.request().messages);
    }
    let timer = agent.meter.start_run(&agent.template.model, || run.call_counts());
    let end = advance(agent, run, check).instrument(span.clone()).await;
    let error = end.as_ref().err().map(Failure::name);
    if let Some(timer) = timer {
        timer.end(error);
    }
    if agent.records_content {
        run.with_steps(|steps| steps.last().map(|step| record_output(&span, &step.response)));
    }
    let steps = run.with_steps(<[_]>::len);
    record_run(&span, &run.totals(), steps, error);
    end
}

async fn advance(agent: &Config, run: &Shared, check: Option<&OutputCheck<'_>>) -> Result<RunEnd, Failure> {
    // Calls that the input left open belong to a step of an earlier run.
    let open = run.open_calls();
    if !run_tools(agent, run, &open).await {
        return Ok(RunEnd::ApprovalRequired);
    }
    let mut is_retry = false;
    let mut step = 0;
    loop {
        may_begin(agent, run, step)?;
        step += 1;
        let response = match (call_model(agent, run).await, check) {
            (Err(Failure::Model(error)), Some(_)) => rejected_output(error)?,
            (outcome, _) => outcome?,
        };
        let calls = run.push_response(response);
        if calls.is_empty() {
            end_step(agent, run).await?;
            let conforms = run.with_steps(|steps| match (check, steps.last()) {
                (Some(check), Some(step)) => check(&step.response),
                _ => Ok(()),
            });
            match conforms {
                Ok(()) => return Ok(RunEnd::Finished),
                Err(error) if is_retry || may_begin(agent, run, step).is_err() => {
                    return Err(Failure::Output(error));
                }
                Err(error) => {
                    is_retry = true;
                    run.change_request(|request| {
                        let message = retry_message(&error, request.response_format.as_ref());
                        request.messages.push(UnifiedMessage::user(message));
                    });
                    continue;
                }
            }
        }
        if let Err(failure) = may_begin(agent, run, step) {
            // The tools are not run: their results could reach no model, and the calls may change something.
            run.end_calls(calls.iter().map(not_run).collect());
            return Err(failure);
        }
        if !run_tools(agent, run, &calls).await {
            return Ok(RunEnd::ApprovalRequired);
        }
        end_step(agent, run).await?;
        if run.with_steps(|steps| agent.stop_when.iter().any(|condition| condition(steps))) {
            return Ok(RunEnd::Condition);
        }
        run.change_request(|request| {
            // A forced call would be forced again in each step, so that the run could never end.
            if matches!(request.tool_choice, Some(ToolChoice::Required | ToolChoice::Tool(_))) {
                request.tool_choice = None;
            }
        });
    }
}

/// Checks whether another step may begin after a number of steps.
fn may_begin(agent: &Config, run: &Shared, steps: usize) -> Result<(), Failure> {
    if steps >= agent.max_steps {
        return Err(Failure::MaxSteps(agent.max_steps));
    }
    agent.budget.check(&run.totals())
}

/// Runs tool calls and adds their results to the history. Returns `false` if one of them waits for a decision of the caller.
async fn run_tools(agent: &Config, run: &Shared, calls: &[ToolCallContent]) -> bool {
    let decided: Vec<_> = calls.iter().map(|call| (call, run.decision(call))).collect();
    // Then none is run: the results of a response must arrive together, and the caller may take days.
    if decided.iter().any(|(call, decision)| decision.is_none() && agent.tools.needs_decision(call)) {
        return false;
    }
    if !calls.is_empty() {
        run.begin_calls(calls);
        let results = agent.tools.run_calls(&decided, run).await;
        run.end_calls(results);
    }
    true
}

fn not_run(call: &ToolCallContent) -> ToolResultContent {
    let message = format!("The call of `{}` was not run, because the run reached its limit.", call.name);
    ToolResultContent::new(&call.id, message).failed()
}

/// Runs the hooks after a step, and shows the step to the owner of the run.
async fn end_step(agent: &Config, run: &Shared) -> Result<(), Failure> {
    if !agent.hooks.is_empty()
        && let Some(step) = run.with_steps(|steps| steps.last().cloned())
    {
        for hooks in &agent.hooks {
            hooks.after_step(&step).await.map_err(Failure::Hook)?;
        }
    }
    run.emit_step();
    Ok(())
}

/// Prepares the request of a step and sends it.
async fn call_model(agent: &Config, run: &Shared) -> Result<UnifiedResponse, Failure> {
    shorten(agent, run, false).await?;
    if !agent.hooks.is_empty() {
        let mut request = ModelRequest::clone(&run.request());
        for hooks in &agent.hooks {
            hooks.before_step(&mut request).await.map_err(Failure::Hook)?;
        }
        run.set_request(request);
    }
    match send(agent, run).await {
        // The service counts tokens more exactly than a strategy can estimate them.
        Err(error) if error.is_context_overflow() && shorten(agent, run, true).await? => {
            Ok(send(agent, run).await?)
        }
        outcome => Ok(outcome?),
    }
}

async fn send(agent: &Config, run: &Shared) -> Result<UnifiedResponse, ModelError> {
    let request = run.request();
    run.count_call();
    if !run.has_events() {
        return agent.client.create(&request).await;
    }
    let mut stream = agent.client.create_stream(&request).await?;
    let mut completed = None;
    while let Some(event) = stream.next().await {
        match event? {
            // Not the end yet: a provider may report an error after the response.
            StreamEvent::Completed { response } => completed = Some(*response),
            event => {
                run.push_partial(&event);
                run.emit(|| match event {
                    StreamEvent::Text { text, .. } => AgentEvent::Text(text),
                    StreamEvent::Reasoning { text, .. } => AgentEvent::Reasoning(text),
                    event => AgentEvent::Model(event),
                });
                run.drained().await;
            }
        }
    }
    completed.ok_or_else(|| {
        ModelError::new(ErrorKind::Incomplete, "the stream ended before the response was complete")
            .with_code("IncompleteStream")
            .with_stage(Stage::Streaming)
    })
}

/// Shortens the history if it is too long, or in any case. Returns whether it changed.
async fn shorten(agent: &Config, run: &Shared, in_any_case: bool) -> Result<bool, ModelError> {
    let Some(strategy) = &agent.history else { return Ok(false) };
    let request = run.request();
    let messages = request.messages.get(run.instructions()..).unwrap_or_default();
    let last = run.with_steps(|steps| steps.last().map(|step| step.response.usage.tokens()));
    let size = HistorySize::measure(messages, last);
    if !in_any_case && !strategy.is_too_long(&size) {
        return Ok(false);
    }
    let history = History::new(messages, size, agent.client.as_ref(), &request.model);
    let Some(shortened) = strategy.shorten(history).await? else { return Ok(false) };
    drop(request);
    run.add_totals(&shortened.totals);
    let instructions = run.instructions();
    run.change_request(|request| {
        request.messages.truncate(instructions);
        request.messages.extend(shortened.messages);
    });
    Ok(true)
}
