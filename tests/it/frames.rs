//! The SDK's codec of frames as an oracle: what one of the two writes, the other reads the same.

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder, write_message_to};
use aws_smithy_types::DateTime;
use aws_smithy_types::event_stream::{Header, HeaderValue as SdkValue, Message};
use bytes::{Bytes, BytesMut};
use outcrop::converse::event_stream::{FrameDecoder, HeaderValue, encode_frame};
use proptest::collection::vec;
use proptest::prelude::*;

/// A header of any of the ten types, as the SDK has it.
fn value() -> impl Strategy<Value = SdkValue> {
    prop_oneof![
        any::<bool>().prop_map(SdkValue::Bool),
        any::<i8>().prop_map(SdkValue::Byte),
        any::<i16>().prop_map(SdkValue::Int16),
        any::<i32>().prop_map(SdkValue::Int32),
        any::<i64>().prop_map(SdkValue::Int64),
        vec(any::<u8>(), 0..300).prop_map(|bytes| SdkValue::ByteArray(bytes.into())),
        ".{0,40}".prop_map(|text| SdkValue::String(text.into())),
        // The years that the SDK can hold.
        (0_i64..253_402_300_800_000).prop_map(|at| SdkValue::Timestamp(DateTime::from_millis(at))),
        any::<u128>().prop_map(SdkValue::Uuid),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    let name = prop_oneof![Just(":message-type".to_owned()), "[a-zé:-]{1,40}"];
    (vec((name, value()), 0..12), vec(any::<u8>(), 0..2000)).prop_map(|(headers, payload)| {
        let headers = headers.into_iter().map(|(name, value)| Header::new(name, value)).collect();
        Message::new_from_parts(headers, payload)
    })
}

/// The same value in our own terms.
fn ours(value: &SdkValue) -> HeaderValue<'_> {
    match value {
        SdkValue::Bool(value) => HeaderValue::Bool(*value),
        SdkValue::Byte(value) => HeaderValue::Byte(*value),
        SdkValue::Int16(value) => HeaderValue::Int16(*value),
        SdkValue::Int32(value) => HeaderValue::Int32(*value),
        SdkValue::Int64(value) => HeaderValue::Int64(*value),
        SdkValue::ByteArray(value) => HeaderValue::Bytes(value),
        SdkValue::String(value) => HeaderValue::String(value.as_str()),
        SdkValue::Timestamp(value) => HeaderValue::Timestamp(value.to_millis().expect("it is in range")),
        SdkValue::Uuid(value) => HeaderValue::Uuid(value.to_be_bytes()),
        other => panic!("a header of a new type: {other:?}"),
    }
}

fn our_headers(message: &Message) -> Vec<(&str, HeaderValue<'_>)> {
    message.headers().iter().map(|header| (header.name().as_str(), ours(header.value()))).collect()
}

fn written_by_the_sdk(message: &Message) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_message_to(message, &mut bytes).expect("the SDK can write it");
    bytes
}

proptest! {
    #[test]
    fn we_write_the_bytes_that_the_sdk_writes(message in message()) {
        let bytes = encode_frame(&our_headers(&message), message.payload()).expect("it is within the limits");
        prop_assert_eq!(bytes, written_by_the_sdk(&message));
    }

    #[test]
    fn we_read_what_the_sdk_writes(messages in vec(message(), 1..5), chunk in 1_usize..500) {
        let bytes = messages.iter().map(written_by_the_sdk).collect::<Vec<_>>().concat();
        let mut expected = messages.iter();
        let mut decoder = FrameDecoder::new();
        for chunk in bytes.chunks(chunk) {
            decoder.feed(Bytes::copy_from_slice(chunk));
            while let Some(frame) = decoder.next_frame().expect("it is sound") {
                let message = expected.next().expect("no more than were written");
                prop_assert_eq!(frame.payload(), message.payload().as_ref());
                prop_assert_eq!(frame.headers().collect::<Vec<_>>(), our_headers(message));
            }
        }
        prop_assert!(expected.next().is_none() && decoder.finish().is_ok());
    }

    #[test]
    fn the_sdk_reads_what_we_write(message in message()) {
        let bytes = encode_frame(&our_headers(&message), message.payload()).expect("it is within the limits");
        let read = MessageFrameDecoder::new().decode_frame(&mut BytesMut::from(bytes.as_slice()));
        let DecodedFrame::Complete(read) = read.expect("the SDK takes it") else { panic!("it is whole") };
        prop_assert_eq!(read, message);
    }

    /// Flaws are flaws to both. Where the SDK waits for more, the frame is longer than what there is of it.
    #[test]
    fn the_sdk_refuses_what_we_refuse(message in message(), place in any::<prop::sample::Index>(), change in 1..=u8::MAX) {
        let mut bytes = written_by_the_sdk(&message);
        let at = place.index(bytes.len());
        bytes[at] ^= change;
        let theirs = MessageFrameDecoder::new().decode_frame(&mut BytesMut::from(bytes.as_slice()));
        prop_assert!(!matches!(theirs, Ok(DecodedFrame::Complete(_))));
        let mut decoder = FrameDecoder::new();
        decoder.feed(bytes.into());
        prop_assert!(decoder.next_frame().is_err());
    }
}
