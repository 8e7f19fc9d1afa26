//! The bytes of images, audio, video and documents, in JSON and in data URIs.

mod blob;
mod data_uri;

pub use blob::{Blob, BlobError};
pub use data_uri::DataUri;

/// Returns the media type that the first bytes of a file show. `None` if they show none that models support.
///
/// Twelve bytes are enough. The bytes are more reliable than a label: browsers send a JPEG as `image/png` if its name
/// ends so, and the service rejects a label that does not match. See
/// <https://github.com/vybestack/llxprt-code/issues/2158> and <https://github.com/dust-tt/dust/issues/26545> (L51).
///
/// ```
/// assert_eq!(outcrop_core::sniff_media_type(b"\x89PNG\r\n\x1a\n"), Some("image/png"));
/// assert_eq!(outcrop_core::sniff_media_type(b"hello"), None);
/// ```
#[must_use]
pub fn sniff_media_type(head: &[u8]) -> Option<&'static str> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let at = |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    // The signatures are those of https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern and its neighbours.
    match () {
        () if starts(b"\x89PNG\r\n\x1a\n") => Some("image/png"),
        () if starts(b"\xff\xd8\xff") => Some("image/jpeg"),
        () if starts(b"GIF87a") || starts(b"GIF89a") => Some("image/gif"),
        // RIFF is a container: the format follows the size of the file.
        () if starts(b"RIFF") && at(8, b"WEBP") => Some("image/webp"),
        () if starts(b"RIFF") && at(8, b"WAVE") => Some("audio/wav"),
        () if starts(b"%PDF-") => Some("application/pdf"),
        () => None,
    }
}

#[cfg(test)]
mod tests;
