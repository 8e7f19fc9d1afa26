//! Tests of the wire types.

mod errors;
mod members;
mod round_trip;
mod types;
