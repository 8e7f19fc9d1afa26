//! Sends Converse bytes to Amazon Bedrock through the AWS SDK and hands back the bytes of the reply.
//!
//! The SDK supplies everything around the body: credentials, endpoint, signature, retries, time limits, HTTP. The
//! body is ours, both ways, so that nothing of it is lost or reordered. This is the only crate that names the SDK;
//! to talk to Bedrock use the `outcrop` crate, to map requests without sending them `outcrop-converse`.
//!
//! ```no_run
//! use outcrop_transport::{Settings, Transport};
//!
//! # async fn run() -> Result<(), outcrop_core::ModelError> {
//! let transport = Transport::connect(Settings::new().with_region("eu-west-1")).await?;
//! let body = br#"{"messages": [{"role": "user", "content": [{"text": "hi"}]}]}"#;
//! let reply = transport.converse("amazon.nova-lite-v1:0", body.as_slice().into()).await?;
//! println!("{} bytes, request id {:?}", reply.body.len(), reply.request_id);
//! # Ok(())
//! # }
//! ```
//!
//! # Cancel safety
//! Dropping the future of a call closes its connection. What was sent by then may be billed.

mod classify;
mod connect;
mod exchange;
mod retry;
mod settings;
mod transport;

pub use settings::{Credentials, Environment, Region, Retry, RetryMode, Settings, Timeouts};
pub use transport::{Reply, Transport};
