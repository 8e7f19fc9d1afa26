//! Tests.

mod enums;
mod round_trip;
mod structs;
mod unions;
