//! What messages and system prompts are made of.

use outcrop_core::open_union;

use super::{
    AudioBlock, CachePointBlock, CitationsContentBlock, DocumentBlock, GuardrailConverseContentBlock,
    ImageBlock, ReasoningContentBlock, SearchResultBlock, ToolAdditionBlock, ToolRemovalBlock,
    ToolResultBlock, ToolUseBlock, VideoBlock,
};

open_union! {
    /// One piece of a message.
    pub enum ContentBlock {
        /// Words.
        Text(String) = "text",
        /// An image.
        Image(ImageBlock) = "image",
        /// A document.
        Document(DocumentBlock) = "document",
        /// A video.
        Video(VideoBlock) = "video",
        /// Sound.
        Audio(AudioBlock) = "audio",
        /// The model asks for a tool.
        ToolUse(ToolUseBlock) = "toolUse",
        /// What a tool gave back.
        ToolResult(ToolResultBlock) = "toolResult",
        /// Content that the guardrail shall judge.
        GuardContent(GuardrailConverseContentBlock) = "guardContent",
        /// A mark up to which the prompt may be cached.
        CachePoint(CachePointBlock) = "cachePoint",
        /// What the model thought.
        ReasoningContent(ReasoningContentBlock) = "reasoningContent",
        /// Words with their sources.
        CitationsContent(CitationsContentBlock) = "citationsContent",
        /// A search result that the model may cite.
        SearchResult(SearchResultBlock) = "searchResult",
        /// From here on the model may call one more tool (in messages of the role `system`).
        ToolAddition(ToolAdditionBlock) = "toolAddition",
        /// From here on the model may no longer call a tool (in messages of the role `system`).
        ToolRemoval(ToolRemovalBlock) = "toolRemoval",
    }
}

open_union! {
    /// One piece of the system prompt.
    pub enum SystemContentBlock {
        /// Words.
        Text(String) = "text",
        /// Content that the guardrail shall judge.
        GuardContent(GuardrailConverseContentBlock) = "guardContent",
        /// A mark up to which the prompt may be cached.
        CachePoint(CachePointBlock) = "cachePoint",
    }
}
