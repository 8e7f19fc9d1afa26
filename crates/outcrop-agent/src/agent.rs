//! An agent: a model that calls tools until it has a response.

mod builder;
mod drive;
mod error;
mod event;
mod hooks;
mod input;
mod progress;
mod run;
mod stream;

use std::fmt;
use std::sync::Arc;

use outcrop_core::{ModelClient, ModelRequest, ResponseFormat};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

pub use builder::AgentBuilder;
pub use error::{AgentError, AgentErrorKind};
pub use event::AgentEvent;
pub use hooks::Hooks;
pub use input::Input;
pub use run::{Run, RunEnd, Step};
pub use stream::RunStream;

use crate::history::HistoryStrategy;
use crate::structured::OutputType;
use crate::telemetry::Meter;
use crate::tools::Tools;
use drive::{Budget, drive};
use progress::{Audience, Shared};

/// A model with tools, which it calls until it has a response.
///
/// ```
/// use outcrop_agent::{Agent, Tool};
/// use outcrop_core::testing::ScriptedClient;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = ScriptedClient::new("scripted").respond_with_text("You rolled a 4.");
/// let agent = Agent::builder(client, "some-model")
///     .system("Answer in one sentence.")
///     .tool(Tool::without_input("roll_dice", || async { "4" }))
///     .max_steps(8)
///     .budget_tokens(50_000)
///     .build();
/// let run = agent.run("Roll the dice.").await?;
/// println!("{} ({} tokens)", run.text(), run.totals().tokens());
/// # Ok(())
/// # }
/// ```
///
/// A step is one call of the model and the calls of tools in its response. The run ends with the first response without a
/// call. A run never exceeds its limits, and its messages can always be continued: each call has a result, even if the run
/// failed or was cancelled. Tools run only if another step can follow, which gets their results.
///
/// An agent has no state and is cheap to clone. What a run needs is in its [`Input`] and its [`Run`].
///
/// # Cancel safety
/// Dropping the future or the stream of a run drops the call of the model and the tools that are running. To keep what there
/// is until then, use [`stream`](Self::stream) and [`RunStream::stop`].
#[derive(Clone)]
pub struct Agent {
    shared: Arc<Config>,
}

/// The settings of an agent.
struct Config {
    /// The name in traces.
    name: Option<String>,
    client: Arc<dyn ModelClient>,
    /// The request of each step, without the messages of the conversation.
    template: ModelRequest,
    tools: Tools,
    max_steps: usize,
    budget: Budget,
    stop_when: Vec<StopCondition>,
    hooks: Vec<Arc<dyn Hooks>>,
    history: Option<Arc<dyn HistoryStrategy>>,
    records_content: bool,
    meter: Meter,
}

type StopCondition = Arc<dyn Fn(&[Step]) -> bool + Send + Sync>;

impl Agent {
    /// Starts building an agent from a client and the id of a model.
    pub fn builder(client: impl ModelClient + 'static, model: impl Into<String>) -> AgentBuilder {
        AgentBuilder::new(Arc::new(client), model)
    }

    /// Runs the agent until it has a response.
    ///
    /// The input is a text, a message, or the messages of a conversation. [`Run::continue_with`] makes an input from a run
    /// that ended.
    ///
    /// # Errors
    /// [`AgentError`]: a call of the model failed, or the run reached a limit before the model had a response. What the run
    /// did until then is in [`AgentError::run`].
    pub async fn run(&self, input: impl Into<Input>) -> Result<Run, AgentError> {
        let shared = Shared::start(&self.shared.template, input.into(), Audience::Outcome);
        let end = drive(&self.shared, &shared, None).await;
        finish(shared, end)
    }

    /// Runs the agent until it has a response of a Rust type.
    ///
    /// The response is validated against the schema of the type. If it does not conform, the model gets the error and
    /// responds once more.
    ///
    /// ```
    /// use outcrop_agent::Agent;
    /// use outcrop_core::testing::ScriptedClient;
    /// use schemars::JsonSchema;
    /// use serde::Deserialize;
    ///
    /// /// A river.
    /// #[derive(Deserialize, JsonSchema)]
    /// struct River {
    ///     name: String,
    ///     length_km: u32,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = ScriptedClient::new("scripted").respond_with_text(r#"{"name": "Tagus", "length_km": 1007}"#);
    /// let agent = Agent::builder(client, "some-model").build();
    /// let (river, run) = agent.run_as::<River>("Describe a river of Portugal.").await?;
    /// assert_eq!((river.name.as_str(), river.length_km, run.steps().len()), ("Tagus", 1007, 1));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`run`](Self::run), and an error of kind [`Output`](AgentErrorKind::Output) if the second response does not
    /// conform either, or if the run ended without a response.
    pub async fn run_as<T>(&self, input: impl Into<Input>) -> Result<(T, Run), AgentError>
    where
        T: DeserializeOwned + JsonSchema,
    {
        let output = OutputType::<T>::new();
        let mut template = self.shared.template.clone();
        template.response_format = Some(ResponseFormat::from_type::<T>());
        let shared = Shared::start(&template, input.into(), Audience::Outcome);
        let check = |response: &_| output.parse(response).map(drop);
        let end = drive(&self.shared, &shared, Some(&check)).await;
        let run = finish(shared, end)?;
        match run.parse_with(&output) {
            Ok(value) => Ok((value, run)),
            Err(error) => Err(AgentError::output(error, run)),
        }
    }

    /// Runs the agent and streams what happens.
    ///
    /// ```
    /// use outcrop_agent::{Agent, AgentEvent};
    /// # use outcrop_core::testing::ScriptedClient;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let agent = Agent::builder(ScriptedClient::new("scripted").respond_with_text("Hello."), "some-model").build();
    /// let mut events = agent.stream("Say hello.");
    /// while let Some(event) = events.next().await {
    ///     match event? {
    ///         AgentEvent::Text(text) => print!("{text}"),
    ///         AgentEvent::ToolStarted(call) => println!("[{}]", call.name),
    ///         AgentEvent::Done(run) => println!("\n{} steps", run.steps().len()),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn stream(&self, input: impl Into<Input>) -> RunStream {
        let shared = Shared::start(&self.shared.template, input.into(), Audience::Events);
        RunStream::new(Arc::clone(&self.shared), shared)
    }

    /// Returns the id of the model.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.shared.template.model
    }

    /// Returns the tools.
    #[must_use]
    pub fn tools(&self) -> &Tools {
        &self.shared.tools
    }
}

/// Makes the outcome of a run that is not polled any more.
fn finish(shared: Arc<Shared>, end: Result<RunEnd, drive::Failure>) -> Result<Run, AgentError> {
    match end {
        Ok(end) => Ok(shared.into_run(end)),
        Err(failure) => Err(AgentError::new(failure, shared.into_run(RunEnd::Failed))),
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent")
            .field("client", &self.shared.client)
            .field("model", &self.shared.template.model)
            .field("tools", &self.shared.tools)
            .field("max_steps", &self.shared.max_steps)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
