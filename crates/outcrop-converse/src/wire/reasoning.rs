//! What models thought.

use outcrop_core::{Blob, open_struct, open_union};

open_union! {
    /// What the model thought.
    pub enum ReasoningContentBlock {
        /// In words.
        ReasoningText(ReasoningTextBlock) = "reasoningText",
        /// Encrypted by the provider of the model.
        RedactedContent(Blob) = "redactedContent",
    }
}

open_struct! {
    /// What the model thought, in words.
    pub struct ReasoningTextBlock {
        /// The words; empty where the model sends only the signature. The API requires it; some replies lack it.
        optional text: String = "text",
        /// The provider's signature over the words.
        optional signature: String = "signature",
    }
}
