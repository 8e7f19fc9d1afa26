//! Tests.

mod custom;
mod generic;
mod json;
mod parser;
mod rendered;
