//! Writing a request in Rust.

use serde_json::Number;

use super::{Extension, ModelRequest, ReasoningEffort, ResponseFormat, ServiceTier, ToolChoice, ToolSpec};
use crate::json::RawJson;
use crate::message::UnifiedMessage;
use crate::usage::Price;

/// Builds a [`ModelRequest`]; what contradicts itself in it, the provider's mapping says with the place.
#[derive(Clone, Debug)]
pub struct ModelRequestBuilder(ModelRequest);

impl ModelRequestBuilder {
    pub(super) fn new(model: impl Into<String>) -> Self {
        Self(ModelRequest { model: model.into(), supports_system_prompts: true, ..ModelRequest::default() })
    }

    /// Adds a message.
    #[must_use]
    pub fn message(mut self, message: UnifiedMessage) -> Self {
        self.0.messages.push(message);
        self
    }

    /// Adds several messages, such as the history so far.
    #[must_use]
    pub fn messages(mut self, messages: impl IntoIterator<Item = UnifiedMessage>) -> Self {
        self.0.messages.extend(messages);
        self
    }

    /// Adds rules for the conversation.
    #[must_use]
    pub fn system(self, text: impl Into<String>) -> Self {
        self.message(UnifiedMessage::system(text))
    }

    /// Adds words of the user.
    #[must_use]
    pub fn user(self, text: impl Into<String>) -> Self {
        self.message(UnifiedMessage::user(text))
    }

    /// Adds a tool.
    #[must_use]
    pub fn tool(mut self, tool: ToolSpec) -> Self {
        self.0.tools.push(tool);
        self
    }

    /// Adds several tools.
    #[must_use]
    pub fn tools(mut self, tools: impl IntoIterator<Item = ToolSpec>) -> Self {
        self.0.tools.extend(tools);
        self
    }

    /// Says whether and which tool the model shall call.
    #[must_use]
    pub fn tool_choice(mut self, choice: ToolChoice) -> Self {
        self.0.tool_choice = Some(choice);
        self
    }

    /// Limits the answer, in tokens.
    #[must_use]
    pub fn max_tokens(mut self, tokens: u32) -> Self {
        self.0.sampling.max_tokens = Some(tokens.into());
        self
    }

    /// Sets the temperature; a value that is no number is left out.
    #[must_use]
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.0.sampling.temperature = Number::from_f64(temperature);
        self
    }

    /// Sets the probability mass to draw from; a value that is no number is left out.
    #[must_use]
    pub fn top_p(mut self, top_p: f64) -> Self {
        self.0.sampling.top_p = Number::from_f64(top_p);
        self
    }

    /// Sets how many of the most likely tokens are drawn from.
    #[must_use]
    pub fn top_k(mut self, top_k: u32) -> Self {
        self.0.sampling.top_k = Some(top_k.into());
        self
    }

    /// Sets the seed, for models that can draw the same tokens again.
    #[must_use]
    pub fn seed(mut self, seed: i64) -> Self {
        self.0.sampling.seed = Some(seed.into());
        self
    }

    /// Adds a text at which the model stops.
    #[must_use]
    pub fn stop(mut self, sequence: impl Into<String>) -> Self {
        self.0.sampling.stop.push(sequence.into());
        self
    }

    /// Says whether the model may call several tools at once.
    #[must_use]
    pub fn parallel_tool_calls(mut self, allowed: bool) -> Self {
        self.0.parallel_tool_calls = Some(allowed);
        self
    }

    /// Says how much the model shall think.
    #[must_use]
    pub fn reasoning_effort(mut self, effort: ReasoningEffort) -> Self {
        self.0.reasoning_effort = Some(effort);
        self
    }

    /// Says in which tier the call is served.
    #[must_use]
    pub fn service_tier(mut self, tier: ServiceTier) -> Self {
        self.0.service_tier = Some(tier);
        self
    }

    /// Adds a label for the provider's logs and bills.
    #[must_use]
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.metadata.insert(name, value.into());
        self
    }

    /// Says which structure the answer shall have.
    #[must_use]
    pub fn response_format(mut self, format: ResponseFormat) -> Self {
        self.0.response_format = Some(format);
        self
    }

    /// Sets the price by which the cost is reckoned.
    #[must_use]
    pub fn price(mut self, price: Price) -> Self {
        self.0.price = Some(price);
        self
    }

    /// Adds a field for the model itself, past the provider's API.
    #[must_use]
    pub fn additional_field(mut self, name: impl Into<String>, value: impl Into<RawJson>) -> Self {
        self.0.additional_fields.insert(name, value.into());
        self
    }

    /// Adds options of a provider's own type.
    #[must_use]
    pub fn extension<T: Extension>(mut self, options: T) -> Self {
        self.0.extensions.insert(options);
        self
    }

    /// The request.
    #[must_use]
    pub fn build(self) -> ModelRequest {
        self.0
    }
}
