//! Tests of the macros for wire types.

mod enums;
mod round_trip;
mod structs;
mod unions;
