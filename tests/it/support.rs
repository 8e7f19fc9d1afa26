//! What the tests share.

pub(crate) mod blocks;
pub(crate) mod child;
pub(crate) mod corpus;
pub(crate) mod json;
pub(crate) mod loopback;
pub(crate) mod signer;
pub(crate) mod tally;
