//! Responses in the form of OpenAI's chat completions: AG2's `create_v1_compatible`, `message_retrieval` and
//! `get_usage`.
//!
//! AG2 defines the forms in <https://github.com/ag2ai/ag2-classic/blob/main/autogen/llm_clients/bedrock_v2.py>. There,
//! `content` also has the prose "tool call name: …" next to the tool calls themselves; here, it has only the text.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::content::{ContentBlock, ToolCallContent};
use crate::json::OrderedMap;
use crate::message::UnifiedMessage;
use crate::redacted::{Redacted, RedactedDebug};
use crate::response::FinishReason;
use crate::response::UnifiedResponse;
use crate::role::Role;
use crate::usage::Usage;

/// A response as an OpenAI `ChatCompletion`, with text, reasoning and tool calls. Images are lost in the conversion.
///
/// See <https://platform.openai.com/docs/api-reference/chat/object>. If the response has structured output, `content`
/// is exactly that.
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
    /// The id of the call at the provider.
    pub id: String,
    /// The model of the request.
    pub model: String,
    /// The time of the response in seconds since 1970, or 0 without a clock.
    pub created: u64,
    /// The type of the object: always `chat.completion`.
    pub object: &'static str,
    /// The only choice.
    pub choices: Vec<ChatChoice>,
    /// The token counters of the call.
    pub usage: ChatUsage,
    /// The cost of the call in US dollars, if it is known. OpenAI does not have this member.
    pub cost: Option<f64>,
}

/// A choice of a completion. A response has exactly one choice.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChatChoice {
    /// The index of the choice: always 0.
    pub index: u32,
    /// The message.
    pub message: ChatMessage,
    /// The reason that the model stopped.
    pub finish_reason: Option<FinishReason>,
}

/// A message in the form of OpenAI's API.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChatMessage {
    /// The role of the author.
    pub role: Role,
    /// The text.
    pub content: Option<String>,
    /// The reasoning, as in the chunks of a stream. OpenAI does not have this member; DeepSeek's API and most gateways
    /// use it. Absent from the JSON if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_content: Option<String>,
    /// The tool calls that the caller has to run. Absent from the JSON if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ChatToolCall>,
}

/// A tool call in the form of OpenAI's API.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatToolCall {
    /// The id of the call, which its result repeats.
    pub id: String,
    /// The type of the tool: always `function`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The function of the call.
    pub function: ChatFunction,
}

/// The function of a tool call.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatFunction {
    /// The name of the function.
    pub name: String,
    /// The input as JSON text, as the model wrote it.
    pub arguments: String,
}

/// Usage in the form of OpenAI's API: the counters of [`Usage`], and the cached tokens of the input also in OpenAI's
/// `prompt_tokens_details.cached_tokens`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ChatUsage {
    /// The counters.
    pub counters: Usage,
}

/// A message in the form of AG2's `message_retrieval`: a string, or an object if it has tool calls or images.
///
/// As in AG2, the images themselves are not in the object.
#[derive(Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum RetrievedMessage {
    /// A message with text only.
    Text(String),
    /// A message with tool calls or images. Its content is `None` if it has no text.
    Message(ChatMessage),
}

/// Usage in the form of AG2's `get_usage`: three counters, cost and model, and the cache counters if there are any.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UsageSummary {
    /// All tokens of the input.
    pub prompt_tokens: Number,
    /// All tokens of the output.
    pub completion_tokens: Number,
    /// All tokens.
    pub total_tokens: Number,
    /// The cost of the call in US dollars, or 0 if it is unknown.
    pub cost: f64,
    /// The model of the request.
    pub model: String,
    /// The cache counters.
    pub cache: OrderedMap<Number>,
}

/// Returns the reasoning of a response as one text, if it has any.
pub(super) fn reasoning_text(response: &UnifiedResponse) -> Option<String> {
    let text: String = response.reasoning().map(|block| block.reasoning.as_str()).collect();
    Some(text).filter(|text| !text.is_empty())
}

impl From<&UnifiedResponse> for ChatCompletion {
    fn from(response: &UnifiedResponse) -> Self {
        // AG2's completion has the call of structured output, too.
        let calls = response.messages.iter().flat_map(UnifiedMessage::tool_calls);
        let tool_calls = calls.filter(|call| !call.runs_on_server()).map(ChatToolCall::from).collect();
        let reasoning_content = reasoning_text(response);
        // A string even without text, as in AG2. OpenAI sends `null` next to tool calls.
        let content = Some(response.structured_text().map_or_else(|| response.text(), str::to_owned));
        Self {
            id: response.id.clone(),
            model: response.model.clone(),
            created: response.created.unwrap_or(0),
            object: "chat.completion",
            choices: vec![ChatChoice {
                index: 0,
                message: ChatMessage { role: Role::Assistant, content, reasoning_content, tool_calls },
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
        let text = message.structured_text().map_or_else(|| message.text(), str::to_owned);
        // The caller must not run a call that the provider has run already.
        let tool_calls: Vec<_> =
            message.tool_calls().filter(|call| !call.runs_on_server()).map(ChatToolCall::from).collect();
        let has_images = message.content.iter().any(|block| matches!(block, ContentBlock::Image(_)));
        if tool_calls.is_empty() && !has_images {
            return Self::Text(text);
        }
        let content = if text.is_empty() { None } else { Some(text) };
        let role = message.role.clone();
        Self::Message(ChatMessage { role, content, reasoning_content: None, tool_calls })
    }
}

impl From<&UnifiedResponse> for UsageSummary {
    fn from(response: &UnifiedResponse) -> Self {
        let usage = &response.usage;
        // AG2 returns 0 for a counter that the provider did not report.
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

        // The other details of OpenAI's object are unknown, and 0 would claim otherwise.
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
            .field("reasoning_content", &Redacted(&self.reasoning_content))
            .field("tool_calls", &self.tool_calls)
            .finish()
    }
}

impl fmt::Debug for RetrievedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.debug_tuple("Text").field(&Redacted(text)).finish(),
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
