//! Tests of the content blocks.

mod custom;
mod generic;
mod json;
mod parser;
mod rendered;
