//! What the inputs are made of: streams as the service sends them, event by event.

use std::path::{Path, PathBuf};

use outcrop::converse::event_stream::{HeaderValue, encode_frame};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus");

/// The streams, as text: an event a line, its name before its JSON.
pub(crate) fn events() -> Vec<Vec<u8>> {
    files("events").iter().map(|path| read(path)).collect()
}

/// The same streams as frames.
pub(crate) fn frames() -> Vec<Vec<u8>> {
    files("frames").iter().map(|path| read(path)).collect()
}

/// The events of a stream as text: name and JSON.
pub(crate) fn lines(text: &[u8]) -> impl Iterator<Item = (&str, &[u8])> {
    text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| {
        let space = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
        let (name, json) = line.split_at(space);
        (std::str::from_utf8(name).unwrap_or("\u{fffd}"), json)
    })
}

/// A stream as the service frames it.
pub(crate) fn framed(text: &[u8]) -> Vec<u8> {
    lines(text).flat_map(|(name, json)| frame(name, json)).collect()
}

/// An event as a frame.
pub(crate) fn frame(name: &str, json: &[u8]) -> Vec<u8> {
    let (kind, label) =
        if name.ends_with("Exception") { ("exception", ":exception-type") } else { ("event", ":event-type") };
    let headers = [
        (label, HeaderValue::String(name)),
        (":content-type", HeaderValue::String("application/json")),
        (":message-type", HeaderValue::String(kind)),
    ];
    // A name or text that was made too long for a frame has none.
    encode_frame(&headers, json).unwrap_or_default()
}

fn files(extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(FOLDER).expect("the corpus is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    // The order in which a folder is listed is another one on each machine.
    paths.sort();
    assert!(!paths.is_empty(), "the corpus has .{extension} files");
    paths
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// With `OUTCROP_FUZZ_WRITE` set the frames are written anew.
#[test]
fn the_frames_are_those_of_the_events() {
    for path in files("events") {
        let (made, frames) = (framed(&read(&path)), path.with_extension("frames"));
        if std::env::var_os("OUTCROP_FUZZ_WRITE").is_some() {
            std::fs::write(&frames, &made).expect("the frames can be written");
        }
        assert!(read(&frames) == made, "{} is not made of its events", frames.display());
    }
}
