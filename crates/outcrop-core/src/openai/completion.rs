//! A response as an OpenAI chat completion: AG2's `create_v1_compatible`, `message_retrieval` and `get_usage`.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::content::{ContentBlock, ToolCallContent};
use crate::finish::FinishReason;
use crate::json::OrderedMap;
use crate::message::UnifiedMessage;
use crate::redacted::{Redacted, RedactedDebug};
use crate::response::UnifiedResponse;
use crate::role::Role;
use crate::usage::Usage;

/// A response flattened to an OpenAI `ChatCompletion`: words and tool calls; images and reasoning have no place in it.
///
/// ```
/// use outcrop_core::openai::ChatCompletion;
/// use outcrop_core::{UnifiedMessage, UnifiedResponse};
///
/// let response = UnifiedResponse::new("req-1", "m", "bedrock", vec![UnifiedMessage::assistant("Paris.")]);
/// let completion = ChatCompletion::from(&response);
/// assert_eq!(completion.choices[0].message.content.as_deref(), Some("Paris."));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChatCompletion {
    /// The provider's id of the call.
    pub id: String,
    /// The model that was asked.
    pub model: String,
    /// When the response came, in seconds since 1970; 0 when nobody looked at a clock.
    pub created: u64,
    /// `chat.completion`.
    pub object: &'static str,
    /// The one answer.
    pub choices: Vec<ChatChoice>,
    /// How many tokens it took.
    pub usage: ChatUsage,
    /// What it cost in US dollars, where that is known; not a member of OpenAI's.
    pub cost: Option<f64>,
}

/// One of the answers; there is one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChatChoice {
    /// 0.
    pub index: u32,
    /// The answer.
    pub message: ChatMessage,
    /// Why the model stopped.
    pub finish_reason: Option<FinishReason>,
}

/// A message as OpenAI writes it.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChatMessage {
    /// Who speaks.
    pub role: Role,
    /// The words.
    pub content: Option<String>,
    /// The tools to be run; not written when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ChatToolCall>,
}

/// A call of a tool as OpenAI writes it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatToolCall {
    /// Ties the result to the call.
    pub id: String,
    /// `function`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is called.
    pub function: ChatFunction,
}

/// The function of a call.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatFunction {
    /// Its name.
    pub name: String,
    /// Its input: the text of a JSON object.
    pub arguments: String,
}

/// Usage as OpenAI writes it: the counters of [`Usage`], and the cached part of the input in OpenAI's own place.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ChatUsage {
    /// The counters.
    pub counters: Usage,
}

/// A message as AG2's `message_retrieval` gives it: a string where words are all there is.
#[derive(Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum RetrievedMessage {
    /// Only words.
    Text(String),
    /// Tool calls or images were in it, too; the words are `None` when there were none.
    Message(ChatMessage),
}

/// What AG2's `get_usage` gives: three counters, cost and model, with cache counters where there are any.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UsageSummary {
    /// All tokens of the input.
    pub prompt_tokens: Number,
    /// All tokens of the output.
    pub completion_tokens: Number,
    /// All tokens.
    pub total_tokens: Number,
    /// What the call cost in US dollars; 0 when that is not known.
    pub cost: f64,
    /// The model that was asked.
    pub model: String,
    /// Counters of caches.
    pub cache: OrderedMap<Number>,
}

impl From<&UnifiedResponse> for ChatCompletion {
    fn from(response: &UnifiedResponse) -> Self {
        let tool_calls = response.tool_calls().map(ChatToolCall::from).collect();
        let content = Some(response.structured_text().map_or_else(|| response.text(), str::to_owned));
        Self {
            id: response.id.clone(),
            model: response.model.clone(),
            created: response.created.unwrap_or(0),
            object: "chat.completion",
            choices: vec![ChatChoice {
                index: 0,
                message: ChatMessage { role: Role::Assistant, content, tool_calls },
                finish_reason: response.finish_reason.clone(),
            }],
            usage: ChatUsage { counters: response.usage.clone() },
            cost: response.cost,
        }
    }
}

impl From<&ToolCallContent> for ChatToolCall {
    fn from(call: &ToolCallContent) -> Self {
        let function = ChatFunction { name: call.name.clone(), arguments: call.arguments.clone() };
        Self { id: call.id.clone(), kind: "function".to_owned(), function }
    }
}

impl From<&UnifiedMessage> for RetrievedMessage {
    fn from(message: &UnifiedMessage) -> Self {
        let words = message.structured_text().map_or_else(|| message.text(), str::to_owned);
        let tool_calls: Vec<_> =
            message.tool_calls().filter(|call| !call.runs_on_server()).map(ChatToolCall::from).collect();
        let has_images = message.content.iter().any(|block| matches!(block, ContentBlock::Image(_)));
        if tool_calls.is_empty() && !has_images {
            return Self::Text(words);
        }
        let content = if words.is_empty() { None } else { Some(words) };
        Self::Message(ChatMessage { role: message.role.clone(), content, tool_calls })
    }
}

impl From<&UnifiedResponse> for UsageSummary {
    fn from(response: &UnifiedResponse) -> Self {
        let usage = &response.usage;
        let counter = |name: &str| usage.get(name).unwrap_or_else(|| Number::from(0));
        let cache = ["cache_read_input_tokens", "cache_creation_input_tokens"]
            .into_iter()
            .filter_map(|name| usage.get(name).map(|count| (name, count)))
            .collect();
        Self {
            prompt_tokens: counter("prompt_tokens"),
            completion_tokens: counter("completion_tokens"),
            total_tokens: counter("total_tokens"),
            cost: response.cost.unwrap_or(0.0),
            model: response.model.clone(),
            cache,
        }
    }
}

impl Serialize for ChatUsage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Details {
            cached_tokens: u64,
        }

        #[derive(Serialize)]
        struct Flat<'a> {
            #[serde(flatten)]
            counters: &'a Usage,
            #[serde(skip_serializing_if = "Option::is_none")]
            prompt_tokens_details: Option<Details>,
        }

        let cached = self.counters.cache_read_input_tokens;
        let prompt_tokens_details = cached.map(|cached_tokens| Details { cached_tokens });
        Flat { counters: &self.counters, prompt_tokens_details }.serialize(serializer)
    }
}

impl Serialize for UsageSummary {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("prompt_tokens", &self.prompt_tokens)?;
        map.serialize_entry("completion_tokens", &self.completion_tokens)?;
        map.serialize_entry("total_tokens", &self.total_tokens)?;
        map.serialize_entry("cost", &self.cost)?;
        map.serialize_entry("model", &self.model)?;
        for (name, count) in self.cache.iter() {
            map.serialize_entry(name, count)?;
        }
        map.end()
    }
}

impl fmt::Debug for ChatMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatMessage")
            .field("role", &self.role)
            .field("content", &Redacted(&self.content))
            .field("tool_calls", &self.tool_calls)
            .finish()
    }
}

impl fmt::Debug for RetrievedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(words) => f.debug_tuple("Text").field(&Redacted(words)).finish(),
            Self::Message(message) => f.debug_tuple("Message").field(message).finish(),
        }
    }
}

impl fmt::Debug for ChatToolCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatToolCall").field("id", &self.id).field("function", &self.function).finish()
    }
}

impl fmt::Debug for ChatFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments = Redacted(&self.arguments);
        f.debug_struct("ChatFunction").field("name", &self.name).field("arguments", &arguments).finish()
    }
}

impl RedactedDebug for ChatMessage {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
