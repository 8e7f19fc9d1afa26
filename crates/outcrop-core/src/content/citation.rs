//! Where a statement of the answer comes from.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::json::{JsonError, JsonObject};
use crate::redacted::{Redacted, RedactedDebug};
use crate::{open_struct, open_union};

content_block! {
    /// Where a statement of the answer comes from.
    pub struct CitationContent = "citation" {
        /// The address of the source; empty when the source is a document of the request.
        required url: String,
        /// The title of the source; may be empty.
        required title: String,
        /// The passage that is cited; may be empty.
        required snippet: String,
        /// How relevant the source is, where the provider says so.
        nullable relevance_score: f64,
        /// What is cited, where the provider names it apart from the address.
        optional source: String,
        /// The place within the source.
        optional location: CitationLocation,
    }
}

open_union! {
    /// The place of a cited passage within its source.
    pub enum CitationLocation {
        /// On the web.
        Web(WebLocation) = "web",
        /// Characters of a document.
        DocumentChar(DocumentSpan) = "documentChar",
        /// Pages of a document.
        DocumentPage(DocumentSpan) = "documentPage",
        /// Chunks of a document.
        DocumentChunk(DocumentSpan) = "documentChunk",
        /// Blocks of a search result.
        SearchResult(SearchResultSpan) = "searchResultLocation",
    }
}

open_struct! {
    /// A place on the web.
    pub struct WebLocation {
        /// The address.
        optional url: String = "url",
        /// The domain.
        optional domain: String = "domain",
    }
}

open_struct! {
    /// A part of one of the request's documents; what it counts (characters, pages, chunks) its union member says.
    pub struct DocumentSpan {
        /// Which document, counted from 0 over the request.
        optional document_index: u64 = "documentIndex",
        /// Where the passage starts.
        optional start: u64 = "start",
        /// Where it ends.
        optional end: u64 = "end",
    }
}

open_struct! {
    /// A part of one of the request's search results.
    pub struct SearchResultSpan {
        /// Which search result, counted from 0 over the request.
        optional search_result_index: u64 = "searchResultIndex",
        /// The block where the passage starts.
        optional start: u64 = "start",
        /// The block where it ends.
        optional end: u64 = "end",
    }
}

impl CitationContent {
    /// A citation of a source.
    #[must_use]
    pub fn new(url: impl Into<String>, title: impl Into<String>, snippet: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            title: title.into(),
            snippet: snippet.into(),
            relevance_score: None,
            source: None,
            location: None,
            extra: JsonObject::new(),
            unknown: JsonObject::new(),
        }
    }

    pub(super) fn rendered_text(&self) -> Cow<'_, str> {
        if self.title.is_empty() {
            Cow::Borrowed("")
        } else {
            Cow::Owned(format!("citation: {}", self.title))
        }
    }
}
