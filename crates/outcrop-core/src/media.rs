//! The bytes of images, audio, video and documents, in JSON and in data URIs.

mod blob;
mod data_uri;
mod office;

pub use blob::{Blob, BlobError};
pub use data_uri::DataUri;
use office::office_type;

/// Returns the media type that the first bytes of a file show. `None` if they show none that is known here.
///
/// 512 bytes are enough, and twelve for most formats. Formats that models reject are known as well, so that an error can
/// name them: HEIC, AVIF, TIFF and BMP images, SVG and HTML. Documents of office programs are files in a container, so that
/// only the whole file shows which one it is: docx, xlsx and pptx, doc, xls and ppt. Their first bytes show the container. The bytes are more reliable than a label: browsers send a JPEG
/// as `image/png` if its name ends so, and the service rejects a label that does not match. See
/// <https://github.com/vybestack/llxprt-code/issues/2158>, <https://github.com/dust-tt/dust/issues/26545> (L51) and
/// <https://github.com/getpaseo/paseo/issues/700>.
///
/// ```
/// assert_eq!(outcrop_core::sniff_media_type(b"\x89PNG\r\n\x1a\n"), Some("image/png"));
/// assert_eq!(outcrop_core::sniff_media_type(b"\0\0\0\x20ftypheic"), Some("image/heic"));
/// assert_eq!(outcrop_core::sniff_media_type(b"PK\x03\x04"), Some("application/zip"));
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
        () if at(4, b"ftyp") => iso_media_type(head.get(8..12).unwrap_or_default()),
        () if starts(b"II*\0") || starts(b"MM\0*") => Some("image/tiff"),
        // Two letters are too few, but the four bytes after the size are reserved and zero.
        () if starts(b"BM") && at(6, b"\0\0\0\0") => Some("image/bmp"),
        () => office_type(head).or_else(|| markup_type(head)),
    }
}

/// Returns the media type of a container of ISO 14496-12, by its brand. See <https://mp4ra.org/registered-types/brands>.
fn iso_media_type(brand: &[u8]) -> Option<&'static str> {
    match brand {
        b"heic" | b"heif" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1" => Some("image/heic"),
        b"avif" | b"avis" => Some("image/avif"),
        _ => None,
    }
}

/// Returns the media type of markup, by its first element.
fn markup_type(head: &[u8]) -> Option<&'static str> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let starts = |name: &[u8]| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    if starts(b"<!doctype html") || starts(b"<html") {
        return Some("text/html");
    }
    let is_xml = starts(b"<?xml") || starts(b"<!doctype svg") || starts(b"<!--");
    let has_svg = || text.windows(4).any(|part| part == b"<svg");
    if starts(b"<svg") || (is_xml && has_svg()) { Some("image/svg+xml") } else { None }
}

#[cfg(test)]
mod tests;
