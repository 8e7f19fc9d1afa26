//! Formats of media and documents, by media type and by the ending of a name.

use crate::wire::{AudioFormat, DocumentFormat, ImageFormat, VideoFormat};

/// What follows the last dot of a name or address, in lower case.
pub(crate) fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

pub(crate) fn image_format(media_type: &str) -> Option<ImageFormat> {
    match media_type {
        "image/png" | "image/x-png" => Some(ImageFormat::Png),
        "image/jpeg" | "image/jpg" | "image/pjpeg" => Some(ImageFormat::Jpeg),
        "image/gif" => Some(ImageFormat::Gif),
        "image/webp" => Some(ImageFormat::Webp),
        _ => None,
    }
}

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

/// The format of a document by its media type or by the extension of its name.
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

/// The media type of a document's format; the format itself as a subtype where there is no registered one.
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
