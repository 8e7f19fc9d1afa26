//! Words with their sources.

use outcrop_core::{CitationLocation, open_struct, open_union};

open_struct! {
    /// Whether a document or search result shall be cited.
    pub struct CitationsConfig {
        /// Whether it shall.
        required enabled: bool = "enabled",
    }
}

open_struct! {
    /// Words with their sources.
    pub struct CitationsContentBlock {
        /// The words.
        optional content: Vec<CitationGeneratedContent> = "content",
        /// The sources.
        optional citations: Vec<Citation> = "citations",
    }
}

open_union! {
    /// A piece of the words.
    pub enum CitationGeneratedContent {
        /// Words.
        Text(String) = "text",
    }
}

open_struct! {
    /// A source. Any of its members may be absent (lesson L129).
    pub struct Citation {
        /// Its title.
        optional title: String = "title",
        /// What is cited.
        optional source: String = "source",
        /// The passage.
        optional source_content: Vec<CitationSourceContent> = "sourceContent",
        /// The place of the passage.
        optional location: CitationLocation = "location",
    }
}

open_union! {
    /// A piece of a passage.
    pub enum CitationSourceContent {
        /// Words.
        Text(String) = "text",
    }
}
