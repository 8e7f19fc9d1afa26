//! Writing messages in the form of OpenAI's chat completions.

use std::borrow::Cow;

use serde::Serialize;

use crate::content::{
    AudioContent, CachePointContent, ContentBlock, DocumentContent, ImageContent, ReasoningContent,
    ToolCallContent, ToolResultContent, ToolResultStatus,
};
use crate::media::{Blob, DataUri};
use crate::message::UnifiedMessage;
use crate::role::Role;

/// A message of a chat completion. The members that OpenAI does not have are those of gateways, see `raw`.
#[derive(Serialize)]
pub(super) struct ChatMessageJson<'a> {
    role: &'a str,
    content: Option<Content<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<ToolCall<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_error: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thinking_blocks: Vec<Thinking<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<CacheControl<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<bool>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Text(&'a str),
    Parts(Vec<Part<'a>>),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Part<'a> {
    Text {
        r#type: &'static str,
        text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl<'a>>,
    },
    Image {
        r#type: &'static str,
        image_url: Url<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl<'a>>,
    },
    Audio {
        r#type: &'static str,
        input_audio: InputAudio<'a>,
    },
    File {
        r#type: &'static str,
        file: File<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl<'a>>,
    },
    /// A block that OpenAI's API cannot express, in its own form.
    Block(Cow<'a, ContentBlock>),
}

#[derive(Serialize)]
struct Url<'a> {
    url: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<crate::content::ImageDetail>,
}

#[derive(Serialize)]
struct InputAudio<'a> {
    data: Cow<'a, str>,
    format: String,
}

#[derive(Serialize)]
struct File<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_id: Option<&'a str>,
}

#[derive(Serialize)]
struct ToolCall<'a> {
    id: &'a str,
    r#type: &'static str,
    function: CalledFunction<'a>,
}

#[derive(Serialize)]
struct CalledFunction<'a> {
    name: &'a str,
    arguments: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Thinking<'a> {
    Thinking {
        thinking: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        signature: Option<&'a str>,
    },
    RedactedThinking {
        data: Cow<'a, str>,
    },
}

/// Anthropic's `cache_control`, which gateways accept in parts, messages and tools.
#[derive(Serialize)]
pub(super) struct CacheControl<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<&'a str>,
}

impl<'a> From<&'a CachePointContent> for CacheControl<'a> {
    fn from(point: &'a CachePointContent) -> Self {
        Self { r#type: "ephemeral", ttl: point.ttl.as_deref() }
    }
}

/// Writes messages. One with tool results becomes a message for each of them, and one for the other blocks.
pub(super) fn messages(messages: &[UnifiedMessage]) -> Vec<ChatMessageJson<'_>> {
    let mut written = Vec::with_capacity(messages.len());
    for message in messages {
        let is_result = |block: &&ContentBlock| matches!(block, ContentBlock::ToolResult(_));
        if message.content.iter().any(|block| is_result(&block)) {
            write_results(message, &mut written);
        } else {
            written.push(write_message(message, &message.content.iter().collect::<Vec<_>>()));
        }
    }
    written
}

fn write_results<'a>(message: &'a UnifiedMessage, written: &mut Vec<ChatMessageJson<'a>>) {
    let mut others = Vec::new();
    let mut follows_result = false;
    for block in &message.content {
        match block {
            ContentBlock::ToolResult(result) => {
                written.push(write_result(message, result));
                follows_result = true;
                continue;
            }
            ContentBlock::CachePoint(point) if follows_result => {
                if let Some(last) = written.last_mut() {
                    last.cache_control = Some(point.into());
                }
            }
            block => others.push(block),
        }
        follows_result = false;
    }
    if !others.is_empty() {
        written.push(write_message(message, &others));
    }
}

fn write_result<'a>(message: &'a UnifiedMessage, result: &'a ToolResultContent) -> ChatMessageJson<'a> {
    let content = match &result.content {
        None => Content::Text(&result.output),
        Some(blocks) => Content::Parts(write_parts(&blocks.iter().collect::<Vec<_>>())),
    };
    ChatMessageJson {
        tool_call_id: Some(&result.tool_call_id),
        is_error: (result.status == Some(ToolResultStatus::Error)).then_some(true),
        ..ChatMessageJson::new(Role::Tool.as_str(), message, Some(content))
    }
}

