//! Tests of decoding and encoding frames.

mod errors;
mod properties;

use bytes::Bytes;

use super::*;

/// The headers of an event of the service.
const EVENT: [(&str, HeaderValue<'static>); 3] = [
    (":event-type", HeaderValue::String("messageStart")),
    (":content-type", HeaderValue::String("application/json")),
    (":message-type", HeaderValue::String("event")),
];

fn frame(headers: &[(&str, HeaderValue<'_>)], payload: &[u8]) -> Vec<u8> {
    encode_frame(headers, payload).expect("the frame is within the limits")
}

/// Returns a header of each type.
fn all_types() -> Vec<(&'static str, HeaderValue<'static>)> {
    vec![
        ("true", HeaderValue::Bool(true)),
        ("false", HeaderValue::Bool(false)),
        ("byte", HeaderValue::Byte(-7)),
        ("int16", HeaderValue::Int16(i16::MIN)),
        ("int32", HeaderValue::Int32(i32::MAX)),
        ("int64", HeaderValue::Int64(i64::MIN)),
        ("bytes", HeaderValue::Bytes(&[0xff, 0])),
        ("string", HeaderValue::String("größe")),
        ("timestamp", HeaderValue::Timestamp(1_767_225_600_000)),
        ("uuid", HeaderValue::Uuid([9; 16])),
    ]
}

/// Returns the payloads of all frames in the chunks, and the result at the end of the stream.
fn payloads(chunks: &[&[u8]]) -> (Vec<Vec<u8>>, Result<(), FrameError>) {
    let mut decoder = FrameDecoder::new();
    let mut payloads = Vec::new();
    for chunk in chunks {
        decoder.feed(Bytes::copy_from_slice(chunk));
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => payloads.push(frame.payload().to_vec()),
                Ok(None) => break,
                Err(error) => return (payloads, Err(error)),
            }
        }
    }
    (payloads, decoder.finish())
}

#[test]
fn known_frame_is_decoded_and_encoded() {
    // A frame of 61 bytes with the header `content-type`, which the tests of AWS's SDKs use as well.
    let bytes: &[u8] =
        b"\x00\x00\x00\x3d\x00\x00\x00\x20\x07\xfd\x83\x96\x0ccontent-type\x07\x00\x10application/json\
        {'foo':'bar'}\x8d\x9c\x08\xb1";
    let mut decoder = FrameDecoder::new();
    decoder.feed(Bytes::from_static(bytes));
    let read = decoder.next_frame().expect("the frame is valid").expect("the frame is complete");
    assert_eq!(read.payload(), b"{'foo':'bar'}");
    let headers: Vec<_> = read.headers().collect();
    assert_eq!(headers, [("content-type", HeaderValue::String("application/json"))]);
    assert_eq!(frame(&headers, b"{'foo':'bar'}"), bytes);
}

#[test]
fn headers_of_every_type_round_trip() {
    let mut decoder = FrameDecoder::new();
    decoder.feed(frame(&all_types(), b"").into());
    let read = decoder.next_frame().expect("the frame is valid").expect("the frame is complete");
    assert_eq!(read.headers().collect::<Vec<_>>(), all_types());
    assert_eq!(read.payload(), b"");
}

#[test]
fn headers_of_the_service_have_accessors() {
    let headers = [
        (":message-type", HeaderValue::String("error")),
        (":event-type", HeaderValue::String("a")),
        (":event-type", HeaderValue::String("another")),
        (":exception-type", HeaderValue::Int32(7)),
        (":exception-type", HeaderValue::String("b")),
        (":content-type", HeaderValue::String("c")),
        (":error-code", HeaderValue::String("d")),
        (":error-message", HeaderValue::String("e")),
        ("event-type", HeaderValue::String("no")),
    ];
    let mut decoder = FrameDecoder::new();
    decoder.feed(frame(&headers, b"").into());
    let read = decoder.next_frame().expect("the frame is valid").expect("the frame is complete");
    assert_eq!(read.message_type(), Some("error"));
    assert_eq!(read.event_type(), Some("a"), "the first header counts");
    assert_eq!(read.exception_type(), Some("b"), "a number is not the type of an exception");
    assert_eq!(read.content_type(), Some("c"));
    assert_eq!((read.error_code(), read.error_message()), (Some("d"), Some("e")));

    decoder.feed(frame(&[], b"").into());
    let bare = decoder.next_frame().expect("the frame is valid").expect("the frame is complete");
    assert_eq!((bare.message_type(), bare.event_type(), bare.headers().count()), (None, None, 0));
}

#[test]
fn frame_within_a_chunk_is_not_copied() {
    let one = frame(&EVENT, b"{\"role\":\"assistant\"}");
    let chunk = Bytes::from([one.as_slice(), &one, &one[..20]].concat());
    let mut decoder = FrameDecoder::new();
    decoder.feed(chunk.clone());
    for _ in 0..2 {
        let read = decoder.next_frame().expect("the frame is valid").expect("the frame is complete");
        assert!(chunk.as_ptr_range().contains(&read.payload().as_ptr()));
    }
    assert!(decoder.next_frame().expect("no error yet").is_none());
    decoder.feed(Bytes::copy_from_slice(&one[20..]));
    assert_eq!(
        decoder.next_frame().expect("the frame is valid").expect("the frame is complete").payload().len(),
        20
    );
    assert!(decoder.finish().is_ok());
}

#[test]
fn chunks_can_be_fed_before_frames_are_read() {
    let (one, two) = (frame(&EVENT, b"1"), frame(&EVENT, b"2"));
    let mut decoder = FrameDecoder::new();
    decoder.feed(one[..50].to_vec().into());
    assert!(decoder.next_frame().expect("no error").is_none());
    decoder.feed([&one[50..], &two].concat().into());
    decoder.feed(Bytes::new());
    decoder.feed(one.into());
    for payload in [b"1", b"2", b"1"] {
        assert_eq!(
            decoder.next_frame().expect("the frame is valid").expect("the frame is complete").payload(),
            payload
        );
    }
    assert!(decoder.next_frame().expect("no error").is_none());
    assert!(decoder.finish().is_ok());
}

#[test]
fn frame_beyond_the_limits_is_not_encoded() {
    let long = "n".repeat(256);
    let (most, value) = ("v".repeat(32_767), "v".repeat(32_768));
    for (headers, payload, error) in [
        (vec![("", HeaderValue::Bool(true))], 0, EncodeFrameError::HeaderName { found: 0 }),
        (vec![(long.as_str(), HeaderValue::Bool(true))], 0, EncodeFrameError::HeaderName { found: 256 }),
        (vec![("n", HeaderValue::String(&value))], 0, EncodeFrameError::HeaderValue { found: 32_768 }),
        (
            vec![("n", HeaderValue::Bytes(most.as_bytes())); 4],
            0,
            EncodeFrameError::Headers { found: 131_088 },
        ),
        (vec![], 16_777_201, EncodeFrameError::Frame { found: 16_777_217 }),
    ] {
        assert_eq!(encode_frame(&headers, &vec![b'p'; payload]), Err(error));
    }
    let largest = frame(&[("n", HeaderValue::String(&most))], &vec![b'p'; 16_777_216 - 16 - 32_772]);
    assert_eq!(payloads(&[&largest]).0.len(), 1);
}

#[test]
fn debug_output_hides_payloads() {
    let mut decoder = FrameDecoder::new();
    decoder.feed(frame(&EVENT, b"a secret").into());
    assert!(!format!("{decoder:?}").contains("secret"));
    let read = decoder.next_frame().expect("the frame is valid").expect("the frame is complete");
    let shown = format!("{read:?} {:?}", read.headers());
    assert!(shown.contains("messageStart") && !shown.contains("secret"), "{shown}");
}
