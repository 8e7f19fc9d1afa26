//! Pieces of blocks.

use outcrop_core::{Blob, CitationLocation, RawJson, open_struct, open_union};

use crate::wire::{ErrorBlock, MediaSource};

open_union! {
    /// A piece of a block.
    pub enum ContentBlockDelta {
        /// Words.
        Text(String) = "text",
        /// A piece of the input of a tool.
        ToolUse(ToolUseBlockDelta) = "toolUse",
        /// Pieces of the result of a tool that the service ran.
        ToolResult(Vec<ToolResultBlockDelta>) = "toolResult",
        /// A piece of what the model thought.
        ReasoningContent(ReasoningContentBlockDelta) = "reasoningContent",
        /// A source of the words.
        Citation(CitationsDelta) = "citation",
        /// A piece of an image.
        Image(ImageBlockDelta) = "image",
    }
}

open_struct! {
    /// A piece of the input of a tool.
    pub struct ToolUseBlockDelta {
        /// A piece of JSON text; only all pieces together are JSON.
        required input: String = "input",
    }
}

open_union! {
    /// A piece of the result of a tool.
    pub enum ToolResultBlockDelta {
        /// Words.
        Text(String) = "text",
        /// JSON.
        Json(RawJson) = "json",
    }
}

open_union! {
    /// A piece of what the model thought.
    pub enum ReasoningContentBlockDelta {
        /// Words.
        Text(String) = "text",
        /// Thoughts that the provider has encrypted.
        RedactedContent(Blob) = "redactedContent",
        /// The signature of the words, in one piece as a rule.
        Signature(String) = "signature",
    }
}

open_struct! {
    /// A source of the words.
    pub struct CitationsDelta {
        /// Its title.
        optional title: String = "title",
        /// What is cited.
        optional source: String = "source",
        /// The passage.
        optional source_content: Vec<CitationSourceContentDelta> = "sourceContent",
        /// The place of the passage.
        optional location: CitationLocation = "location",
    }
}

open_struct! {
    /// A piece of a passage.
    pub struct CitationSourceContentDelta {
        /// Words.
        optional text: String = "text",
    }
}

open_struct! {
    /// A piece of an image.
    pub struct ImageBlockDelta {
        /// Its bytes.
        optional source: MediaSource = "source",
        /// Why there are none.
        optional error: ErrorBlock = "error",
    }
}
