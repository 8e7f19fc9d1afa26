//! Properties of all streams.

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::payloads;
use crate::event_stream::{FrameDecoder, HeaderValue, encode_frame};

/// A header that owns its value.
#[derive(Clone, Debug)]
enum Owned {
    Fixed(HeaderValue<'static>),
    Bytes(Vec<u8>),
    Text(String),
}

impl Owned {
    fn borrow(&self) -> HeaderValue<'_> {
        match self {
            Self::Fixed(value) => *value,
            Self::Bytes(bytes) => HeaderValue::Bytes(bytes),
            Self::Text(text) => HeaderValue::String(text),
        }
    }
}

type OwnedFrame = (Vec<(String, Owned)>, Vec<u8>);

fn value() -> impl Strategy<Value = Owned> {
    prop_oneof![
        any::<bool>().prop_map(|value| Owned::Fixed(HeaderValue::Bool(value))),
        any::<i8>().prop_map(|value| Owned::Fixed(HeaderValue::Byte(value))),
        any::<i16>().prop_map(|value| Owned::Fixed(HeaderValue::Int16(value))),
        any::<i32>().prop_map(|value| Owned::Fixed(HeaderValue::Int32(value))),
        any::<i64>().prop_map(|value| Owned::Fixed(HeaderValue::Int64(value))),
        any::<i64>().prop_map(|value| Owned::Fixed(HeaderValue::Timestamp(value))),
        any::<[u8; 16]>().prop_map(|value| Owned::Fixed(HeaderValue::Uuid(value))),
        vec(any::<u8>(), 0..40).prop_map(Owned::Bytes),
        ".{0,20}".prop_map(Owned::Text),
    ]
}

fn frames() -> impl Strategy<Value = Vec<OwnedFrame>> {
    let name = prop_oneof![Just(":event-type".to_owned()), "[a-zé:-]{1,12}"];
    vec((vec((name, value()), 0..5), vec(any::<u8>(), 0..200)), 0..6)
}

fn encode_all(frames: &[OwnedFrame]) -> Vec<Vec<u8>> {
    let encode = |(headers, payload): &OwnedFrame| {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.borrow())).collect();
        encode_frame(&headers, payload).expect("the frame is within the limits")
    };
    frames.iter().map(encode).collect()
}

/// Returns the bytes, cut at these positions.
fn cut(bytes: &[u8], positions: &[Index]) -> Vec<Bytes> {
    let mut positions: Vec<_> = positions.iter().map(|position| position.index(bytes.len() + 1)).collect();
    positions.extend([0, bytes.len()]);
    positions.sort_unstable();
    positions.windows(2).map(|pair| Bytes::copy_from_slice(&bytes[pair[0]..pair[1]])).collect()
}

proptest! {
    #[test]
    fn encoded_frames_are_decoded_wherever_they_are_cut(frames in frames(), cuts in vec(any::<Index>(), 0..20)) {
        let mut expected = frames.iter();
        let mut decoder = FrameDecoder::new();
        for chunk in cut(&encode_all(&frames).concat(), &cuts) {
            decoder.feed(chunk);
            while let Some(read) = decoder.next_frame().expect("the frame is valid") {
                let (headers, payload) = expected.next().expect("there are no more frames than were encoded");
                prop_assert_eq!(read.payload(), payload);
                let read: Vec<_> = read.headers().collect();
                let headers: Vec<_> =
                    headers.iter().map(|(name, value)| (name.as_str(), value.borrow())).collect();
                prop_assert_eq!(read, headers);
            }
        }
        prop_assert!(expected.next().is_none());
        prop_assert!(decoder.finish().is_ok());
    }

    #[test]
    fn every_changed_byte_is_an_error(frames in frames(), place in any::<Index>(), change in 1..=u8::MAX) {
        let mut bytes = encode_all(&frames).concat();
        prop_assume!(!bytes.is_empty());
        let at = place.index(bytes.len());
        bytes[at] ^= change;
        let (read, end) = payloads(&[&bytes]);
        prop_assert!(end.is_err());
        prop_assert!(read.len() < frames.len());
        for (read, (_, written)) in read.iter().zip(&frames) {
            prop_assert_eq!(read, written, "the frames before the change are delivered");
        }
    }

    #[test]
    fn every_prefix_of_a_stream_has_the_frames_before_its_end(frames in frames(), place in any::<Index>()) {
        let encoded = encode_all(&frames);
        let bytes = encoded.concat();
        let end = place.index(bytes.len() + 1);
        let ends = encoded.iter().scan(0, |sum, frame| { *sum += frame.len(); Some(*sum) });
        let ends: Vec<_> = ends.collect();
        let (read, finished) = payloads(&[&bytes[..end]]);
        prop_assert_eq!(read.len(), ends.iter().filter(|frame| **frame <= end).count());
        prop_assert_eq!(finished.is_ok(), end == 0 || ends.contains(&end));
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in vec(any::<u8>(), 0..300), sealed in any::<bool>(), cuts in vec(any::<Index>(), 0..5)) {
        // With correct checksums the bytes reach the parser of headers.
        let bytes = if sealed { with_checksums(bytes) } else { bytes };
        let chunks = cut(&bytes, &cuts);
        let chunks: Vec<_> = chunks.iter().map(Bytes::as_ref).collect();
        let (whole, cut) = (payloads(&[&bytes]), payloads(&chunks));
        prop_assert_eq!(whole, cut);
    }
}

/// Returns a frame with these bytes as headers and payload, and with correct checksums.
fn with_checksums(content: Vec<u8>) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("the content is short");
    let headers = content.first().map_or(0, |first| u32::from(*first));
    let mut bytes = [(length + 16).to_be_bytes(), headers.to_be_bytes()].concat();
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend(content);
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes
}
