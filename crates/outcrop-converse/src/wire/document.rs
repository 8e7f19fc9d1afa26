//! Documents and search results, which a model may cite, and the citations in its responses.

use outcrop_core::{Blob, CitationLocation, open_enum, open_struct, open_union};

use super::S3Location;

open_enum! {
    /// The format of a document.
    pub enum DocumentFormat {
        Pdf = "pdf", Csv = "csv", Doc = "doc", Docx = "docx", Xls = "xls", Xlsx = "xlsx", Html = "html", Txt = "txt",
        Md = "md",
    }
}

open_struct! {
    /// A document.
    pub struct DocumentBlock {
        /// The format. Absent means plain text.
        optional format: DocumentFormat = "format",
        // The characters that the service accepts are narrower than this type: see `naming::document`.
        /// The name, which the model sees.
        required name: String = "name",
        /// The content.
        required source: DocumentSource = "source",
        /// A description of the document, which the model sees.
        optional context: String = "context",
        /// Whether the model cites the document.
        optional citations: CitationsConfig = "citations",
    }
}

open_union! {
    /// The content of a document, or its location.
    pub enum DocumentSource {
        /// Bytes in the format of the document.
        Bytes(Blob) = "bytes",
        /// An object in S3.
        S3Location(S3Location) = "s3Location",
        // Claude accepts the next two only if citations are enabled:
        // https://github.com/awslabs/aws-sdk-rust/issues/1365 (M67).
        /// Text.
        Text(String) = "text",
        /// Parts that a citation can refer to.
        Content(Vec<DocumentContentBlock>) = "content",
    }
}

open_union! {
    /// A part of a document.
    pub enum DocumentContentBlock {
        /// Text.
        Text(String) = "text",
    }
}

open_struct! {
    /// A search result.
    pub struct SearchResultBlock {
        /// The source of the search result, such as its URL.
        required source: String = "source",
        /// The title.
        required title: String = "title",
        /// The text, in parts that a citation can refer to.
        required content: Vec<SearchResultContentBlock> = "content",
        /// Whether the model cites the search result.
        optional citations: CitationsConfig = "citations",
    }
}

open_struct! {
    /// A part of a search result.
    pub struct SearchResultContentBlock {
        /// The text.
        required text: String = "text",
    }
}

open_struct! {
    /// The setting whether the model cites a document or a search result.
    pub struct CitationsConfig {
        /// Whether citations are enabled.
        required enabled: bool = "enabled",
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
