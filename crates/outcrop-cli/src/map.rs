//! `outcrop map`: converts lines of JSON, in order and without a network.
//!
//! Output is reproducible: it has no time and no random id.

mod exchange;
mod line;
mod recorded;
mod stream;

use std::io::{BufRead, BufWriter, Write};

use outcrop::core::{JsonObject, ModelError, RawJson};
use serde::Serialize;

use crate::args::{MapArgs, Mapping};
use crate::failure::Failure;
use crate::terminal::OutputError;
use line::Line;

/// The output for one line.
type Mapped = Result<JsonObject, ModelError>;

/// Converts standard input to standard output. A line that cannot be converted results in an error in its place.
///
/// Returns whether no line resulted in an error.
pub(crate) fn run(args: &MapArgs) -> Result<bool, Failure> {
    map_lines(args.mapping, std::io::stdin().lock(), std::io::stdout().lock())
}

fn map_lines(mapping: Mapping, input: impl BufRead, output: impl Write) -> Result<bool, Failure> {
    let mut output = BufWriter::new(output);
    let mut has_error = false;
    // Split as bytes: a line that is not UTF-8 is an error of its own and must not end the input.
    for line in input.split(b'\n') {
        let line = line.map_err(|error| Failure::input(format!("standard input cannot be read: {error}")))?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let mapped = map_line(mapping, &line);
        has_error |= mapped.get("error").is_some_and(|error| !error.is_null());
        // A program may write one line and wait for its result.
        let written = serde_json::to_writer(&mut output, &mapped)
            .map_err(std::io::Error::from)
            .and_then(|()| output.write_all(b"\n"))
            .and_then(|()| output.flush());
        written.map_err(OutputError)?;
    }
    Ok(!has_error)
}

fn map_line(mapping: Mapping, line: &[u8]) -> JsonObject {
    let mapped = Line::parse(line).and_then(|line| match mapping {
        Mapping::Request => exchange::map_request(&line),
        Mapping::Response => exchange::map_response(&line),
        Mapping::Exchange => Ok(exchange::map_exchange(&line)),
        Mapping::Stream => stream::map_stream(&line),
        Mapping::Wire => exchange::map_wire(&line),
        Mapping::Replay => exchange::map_replay(&line),
    });
    mapped.unwrap_or_else(|error| object([("error", json(&error))]))
}

/// Serializes a value.
fn json<T: Serialize + ?Sized>(value: &T) -> RawJson {
    RawJson::from_serialize(value)
        .unwrap_or_else(|error| RawJson::from(serde_json::Value::String(error.to_string())))
}

fn object<const N: usize>(members: [(&'static str, RawJson); N]) -> JsonObject {
    members.into_iter().collect()
}