fn write_message<'a>(message: &'a UnifiedMessage, blocks: &[&'a ContentBlock]) -> ChatMessageJson<'a> {
    let (mut tool_calls, mut thinking_blocks, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for &block in blocks {
        match block {
            ContentBlock::ToolCall(call) if !call.runs_on_server() => tool_calls.push(write_call(call)),
            // Only at the start, where the parser inserts them again.
            ContentBlock::Reasoning(reasoning) if rest.is_empty() && is_plain(reasoning) => {
                thinking_blocks.push(write_reasoning(reasoning));
            }
            block => rest.push(block),
        }
    }
    let cache_control = match rest.as_slice() {
        // After calls, or alone: there is no part that could have it.
        [.., ContentBlock::CachePoint(point)] if !tool_calls.is_empty() || rest.len() == 1 => {
            Some(point.into())
        }
        _ => None,
    };
    if cache_control.is_some() {
        rest.pop();
    }
    let content = match rest.as_slice() {
        [] => None,
        [ContentBlock::Text(text)] => Some(Content::Text(&text.text)),
        blocks => Some(Content::Parts(write_parts(blocks))),
    };
    let prefix = message.metadata.get("prefix").filter(|value| value.as_str() == "true").map(|_| true);
    let role = message.role.as_str();
    let message = ChatMessageJson::new(role, message, content);
    ChatMessageJson { tool_calls, thinking_blocks, cache_control, prefix, ..message }
}

impl<'a> ChatMessageJson<'a> {
    fn new(role: &'a str, message: &'a UnifiedMessage, content: Option<Content<'a>>) -> Self {
        Self {
            role,
            content,
            tool_calls: Vec::new(),
            tool_call_id: None,
            is_error: None,
            name: message.name.as_deref(),
            thinking_blocks: Vec::new(),
            cache_control: None,
            prefix: None,
        }
    }
}

fn write_call(call: &ToolCallContent) -> ToolCall<'_> {
    let function = CalledFunction { name: &call.name, arguments: &call.arguments };
    ToolCall { id: &call.id, r#type: "function", function }
}

/// Returns whether LiteLLM's form of reasoning has all of a block.
fn is_plain(reasoning: &ReasoningContent) -> bool {
    reasoning.summary.is_none() && reasoning.extra.is_empty() && reasoning.unknown.is_empty()
}

fn write_reasoning(reasoning: &ReasoningContent) -> Thinking<'_> {
    match &reasoning.redacted_content {
        Some(data) => Thinking::RedactedThinking { data: data.base64() },
        None => {
            Thinking::Thinking { thinking: &reasoning.reasoning, signature: reasoning.signature.as_deref() }
        }
    }
}

fn write_parts<'a>(blocks: &[&'a ContentBlock]) -> Vec<Part<'a>> {
    let mut parts: Vec<Part<'_>> = Vec::with_capacity(blocks.len());
    for &block in blocks {
        if let ContentBlock::CachePoint(point) = block {
            if let Some(
                Part::Text { cache_control, .. }
                | Part::Image { cache_control, .. }
                | Part::File { cache_control, .. },
            ) = parts.last_mut()
            {
                if cache_control.is_none() {
                    *cache_control = Some(point.into());
                    continue;
                }
            }
        }
        parts.push(write_part(block));
    }
    parts
}

fn write_part(block: &ContentBlock) -> Part<'_> {
    match block {
        ContentBlock::Text(text) => Part::Text { r#type: "text", text: &text.text, cache_control: None },
        ContentBlock::Image(image) => match image_url(image) {
            Some(url) => {
                let image_url = Url { url, detail: image.detail };
                Part::Image { r#type: "image_url", image_url, cache_control: None }
            }
            None => Part::Block(Cow::Borrowed(block)),
        },
        ContentBlock::Audio(audio) => match input_audio(audio) {
            Some(input_audio) => Part::Audio { r#type: "input_audio", input_audio },
            None => Part::Block(Cow::Borrowed(block)),
        },
        ContentBlock::Document(document) => match file(document) {
            Some(file) => Part::File { r#type: "file", file, cache_control: None },
            None => Part::Block(without_text(block, document)),
        },
        block => Part::Block(Cow::Borrowed(block)),
    }
}

fn image_url(image: &ImageContent) -> Option<Cow<'_, str>> {
    match (&image.data_uri, &image.image_url) {
        (Some(uri), None) => Some(Cow::Owned(uri.to_string())),
        (None, Some(url)) => Some(Cow::Borrowed(url)),
        _ => None,
    }
}

fn input_audio(audio: &AudioContent) -> Option<InputAudio<'_>> {
    let uri = audio.data_uri.as_ref().filter(|uri| uri.is_base64() && audio.transcript.is_none())?;
    let format = uri.media_type()?.strip_prefix("audio/")?.to_owned();
    Some(InputAudio { data: uri.payload().base64(), format })
}

/// Returns the text of a document as its bytes: a part with a member `text` would be parsed as text.
fn text_as_data_uri(document: &DocumentContent) -> Option<DataUri> {
    let text = document.text.as_ref()?;
    Some(DataUri::new("text/plain", Blob::from_bytes(text.clone().into_bytes())))
}

fn without_text<'a>(block: &'a ContentBlock, document: &DocumentContent) -> Cow<'a, ContentBlock> {
    match text_as_data_uri(document) {
        Some(uri) => {
            let mut document = document.clone();
            document.text = None;
            document.data_uri.get_or_insert(uri);
            Cow::Owned(document.into())
        }
        None => Cow::Borrowed(block),
    }
}

/// Returns a document as a file, if that has all of it.
fn file(document: &DocumentContent) -> Option<File<'_>> {
    let has_more = document.chunks.is_some()
        || document.context.is_some()
        || document.citations.is_some()
        || document.name.is_none();
    let uri = document.data_uri.clone().or_else(|| text_as_data_uri(document));
    if has_more || uri.is_some() == document.document_url.is_some() {
        return None;
    }
    Some(File {
        filename: document.name.as_deref(),
        file_data: uri.map(|uri| uri.to_string()),
        file_id: document.document_url.as_deref(),
    })
}
