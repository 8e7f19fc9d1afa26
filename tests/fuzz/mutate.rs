//! Changes inputs at random.

use crate::corpus;
use crate::random::Random;

/// Numbers at limits of lengths and indexes.
const NUMBERS: &[u32] =
    &[0, 1, 11, 12, 15, 16, 17, 127, 128, 255, 256, 0x7fff, 0xffff, 1 << 24, u32::MAX / 2, u32::MAX];

/// Texts that have a meaning for the decoders.
const TOKENS: &[&str] = &[
    "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"x\"}}\n",
    "contentBlockDelta {\"contentBlockIndex\":1,\"delta\":{\"toolUse\":{\"input\":\"{\\\"a\\\":\"}}}\n",
    "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"\\ud83c\"}}\n",
    "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"\\udf0a\"}}\n",
    "contentBlockStart {\"contentBlockIndex\":1,\"start\":{\"toolUse\":{\"toolUseId\":\"t\",\"name\":\"f\"}}}\n",
    "contentBlockStop {\"contentBlockIndex\":4294967295}\n",
    "messageStop {\"stopReason\":\"tool_use\"}\n",
    "metadata {}\n",
    "throttlingException {\"message\":\"Too many requests\"}\n",
    "\"contentBlockIndex\":",
    "\\u0000",
    "\\ud800",
    "4294967296",
    "-1",
    "1e999",
    "null",
    "[[[[[[[[[[[[[[[[",
    "{\"a\":{\"a\":{\"a\":",
    "\"",
];

/// Changes the bytes of an input anywhere.
pub(crate) fn bytes(random: &mut Random, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut input = random.pick(corpus).clone();
    for _ in 0..=random.below(6) {
        change(random, &mut input, corpus);
    }
    // Correct checksums half of the time, so that changes behind the prelude are decoded, too.
    if random.below(2) == 0 { with_checksums(&mut input) } else { input }
}

/// Changes the headers and payloads of frames, and corrects their checksums.
pub(crate) fn frames(random: &mut Random, corpus: &[Vec<u8>]) -> Vec<u8> {
    if random.below(2) == 0 {
        return corpus::encode(&text(random, &corpus::events()));
    }
    let mut input = random.pick(corpus).clone();
    for _ in 0..=random.below(4) {
        // The length stays the same, so that most frames remain frames.
        let at = random.position(input.len() - 1);
        input[at] ^= 1 << random.below(8);
    }
    with_checksums(&mut input)
}

/// Changes the bytes, texts and lines of an input.
pub(crate) fn text(random: &mut Random, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut input = random.pick(corpus).clone();
    for _ in 0..=random.below(6) {
        match random.below(4) {
            0 => {
                let token = random.pick(TOKENS).as_bytes();
                let at = random.position(input.len());
                input.splice(at..at, token.iter().copied());
            }
            1 => move_line(random, &mut input),
            2 => {
                let token = random.pick(TOKENS).as_bytes();
                let at = line_start(random, &input);
                input.splice(at..at, token.iter().copied());
            }
            _ => change(random, &mut input, corpus),
        }
    }
    input
}

fn change(random: &mut Random, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
    let at = random.position(input.len());
    let end = at + random.position((input.len() - at).min(64));
    match random.below(7) {
        0 if at < input.len() => input[at] ^= 1 << random.below(8),
        1 if at < input.len() => input[at] = random.byte(),
        2 => {
            let number = random.pick(NUMBERS).to_be_bytes();
            let end = (at + 4).min(input.len());
            input.splice(at..end, number);
        }
        3 => {
            input.drain(at..end);
        }
        4 => {
            let copy = input[at..end].to_vec();
            input.splice(at..at, copy);
        }
        5 => input.truncate(at),
        _ => {
            let other = random.pick(corpus);
            let from = random.position(other.len());
            input.splice(at..end, other[from..].iter().copied().take(512));
        }
    }
}

/// Returns the start of a line, or the end of the text.
fn line_start(random: &mut Random, input: &[u8]) -> usize {
    let at = random.position(input.len());
    input[at..].iter().position(|byte| *byte == b'\n').map_or(input.len(), |end| at + end + 1)
}

fn move_line(random: &mut Random, input: &mut Vec<u8>) {
    let from = line_start(random, input);
    let end = input[from..].iter().position(|byte| *byte == b'\n').map_or(input.len(), |end| from + end + 1);
    let line: Vec<u8> = input.drain(from..end).collect();
    let to = line_start(random, input);
    input.splice(to..to, line);
}

/// Corrects the checksums of all frames, up to the first bytes that are not a frame.
fn with_checksums(input: &mut [u8]) -> Vec<u8> {
    let mut rest = &mut *input;
    while let Some(length) = rest.first_chunk().map(|length| u32::from_be_bytes(*length)) {
        let length = usize::try_from(length).unwrap();
        if length < 16 || length > rest.len() {
            break;
        }
        let (frame, after) = rest.split_at_mut(length);
        let prelude = crc32fast::hash(&frame[..8]).to_be_bytes();
        frame[8..12].copy_from_slice(&prelude);
        let message = crc32fast::hash(&frame[..length - 4]).to_be_bytes();
        frame[length - 4..].copy_from_slice(&message);
        rest = after;
    }
    input.to_vec()
}
