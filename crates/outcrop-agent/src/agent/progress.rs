//! The state of a run, which outlives the future that advances it.
//!
//! A run can be dropped at any point. Its state is therefore not in the future but shared with its owner, and it is complete
//! after each change: [`Shared::into_run`] makes messages that can be continued from whatever there is.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use outcrop_core::{
    ContentBlock, Conversation, ModelRequest, ResponseAccumulator, Role, StreamEvent, ToolCallContent,
    ToolResultContent, Totals, UnifiedMessage, UnifiedResponse,
};

use super::event::AgentEvent;
use super::input::Input;
use super::run::{Run, RunEnd, Step, needs_result, open_calls};
use crate::telemetry::CallCounts;
use crate::tools::{Decision, Observer};

/// The state of a run, shared between the future that advances it and its owner.
#[derive(Debug)]
pub(super) struct Shared(Mutex<Progress>);

#[derive(Debug)]
struct Progress {
    /// The request of the next step. A step borrows it by cloning the pointer, so that the history is not copied.
    request: Arc<ModelRequest>,
    /// The number of messages before the conversation: the instructions of the agent.
    instructions: usize,
    conversation: Conversation,
    /// The decisions of the caller about tool calls, by the ids of the calls.
    decisions: BTreeMap<String, Decision>,
    /// The ids of the tool calls in the history.
    call_ids: BTreeSet<String>,
    steps: Vec<Step>,
    totals: Totals,
    /// The calls so far, with those that failed.
    counts: CallCounts,
    /// The response that is being streamed.
    partial: Option<ResponseAccumulator>,
    /// Whether the last message is a part of a response.
    is_interrupted: bool,
    /// The calls that are running, with the results so far.
    running: Vec<(ToolCallContent, Option<ToolResultContent>)>,
    /// The events that the owner has not seen yet. `None` if the owner only sees the outcome.
    events: Option<VecDeque<AgentEvent>>,
}

/// The part of a run that its owner sees.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// The outcome.
    Outcome,
    /// Each event.
    Events,
}

