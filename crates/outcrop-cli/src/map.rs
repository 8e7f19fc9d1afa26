//! `outcrop map`: JSON lines in, JSON lines out, in the same order, no network.

mod exchange;
mod line;
mod stream;
mod wire;

use std::io::{BufRead, BufWriter, Write};

use outcrop::core::{JsonObject, ModelError, RawJson};
use serde::Serialize;

use crate::args::{MapArgs, Mapping};
use crate::failure::Failure;
use line::Line;

/// Maps standard input to standard output. A line that cannot be mapped yields an error in its place.
pub(crate) fn run(args: &MapArgs) -> Result<(), Failure> {
    map_lines(args.what, std::io::stdin().lock(), std::io::stdout().lock())
        .map_err(|error| Failure::input(format!("the lines could not be mapped: {error}")))
}

fn map_lines(what: Mapping, input: impl BufRead, output: impl Write) -> std::io::Result<()> {
    let mut output = BufWriter::new(output);
    for line in input.split(b'\n') {
        let line = line?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let mapped = map_line(what, &line);
        serde_json::to_writer(&mut output, &mapped)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(())
}

fn map_line(what: Mapping, line: &[u8]) -> JsonObject {
    let mapped = Line::parse(line).and_then(|line| match what {
        Mapping::Request => exchange::request(&line),
        Mapping::Response => exchange::response(&line),
        Mapping::Exchange => Ok(exchange::exchange(&line)),
        Mapping::Stream => stream::stream(&line),
        Mapping::Wire => wire::wire(&line),
        Mapping::Replay => exchange::replay(&line),
    });
    mapped.unwrap_or_else(|error| object([("error", json(&error))]))
}

/// The JSON of a value.
fn json<T: Serialize + ?Sized>(value: &T) -> RawJson {
    RawJson::from_serialize(value)
        .unwrap_or_else(|error| RawJson::from(serde_json::Value::String(error.to_string())))
}

fn object<const N: usize>(members: [(&'static str, RawJson); N]) -> JsonObject {
    members.into_iter().collect()
}

/// The result of a mapping of one line.
type Mapped = Result<JsonObject, ModelError>;
