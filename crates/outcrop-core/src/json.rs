//! JSON kept as it came: raw text, ordered objects, errors that name the place.

mod object;
mod parse;
mod raw;

pub use object::{JsonObject, OrderedMap};
pub(crate) use parse::locate;
pub use parse::{JsonError, from_slice, from_str};
pub use raw::RawJson;

#[cfg(test)]
mod tests;
