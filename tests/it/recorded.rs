//! Real traffic: exchanges with Bedrock that other projects recorded for their own tests.
//!
//! They are data of others and lie beside the checkout, in the folder `recorded` of the directory that
//! `OUTCROP_SHARED` names. Where that is not set, the tests say so and hold.

mod decoded;
mod exchange;
mod faults;
mod judged;
mod replayed;
mod reread;
mod sent;
mod written;

use std::io::Write as _;
use std::path::Path;
use std::sync::Once;

use exchange::Exchange;

/// Names the directory in which the recordings lie.
const SHARED: &str = "OUTCROP_SHARED";

/// The exchanges without streams; `None` where there are no recordings.
fn exchanges() -> Option<Vec<Exchange>> {
    let mut unary = with_streams()?;
    unary.retain(|exchange| !exchange.is_stream());
    assert!(!unary.is_empty(), "there are no recorded exchanges");
    Some(unary)
}

/// All exchanges, in all files of the folder; `None` where there are no recordings.
fn with_streams() -> Option<Vec<Exchange>> {
    let Some(shared) = std::env::var_os(SHARED) else {
        tell(&format!("{SHARED} is not set: the recorded exchanges were not looked at"));
        return None;
    };
    let all = read(&Path::new(&shared).join("recorded"));
    let streams = all.iter().filter(|exchange| exchange.is_stream()).count();
    tell(&format!("{} recorded exchanges; of {streams} streams only the requests are looked at", all.len()));
    Some(all)
}

fn read(folder: &Path) -> Vec<Exchange> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    let texts = files.iter().map(|file| std::fs::read_to_string(file).unwrap());
    texts.flat_map(|text| text.lines().map(Exchange::read).collect::<Vec<_>>()).collect()
}

/// Writes a line, once, past the capture of tests: what was not run shall not look as if it had been.
fn tell(line: &str) {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| drop(writeln!(std::io::stderr(), "{line}")));
}
