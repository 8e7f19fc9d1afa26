//! Formats by media type and by extension (L50).

use super::{audio_format, document_format, document_media_type, extension, image_format, video_format};
use crate::wire::{AudioFormat, DocumentFormat, ImageFormat, VideoFormat};

#[test]
fn extension_follows_the_last_dot() {
    for (name, expected) in [
        ("a.png", "png"),
        ("a.b.PNG", "png"),
        ("s3://bucket/a.b/c.Pdf", "pdf"),
        ("a", ""),
        ("a.", ""),
        ("", ""),
        (".gitignore", "gitignore"),
    ] {
        assert_eq!(extension(name), expected, "{name}");
    }
}

#[test]
fn image_formats_are_found_by_media_type() {
    for (label, expected) in [
        ("image/png", Some(ImageFormat::Png)),
        ("image/x-png", Some(ImageFormat::Png)),
        ("image/jpeg", Some(ImageFormat::Jpeg)),
        ("image/jpg", Some(ImageFormat::Jpeg)),
        ("image/pjpeg", Some(ImageFormat::Jpeg)),
        ("image/gif", Some(ImageFormat::Gif)),
        ("image/webp", Some(ImageFormat::Webp)),
        ("image/svg+xml", None),
        ("image/bmp", None),
        ("image/tiff", None),
        ("image/", None),
        ("png", None),
        ("text/plain", None),
        ("", None),
    ] {
        assert_eq!(image_format(label), expected, "{label}");
    }
}

#[test]
fn every_format_is_found_by_its_own_name() {
    for name in VideoFormat::KNOWN {
        assert_eq!(video_format(&format!("video/{name}")), Some(VideoFormat::from(*name)));
    }
    for name in AudioFormat::KNOWN {
        assert_eq!(audio_format(&format!("audio/{name}")), Some(AudioFormat::from(*name)));
    }
    for name in ImageFormat::KNOWN {
        assert_eq!(image_format(&format!("image/{name}")), Some(ImageFormat::from(*name)));
    }
    for name in DocumentFormat::KNOWN {
        assert_eq!(document_format(name), Some(DocumentFormat::from(*name)));
        assert_eq!(document_format(document_media_type(name)), Some(DocumentFormat::from(*name)));
    }
}

#[test]
fn aliases_of_formats_are_found() {
    for (label, expected) in [
        ("video/quicktime", Some(VideoFormat::Mov)),
        ("video/x-matroska", Some(VideoFormat::Mkv)),
        ("video/x-flv", Some(VideoFormat::Flv)),
        ("video/x-ms-wmv", Some(VideoFormat::Wmv)),
        ("video/3gpp", Some(VideoFormat::ThreeGp)),
        ("video/3gp", Some(VideoFormat::ThreeGp)),
        ("video/avi", None),
        ("mp4", None),
        ("audio/mp4", None),
    ] {
        assert_eq!(video_format(label), expected, "{label}");
    }
    for (label, expected) in [
        ("audio/x-wav", Some(AudioFormat::Wav)),
        ("audio/wave", Some(AudioFormat::Wav)),
        ("audio/vnd.wave", Some(AudioFormat::Wav)),
        ("audio/x-m4a", Some(AudioFormat::M4a)),
        ("audio/x-flac", Some(AudioFormat::Flac)),
        ("audio/", None),
        ("audio/midi", None),
        ("wav", None),
    ] {
        assert_eq!(audio_format(label), expected, "{label}");
    }
    for (label, expected) in [
        ("htm", Some(DocumentFormat::Html)),
        ("markdown", Some(DocumentFormat::Md)),
        ("text/x-markdown", Some(DocumentFormat::Md)),
        ("application/octet-stream", None),
        ("application/json", None),
        ("", None),
    ] {
        assert_eq!(document_format(label), expected, "{label}");
    }
    assert_eq!(document_media_type("new"), "application/octet-stream");
}
