//! Citations: the sources of statements in the text.
//!
//! The members of AG2's `CitationContent` come first. `source` and `location` carry what Converse reports about
//! citations, see <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html>.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::json::{JsonError, JsonObject};
use crate::redacted::{Redacted, RedactedDebug};
use crate::{open_struct, open_union};

content_block! {
    /// The source of a statement in the text.
    ///
    /// The text that cites it is the nearest text block before it;
    /// [`TextContent::cited_by`](crate::TextContent::cited_by) counts the citations of a text.
    pub struct CitationContent = "citation" {
        /// The URL of the source. It is empty if the source is a document of the request.
        required url: String,
        /// The title of the source. It may be empty.
        required title: String,
        /// The cited passage. It may be empty.
        required snippet: String,
        /// The relevance of the source, if the provider reports it. The scale depends on the provider.
        nullable relevance_score: f64,
        /// The name of the source, if the provider reports one in addition to the URL.
        optional source: String,
        /// The location of the passage within the source.
        optional location: CitationLocation,
    }
}

open_union! {
    /// The location of a cited passage within its source.
    pub enum CitationLocation {
        /// A page on the web.
        Web(WebLocation) = "web",
        /// A range of characters of a document.
        DocumentChar(DocumentSpan) = "documentChar",
        /// A range of pages of a document.
        DocumentPage(DocumentSpan) = "documentPage",
        /// A range of chunks of a document.
        DocumentChunk(DocumentSpan) = "documentChunk",
        /// A range of content blocks of a search result.
        SearchResult(SearchResultSpan) = "searchResultLocation",
    }
}

open_struct! {
    /// A location on the web.
    pub struct WebLocation {
        /// The URL.
        optional url: String = "url",
        /// The domain.
        optional domain: String = "domain",
    }
}

open_struct! {
    /// A part of a document of the request. The unit (characters, pages or chunks) depends on the variant of
    /// [`CitationLocation`].
    pub struct DocumentSpan {
        /// The index of the document in the request, counted from 0.
        optional document_index: u64 = "documentIndex",
        /// The start of the passage.
        optional start: u64 = "start",
        /// The end of the passage.
        optional end: u64 = "end",
    }
}

open_struct! {
    /// A part of a search result of the request.
    pub struct SearchResultSpan {
        /// The index of the search result in the request, counted from 0.
        optional search_result_index: u64 = "searchResultIndex",
        /// The index of the content block in which the passage starts.
        optional start: u64 = "start",
        /// The index of the content block in which the passage ends.
        optional end: u64 = "end",
    }
}

impl CitationContent {
    /// Creates a citation with the members that AG2 requires.
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
