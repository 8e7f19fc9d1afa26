//! The outcome of a run.

use outcrop_core::{
    Conversation, ModelError, Role, ToolCallContent, ToolResultContent, Totals, UnifiedMessage,
    UnifiedResponse,
};
use serde::de::DeserializeOwned;

use super::input::Input;
use crate::structured::{self, OutputType, no_response};

/// The outcome of a run: the messages, the steps, usage and cost.
#[derive(Clone, Debug)]
pub struct Run {
    pub(super) messages: Vec<UnifiedMessage>,
    pub(super) steps: Vec<Step>,
    pub(super) totals: Totals,
    pub(super) end: RunEnd,
    pub(super) conversation: Conversation,
    /// Whether the last message is a part of a response.
    pub(super) is_interrupted: bool,
}

/// A step of a run: a response of the model, and the results of its tool calls.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Step {
    /// The response.
    pub response: UnifiedResponse,
    /// The results of the tool calls in the response, in their order.
    pub results: Vec<ToolResultContent>,
}

/// The reason that a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunEnd {
    /// The model responded without calling a tool.
    Finished,
    /// A [condition](super::AgentBuilder::stop_when) was true.
    Condition,
    /// A tool call requires approval. See [`Run::pending_calls`].
    ApprovalRequired,
    /// The caller [stopped](super::RunStream::stop) the run.
    Stopped,
    /// The run failed. It is in an [`AgentError`](super::AgentError).
    Failed,
}

impl Run {
    /// Returns the text of the last response. Of a response that was interrupted, it is what was received, and it is empty if
    /// there is no response.
    #[must_use]
    pub fn text(&self) -> String {
        if self.is_interrupted {
            return self.messages.last().map(UnifiedMessage::text).unwrap_or_default();
        }
        self.response().map(UnifiedResponse::text).unwrap_or_default()
    }

    /// Parses the last response into a Rust type.
    ///
    /// # Errors
    /// An error of kind [`InvalidOutput`](outcrop_core::ErrorKind::InvalidOutput) if there is no response, or if it is not
    /// JSON of that type.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ModelError> {
        structured::parse(self.response().ok_or_else(no_response)?, None)
    }

    pub(super) fn parse_with<T: DeserializeOwned>(&self, output: &OutputType<T>) -> Result<T, ModelError> {
        output.parse(self.response().ok_or_else(no_response)?)
    }

    /// Returns the last response of the model. `None` if no call of the model succeeded.
    #[must_use]
    pub fn response(&self) -> Option<&UnifiedResponse> {
        self.steps.last().map(|step| &step.response)
    }

    /// Returns the messages of the conversation: those of the input, and those of the run. The instructions are not among
    /// them. If the agent shortens histories, the messages are those that are left.
    #[must_use]
    pub fn messages(&self) -> &[UnifiedMessage] {
        &self.messages
    }

    /// Returns the messages of the conversation, to be stored or continued. See [`messages`](Self::messages).
    #[must_use]
    pub fn into_messages(self) -> Vec<UnifiedMessage> {
        self.messages
    }

    /// Returns the steps. The last one of a run that failed may have no results.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns the usage and the cost of all calls of the model.
    #[must_use]
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Returns the cost in US dollars. `None` if that of at least one call is not known.
    #[must_use]
    pub fn cost(&self) -> Option<f64> {
        self.totals.cost()
    }

    /// Returns the reason that the run ended.
    #[must_use]
    pub fn end(&self) -> RunEnd {
        self.end
    }

    /// Iterates over the tool calls that have no result yet, because at least one of them requires approval.
    ///
    /// ```
    /// use outcrop_agent::{Agent, AgentError, Run};
    ///
    /// # async fn run(agent: Agent) -> Result<Run, AgentError> {
    /// let run = agent.run("Delete the old files.").await?;
    /// let calls: Vec<_> = run.pending_calls().cloned().collect();
    /// let mut input = run.into_input();
    /// for call in calls {
    ///     println!("approved: {} {}", call.name, call.arguments);
    ///     input = input.approve(call.id);
    /// }
    /// let run = agent.run(input).await?;
    /// # Ok(run)
    /// # }
    /// ```
    pub fn pending_calls(&self) -> impl Iterator<Item = &ToolCallContent> {
        open_calls(&self.messages)
    }

    /// Returns an input that continues the conversation with another message.
    ///
    /// ```
    /// # async fn run(agent: outcrop_agent::Agent) -> Result<(), outcrop_agent::AgentError> {
    /// let run = agent.run("What is the weather in Lisbon?").await?;
    /// let run = agent.run(run.continue_with("And in Porto?")).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn continue_with(self, text: impl Into<String>) -> Input {
        self.into_input().message(UnifiedMessage::user(text))
    }

    /// Returns an input with the messages of the run, to add decisions or other messages to.
    #[must_use]
    pub fn into_input(self) -> Input {
        Input::from(self.messages).conversation(&self.conversation)
    }
}

impl Step {
    pub(super) fn new(response: UnifiedResponse) -> Self {
        Self { response, results: Vec::new() }
    }

    /// Returns whether the model called a tool in this step.
    #[must_use]
    pub fn called(&self, tool: &str) -> bool {
        self.response.tool_calls().any(|call| call.name == tool)
    }
}

/// Iterates over the tool calls at the end of a history that have no result.
///
/// A model may write its calls in several messages, so all assistant messages at the end count.
pub(super) fn open_calls(messages: &[UnifiedMessage]) -> impl Iterator<Item = &ToolCallContent> {
    let last = messages.iter().rposition(|message| message.role != Role::Assistant);
    let end = messages.iter().skip(last.map_or(0, |last| last + 1));
    end.flat_map(UnifiedMessage::tool_calls).filter(|call| needs_result(call))
}

/// Returns whether the caller has to run a call, as [`UnifiedResponse::tool_calls`] decides it: neither the provider runs
/// it, nor has it only the structured output of its response.
pub(super) fn needs_result(call: &ToolCallContent) -> bool {
    !call.runs_on_server() && !call.is_structured_output()
}