impl Shared {
    /// Prepares a run.
    pub(super) fn start(template: &ModelRequest, input: Input, audience: Audience) -> Arc<Self> {
        let conversation = input.conversation.unwrap_or_default();
        let mut request = template.clone();
        let instructions = request.messages.len();
        request.messages.extend(input.messages);
        close_interrupted_calls(&mut request.messages);
        let calls = request.messages.iter().flat_map(UnifiedMessage::tool_calls);
        let call_ids = calls.map(|call| call.id.clone()).collect();
        request.conversation = Some(conversation.clone());
        let progress = Progress {
            request: Arc::new(request),
            instructions,
            conversation,
            decisions: input.decisions,
            call_ids,
            steps: Vec::new(),
            totals: Totals::new(),
            counts: CallCounts::default(),
            partial: None,
            is_interrupted: false,
            running: Vec::new(),
            events: (audience == Audience::Events).then(VecDeque::new),
        };
        Arc::new(Self(Mutex::new(progress)))
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        // Functions of the caller run under the lock with shared references only, so a panic leaves the state complete.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the request of the next step. Drop it before the next change, which would otherwise copy the history.
    pub(super) fn request(&self) -> Arc<ModelRequest> {
        Arc::clone(&self.lock().request)
    }

    /// Replaces the request.
    pub(super) fn set_request(&self, request: ModelRequest) {
        self.lock().request = Arc::new(request);
    }

    /// Changes the request.
    pub(super) fn change_request(&self, change: impl FnOnce(&mut ModelRequest)) {
        change(Arc::make_mut(&mut self.lock().request));
    }

    /// Returns the number of messages before the conversation.
    pub(super) fn instructions(&self) -> usize {
        self.lock().instructions
    }

    /// Returns the decision of the caller about a tool call, if there is one.
    pub(super) fn decision(&self, call: &ToolCallContent) -> Option<Decision> {
        self.lock().decisions.get(&call.id).cloned()
    }

    /// Returns whether the owner sees each event.
    pub(super) fn has_events(&self) -> bool {
        self.lock().events.is_some()
    }

    /// Returns the totals so far.
    pub(super) fn totals(&self) -> Totals {
        self.lock().totals.clone()
    }

    /// Adds the cost of calls that are not steps.
    pub(super) fn add_totals(&self, totals: &Totals) {
        let mut progress = self.lock();
        progress.totals += totals;
        progress.counts.inference += totals.calls;
    }

    /// Counts a call of the model.
    pub(super) fn count_call(&self) {
        self.lock().counts.inference += 1;
    }

    /// Returns the numbers of calls so far.
    pub(super) fn call_counts(&self) -> CallCounts {
        self.lock().counts
    }

    /// Runs a function with the steps so far.
    pub(super) fn with_steps<R>(&self, function: impl FnOnce(&[Step]) -> R) -> R {
        function(&self.lock().steps)
    }

    /// Returns the calls at the end of the history that have no result.
    pub(super) fn open_calls(&self) -> Vec<ToolCallContent> {
        let progress = self.lock();
        open_calls(&progress.request.messages).cloned().collect()
    }

    /// Adds a response as a new step, and its messages to the history. Returns its tool calls.
    pub(super) fn push_response(&self, mut response: UnifiedResponse) -> Vec<ToolCallContent> {
        let mut progress = self.lock();
        progress.partial = None;
        progress.totals += &response;
        progress.make_ids_unique(&mut response);
        // A message without content is one that no provider accepts in a history.
        let messages = response.messages.iter().filter(|message| !message.content.is_empty()).cloned();
        Arc::make_mut(&mut progress.request).messages.extend(messages);
        let calls = response.tool_calls().cloned().collect();
        progress.steps.push(Step::new(response));
        calls
    }

    /// Marks calls as running.
    pub(super) fn begin_calls(&self, calls: &[ToolCallContent]) {
        let mut progress = self.lock();
        progress.running = calls.iter().map(|call| (call.clone(), None)).collect();
        progress.counts.tools += u64::try_from(calls.len()).unwrap_or(u64::MAX);
    }

    /// Adds the results of the calls that were running to the history and to the last step.
    pub(super) fn end_calls(&self, results: Vec<ToolResultContent>) {
        let mut progress = self.lock();
        progress.running.clear();
        progress.push_results(results);
    }

    /// Adds an event of the response that is being streamed.
    pub(super) fn push_partial(&self, event: &StreamEvent) {
        let mut progress = self.lock();
        let partial = progress.partial.get_or_insert_with(|| ResponseAccumulator::new("", "", ""));
        partial.push(event);
    }

    /// Adds an event for the owner. It is only made if the owner sees events.
    pub(super) fn emit(&self, event: impl FnOnce() -> AgentEvent) {
        if let Some(events) = &mut self.lock().events {
            events.push_back(event());
        }
    }

    /// Adds an event with the last step.
    pub(super) fn emit_step(&self) {
        let mut progress = self.lock();
        let Progress { steps, events, .. } = &mut *progress;
        if let (Some(events), Some(step)) = (events, steps.last()) {
            events.push_back(AgentEvent::Step(step.clone()));
        }
    }

    /// Returns the next event for the owner.
    pub(super) fn next_event(&self) -> Option<AgentEvent> {
        self.lock().events.as_mut()?.pop_front()
    }

    /// Waits until the owner has seen all events, so that they are not collected in memory if the owner is slow.
    pub(super) async fn drained(&self) {
        // No waker is stored: the owner polls this future itself when it has taken the last event.
        let is_empty = || self.lock().events.as_ref().is_none_or(VecDeque::is_empty);
        poll_fn(|_| if is_empty() { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    /// Returns the run so far. The future that advanced it must have been dropped.
    pub(super) fn into_run(self: Arc<Self>, end: RunEnd) -> Run {
        let mut progress = self.lock();
        progress.close();
        let mut request = std::mem::take(Arc::make_mut(&mut progress.request));
        Run {
            messages: request.messages.split_off(progress.instructions.min(request.messages.len())),
            steps: std::mem::take(&mut progress.steps),
            totals: std::mem::take(&mut progress.totals),
            end,
            conversation: progress.conversation.clone(),
            is_interrupted: progress.is_interrupted,
        }
    }
}

impl Progress {
    /// Replaces ids that are empty or occur in the history, because a result belongs to the call with its id.
    ///
    /// Services reject a history whose results do not match its calls one by one. See
    /// <https://github.com/aws-samples/bedrock-access-gateway/issues/109> (M13).
    fn make_ids_unique(&mut self, response: &mut UnifiedResponse) {
        let blocks = response.messages.iter_mut().flat_map(|message| &mut message.content);
        for block in blocks {
            let ContentBlock::ToolCall(call) = block else { continue };
            if call.runs_on_server() {
                continue;
            }
            let mut number = self.call_ids.len();
            while call.id.is_empty() || self.call_ids.contains(&call.id) {
                number += 1;
                call.id = format!("call_{number}");
            }
            self.call_ids.insert(call.id.clone());
        }
    }

    fn push_results(&mut self, results: Vec<ToolResultContent>) {
        if results.is_empty() {
            return;
        }
        if let Some(step) = self.steps.last_mut() {
            step.results.clone_from(&results);
        }
        let blocks = results.into_iter().map(ContentBlock::from).collect();
        Arc::make_mut(&mut self.request).messages.push(UnifiedMessage::new(Role::Tool, blocks));
    }

    /// Completes a history that was interrupted: text that was streamed is kept, and calls without a result get one.
    fn close(&mut self) {
        if let Some(partial) = self.partial.take() {
            // Calls and reasoning are not kept. A call may lack a part of its input, and reasoning its signature.
            let messages = partial.partial().messages.into_iter().filter_map(|mut message| {
                message.content.retain(|block| matches!(block, ContentBlock::Text(_)));
                (!message.content.is_empty()).then_some(message)
            });
            let history = &mut Arc::make_mut(&mut self.request).messages;
            let before = history.len();
            history.extend(messages);
            self.is_interrupted = history.len() > before;
        }
        let running = std::mem::take(&mut self.running);
        let results = running.into_iter().map(|(call, result)| result.unwrap_or_else(|| interrupted(&call)));
        self.push_results(results.collect());
    }
}

/// Adds results to calls that are followed by something else than results, such as another question of the user.
///
/// Calls at the end of the history stay open: the run begins with them.
fn close_interrupted_calls(messages: &mut Vec<UnifiedMessage>) {
    let mut position = 0;
    while let Some(start) = messages.iter().skip(position).position(|m| m.role == Role::Assistant) {
        let start = position + start;
        let turn = messages.iter().skip(start).take_while(|m| m.role == Role::Assistant).count();
        position = start + turn;
        let Some(next) = messages.get(position) else { return };
        let answered: Vec<&str> = messages
            .iter()
            .skip(position)
            .take_while(|message| message.role != Role::Assistant)
            .flat_map(results)
            .map(|result| result.tool_call_id.as_str())
            .collect();
        let open = messages.iter().skip(start).take(turn).flat_map(UnifiedMessage::tool_calls);
        let missing: Vec<ContentBlock> = open
            .filter(|call| needs_result(call) && !answered.contains(&call.id.as_str()))
            .map(|call| interrupted(call).into())
            .collect();
        if missing.is_empty() {
            continue;
        }
        if next.role == Role::Tool {
            if let Some(message) = messages.get_mut(position) {
                message.content.extend(missing);
            }
        } else {
            messages.insert(position, UnifiedMessage::new(Role::Tool, missing));
        }
    }
}

fn results(message: &UnifiedMessage) -> impl Iterator<Item = &ToolResultContent> {
    message
        .content
        .iter()
        .filter_map(|block| if let ContentBlock::ToolResult(result) = block { Some(result) } else { None })
}

fn interrupted(call: &ToolCallContent) -> ToolResultContent {
    let message =
        format!("The call of `{}` was interrupted. It may have done a part of its work.", call.name);
    ToolResultContent::new(&call.id, message).failed()
}

impl Observer for Shared {
    fn started(&self, call: &ToolCallContent) {
        self.emit(|| AgentEvent::ToolStarted(call.clone()));
    }

    fn ended(&self, index: usize, call: &ToolCallContent, result: &ToolResultContent, elapsed: Duration) {
        if let Some((_, slot)) = self.lock().running.get_mut(index) {
            *slot = Some(result.clone());
        }
        self.emit(|| AgentEvent::ToolEnded { call: call.clone(), result: result.clone(), elapsed });
    }
}

#[cfg(test)]
mod tests;
