//! Tests of JSON.

mod object;
mod parse;
mod raw;
mod write;
