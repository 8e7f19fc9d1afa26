//! Sends Converse bytes to Amazon Bedrock through the AWS SDK and returns the bytes of the response.
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
mod cause;
mod connect;
mod credentials;
mod endpoint;
mod endpoints;
mod environment;
mod error;
mod exchange;
mod identity;
mod probe;
mod profile;
mod progress;
mod region;
mod resend;
mod response;
mod retry;
mod settings;
mod timeouts;
mod tls;
mod transport;

pub use credentials::Credentials;
pub use environment::Environment;
pub use probe::Probe;
pub use region::Region;
pub use response::{RawResponse, ResponseBody};
pub use retry::{Retry, RetryMode};
pub use settings::Settings;
pub use timeouts::Timeouts;
pub use transport::Transport;
