//! Messages.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::content::{CitationContent, ContentBlock, ContentParser, ReasoningContent, ToolCallContent};
use crate::json::JsonObject;
use crate::redacted::{Redacted, RedactedDebug};
use crate::role::Role;

/// What one speaker says in one turn, as AG2's `UnifiedMessage`.
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
    /// Who speaks.
    pub role: Role,
    /// What is said, in order.
    pub content: Vec<ContentBlock>,
    /// The speaker's name, where several share a role.
    pub name: Option<String>,
    /// Whatever the program wants to keep beside the message; never sent.
    pub metadata: JsonObject,
}

impl UnifiedMessage {
    /// A message of some role.
    #[must_use]
    pub fn new(role: Role, content: Vec<ContentBlock>) -> Self {
        Self { role, content, name: None, metadata: JsonObject::new() }
    }

    /// Words of the user.
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self::new(Role::User, vec![ContentBlock::text(text)])
    }

    /// Words of the assistant.
    #[must_use]
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::new(Role::Assistant, vec![ContentBlock::text(text)])
    }

    /// Rules for the conversation.
    #[must_use]
    pub fn system(text: impl Into<String>) -> Self {
        Self::new(Role::System, vec![ContentBlock::text(text)])
    }

    /// The result of a tool call.
    #[must_use]
    pub fn tool_result(tool_call_id: impl Into<String>, output: impl Into<String>) -> Self {
        Self::new(Role::Tool, vec![crate::ToolResultContent::new(tool_call_id, output).into()])
    }

    /// The words of the text blocks, one space between blocks; a cited text continues the one before it, since
    /// providers cut one text where its source changes.
    #[must_use]
    pub fn text(&self) -> String {
        joined_text(&self.content)
    }

    /// AG2's `get_text`: what every block has to say, prose for calls and citations included, one space between them.
    #[must_use]
    pub fn rendered_text(&self) -> String {
        let texts: Vec<_> =
            self.content.iter().map(ContentBlock::rendered_text).filter(|t| !t.is_empty()).collect();
        texts.join(" ")
    }

    /// The text of a structured answer, where the request asked for one and the model gave it.
    #[must_use]
    pub fn structured_text(&self) -> Option<&str> {
        let texts = self
            .content
            .iter()
            .filter_map(|block| if let ContentBlock::Text(text) = block { Some(text) } else { None });
        texts.into_iter().find(|text| text.structured == Some(true)).map(|text| text.text.as_str())
    }

    /// The blocks of some type; generic ones by the type that they came with.
    pub fn get_content_by_type<'a>(&'a self, block_type: &'a str) -> impl Iterator<Item = &'a ContentBlock> {
        self.content.iter().filter(move |block| block.block_type() == block_type)
    }

    /// The reasoning blocks.
    pub fn reasoning(&self) -> impl Iterator<Item = &ReasoningContent> {
        self.content
            .iter()
            .filter_map(|block| if let ContentBlock::Reasoning(r) = block { Some(r) } else { None })
    }

    /// The citations.
    pub fn citations(&self) -> impl Iterator<Item = &CitationContent> {
        self.content
            .iter()
            .filter_map(|block| if let ContentBlock::Citation(c) = block { Some(c) } else { None })
    }

    /// The tool calls, those that the provider ran itself included.
    pub fn tool_calls(&self) -> impl Iterator<Item = &ToolCallContent> {
        self.content.iter().filter_map(ContentBlock::as_tool_call)
    }
}

/// The words of the text blocks. See [`UnifiedMessage::text`].
pub(crate) fn joined_text(blocks: &[ContentBlock]) -> String {
    let mut words = String::new();
    let mut after_cited = false;
    for block in blocks {
        let ContentBlock::Text(block) = block else { continue };
        let cited = block.cited_by.is_some();
        if !words.is_empty() && !block.text.is_empty() && !cited && !after_cited {
            words.push(' ');
        }
        words.push_str(&block.text);
        after_cited = cited;
    }
    words
}

impl fmt::Debug for UnifiedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnifiedMessage")
            .field("role", &self.role)
            .field("content", &Redacted(&self.content))
            .finish()
    }
}

impl RedactedDebug for UnifiedMessage {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl<'de> Deserialize<'de> for UnifiedMessage {
    /// Reads a message. A block may leave out its `type` where its members tell it (`text`, `tool_call_id`, …).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        MessageMembers::deserialize(deserializer).map(|members| members.into_message(&ContentParser::new()))
    }
}

/// A message as its JSON has it, blocks not read yet.
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
    /// Reads a message whose blocks may be of types that were registered with this parser.
    ///
    /// # Errors
    /// [`JsonError`](crate::JsonError) when the text is no message: `role` or `content` missing, or of the wrong kind.
    pub fn parse_message(&self, text: &str) -> Result<UnifiedMessage, crate::JsonError> {
        crate::json::from_str::<MessageMembers>(text).map(|members| members.into_message(self))
    }
}

#[cfg(test)]
mod tests;
