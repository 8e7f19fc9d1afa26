//! The properties of the decoder of frames.

use bytes::Bytes;
use outcrop::converse::event_stream::{FrameDecoder, FrameError};

use crate::chunks::{cut, single};
use crate::random::Random;

/// The headers and payloads of the frames, and how the bytes ended.
type Outcome = (Vec<(String, Vec<u8>)>, Result<(), FrameError>);

/// Checks that frames and error are equal however the bytes are cut, and that a decoder that failed stays failed.
pub(crate) fn check(input: &[u8], random: &mut Random) {
    let outcome = decode(&[input]);
    assert_eq!(outcome, decode(&single(input)), "byte by byte");
    assert_eq!(outcome, decode(&cut(input, random)), "cut at random");
    let length: usize = outcome.0.iter().map(|(_, payload)| payload.len() + 16).sum();
    assert!(length <= input.len(), "the frames are larger than the input");
}

fn decode(chunks: &[&[u8]]) -> Outcome {
    let mut decoder = FrameDecoder::new();
    let mut frames = Vec::new();
    for chunk in chunks {
        decoder.feed(Bytes::copy_from_slice(chunk));
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => {
                    frames.push((
                        format!("{:?}", frame.headers().collect::<Vec<_>>()),
                        frame.payload().to_vec(),
                    ));
                }
                Ok(None) => break,
                Err(error) => return (frames, Err(stays_failed(decoder, error))),
            }
        }
    }
    (frames, decoder.finish())
}

fn stays_failed(mut decoder: FrameDecoder, error: FrameError) -> FrameError {
    decoder.feed(Bytes::from(crate::corpus::frame("messageStop", b"{}")));
    assert_eq!(decoder.next_frame().err(), Some(error));
    assert_eq!(decoder.finish(), Err(error));
    error
}
