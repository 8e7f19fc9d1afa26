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
