//! Sends Converse bytes to Amazon Bedrock through the AWS SDK and hands back the bytes of the reply.
#![doc = include_str!("../README.md")]

mod classify;
mod connect;
mod exchange;
mod retry;
mod settings;
mod stream;
mod transport;

pub use settings::{Credentials, Environment, Region, Retry, RetryMode, Settings, Timeouts};
pub use stream::ResponseBody;
pub use transport::{RawResponse, Transport};
