//! The rules of the decoder of frames.

use bytes::Bytes;
use outcrop::converse::event_stream::{FrameDecoder, FrameError};

use crate::random::Random;
use crate::reading::{cut, single};

/// What was read: of each frame its headers and payload, and how it ended.
type Outcome = (Vec<(String, Vec<u8>)>, Result<(), FrameError>);

/// However the bytes are cut, the frames are the same, and so is the error; a decoder that failed stays failed.
pub(crate) fn check(input: &[u8], random: &mut Random) {
    let whole = read(&[input]);
    assert_eq!(whole, read(&single(input)), "byte by byte");
    assert_eq!(whole, read(&cut(input, random)), "cut at random");
    let payloads: usize = whole.0.iter().map(|(_, payload)| payload.len() + 16).sum();
    assert!(payloads <= input.len(), "no more comes out than went in");
}

fn read(chunks: &[&[u8]]) -> Outcome {
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
