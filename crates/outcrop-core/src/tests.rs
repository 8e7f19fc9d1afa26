//! Strategies and sample types that the tests of several modules share.

pub(crate) mod blocks;
pub(crate) mod json_text;
pub(crate) mod sample;
