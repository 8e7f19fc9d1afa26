//! The protocol of Bedrock Runtime: operations, calls, errors, responses and streams, without HTTP connections.
//!
//! To emulate another operation, add it to [`operation::Operation`] and its path to `route`. The compiler then
//! reports where its checks (`rules`) and its answer (`default_model`) are missing.

pub(crate) mod anthropic;
pub(crate) mod call;
pub(crate) mod error;
pub(crate) mod invoke;
pub(crate) mod operation;
pub(crate) mod prefix;
pub(crate) mod response;
pub(crate) mod route;
pub(crate) mod stream;
pub(crate) mod thinking;
