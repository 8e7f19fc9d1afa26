//! Messages, and the blocks that they and the system prompt consist of: text, reasoning, cited text.

use outcrop_core::{Blob, CitationLocation, open_enum, open_struct, open_union};

use super::{
    AudioBlock, CachePointBlock, DocumentBlock, GuardrailConverseContentBlock, ImageBlock, SearchResultBlock,
    ToolAdditionBlock, ToolRemovalBlock, ToolResultBlock, ToolUseBlock, VideoBlock,
};

open_enum! {
    /// The role of a message.
    pub enum ConversationRole {
        /// The user. The results of tools have this role, too.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// Instructions in the middle of a conversation, for models that support them.
        System = "system",
    }
}

open_struct! {
    /// A message of the conversation.
    pub struct Message {
        /// The role of the message.
        required role: ConversationRole = "role",
        // The service model requires it, but recorded responses lack it, and a response that was billed must be
        // readable. The reader of a request treats absent content as empty.
        /// The blocks of the message.
        optional content: Vec<ContentBlock> = "content",
    }
}

impl Message {
    /// Creates a message from its blocks.
    #[must_use]
    pub fn from_blocks(role: ConversationRole, content: Vec<ContentBlock>) -> Self {
        Self { content: Some(content), ..Self::new(role) }
    }

    /// Returns the blocks of the message. There are none if `content` is absent.
    #[must_use]
    pub fn blocks(&self) -> &[ContentBlock] {
        self.content.as_deref().unwrap_or_default()
    }
}

open_union! {
    /// A block of a message.
    pub enum ContentBlock {
        /// Text.
        Text(String) = "text",
        /// An image.
        Image(ImageBlock) = "image",
        /// A document.
        Document(DocumentBlock) = "document",
        /// A video.
        Video(VideoBlock) = "video",
        /// Audio.
        Audio(AudioBlock) = "audio",
        /// A tool call.
        ToolUse(ToolUseBlock) = "toolUse",
        /// A tool result.
        ToolResult(ToolResultBlock) = "toolResult",
        // Without any such block, the guardrail evaluates the whole conversation, and bills for it in each turn. See
        // https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-converse-api.html.
        /// Content that the guardrail evaluates.
        GuardContent(GuardrailConverseContentBlock) = "guardContent",
        /// A cache point.
        CachePoint(CachePointBlock) = "cachePoint",
        /// Reasoning.
        ReasoningContent(ReasoningContentBlock) = "reasoningContent",
        /// Text with its citations.
        CitationsContent(CitationsContentBlock) = "citationsContent",
        /// A search result that the model may cite.
        SearchResult(SearchResultBlock) = "searchResult",
        // The next two are for messages of the role `system`, and newer than botocore 1.43.11.
        /// A tool that the model may call from here on.
        ToolAddition(ToolAdditionBlock) = "toolAddition",
        /// A tool that the model may not call from here on.
        ToolRemoval(ToolRemovalBlock) = "toolRemoval",
    }
}

open_union! {
    /// A block of the system prompt.
    pub enum SystemContentBlock {
        /// Text, which must not be empty.
        Text(String) = "text",
        /// Content that the guardrail evaluates.
        GuardContent(GuardrailConverseContentBlock) = "guardContent",
        /// A cache point.
        CachePoint(CachePointBlock) = "cachePoint",
    }
}

open_union! {
    /// The reasoning of a model.
    pub enum ReasoningContentBlock {
        /// Reasoning in plain text.
        ReasoningText(ReasoningTextBlock) = "reasoningText",
        /// Reasoning that the model's provider has encrypted.
        RedactedContent(Blob) = "redactedContent",
    }
}

open_struct! {
    /// Reasoning in plain text.
    pub struct ReasoningTextBlock {
        // The service model requires it, but Claude since 4.7 sends the signature alone. A block that is lost for its
        // missing text makes the next request fail: https://github.com/0xPlaygrounds/rig/issues/1674 (M29).
        /// The text. It may be empty or absent if there is a signature.
        optional text: String = "text",
        /// The provider's signature of the text, which proves to the model that the text is unchanged.
        optional signature: String = "signature",
    }
}

open_struct! {
    /// Text with its citations.
    pub struct CitationsContentBlock {
        // A cited text comes in several blocks, and only together they are the response:
        // https://github.com/agentgateway/agentgateway/issues/2007 (M72).
        /// The text, in parts.
        optional content: Vec<CitationGeneratedContent> = "content",
        /// The citations.
        optional citations: Vec<Citation> = "citations",
    }
}

open_union! {
    /// A part of a cited text.
    pub enum CitationGeneratedContent {
        /// Text.
        Text(String) = "text",
    }
}

open_struct! {
    /// A citation.
    ///
    /// Any member may be absent: Nova's citations of web pages have neither title nor passage (L129).
    pub struct Citation {
        /// The title of the source.
        optional title: String = "title",
        /// The source, such as a document's name or a URL.
        optional source: String = "source",
        /// The cited passage.
        optional source_content: Vec<CitationSourceContent> = "sourceContent",
        /// The location of the passage in the source.
        optional location: CitationLocation = "location",
    }
}

open_union! {
    /// A part of a cited passage.
    pub enum CitationSourceContent {
        /// Text.
        Text(String) = "text",
    }
}
