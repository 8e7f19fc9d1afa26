//! Frames, compared with the SDK's codec: each codec decodes what the other one encodes.

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder, write_message_to};
use aws_smithy_types::DateTime;
use aws_smithy_types::event_stream::{Header, HeaderValue as SdkValue, Message};
use bytes::{Bytes, BytesMut};
use outcrop::converse::event_stream::{FrameDecoder, HeaderValue, encode_frame};
use proptest::collection::vec;
use proptest::prelude::*;

/// Generates a header of any type, as the SDK has it.
fn value() -> impl Strategy<Value = SdkValue> {
    prop_oneof![
        any::<bool>().prop_map(SdkValue::Bool),
        any::<i8>().prop_map(SdkValue::Byte),
        any::<i16>().prop_map(SdkValue::Int16),
        any::<i32>().prop_map(SdkValue::Int32),
        any::<i64>().prop_map(SdkValue::Int64),
        vec(any::<u8>(), 0..300).prop_map(|bytes| SdkValue::ByteArray(bytes.into())),
        ".{0,40}".prop_map(|text| SdkValue::String(text.into())),
        // The range of years that the SDK supports.
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

/// Converts a value of the SDK.
fn converted(value: &SdkValue) -> HeaderValue<'_> {
    match value {
        SdkValue::Bool(value) => HeaderValue::Bool(*value),
        SdkValue::Byte(value) => HeaderValue::Byte(*value),
        SdkValue::Int16(value) => HeaderValue::Int16(*value),
        SdkValue::Int32(value) => HeaderValue::Int32(*value),
        SdkValue::Int64(value) => HeaderValue::Int64(*value),
        SdkValue::ByteArray(value) => HeaderValue::Bytes(value),
        SdkValue::String(value) => HeaderValue::String(value.as_str()),
        SdkValue::Timestamp(value) => {
            HeaderValue::Timestamp(value.to_millis().expect("a timestamp in range"))
        }
        SdkValue::Uuid(value) => HeaderValue::Uuid(value.to_be_bytes()),
        other => panic!("unknown type of header: {other:?}"),
    }
}

fn headers(message: &Message) -> Vec<(&str, HeaderValue<'_>)> {
    message.headers().iter().map(|header| (header.name().as_str(), converted(header.value()))).collect()
}

fn encode_with_sdk(message: &Message) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_message_to(message, &mut bytes).expect("the SDK encodes it");
    bytes
}

proptest! {
    #[test]
    fn encoded_frames_equal_those_of_the_sdk(message in message()) {
        let bytes = encode_frame(&headers(&message), message.payload()).expect("a frame");
        prop_assert_eq!(bytes, encode_with_sdk(&message));
    }

    #[test]
    fn frames_of_the_sdk_decode_however_cut(messages in vec(message(), 1..5), chunk in 1_usize..500) {
        let bytes = messages.iter().map(encode_with_sdk).collect::<Vec<_>>().concat();
        let mut expected = messages.iter();
        let mut decoder = FrameDecoder::new();
        for chunk in bytes.chunks(chunk) {
            decoder.feed(Bytes::copy_from_slice(chunk));
            while let Some(frame) = decoder.next_frame().expect("a valid frame") {
                let message = expected.next().expect("too many frames");
                prop_assert_eq!(frame.payload(), message.payload().as_ref());
                prop_assert_eq!(frame.headers().collect::<Vec<_>>(), headers(message));
            }
        }
        prop_assert!(expected.next().is_none() && decoder.finish().is_ok());
    }

    #[test]
    fn sdk_decodes_encoded_frames(message in message()) {
        let bytes = encode_frame(&headers(&message), message.payload()).expect("a frame");
        let decoded = MessageFrameDecoder::new().decode_frame(&mut BytesMut::from(bytes.as_slice()));
        let DecodedFrame::Complete(decoded) = decoded.expect("a frame") else { panic!("incomplete") };
        prop_assert_eq!(decoded, message);
    }

    // The SDK may also wait for more bytes, if the changed byte made the frame longer.
    #[test]
    fn damaged_frames_are_rejected_as_by_the_sdk(message in message(), index in any::<prop::sample::Index>(), change in 1..=u8::MAX) {
        let mut bytes = encode_with_sdk(&message);
        let at = index.index(bytes.len());
        bytes[at] ^= change;
        let by_sdk = MessageFrameDecoder::new().decode_frame(&mut BytesMut::from(bytes.as_slice()));
        prop_assert!(!matches!(by_sdk, Ok(DecodedFrame::Complete(_))));
        let mut decoder = FrameDecoder::new();
        decoder.feed(bytes.into());
        prop_assert!(decoder.next_frame().is_err());
    }
}
