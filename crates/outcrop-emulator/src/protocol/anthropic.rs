//! The body format of Anthropic's Messages API, which InvokeModel passes to Claude.
//!
//! A request becomes one of Converse, so that the rules and the default model see both alike, and a response of Converse
//! becomes a message. The format is described in
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html>.

mod events;
mod request;
mod response;

pub(crate) use events::{chunk, message_events};
pub(crate) use request::parse_request;
pub(crate) use response::AnthropicMessage;
