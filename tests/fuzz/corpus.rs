//! The corpus: streams as the service sends them.

use std::path::{Path, PathBuf};

use outcrop::converse::event_stream::{HeaderValue, encode_frame};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus");

/// Reads the streams as text: one event per line, its name before its JSON.
pub(crate) fn events() -> Vec<Vec<u8>> {
    files("events").iter().map(|path| read(path)).collect()
}

/// Reads the same streams as frames.
pub(crate) fn frames() -> Vec<Vec<u8>> {
    files("frames").iter().map(|path| read(path)).collect()
}

/// Splits the text of a stream into the names and the JSON of its events.
pub(crate) fn lines(text: &[u8]) -> impl Iterator<Item = (&str, &[u8])> {
    text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| {
        let space = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
        let (name, json) = line.split_at(space);
        (std::str::from_utf8(name).unwrap_or("\u{fffd}"), json)
    })
}

/// Encodes the text of a stream as frames.
pub(crate) fn encode(text: &[u8]) -> Vec<u8> {
    lines(text).flat_map(|(name, json)| frame(name, json)).collect()
}

/// Encodes an event as a frame.
pub(crate) fn frame(name: &str, json: &[u8]) -> Vec<u8> {
    let (kind, label) =
        if name.ends_with("Exception") { ("exception", ":exception-type") } else { ("event", ":event-type") };
    let headers = [
        (label, HeaderValue::String(name)),
        (":content-type", HeaderValue::String("application/json")),
        (":message-type", HeaderValue::String(kind)),
    ];
    // A changed name or text may be too long for a frame.
    encode_frame(&headers, json).unwrap_or_default()
}

fn files(extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(FOLDER).expect("the corpus");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    // The order of a folder depends on the machine, and the inputs of a seed must not.
    paths.sort();
    assert!(!paths.is_empty(), "the corpus has .{extension} files");
    paths
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

// If `OUTCROP_FUZZ_WRITE` is set, it writes the frames.
#[test]
fn frame_files_equal_encoded_event_files() {
    for path in files("events") {
        let (encoded, frames) = (encode(&read(&path)), path.with_extension("frames"));
        if std::env::var_os("OUTCROP_FUZZ_WRITE").is_some() {
            std::fs::write(&frames, &encoded).expect("a writable file");
        }
        assert!(read(&frames) == encoded, "{} differs from its events", frames.display());
    }
}
