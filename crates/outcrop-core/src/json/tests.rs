//! Tests of JSON.

mod object;
mod parse;
mod raw;
mod surrogates;
mod write;
