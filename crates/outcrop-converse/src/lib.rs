//! The pure mapping between `outcrop_core` and the Amazon Bedrock Converse API.
#![doc = include_str!("../README.md")]

pub mod catalog;
mod decode;
mod encode;
mod fault;
mod formats;
mod model;
mod replay;
mod schema;
#[cfg(test)]
mod tests;
mod tree;
pub mod wire;

pub use catalog::Catalog;
pub use decode::{PROVIDER, ReplyContext, ReplyMeta, decode_reply, decode_response};
pub use encode::{Alternation, Dialect, EncodeOptions, Encoded, encode_request};
pub use fault::{ServiceFault, classify_fault};
pub use model::ModelId;
