//! What the tests share.

pub(crate) mod blocks;
pub(crate) mod corpus;
pub(crate) mod json;
pub(crate) mod tally;
