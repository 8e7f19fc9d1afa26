//! Search results that the model may cite.

use outcrop_core::open_struct;

use super::CitationsConfig;

open_struct! {
    /// A search result.
    pub struct SearchResultBlock {
        /// Where it was found.
        required source: String = "source",
        /// Its title.
        required title: String = "title",
        /// Its text, in pieces.
        required content: Vec<SearchResultContentBlock> = "content",
        /// Whether the model shall cite it.
        optional citations: CitationsConfig = "citations",
    }
}

open_struct! {
    /// A piece of a search result.
    pub struct SearchResultContentBlock {
        /// Words.
        required text: String = "text",
    }
}
