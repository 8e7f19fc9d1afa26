//! A provider-agnostic vocabulary for language models: messages, requests, responses, errors and the client trait.
#![doc = include_str!("../README.md")]
// On docs.rs, each item shows the feature that it requires.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "client")]
mod client;
mod content;
mod conversation;
mod error;
pub mod gen_ai;
mod json;
mod media;
mod message;
mod note;
pub mod open;
pub mod openai;
mod redacted;
mod request;
mod response;
mod role;
mod stream;
mod structured_output;
#[cfg(feature = "test-util")]
pub mod testing;
#[cfg(test)]
mod tests;
mod totals;
mod usage;

#[cfg(feature = "client")]
pub use client::{Ag2ClientExt, ModelClient, ModelClientExt};
pub use content::{
    AudioContent, CachePointContent, CitationContent, CitationLocation, ContentBlock, ContentParser,
    CustomBlock, CustomContent, DocumentContent, DocumentSpan, GenericContent, ImageContent, ImageDetail,
    JsonContent, ReasoningContent, SearchResultSpan, TextContent, ToolCallContent, ToolCallKind,
    ToolResultContent, ToolResultStatus, UnparsedBlock, VideoContent, WebLocation,
};
pub use conversation::Conversation;
pub use error::{ErrorKind, ModelError, Stage};
pub use json::{
    JsonError, JsonObject, OrderedMap, RawJson, ReplacedSurrogates, WriteJson, from_slice, from_str,
    replace_lone_surrogates,
};
pub use media::{Blob, BlobError, DataUri, sniff_media_type};
pub use message::{MessageContent, UnifiedMessage};
pub use note::{Note, NoteAction};
pub use redacted::{Redacted, RedactedDebug};
pub use request::{
    AutoCache, Extension, Extensions, JsonSchemaFormat, ModelRequest, ModelRequestBuilder, PromptCache,
    ReasoningEffort, ResponseFormat, Sampling, ServiceTier, ToolChoice, ToolSpec,
};
pub use response::{FinishReason, ResponseStatus, UnifiedResponse};
pub use role::Role;
pub use stream::{ResponseAccumulator, StreamEvent, parse_partial_json};
#[cfg(feature = "client")]
pub use stream::{ResponseStream, TextStream};
pub use totals::Totals;
pub use usage::{Price, Usage};
