//! Messages of a conversation: AG2's `UnifiedMessage`.

mod content;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

pub use content::MessageContent;

use crate::content::{
    CachePointContent, CitationContent, ContentBlock, ContentParser, ReasoningContent, ToolCallContent,
    ToolResultContent,
};
use crate::json::{JsonError, JsonObject, from_str};
use crate::redacted::{Redacted, RedactedDebug};
use crate::role::Role;

/// A message of a conversation: a role and content blocks.
///
/// The JSON is that of AG2's `UnifiedMessage`, defined in
/// <https://github.com/ag2ai/ag2-classic/blob/main/autogen/llm_clients/models/unified_message.py>: `role`, `content`,
/// `name`, `metadata`. Unknown members of the message itself are ignored when it is parsed.
///
/// ```
/// use outcrop_core::{Role, UnifiedMessage};
///
/// let message = UnifiedMessage::user("What is basalt?");
/// assert_eq!(message.role, Role::User);
/// assert_eq!(message.text(), "What is basalt?");
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UnifiedMessage {
    /// The role of the author.
    pub role: Role,
    /// The blocks in order. Copies of a message share them until one of the copies is changed.
    pub content: MessageContent,
    /// The name of the author, to distinguish several authors with one role.
    pub name: Option<String>,
    /// Data of the program about the message. It is never sent to a provider.
    pub metadata: JsonObject,
}

impl UnifiedMessage {
    /// Creates a message.
    #[must_use]
    pub fn new(role: Role, content: Vec<ContentBlock>) -> Self {
        Self { role, content: content.into(), name: None, metadata: JsonObject::new() }
    }

    /// Creates a user message from text.
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self::new(Role::User, vec![ContentBlock::text(text)])
    }

    /// Creates an assistant message from text.
    #[must_use]
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::new(Role::Assistant, vec![ContentBlock::text(text)])
    }

    /// Creates a system message from text.
    #[must_use]
    pub fn system(text: impl Into<String>) -> Self {
        Self::new(Role::System, vec![ContentBlock::text(text)])
    }

    /// Creates a message with the result of a tool call.
    #[must_use]
    pub fn tool_result(tool_call_id: impl Into<String>, output: impl Into<String>) -> Self {
        Self::new(Role::Tool, vec![ToolResultContent::new(tool_call_id, output).into()])
    }

    /// Creates a message with the results of the tool calls of a response. They must be together in one message.
    ///
    /// ```
    /// use outcrop_core::{Role, ToolResultContent, UnifiedMessage};
    ///
    /// let results = vec![ToolResultContent::new("call_1", "21 °C"), ToolResultContent::new("call_2", "19 °C")];
    /// let message = UnifiedMessage::tool_results(results);
    /// assert_eq!((message.role, message.content.len()), (Role::Tool, 2));
    /// ```
    #[must_use]
    pub fn tool_results(results: impl IntoIterator<Item = ToolResultContent>) -> Self {
        Self::new(Role::Tool, results.into_iter().map(ContentBlock::from).collect())
    }

    /// Adds a block.
    #[must_use]
    pub fn with(mut self, block: impl Into<ContentBlock>) -> Self {
        self.content.push(block.into());
        self
    }

    /// Adds a cache point, so that the provider may cache the prompt up to here.
    ///
    /// ```
    /// use outcrop_core::{ContentBlock, UnifiedMessage};
    ///
    /// let message = UnifiedMessage::user("A long text.").cached();
    /// assert!(matches!(message.content[1], ContentBlock::CachePoint(_)));
    /// ```
    #[must_use]
    pub fn cached(self) -> Self {
        self.with(CachePointContent::new())
    }

    /// Returns the text of the text blocks, joined with spaces.
    ///
    /// There is no space next to a cited text, because providers split a text where its source changes. See
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CitationsContentBlock.html>.
    #[must_use]
    pub fn text(&self) -> String {
        joined_text(&self.content)
    }

    /// Renders all blocks as text, joined with spaces: AG2's `get_text`. See [`ContentBlock::rendered_text`].
    #[must_use]
    pub fn rendered_text(&self) -> String {
        let texts: Vec<_> =
            self.content.iter().map(ContentBlock::rendered_text).filter(|t| !t.is_empty()).collect();
        texts.join(" ")
    }

    /// Iterates over the blocks of a type. Generic blocks have the type that they were parsed with.
    pub fn get_content_by_type<'a>(&'a self, block_type: &'a str) -> impl Iterator<Item = &'a ContentBlock> {
        self.content.iter().filter(move |block| block.block_type() == block_type)
    }

    /// Iterates over the reasoning blocks.
    pub fn reasoning(&self) -> impl Iterator<Item = &ReasoningContent> {
        self.content
            .iter()
            .filter_map(|block| if let ContentBlock::Reasoning(r) = block { Some(r) } else { None })
    }

    /// Iterates over the citations.
    pub fn citations(&self) -> impl Iterator<Item = &CitationContent> {
        self.content
            .iter()
            .filter_map(|block| if let ContentBlock::Citation(c) = block { Some(c) } else { None })
    }

    /// Iterates over the tool calls, including those that the provider ran.
    pub fn tool_calls(&self) -> impl Iterator<Item = &ToolCallContent> {
        self.content.iter().filter_map(ContentBlock::as_tool_call)
    }
}

/// Returns the text of the text blocks. See [`UnifiedMessage::text`].
pub(crate) fn joined_text(blocks: &[ContentBlock]) -> String {
    let mut joined = String::new();
    let mut after_cited = false;
    for block in blocks {
        let ContentBlock::Text(block) = block else { continue };
        // A cited text is one part of a text that the provider split, so a space could fall within a word.
        let cited = block.cited_by.is_some();
        if !joined.is_empty() && !block.text.is_empty() && !cited && !after_cited {
            joined.push(' ');
        }
        joined.push_str(&block.text);
        after_cited = cited;
    }
    joined
}

impl fmt::Debug for UnifiedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnifiedMessage")
            .field("role", &self.role)
            .field("content", &Redacted(&self.content))
            // Not `name` and `metadata`, which may identify a person.
            .finish()
    }
}

impl RedactedDebug for UnifiedMessage {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl<'de> Deserialize<'de> for UnifiedMessage {
    /// Parses a message. The `type` of a block may be absent if its members decide it (`text`, `tool_call_id`, …).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        MessageMembers::deserialize(deserializer).map(|members| members.into_message(&ContentParser::new()))
    }
}

/// A message whose blocks are not parsed yet.
///
/// Blocks depend on the types that a [`ContentParser`] has registered, and serde cannot pass a parser to `Deserialize`.
#[derive(Deserialize)]
struct MessageMembers {
    role: Role,
    content: Vec<JsonObject>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    metadata: Option<JsonObject>,
}

impl MessageMembers {
    fn into_message(self, parser: &ContentParser) -> UnifiedMessage {
        UnifiedMessage {
            role: self.role,
            content: self.content.into_iter().map(|members| parser.parse_in_message(members)).collect(),
            name: self.name,
            metadata: self.metadata.unwrap_or_default(),
        }
    }
}

impl ContentParser {
    /// Parses a message whose blocks may have types that are registered with this parser.
    ///
    /// # Errors
    /// [`JsonError`] if the text is not a message: `role` or `content` is missing or has the wrong type.
    pub fn parse_message(&self, text: &str) -> Result<UnifiedMessage, JsonError> {
        from_str::<MessageMembers>(text).map(|members| members.into_message(self))
    }
}

#[cfg(test)]
mod tests;
