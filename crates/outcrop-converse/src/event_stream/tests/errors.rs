//! Bytes that are not frames.

use bytes::Bytes;

use super::{EVENT, frame, payloads};
use crate::event_stream::{FrameDecoder, FrameError, FrameErrorKind};

/// Returns a frame with these bytes as its headers and correct checksums.
fn with_headers(headers: &[u8]) -> Vec<u8> {
    let length = u32::try_from(headers.len()).expect("the headers are short");
    sealed(length + 16, length, headers)
}

/// Returns a frame with these lengths and correct checksums.
fn sealed(frame: u32, headers: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = [frame.to_be_bytes(), headers.to_be_bytes()].concat();
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend(content);
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

fn error(bytes: &[u8]) -> FrameError {
    payloads(&[bytes]).1.expect_err("the bytes are invalid")
}

#[test]
fn each_error_has_its_position() {
    let good = frame(&EVENT, b"{}");
    for (bytes, offset, kind, message) in [
        (sealed(0, 0, b""), 0, FrameErrorKind::FrameLength { least: 16, most: 16_777_216, found: 0 }, "of 0"),
        (
            sealed(15, 0, b""),
            0,
            FrameErrorKind::FrameLength { least: 16, most: 16_777_216, found: 15 },
            "of 15",
        ),
        (
            sealed(16_777_217, 0, b""),
            0,
            FrameErrorKind::FrameLength { least: 16, most: 16_777_216, found: 16_777_217 },
            "expected a frame of 16 to 16777216 bytes, found one of 16777217, at byte 0 of the stream",
        ),
        (sealed(20, 5, b"abcd"), 4, FrameErrorKind::HeadersLength { most: 4, found: 5 }, "found 5"),
        (
            sealed(1_000_000, 131_073, b""),
            4,
            FrameErrorKind::HeadersLength { most: 131_072, found: 131_073 },
            "131072",
        ),
        (with_headers(b"\x00\x00"), 12, FrameErrorKind::HeaderName, "name"),
        (with_headers(b"\x01a\x00\x02\xff\xfe\x00"), 16, FrameErrorKind::HeaderName, "name"),
        (with_headers(b"\x01a\x0a"), 14, FrameErrorKind::HeaderType { found: 10 }, "found 10"),
        (with_headers(b"\x01a\x07\x00\x02\xc3\x28"), 17, FrameErrorKind::HeaderText, "UTF-8"),
        (with_headers(b"\x01"), 13, FrameErrorKind::HeaderEnd { expected: 1, found: 0 }, "1 more"),
        (with_headers(b"\x01a"), 14, FrameErrorKind::HeaderEnd { expected: 1, found: 0 }, "1 more"),
        (with_headers(b"\x01a\x05\0\0"), 15, FrameErrorKind::HeaderEnd { expected: 8, found: 2 }, "8 more"),
        (
            with_headers(b"\x01a\x06\0\x03ab"),
            17,
            FrameErrorKind::HeaderEnd { expected: 3, found: 2 },
            "3 more",
        ),
        (with_headers(b"\x01a\x09abc"), 15, FrameErrorKind::HeaderEnd { expected: 16, found: 3 }, "16 more"),
        (good[..5].to_vec(), 5, FrameErrorKind::Truncated { expected: 12, found: 5 }, "after 5"),
        (
            good[..good.len() - 1].to_vec(),
            99,
            FrameErrorKind::Truncated { expected: 100, found: 99 },
            "expected a frame of 100 bytes, found the end after 99, at byte 99 of the stream",
        ),
    ] {
        let error = error(&bytes);
        assert_eq!((error.offset(), error.kind()), (offset, kind));
        assert!(error.to_string().contains(message), "{error}");
        assert!(error.to_string().ends_with(&format!(", at byte {offset} of the stream")), "{error}");
    }
}

#[test]
fn wrong_checksums_are_distinguished() {
    let good = frame(&EVENT, b"{}");
    for at in 0..12 {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        let error = error(&bytes);
        assert!(matches!(error.kind(), FrameErrorKind::PreludeChecksum { .. }), "{error}");
        assert_eq!(error.offset(), 8);
    }
    for at in 12..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 0x80;
        let error = error(&bytes);
        assert!(matches!(error.kind(), FrameErrorKind::MessageChecksum { .. }), "{error}");
        assert_eq!(error.offset(), 96);
    }
}

#[test]
fn error_position_counts_from_the_start_of_the_stream() {
    let good = frame(&EVENT, b"{}");
    let mut bad = good.clone();
    bad[3] ^= 1;
    let stream = [good.as_slice(), &good, &bad].concat();
    for chunk in [1, 7, 100, 1000] {
        let (read, end) = payloads(&stream.chunks(chunk).collect::<Vec<_>>());
        assert_eq!(read.len(), 2);
        assert_eq!(end.expect_err("the third frame is invalid").offset(), 200 + 8);
    }
}

#[test]
fn failed_decoder_repeats_its_error() {
    let good = frame(&EVENT, b"{}");
    let mut bad = good.clone();
    bad[50] ^= 1;
    let mut decoder = FrameDecoder::new();
    decoder.feed(bad.into());
    let error = decoder.next_frame().expect_err("the frame is invalid");
    decoder.feed(good.into());
    assert_eq!(decoder.next_frame().expect_err("the decoder has failed"), error);
    assert_eq!(decoder.finish(), Err(error));
}

#[test]
fn declared_length_reserves_no_memory() {
    // The length has a correct checksum, but no memory is reserved for it.
    let prelude = &sealed(16_777_216, 0, b"")[..12];
    let mut decoder = FrameDecoder::new();
    decoder.feed(Bytes::copy_from_slice(prelude));
    assert!(decoder.next_frame().expect("no error yet").is_none());
    assert!(decoder.partial.capacity() < 1000);
    let error = decoder.finish().expect_err("the frame is incomplete");
    assert_eq!(error.kind(), FrameErrorKind::Truncated { expected: 16_777_216, found: 12 });

    let mut strict = FrameDecoder::new().with_max_frame(1000);
    strict.feed(Bytes::copy_from_slice(&sealed(1001, 0, b"")[..12]));
    let kind = strict.next_frame().expect_err("the frame is too long").kind();
    assert_eq!(kind, FrameErrorKind::FrameLength { least: 16, most: 1000, found: 1001 });
}

#[test]
fn html_page_is_a_checksum_error() {
    let error = error(b"<html><body>Bad gateway</body></html>");
    assert!(matches!(error.kind(), FrameErrorKind::PreludeChecksum { .. }), "{error}");
    assert!(!error.to_string().contains("html"));
}
