//! The pure mapping between `outcrop_core` and the Amazon Bedrock Converse API.
#![doc = include_str!("../README.md")]

mod batch;
mod bedrock;
pub mod catalog;
mod check;
mod count;
mod decode;
mod encode;
mod fault;
mod formats;
pub mod frames;
mod guardrail;
mod metadata;
mod model;
mod repair;
mod replay;
mod schema;
mod stream;
#[cfg(test)]
mod tests;
mod transcript;
mod tree;
pub mod wire;

pub use batch::{Batch, BatchOutput, BatchRecord, RecordId};
pub use bedrock::BedrockOptions;
pub use catalog::Catalog;
pub use check::{Finding, Severity, check};
pub use count::{CountTokens, decode_token_count};
pub use decode::{
    PROVIDER, ResponseContext, ResponseMetadata, decode_request, decode_response, request_from_wire,
    response_from_wire,
};
pub use encode::{Alternation, Dialect, EncodeOptions, Encoded, encode_request};
pub use fault::{RejectedParameter, ServiceError, classify_error, rejected_parameter};
pub use guardrail::decode_guardrail_verdict;
pub use metadata::BedrockMetadata;
pub use model::ModelId;
pub use repair::{Rule, Rules};
pub use stream::StreamDecoder;
pub use transcript::Transcript;
