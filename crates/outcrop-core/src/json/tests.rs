//! Tests of JSON.

mod locate;
mod object;
mod parse;
mod raw;
mod surrogates;
mod write;
