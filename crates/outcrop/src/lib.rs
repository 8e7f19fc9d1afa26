//! A client for the Amazon Bedrock Converse API.
#![doc = include_str!("../README.md")]
// On docs.rs, each item shows the feature that it requires.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
pub mod config;
mod defaults;
mod media;
mod telemetry;

pub use client::{BedrockClient, BedrockClientBuilder};
#[cfg(feature = "fetch")]
pub use media::HttpsFetcher;
pub use media::{FetchedMedia, MediaFetcher};
#[doc(inline)]
pub use outcrop_converse as converse;
#[doc(inline)]
pub use outcrop_core as core;
#[doc(inline)]
pub use outcrop_transport as transport;

#[doc(no_inline)]
pub use outcrop_converse::{Alternation, Dialect, EncodeOptions, ModelId, Rule, Rules, Transcript};
#[doc(no_inline)]
pub use outcrop_core::openai::{
    ChatChunkStream, ChatChunks, ChatCompletion, ChatCompletionChunk, RetrievedMessage, UsageSummary,
};
#[doc(no_inline)]
pub use outcrop_core::{
    Ag2ClientExt, ContentBlock, Conversation, ErrorKind, ModelClient, ModelClientExt, ModelError,
    ModelRequest, Note, Price, RawJson, ResponseFormat, ResponseStream, Stage, StreamEvent, ToolChoice,
    ToolSpec, UnifiedMessage, UnifiedResponse, Usage,
};
#[doc(no_inline)]
pub use outcrop_transport::{Credentials, Retry, RetryMode, Settings, Timeouts};
