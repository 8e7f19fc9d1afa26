//! The pure mapping between [`outcrop_core`] and the Amazon Bedrock Converse API.
//!
//! Functions from requests to Converse JSON and from Converse JSON to responses, for gateways, Lambdas, batch jobs
//! and proxies. No input or output, no clock, no environment, no async, no AWS crate. If you want to talk to
//! Bedrock, use the `outcrop` crate, which puts the AWS SDK around this one.
//!
//! - [`encode_request`]: a [`ModelRequest`](outcrop_core::ModelRequest) to the bytes of a Converse request, with a
//!   [`Note`](outcrop_core::Note) of everything that had to be changed.
//! - [`decode_response`]: the bytes of a Converse reply to a [`UnifiedResponse`](outcrop_core::UnifiedResponse).
//! - [`classify_fault`]: an error of the service to a [`ModelError`](outcrop_core::ModelError) with a hint.
//! - [`wire`]: the types of Converse's JSON themselves, which lose nothing.
//!
//! ```
//! use outcrop_converse::{EncodeOptions, ReplyMeta, decode_response, encode_request};
//! use outcrop_core::ModelRequest;
//!
//! let request = ModelRequest::from_json(
//!     r#"{"model": "amazon.nova-lite-v1:0", "messages": [{"role": "user", "content": "Name a river."}]}"#,
//! )?;
//! let encoded = encode_request(&request, &EncodeOptions::default())?;
//! // POST encoded.to_bytes() to /model/{encoded.model_id}/converse, then:
//! let reply = br#"{"output": {"message": {"role": "assistant", "content": [{"text": "The Rhine."}]}},
//!     "stopReason": "end_turn", "usage": {"inputTokens": 5, "outputTokens": 3, "totalTokens": 8}}"#;
//! let response = decode_response(&reply.as_slice().into(), &encoded.reply, ReplyMeta::default())?;
//! assert_eq!(response.text(), "The Rhine.");
//! # Ok::<(), outcrop_core::ModelError>(())
//! ```

mod decode;
mod encode;
mod fault;
mod formats;
mod model;
mod price;
mod replay;
mod schema;
#[cfg(test)]
mod tests;
mod tree;
pub mod wire;

pub use decode::{PROVIDER, ReplyContext, ReplyMeta, decode_reply, decode_response};
pub use encode::{Alternation, Dialect, EncodeOptions, Encoded, encode_request};
pub use fault::{ServiceFault, classify_fault};
pub use model::ModelId;
