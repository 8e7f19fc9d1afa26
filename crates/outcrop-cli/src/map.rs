//! `outcrop map`: converts lines of JSON, in order and without a network.
//!
//! Output is reproducible: it has no time and no random id.

mod exchange;
mod line;
mod recorded;
mod stream;

use std::io::{BufRead as _, Read as _};

use outcrop::core::{JsonObject, ModelError, RawJson};
use serde::Serialize;

use crate::args::{MapArgs, Mapping};
use crate::failure::Failure;
use crate::files::MAX_TEXT_BYTES;
use crate::terminal;
use line::Line;

/// The output for one line.
type Mapped = Result<JsonObject, ModelError>;

/// The maximum size of a line: that of a file with a conversation. Without a limit, an endless line would fill the memory.
const MAX_LINE_BYTES: u64 = MAX_TEXT_BYTES;

/// Converts standard input to standard output. A line that cannot be converted results in an error in its place.
///
/// Returns whether no line resulted in an error.
pub(crate) fn run(args: &MapArgs) -> Result<bool, Failure> {
    let mut input = std::io::stdin().lock();
    let failed = |error: std::io::Error| Failure::input(format!("standard input cannot be read: {error}"));
    let mut has_error = false;
    let mut line = Vec::new();
    loop {
        line.clear();
        // Split as bytes: a line that is not UTF-8 is an error of its own and must not end the input.
        let limit = MAX_LINE_BYTES.saturating_add(1);
        let length = input.by_ref().take(limit).read_until(b'\n', &mut line).map_err(failed)?;
        if length == 0 {
            return Ok(!has_error);
        }
        let is_cut = line.last() != Some(&b'\n') && u64::try_from(length).is_ok_and(|length| length == limit);
        if line.iter().all(u8::is_ascii_whitespace) && !is_cut {
            continue;
        }
        let mapped = if is_cut { Err(line_too_long()) } else { map_line(args.mapping, &line) };
        let mapped = mapped.unwrap_or_else(|error| object([("error", json(&error))]));
        has_error |= mapped.get("error").is_some_and(|error| !error.is_null());
        // A program may write one line and wait for its result.
        terminal::print_json(RawJson::from(mapped).as_str())?;
        if is_cut {
            // After the error, because the rest of the line may have no end.
            input.skip_until(b'\n').map_err(failed)?;
        }
    }
}

fn line_too_long() -> ModelError {
    let message = format!("the line is too long: the limit is {MAX_LINE_BYTES} bytes");
    ModelError::invalid_request("InvalidLine", "", message)
}

fn map_line(mapping: Mapping, line: &[u8]) -> Mapped {
    Line::parse(line).and_then(|line| match mapping {
        Mapping::Request => exchange::map_request(&line),
        Mapping::Response => exchange::map_response(&line),
        Mapping::Exchange => Ok(exchange::map_exchange(&line)),
        Mapping::Stream => stream::map_stream(&line),
        Mapping::Wire => exchange::map_wire(&line),
        Mapping::Replay => exchange::map_replay(&line),
    })
}

/// Serializes a value.
fn json<T: Serialize + ?Sized>(value: &T) -> RawJson {
    RawJson::from_serialize(value)
        .unwrap_or_else(|error| RawJson::from(serde_json::Value::String(error.to_string())))
}

fn object<const N: usize>(members: [(&'static str, RawJson); N]) -> JsonObject {
    members.into_iter().collect()
}
