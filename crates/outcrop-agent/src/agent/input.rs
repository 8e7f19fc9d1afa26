//! The input of a run.

use std::collections::BTreeMap;

use outcrop_core::{Conversation, UnifiedMessage};

use crate::tools::Decision;

/// The input of a run: the messages, and what connects it to earlier runs.
///
/// It converts from a text, a message or a list of messages. If the messages end with tool calls that have no result, as after
/// a run that waits for approval, the run begins with them.
///
/// ```
/// use outcrop_agent::{Agent, Input};
/// use outcrop_core::UnifiedMessage;
///
/// # async fn run(agent: Agent, stored: Vec<UnifiedMessage>) -> Result<(), outcrop_agent::AgentError> {
/// agent.run("What is the weather in Lisbon?").await?;
/// agent.run(vec![UnifiedMessage::user("One!"), UnifiedMessage::assistant("Two!"), UnifiedMessage::user("Three!")]).await?;
/// agent.run(Input::from(stored).approve("call_1").deny("call_2", "too expensive")).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Input {
    pub(super) messages: Vec<UnifiedMessage>,
    pub(super) decisions: BTreeMap<String, Decision>,
    pub(super) conversation: Option<Conversation>,
}

impl Input {
    /// Adds a message.
    #[must_use]
    pub fn message(mut self, message: impl Into<UnifiedMessage>) -> Self {
        self.messages.push(message.into());
        self
    }

    /// Approves a tool call that waits for it, by the id of the call.
    #[must_use]
    pub fn approve(mut self, call_id: impl Into<String>) -> Self {
        self.decisions.insert(call_id.into(), Decision::Approve);
        self
    }

    /// Denies a tool call that waits for approval, with a reason for the model.
    #[must_use]
    pub fn deny(mut self, call_id: impl Into<String>, reason: impl Into<String>) -> Self {
        self.decisions.insert(call_id.into(), Decision::deny(reason));
        self
    }

    /// Sets the conversation, whose id appears in traces. Runs with the same one cost less to prepare.
    /// [`Run::continue_with`](super::Run::continue_with) sets it.
    #[must_use]
    pub fn conversation(mut self, conversation: &Conversation) -> Self {
        self.conversation = Some(conversation.clone());
        self
    }
}

impl From<Vec<UnifiedMessage>> for Input {
    fn from(messages: Vec<UnifiedMessage>) -> Self {
        Self { messages, ..Self::default() }
    }
}

impl From<UnifiedMessage> for Input {
    fn from(message: UnifiedMessage) -> Self {
        Self::from(vec![message])
    }
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        Self::from(UnifiedMessage::user(text))
    }
}

impl From<String> for Input {
    fn from(text: String) -> Self {
        Self::from(UnifiedMessage::user(text))
    }
}

impl From<&String> for Input {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}
