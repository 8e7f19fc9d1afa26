//! JSON without loss: raw text, ordered objects, fast writing, and errors with paths.
//!
//! A value that passes through this module keeps the order of its members, the spelling of its numbers and the members
//! that no type knows. Errors name a path and never repeat a string of the input.

mod locate;
mod ordered_map;
mod parse;
mod raw;
mod surrogates;
mod write;

pub use ordered_map::OrderedMap;
pub(crate) use ordered_map::duplicate_name;
pub use parse::{JsonError, from_slice, from_str};
pub use raw::{JsonObject, RawJson};
pub(crate) use surrogates::has_lone_surrogate;
pub use surrogates::{ReplacedSurrogates, replace_lone_surrogates};
pub(crate) use write::write_string;
pub use write::{ObjectWriter, WriteJson};

#[cfg(test)]
mod tests;
