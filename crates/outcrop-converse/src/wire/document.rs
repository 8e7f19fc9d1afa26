//! Documents.

use outcrop_core::{Blob, open_enum, open_struct, open_union};

use super::{CitationsConfig, S3Location};

open_enum! {
    /// How a document is coded.
    pub enum DocumentFormat {
        Pdf = "pdf", Csv = "csv", Doc = "doc", Docx = "docx", Xls = "xls", Xlsx = "xlsx", Html = "html", Txt = "txt",
        Md = "md",
    }
}

open_struct! {
    /// A document.
    pub struct DocumentBlock {
        /// Its coding; plain text when absent.
        optional format: DocumentFormat = "format",
        /// Its name, shown to the model.
        required name: String = "name",
        /// Its content.
        required source: DocumentSource = "source",
        /// What it is about, told to the model.
        optional context: String = "context",
        /// Whether the model shall cite it.
        optional citations: CitationsConfig = "citations",
    }
}

open_union! {
    /// Where the content of a document is.
    pub enum DocumentSource {
        /// Here, as bytes.
        Bytes(Blob) = "bytes",
        /// In S3.
        S3Location(S3Location) = "s3Location",
        /// Here, as text.
        Text(String) = "text",
        /// Here, as pieces of text that citations can point to.
        Content(Vec<DocumentContentBlock>) = "content",
    }
}

open_union! {
    /// A piece of a document.
    pub enum DocumentContentBlock {
        /// Words.
        Text(String) = "text",
    }
}
