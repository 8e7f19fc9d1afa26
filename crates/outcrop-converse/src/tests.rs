//! What the tests of several modules share.

pub(crate) mod choices;
pub(crate) mod json_text;
pub(crate) mod model;
