//! Telling a format by its first bytes.

/// The media type that the first bytes of a file show; `None` when they show none that models take.
///
/// Twelve bytes are enough. Labels lie often: browsers call a JPEG `image/png` when its name says so (lesson L51).
///
/// ```
/// assert_eq!(outcrop_core::sniff_media_type(b"\x89PNG\r\n\x1a\n"), Some("image/png"));
/// assert_eq!(outcrop_core::sniff_media_type(b"hello"), None);
/// ```
#[must_use]
pub fn sniff_media_type(head: &[u8]) -> Option<&'static str> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let at = |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    match () {
        () if starts(b"\x89PNG\r\n\x1a\n") => Some("image/png"),
        () if starts(b"\xff\xd8\xff") => Some("image/jpeg"),
        () if starts(b"GIF87a") || starts(b"GIF89a") => Some("image/gif"),
        () if starts(b"RIFF") && at(8, b"WEBP") => Some("image/webp"),
        () if starts(b"RIFF") && at(8, b"WAVE") => Some("audio/wav"),
        () if starts(b"%PDF-") => Some("application/pdf"),
        () => None,
    }
}
