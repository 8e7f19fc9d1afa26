//! What is asked of a model.

mod builder;
mod effort;
mod extensions;
mod response_format;
mod sampling;
mod tool;

use std::fmt;

pub use builder::ModelRequestBuilder;
pub use effort::{ReasoningEffort, ServiceTier};
pub use extensions::{Extension, Extensions};
pub use response_format::{JsonSchemaFormat, ResponseFormat};
pub use sampling::Sampling;
pub use tool::{ToolChoice, ToolSpec};

use crate::json::{JsonObject, OrderedMap};
use crate::message::UnifiedMessage;
use crate::note::Note;
use crate::redacted::Redacted;
use crate::usage::Price;

/// What is asked of a model, in words that every provider understands.
///
/// Write one with [`ModelRequest::builder`], or read one from OpenAI-shaped parameters, as AG2's `create` takes
/// them, with [`ModelRequest::from_json`]. What only one provider knows goes into `other` under the provider's own
/// name, or into `extensions` as a type of the provider's crate.
///
/// ```
/// use outcrop_core::ModelRequest;
///
/// let request = ModelRequest::builder("us.anthropic.claude-haiku-4-5-20251001-v1:0")
///     .system("Answer in one sentence.")
///     .user("What is basalt?")
///     .max_tokens(200)
///     .build();
/// assert_eq!(request.messages.len(), 2);
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct ModelRequest {
    /// The model's id; empty when none was given, which every provider refuses.
    pub model: String,
    /// The conversation so far, system messages included.
    pub messages: Vec<UnifiedMessage>,
    /// The tools that the model may call.
    pub tools: Vec<ToolSpec>,
    /// Whether and which tool the model shall call; `None` leaves it to the provider.
    pub tool_choice: Option<ToolChoice>,
    /// Whether the model may call several tools at once; `None` leaves it to the provider.
    pub parallel_tool_calls: Option<bool>,
    /// Limits and sampling.
    pub sampling: Sampling,
    /// How much the model shall think; `None` leaves it to the provider.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// The tier in which the call is served; `None` leaves it to the provider.
    pub service_tier: Option<ServiceTier>,
    /// Labels of the call, for the provider's logs and bills. No model sees them.
    pub metadata: OrderedMap<String>,
    /// The structure that the answer shall have.
    pub response_format: Option<ResponseFormat>,
    /// What the caller pays, where that is not the list price.
    pub price: Option<Price>,
    /// Whether the model knows system prompts; where not, the messages go to it as the user's. AG2's `supports_system_prompts`.
    pub supports_system_prompts: bool,
    /// Fields for the model itself, past the provider's API: AG2's `additional_model_request_fields`.
    pub additional_fields: JsonObject,
    /// Parameters that this vocabulary has no member for, as they came. A provider takes those it knows and notes the rest.
    pub other: JsonObject,
    /// Options of a provider's own type.
    pub extensions: Extensions,
    /// What reading the parameters left out or changed.
    pub notes: Vec<Note>,
}

impl ModelRequest {
    /// Starts a request to a model.
    pub fn builder(model: impl Into<String>) -> ModelRequestBuilder {
        ModelRequestBuilder::new(model)
    }
}

impl fmt::Debug for ModelRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelRequest")
            .field("model", &self.model)
            .field("messages", &Redacted(&self.messages))
            .field("tools", &self.tools)
            .field("tool_choice", &self.tool_choice)
            .field("sampling", &self.sampling)
            .field("reasoning_effort", &self.reasoning_effort)
            .field("service_tier", &self.service_tier)
            .field("response_format", &self.response_format)
            .field("additional_fields", &self.additional_fields)
            .field("other", &self.other)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
