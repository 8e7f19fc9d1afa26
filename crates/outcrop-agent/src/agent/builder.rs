//! Building an agent.

use std::fmt;
use std::sync::Arc;

use outcrop_core::{ModelClient, ModelRequest, ModelRequestBuilder};

use super::drive::Budget;
use super::hooks::Hooks;
use super::run::Step;
use super::{Agent, Config, StopCondition};
use crate::history::HistoryStrategy;
#[cfg(feature = "otel")]
use crate::metrics::Metrics;
use crate::telemetry::Meter;
use crate::tool::Tool;
use crate::tools::Tools;

/// The number of steps of a run. It is enough for tasks with a dozen lookups, and ends a model that calls tools forever.
const DEFAULT_MAX_STEPS: usize = 20;

/// A builder of [`Agent`].
pub struct AgentBuilder {
    name: Option<String>,
    client: Arc<dyn ModelClient>,
    request: ModelRequestBuilder,
    tools: Tools,
    max_steps: usize,
    budget: Budget,
    stop_when: Vec<StopCondition>,
    hooks: Vec<Arc<dyn Hooks>>,
    history: Option<Arc<dyn HistoryStrategy>>,
    records_content: bool,
    meter: Meter,
}

impl AgentBuilder {
    pub(super) fn new(client: Arc<dyn ModelClient>, model: impl Into<String>) -> Self {
        Self {
            name: None,
            client,
            request: ModelRequest::builder(model),
            tools: Tools::new(),
            max_steps: DEFAULT_MAX_STEPS,
            budget: Budget::default(),
            stop_when: Vec::new(),
            hooks: Vec::new(),
            history: None,
            records_content: false,
            meter: Meter::default(),
        }
    }

    /// Sets the name of the agent, which appears in traces.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Adds instructions for the model. They are not part of the messages of a run.
    #[must_use]
    pub fn system(self, text: impl Into<String>) -> Self {
        self.request(|request| request.system(text))
    }

    /// Adds a tool. It replaces an earlier one with the same name.
    #[must_use]
    pub fn tool(mut self, tool: Tool) -> Self {
        self.tools = self.tools.with(tool);
        self
    }

    /// Adds several tools: a list of [`Tool`]s, or a [`Tools`], whose settings replace earlier ones.
    #[must_use]
    pub fn tools(mut self, tools: impl Into<Tools>) -> Self {
        self.tools = self.tools.merge(tools.into());
        self
    }

    /// Sets any other part of the requests, such as the temperature.
    ///
    /// ```
    /// use outcrop_agent::Agent;
    /// use outcrop_core::ModelClient;
    ///
    /// # fn build(client: impl ModelClient + 'static) -> Agent {
    /// Agent::builder(client, "some-model").request(|request| request.max_tokens(500).temperature(0.2)).build()
    /// # }
    /// ```
    ///
    /// A tool choice that forces a call applies to the first step only. Otherwise no run could end.
    #[must_use]
    pub fn request(mut self, change: impl FnOnce(ModelRequestBuilder) -> ModelRequestBuilder) -> Self {
        self.request = change(self.request);
        self
    }

    /// Sets the maximum number of steps of a run, 20 by default. A run that needs more is an error.
    #[must_use]
    pub fn max_steps(mut self, steps: usize) -> Self {
        self.max_steps = steps;
        self
    }

    /// Limits the cost of a run in US dollars. No step begins once it is reached, so a run costs at most one step more.
    ///
    /// A run whose cost becomes unknown ends with an error after that step, because the limit could not be kept. Set the
    /// price of such a model with [`ModelRequestBuilder::price`], by [`request`](Self::request).
    #[must_use]
    pub fn budget_usd(mut self, dollars: f64) -> Self {
        self.budget.dollars = Some(dollars);
        self
    }

    /// Limits the tokens of a run, input and output of all steps. No step begins once the limit is reached.
    #[must_use]
    pub fn budget_tokens(mut self, tokens: u64) -> Self {
        self.budget.tokens = Some(tokens);
        self
    }

    /// Ends a run after a step for which the condition is true. It gets the steps so far. The last one is complete.
    ///
    /// ```
    /// use outcrop_agent::{Agent, Tool};
    /// use outcrop_core::ModelClient;
    ///
    /// # fn build(client: impl ModelClient + 'static) -> Agent {
    /// Agent::builder(client, "some-model")
    ///     .tool(Tool::without_input("hang_up", || async {}))
    ///     .stop_when(|steps| steps.last().is_some_and(|step| step.called("hang_up")))
    ///     .build()
    /// # }
    /// ```
    #[must_use]
    pub fn stop_when(mut self, condition: impl Fn(&[Step]) -> bool + Send + Sync + 'static) -> Self {
        self.stop_when.push(Arc::new(condition));
        self
    }

    /// Adds hooks, which are called before and after each step, in the order in which they were added.
    #[must_use]
    pub fn hooks(mut self, hooks: impl Hooks + 'static) -> Self {
        self.hooks.push(Arc::new(hooks));
        self
    }

    /// Sets how long histories are shortened, such as [`Window`](crate::Window) or [`Summary`](crate::Summary). By default
    /// they are not.
    #[must_use]
    pub fn history(mut self, strategy: impl HistoryStrategy + 'static) -> Self {
        self.history = Some(Arc::new(strategy));
        self
    }

    /// Records messages in the span of a run, and arguments and results in those of tools. Media are not included.
    ///
    /// By default no span has content, because it may be personal or secret. The spans of the calls of the model are those of
    /// the client, which has a setting of its own.
    #[must_use]
    pub fn record_content(mut self, record: bool) -> Self {
        self.records_content = record;
        self
    }

    /// Records the metrics of runs and of tools. Those of the calls of the model are recorded by the layer, which is the same
    /// object.
    ///
    /// ```
    /// use outcrop_agent::{Agent, LayerExt as _, Metrics};
    /// use outcrop_core::ModelClient;
    ///
    /// # fn build(client: impl ModelClient + 'static) -> Agent {
    /// let metrics = Metrics::global();
    /// Agent::builder(client.layer(metrics.clone()), "some-model").name("support").metrics(metrics).build()
    /// # }
    /// ```
    ///
    /// By default there are none. See [`Metrics`] for their names.
    #[cfg(feature = "otel")]
    #[cfg_attr(docsrs, doc(cfg(feature = "otel")))]
    #[must_use]
    pub fn metrics(mut self, metrics: Metrics) -> Self {
        self.meter = Meter::new(metrics);
        self
    }

    /// Returns the agent.
    #[must_use]
    pub fn build(self) -> Agent {
        let mut template = self.request.build();
        template.tools.extend(self.tools.specs());
        let meter = self.meter.with_agent(self.name.as_deref());
        let tools = self.tools.record_content(self.records_content).with_meter(&meter);
        Agent {
            shared: Arc::new(Config {
                name: self.name,
                client: self.client,
                template,
                tools,
                max_steps: self.max_steps,
                budget: self.budget,
                stop_when: self.stop_when,
                hooks: self.hooks,
                history: self.history,
                records_content: self.records_content,
                meter,
            }),
        }
    }
}

impl fmt::Debug for AgentBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentBuilder")
            .field("client", &self.client)
            .field("request", &self.request)
            .field("tools", &self.tools)
            .field("max_steps", &self.max_steps)
            .finish_non_exhaustive()
    }
}
