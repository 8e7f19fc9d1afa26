//! The formats of media and documents, by media type and by the extension of a name.
//!
//! A format is never guessed: the service rejects a wrong one, and a model that got a relabelled file would answer to
//! something else. What is not listed here is an error with the name of the media type.

use crate::wire::{AudioFormat, DocumentFormat, ImageFormat, VideoFormat};

/// Returns the extension of a name or URL, in lower case. Empty if there is none.
pub(crate) fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// Returns the format of an image by its media type.
pub(crate) fn image_format(media_type: &str) -> Option<ImageFormat> {
    match media_type {
        "image/png" | "image/x-png" => Some(ImageFormat::Png),
        // Browsers and libraries write `image/jpg`, which no registry lists. svg, bmp and tiff are rejected by the service:
        // https://github.com/NousResearch/hermes-agent/issues/55429 (L50).
        "image/jpeg" | "image/jpg" | "image/pjpeg" => Some(ImageFormat::Jpeg),
        "image/gif" => Some(ImageFormat::Gif),
        "image/webp" => Some(ImageFormat::Webp),
        _ => None,
    }
}

/// Returns the format of a video by its media type.
pub(crate) fn video_format(media_type: &str) -> Option<VideoFormat> {
    let subtype = media_type.strip_prefix("video/")?;
    let format = match subtype {
        "quicktime" => VideoFormat::Mov,
        "x-matroska" => VideoFormat::Mkv,
        "x-flv" => VideoFormat::Flv,
        "x-ms-wmv" => VideoFormat::Wmv,
        "3gpp" | "3gp" => VideoFormat::ThreeGp,
        other => VideoFormat::from(other),
    };
    Some(format).filter(VideoFormat::is_known)
}

/// Returns the format of audio by its media type.
pub(crate) fn audio_format(media_type: &str) -> Option<AudioFormat> {
    let subtype = media_type.strip_prefix("audio/")?;
    let format = match subtype {
        "x-wav" | "wave" | "vnd.wave" => AudioFormat::Wav,
        "x-m4a" => AudioFormat::M4a,
        "x-flac" => AudioFormat::Flac,
        other => AudioFormat::from(other),
    };
    Some(format).filter(AudioFormat::is_known)
}

/// Returns the format of a document by its media type or by the extension of its name.
pub(crate) fn document_format(label: &str) -> Option<DocumentFormat> {
    let format = match label {
        "application/pdf" => DocumentFormat::Pdf,
        "text/csv" => DocumentFormat::Csv,
        "application/msword" => DocumentFormat::Doc,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => DocumentFormat::Docx,
        "application/vnd.ms-excel" => DocumentFormat::Xls,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => DocumentFormat::Xlsx,
        "text/html" | "htm" => DocumentFormat::Html,
        "text/plain" => DocumentFormat::Txt,
        "text/markdown" | "text/x-markdown" | "markdown" => DocumentFormat::Md,
        extension => DocumentFormat::from(extension),
    };
    Some(format).filter(DocumentFormat::is_known)
}

/// The media types of text that are neither `text/…` nor based on JSON, XML or YAML by their suffix.
const TEXT_MEDIA_TYPES: &[&str] = &[
    "application/ecmascript",
    "application/graphql",
    "application/javascript",
    "application/json",
    "application/json5",
    "application/jsonl",
    "application/ndjson",
    "application/sql",
    "application/toml",
    "application/typescript",
    "application/x-httpd-php",
    "application/x-javascript",
    "application/x-ndjson",
    "application/x-sh",
    "application/x-tex",
    "application/x-yaml",
    "application/xml",
    "application/yaml",
];

/// The extensions of text files that models are often sent, apart from those of documents.
const TEXT_EXTENSIONS: &[&str] = &[
    "bash",
    "bat",
    "bib",
    "c",
    "cc",
    "cfg",
    "cjs",
    "clj",
    "cmake",
    "conf",
    "cpp",
    "cs",
    "css",
    "cts",
    "cu",
    "dart",
    "diff",
    "dockerfile",
    "env",
    "erl",
    "ex",
    "exs",
    "f90",
    "fs",
    "go",
    "gql",
    "gradle",
    "graphql",
    "groovy",
    "h",
    "hcl",
    "hpp",
    "hs",
    "ini",
    "ipynb",
    "java",
    "jl",
    "js",
    "json",
    "json5",
    "jsonl",
    "jsx",
    "kt",
    "kts",
    "less",
    "lock",
    "log",
    "lua",
    "m",
    "mjs",
    "mm",
    "mts",
    "ndjson",
    "patch",
    "php",
    "pl",
    "plist",
    "proto",
    "properties",
    "ps1",
    "py",
    "pyi",
    "r",
    "rb",
    "rs",
    "rst",
    "sass",
    "scala",
    "scss",
    "sh",
    "sol",
    "sql",
    "srt",
    "svelte",
    "swift",
    "tex",
    "text",
    "tf",
    "toml",
    "ts",
    "tsv",
    "tsx",
    "vb",
    "vtt",
    "vue",
    "xml",
    "xsd",
    "xsl",
    "yaml",
    "yml",
    "zig",
    "zsh",
];

/// Returns whether a media type is one of text.
pub(crate) fn is_text_media_type(media_type: &str) -> bool {
    let has_suffix = ["+json", "+xml", "+yaml"].iter().any(|suffix| media_type.ends_with(suffix));
    media_type.starts_with("text/")
        || TEXT_MEDIA_TYPES.contains(&media_type)
        || (media_type.starts_with("application/") && has_suffix)
}

/// Returns whether an extension, in lower case, is one of text files that are not documents by their format.
pub(crate) fn is_text_extension(extension: &str) -> bool {
    TEXT_EXTENSIONS.contains(&extension)
}

/// Returns the media type of a document's format. A format that is not known has that of arbitrary bytes.
pub(crate) fn document_media_type(format: &str) -> &'static str {
    match format {
        "pdf" => "application/pdf",
        "csv" => "text/csv",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "html" => "text/html",
        "md" => "text/markdown",
        "txt" => "text/plain",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
