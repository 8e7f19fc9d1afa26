//! A limit on what the calls of a client cost.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use outcrop_core::{
    ErrorKind, ModelClient, ModelError, ModelRequest, ResponseStream, Stage, Totals, UnifiedResponse,
};

use super::Layer;
use super::observe::{End, observe};

/// A limit on the cost or the tokens of all calls of a client.
///
/// A call begins only if the limit is not reached, so the calls cost at most as much more as those that run at the same time.
/// Clones share what was spent: keep one to see it.
///
/// ```
/// use outcrop_agent::{Budget, LayerExt as _};
/// use outcrop_core::testing::ScriptedClient;
/// use outcrop_core::{ErrorKind, ModelClientExt as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = ScriptedClient::new("scripted").respond_with_text("The Tagus.").usage(20, 5).cost(0.02).repeats();
/// let budget = Budget::usd(0.03);
/// let client = client.layer(budget.clone());
/// client.ask("some-model", "Name a river.").await?;
/// client.ask("some-model", "Name another one.").await?;
/// let error = client.ask("some-model", "And another one.").await.unwrap_err();
/// assert_eq!((error.kind(), error.code()), (ErrorKind::QuotaExceeded, Some("BudgetExceeded")));
/// assert_eq!(budget.spent().cost(), Some(0.04));
/// # Ok(())
/// # }
/// ```
///
/// With a limit in US dollars, no further call begins after a response whose cost is not known. A stream that breaks or is
/// dropped has no usage. It counts as a call without a cost, and does not block others.
#[derive(Clone, Debug)]
pub struct Budget {
    dollars: Option<f64>,
    tokens: Option<u64>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    spent: Totals,
    /// Whether the cost of a complete response was not known.
    is_cost_unknown: bool,
}

impl Budget {
    /// Creates a limit in US dollars.
    #[must_use]
    pub fn usd(dollars: f64) -> Self {
        Self { dollars: Some(dollars), tokens: None, state: Arc::default() }
    }

    /// Creates a limit in tokens of input and output.
    #[must_use]
    pub fn tokens(tokens: u64) -> Self {
        Self { dollars: None, tokens: Some(tokens), state: Arc::default() }
    }

    /// Returns the usage and the cost of the calls so far.
    #[must_use]
    pub fn spent(&self) -> Totals {
        self.with_state(|state| state.spent.clone())
    }

    fn with_state<R>(&self, function: impl FnOnce(&mut State) -> R) -> R {
        // No function that is called under the lock can panic halfway through a change.
        function(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Checks whether another call may begin.
    fn check(&self) -> Result<(), ModelError> {
        let exceeded = |message: String| {
            ModelError::new(ErrorKind::QuotaExceeded, message)
                .with_code("BudgetExceeded")
                .with_stage(Stage::Building)
                .with_hint("raise the budget, or create a new one for the next period")
        };
        self.with_state(|state| {
            // The known part first: it is a better reason than the part that is not known.
            let (used, spent) = (state.spent.tokens(), state.spent.known_cost);
            if let Some(limit) = self.tokens.filter(|limit| used >= *limit) {
                return Err(exceeded(format!("the budget is used up: {used} of {limit} tokens")));
            }
            let Some(limit) = self.dollars else { return Ok(()) };
            if spent >= limit {
                return Err(exceeded(format!("the budget is used up: {spent:.4} of {limit} US dollars")));
            }
            if state.is_cost_unknown {
                let message = "the budget in US dollars cannot be kept: the cost of a response is not known";
                return Err(exceeded(message.to_owned())
                    .with_code("UnknownCost")
                    .with_hint("set the `price` of the requests, or use a budget in tokens"));
            }
            Ok(())
        })
    }

    fn add(&self, response: &UnifiedResponse) {
        self.with_state(|state| {
            state.spent += response;
            state.is_cost_unknown |= response.cost.is_none();
        });
    }

    /// Adds a call that has no response. A part of it may be in the error.
    fn add_broken(&self, error: Option<&ModelError>) {
        let partial = error.and_then(ModelError::partial_response);
        self.with_state(|state| match partial {
            Some(partial) => state.spent += partial,
            None => {
                state.spent.calls = state.spent.calls.saturating_add(1);
                state.spent.calls_without_cost = state.spent.calls_without_cost.saturating_add(1);
            }
        });
    }
}

#[async_trait]
impl Layer for Budget {
    async fn create(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<UnifiedResponse, ModelError> {
        self.check()?;
        let response = inner.create(request).await?;
        // An error has no usage: services don't bill requests that they reject.
        self.add(&response);
        Ok(response)
    }

    async fn create_stream(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<ResponseStream, ModelError> {
        self.check()?;
        let stream = inner.create_stream(request).await?;
        let budget = self.clone();
        Ok(observe(stream, move |end| match end {
            End::Completed(response) => budget.add(response),
            End::Failed(error) => budget.add_broken(Some(error)),
            End::Dropped => budget.add_broken(None),
        }))
    }
}
