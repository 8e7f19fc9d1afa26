//! Requests to a model.

mod builder;
mod extensions;
mod prompt_cache;
mod response_format;
mod tool;

use std::fmt;

use serde_json::Number;

pub use builder::ModelRequestBuilder;
pub use extensions::{Extension, Extensions};
pub use prompt_cache::{AutoCache, PromptCache};
pub use response_format::{JsonSchemaFormat, ResponseFormat};
pub use tool::{ToolChoice, ToolSpec};

use crate::conversation::Conversation;
use crate::json::{JsonObject, OrderedMap};
use crate::message::UnifiedMessage;
use crate::note::Note;
use crate::open_enum;
use crate::redacted::Redacted;
use crate::usage::Price;

/// A request to a model, the same for every provider.
///
/// Build one with [`ModelRequest::builder`], or parse one from OpenAI-compatible parameters, which are those of AG2's
/// `create`, with [`ModelRequest::from_json`]. Parameters of a single provider go into `other` under the provider's
/// names, or into `extensions` as a type of the provider's crate. A field that is `None` leaves the choice to the
/// provider.
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
    /// The id of the model. Providers reject an empty id.
    pub model: String,
    /// The conversation, including system messages.
    pub messages: Vec<UnifiedMessage>,
    /// The tools that the model may call.
    pub tools: Vec<ToolSpec>,
    /// Whether the model calls a tool, and which one.
    pub tool_choice: Option<ToolChoice>,
    /// Whether the model may call several tools in one response.
    pub parallel_tool_calls: Option<bool>,
    /// The limit of the response and the sampling parameters.
    pub sampling: Sampling,
    /// The amount of reasoning before the response.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// The service tier of the call.
    pub service_tier: Option<ServiceTier>,
    /// Labels of the call for the logs and bills of the provider. They are not sent to the model.
    pub metadata: OrderedMap<String>,
    /// The format of the response.
    pub response_format: Option<ResponseFormat>,
    /// How the prompt is cached. `None` leaves it to the client, which uses the cache points of the caller by default.
    pub cache: Option<PromptCache>,
    /// The price for the caller, if it differs from the list price.
    pub price: Option<Price>,
    /// Whether the model supports system prompts. If not, system messages are sent as user messages. AG2's
    /// `supports_system_prompts`.
    pub supports_system_prompts: bool,
    /// Fields that the provider passes to the model: AG2's `additional_model_request_fields`.
    pub additional_fields: JsonObject,
    /// Parameters without a field in this struct, unchanged. A provider uses the ones it knows and notes the others.
    pub other: JsonObject,
    /// Options of provider-specific types.
    pub extensions: Extensions,
    /// The conversation that the request belongs to. It changes the cost of preparing the request, not the request.
    pub conversation: Option<Conversation>,
    /// The changes that [`ModelRequest::from_json`] made to the parameters.
    pub notes: Vec<Note>,
}

/// The limit of the response and the sampling parameters.
///
/// Numbers keep their spelling: 0.7 is sent as 0.7, and 1 as 1, not as 1.0. An absent parameter is not sent, because
/// models differ in their defaults and in the parameters that they reject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sampling {
    /// The maximum number of tokens of the response.
    pub max_tokens: Option<Number>,
    /// The randomness of the choice of tokens, from 0.
    pub temperature: Option<Number>,
    /// The total probability of the tokens to choose from, 0 to 1.
    pub top_p: Option<Number>,
    /// The number of most likely tokens to choose from.
    pub top_k: Option<Number>,
    /// Texts at which the model stops.
    pub stop: Vec<String>,
    /// The seed, for models with reproducible sampling.
    pub seed: Option<Number>,
}

open_enum! {
    /// The amount of reasoning before a response: OpenAI's `reasoning_effort`.
    ///
    /// The mapping of a provider translates it into a budget of tokens or a level of its own, or drops it with a note.
    /// See <https://platform.openai.com/docs/guides/reasoning>.
    pub enum ReasoningEffort {
        /// No reasoning.
        None = "none",
        /// The minimum that the model supports.
        Minimal = "minimal",
        /// A low amount.
        Low = "low",
        /// A medium amount.
        Medium = "medium",
        /// A high amount.
        High = "high",
        /// A very high amount.
        XHigh = "xhigh",
        /// The maximum that the model supports.
        Max = "max",
    }
}

open_enum! {
    /// The tier in which a call is served and billed: OpenAI's `service_tier`.
    ///
    /// See <https://platform.openai.com/docs/api-reference/chat/create>.
    pub enum ServiceTier {
        /// The tier that is configured for the account.
        Auto = "auto",
        /// The standard tier.
        Default = "default",
        /// A slower and cheaper tier.
        Flex = "flex",
        /// A faster and more expensive tier.
        Priority = "priority",
    }
}

impl ModelRequest {
    /// Starts building a request to a model.
    pub fn builder(model: impl Into<String>) -> ModelRequestBuilder {
        ModelRequestBuilder::new(model)
    }
}

/// Requests are equal if a provider gets the same from them. The conversation and the notes don't count. Extensions are equal
/// if they are the same values in memory, as in a clone, because their types cannot be compared.
impl PartialEq for ModelRequest {
    fn eq(&self, other: &Self) -> bool {
        // Each field is named, so that a new one cannot be forgotten.
        let Self {
            model,
            messages,
            tools,
            tool_choice,
            parallel_tool_calls,
            sampling,
            reasoning_effort,
            service_tier,
            metadata,
            response_format,
            cache,
            price,
            supports_system_prompts,
            additional_fields,
            other: parameters,
            extensions,
            conversation: _,
            notes: _,
        } = self;
        *model == other.model
            && *messages == other.messages
            && *tools == other.tools
            && *tool_choice == other.tool_choice
            && *parallel_tool_calls == other.parallel_tool_calls
            && *sampling == other.sampling
            && *reasoning_effort == other.reasoning_effort
            && *service_tier == other.service_tier
            && *metadata == other.metadata
            && *response_format == other.response_format
            && *cache == other.cache
            && *price == other.price
            && *supports_system_prompts == other.supports_system_prompts
            && *additional_fields == other.additional_fields
            && *parameters == other.other
            && extensions.are_same(&other.extensions)
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
            .field("cache", &self.cache)
            .field("additional_fields", &self.additional_fields)
            .field("other", &self.other)
            // Not `metadata` and `extensions`, whose values belong to the caller and may identify a person.
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
