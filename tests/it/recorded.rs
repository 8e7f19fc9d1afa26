//! Recorded traffic: exchanges with Bedrock that other projects recorded for their own tests.
//!
//! They are not part of the repository. The tests read them from the folder `recorded` of the directory in
//! `OUTCROP_SHARED`. If the variable is not set, they report it and pass.

mod emulator;
mod errors;
mod exchange;
mod history;
mod requests;
mod responses;
mod streams;
mod transport;
mod wire_types;

use std::path::Path;

use exchange::Exchange;

use crate::support::shared_data;

/// Returns the exchanges without a stream; `None` without recordings.
fn exchanges() -> Option<Vec<Exchange>> {
    let mut unary = all_exchanges()?;
    unary.retain(|exchange| !exchange.is_stream());
    assert!(!unary.is_empty(), "there are no recorded exchanges");
    Some(unary)
}

/// Returns the exchanges with a stream; `None` without recordings.
fn streams() -> Option<Vec<Exchange>> {
    let mut streams = all_exchanges()?;
    streams.retain(Exchange::is_stream);
    Some(streams)
}

/// Reads the exchanges of all files; `None` without recordings.
fn all_exchanges() -> Option<Vec<Exchange>> {
    let all = read(&shared_data::path("recorded", "recorded exchanges")?);
    let streams = all.iter().filter(|exchange| exchange.is_stream()).count();
    shared_data::report_once(&format!("{} recorded exchanges, {streams} of them streams", all.len()));
    Some(all)
}

fn read(folder: &Path) -> Vec<Exchange> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    let texts = files.iter().map(|file| std::fs::read_to_string(file).unwrap());
    texts.flat_map(|text| text.lines().map(Exchange::parse).collect::<Vec<_>>()).collect()
}
