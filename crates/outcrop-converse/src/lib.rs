//! The pure mapping between `outcrop_core` and the Amazon Bedrock Converse API.
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod batch;
mod bedrock;
mod block_path;
pub mod catalog;
mod check;
mod context;
mod count_tokens;
mod decode;
mod encode;
pub mod event_stream;
mod guardrail;
mod guardrail_checks;
mod json_tree;
mod media_format;
mod model_id;
mod naming;
mod options;
mod origin;
mod rule;
mod schema;
mod service_error;
mod stream;
#[cfg(test)]
mod tests;
mod transcript;
pub mod url_path;
pub mod wire;
mod written_calls;

/// The provider-neutral vocabulary, so that this crate can be used without a dependency on `outcrop-core`.
#[doc(no_inline)]
pub use outcrop_core as core;

pub use batch::{Batch, BatchOutput, BatchRecord, RecordId};
pub use bedrock::{BedrockMetadata, BedrockOptions};
pub use catalog::Catalog;
pub use check::{Finding, Severity, check};
pub use context::{ResponseContext, ResponseMetadata};
pub use count_tokens::{CountTokens, decode_token_count};
pub use decode::{decode_request, decode_response, request_from_wire, response_from_wire};
pub use encode::{Encoded, encode_request};
pub use guardrail::decode_guardrail_verdict;
pub use guardrail_checks::decode_guardrail_checks;
pub use model_id::ModelId;
pub use options::{Alternation, Dialect, EncodeOptions};
pub use origin::{PROVIDER, mark_bound_elsewhere};
pub use rule::{Rule, Rules};
pub use service_error::{
    RejectedParameter, ServiceError, classify_error, rejected_parameter, rejects_bound_reasoning,
};
pub use stream::StreamDecoder;
pub use transcript::Transcript;
