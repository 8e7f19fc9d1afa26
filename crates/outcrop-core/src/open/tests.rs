//! Tests.

mod enumeration;
mod record;
mod round_trip;
mod union;
