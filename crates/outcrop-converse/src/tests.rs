//! Generators and helpers for the tests of several modules.

pub(crate) mod choices;
pub(crate) mod json_text;
pub(crate) mod model;
mod no_silent_loss;
