//! JSON kept as it came: raw text, ordered objects, errors that name the place.

mod object;
mod parse;
mod raw;
mod write;

pub use object::{JsonObject, OrderedMap};
pub(crate) use parse::locate;
pub use parse::{JsonError, from_slice, from_str};
pub use raw::RawJson;
pub(crate) use write::write_string;
pub use write::{ObjectWriter, WriteJson};

#[cfg(test)]
mod tests;
