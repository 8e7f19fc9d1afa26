//! The pure mapping between `outcrop_core` and the Amazon Bedrock Converse API.
#![doc = include_str!("../README.md")]

mod bedrock;
mod decode;
mod encode;
mod fault;
mod formats;
mod model;
mod price;
mod repair;
mod replay;
mod schema;
#[cfg(test)]
mod tests;
mod tree;
pub mod wire;

pub use bedrock::BedrockOptions;
pub use decode::{
    PROVIDER, ReplyContext, ReplyMeta, decode_reply, decode_request, decode_response, read_request,
};
pub use encode::{Alternation, Dialect, EncodeOptions, Encoded, encode_request};
pub use fault::{ServiceFault, classify_fault};
pub use model::ModelId;
pub use repair::{Rule, Rules};
