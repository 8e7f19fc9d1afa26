//! Tests.

mod object;
mod parse;
mod raw;
mod write;
