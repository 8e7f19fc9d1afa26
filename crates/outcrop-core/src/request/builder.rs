//! Building a request in Rust.

use serde_json::Number;

use super::extensions::Extension;
use super::prompt_cache::PromptCache;
use super::response_format::ResponseFormat;
use super::tool::{ToolChoice, ToolSpec};
use super::{ModelRequest, ReasoningEffort, ServiceTier};
use crate::content::{ContentBlock, DocumentContent, ImageContent};
use crate::conversation::Conversation;
use crate::json::RawJson;
use crate::message::UnifiedMessage;
use crate::note::{Note, NoteAction};
use crate::role::Role;
use crate::usage::Price;

/// A builder of [`ModelRequest`].
///
/// It does not validate: the limits depend on the model, so the mapping of the provider rejects invalid values, with
/// their paths.
///
/// ```
/// use outcrop_core::{ModelRequest, ToolChoice, ToolSpec};
///
/// let request = ModelRequest::builder("some-model")
///     .user("What time is it?")
///     .tool(ToolSpec::without_input("clock"))
///     .tool_choice(ToolChoice::Tool("clock".to_owned()))
///     .temperature(0.0)
///     .stop("\n\n")
///     .build();
/// assert_eq!(request.sampling.stop, ["\n\n"]);
/// ```
#[derive(Clone, Debug)]
pub struct ModelRequestBuilder(ModelRequest);

impl ModelRequestBuilder {
    pub(super) fn new(model: impl Into<String>) -> Self {
        // Not `ModelRequest::default`, whose `supports_system_prompts` is `false`: AG2's default is `true`.
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

    /// Adds a system message.
    #[must_use]
    pub fn system(self, text: impl Into<String>) -> Self {
        self.message(UnifiedMessage::system(text))
    }

    /// Adds a user message.
    #[must_use]
    pub fn user(self, text: impl Into<String>) -> Self {
        self.message(UnifiedMessage::user(text))
    }

    /// Adds a message of the assistant, such as an example of a response.
    #[must_use]
    pub fn assistant(self, text: impl Into<String>) -> Self {
        self.message(UnifiedMessage::assistant(text))
    }

    /// Adds an image to the last message if it is one of the user, or else as a user message.
    ///
    /// ```
    /// use outcrop_core::{ImageContent, ModelRequest};
    ///
    /// let image = ImageContent::from_url("https://example.com/cat.png");
    /// let request = ModelRequest::builder("some-model").user("Which animal is it?").image(image).build();
    /// assert_eq!((request.messages.len(), request.messages[0].content.len()), (1, 2));
    /// ```
    #[must_use]
    pub fn image(self, image: ImageContent) -> Self {
        self.block(image.into())
    }

    /// Adds a document to the last message if it is one of the user, or else as a user message.
    #[must_use]
    pub fn document(self, document: DocumentContent) -> Self {
        self.block(document.into())
    }

    fn block(mut self, block: ContentBlock) -> Self {
        match self.0.messages.last_mut() {
            Some(message) if message.role == Role::User => message.content.push(block),
            _ => self.0.messages.push(UnifiedMessage::new(Role::User, vec![block])),
        }
        self
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

    /// Sets whether the model calls a tool, and which one.
    #[must_use]
    pub fn tool_choice(mut self, choice: ToolChoice) -> Self {
        self.0.tool_choice = Some(choice);
        self
    }

    /// Sets how the prompt is cached. See [`PromptCache`].
    #[must_use]
    pub fn cache(mut self, cache: PromptCache) -> Self {
        self.0.cache = Some(cache);
        self
    }

    /// Sets the maximum number of tokens of the response.
    #[must_use]
    pub fn max_tokens(mut self, tokens: u32) -> Self {
        self.0.sampling.max_tokens = Some(tokens.into());
        self
    }

    /// Sets the temperature. NaN and infinite values, which JSON cannot represent, unset it with a note.
    #[must_use]
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.0.sampling.temperature = self.number("temperature", temperature);
        self
    }

    /// Sets the total probability of the tokens to choose from. NaN and infinite values unset it with a note.
    #[must_use]
    pub fn top_p(mut self, top_p: f64) -> Self {
        self.0.sampling.top_p = self.number("top_p", top_p);
        self
    }

    /// Returns a number as JSON represents it. `None`, with a note, if it is NaN or infinite.
    fn number(&mut self, name: &'static str, value: f64) -> Option<Number> {
        let number = Number::from_f64(value);
        if number.is_none() {
            let message = format!("dropped `{name}`: its value is not a finite number");
            self.0.notes.push(Note::new("params.type", NoteAction::Dropped, name, message));
        }
        number
    }

    /// Sets the number of most likely tokens to choose from.
    #[must_use]
    pub fn top_k(mut self, top_k: u32) -> Self {
        self.0.sampling.top_k = Some(top_k.into());
        self
    }

    /// Sets the seed, for models with reproducible sampling.
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

    /// Sets whether the model may call several tools in one response.
    #[must_use]
    pub fn parallel_tool_calls(mut self, allowed: bool) -> Self {
        self.0.parallel_tool_calls = Some(allowed);
        self
    }

    /// Sets the amount of reasoning before the response.
    #[must_use]
    pub fn reasoning_effort(mut self, effort: ReasoningEffort) -> Self {
        self.0.reasoning_effort = Some(effort);
        self
    }

    /// Sets the service tier.
    #[must_use]
    pub fn service_tier(mut self, tier: ServiceTier) -> Self {
        self.0.service_tier = Some(tier);
        self
    }

    /// Adds a label for the logs and bills of the provider.
    #[must_use]
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.metadata.insert(name, value.into());
        self
    }

    /// Sets the format of the response.
    #[must_use]
    pub fn response_format(mut self, format: ResponseFormat) -> Self {
        self.0.response_format = Some(format);
        self
    }

    /// Sets the price from which the cost is computed.
    #[must_use]
    pub fn price(mut self, price: Price) -> Self {
        self.0.price = Some(price);
        self
    }

    /// Adds a field that the provider passes to the model.
    #[must_use]
    pub fn additional_field(mut self, name: impl Into<String>, value: impl Into<RawJson>) -> Self {
        self.0.additional_fields.insert(name, value.into());
        self
    }

    /// Adds options of a provider-specific type. They replace earlier ones of the same type.
    #[must_use]
    pub fn extension<T: Extension>(mut self, options: T) -> Self {
        self.0.extensions.insert(options);
        self
    }

    /// Sets the conversation that the request belongs to.
    #[must_use]
    pub fn conversation(mut self, conversation: &Conversation) -> Self {
        self.0.conversation = Some(conversation.clone());
        self
    }

    /// Returns the request.
    #[must_use]
    pub fn build(self) -> ModelRequest {
        self.0
    }
}
