//! Recognizing media types by the first bytes (L51).

use proptest::prelude::*;

use crate::sniff_media_type;

#[test]
fn media_types_are_recognized_by_first_bytes() {
    for (head, expected) in [
        (&b"\x89PNG\r\n\x1a\n"[..], Some("image/png")),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Some("image/png")),
        (b"\x89PNG\n\x1a\n", None),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", Some("image/jpeg")),
        (b"\xff\xd8\xff\xdb", Some("image/jpeg")),
        (b"\xff\xd8", None),
        (b"GIF87a", Some("image/gif")),
        (b"GIF89a\x01\0", Some("image/gif")),
        (b"GIF90a", None),
        (b"RIFF\x24\0\0\0WEBPVP8 ", Some("image/webp")),
        (b"RIFF\x24\0\0\0WAVEfmt ", Some("audio/wav")),
        (b"RIFF\x24\0\0\0AVI ", None),
        (b"RIFF\x24\0\0\0WEB", None),
        (b"WEBP", None),
        (b"%PDF-1.7", Some("application/pdf")),
        (b"%PDF", None),
        (b"<svg xmlns", Some("image/svg+xml")),
        (b"\0\0\0\x20ftypheic", Some("image/heic")),
        (b"\0\0\0\x20ftypheif", Some("image/heic")),
        (b"\0\0\0\x20ftypmif1", Some("image/heic")),
        (b"\0\0\0\x20ftypavif", Some("image/avif")),
        (b"\0\0\0\x20ftypisom", None),
        (b"\0\0\0\x20ftyp", None),
        (b"BM", None),
        (b"BMW is a maker", None),
        (b"BM\x46\0\0\0\0\0\0\0", Some("image/bmp")),
        (b"II*\0", Some("image/tiff")),
        (b"MM\0*", Some("image/tiff")),
        (b"<html>", Some("text/html")),
        (b"<p>", None),
        (b"hello", None),
        (b"", None),
    ] {
        assert_eq!(sniff_media_type(head), expected, "{head:?}");
        // Twelve bytes are enough.
        assert_eq!(sniff_media_type(&head[..head.len().min(12)]), expected, "{head:?}");
    }
}

#[test]
fn markup_is_recognized_by_its_first_element() {
    for (head, expected) in [
        (" \n<!DOCTYPE html><html>", Some("text/html")),
        ("\u{feff}<!doctype HTML>", Some("text/html")),
        ("<?xml version='1.0'?>\n<svg>", Some("image/svg+xml")),
        ("<?xml version='1.0'?>\n<feed>", None),
        ("<!-- a -->\n<svg>", Some("image/svg+xml")),
        ("<htm", None),
        ("a,b\n1,2", None),
    ] {
        assert_eq!(sniff_media_type(head.as_bytes()), expected, "{head:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_return_a_media_type_or_none(head in proptest::collection::vec(any::<u8>(), 0..20)) {
        prop_assert!(sniff_media_type(&head).is_none_or(|media_type| media_type.contains('/')));
    }
}
