//! A provider-agnostic vocabulary for language models.
//!
//! Requests, messages made of typed content blocks, responses with usage and cost, one error, and the
//! [`ModelClient`] trait that providers implement. This crate names no provider; it reads no clock, no
//! environment, no file and no network. If you only want to talk to Amazon Bedrock, use the `outcrop` crate.
//!
//! ```
//! use outcrop_core::openai::ChatCompletion;
//! use outcrop_core::{ContentBlock, ModelRequest, UnifiedResponse};
//!
//! // OpenAI-shaped parameters in …
//! let request = ModelRequest::from_json(
//!     r#"{"model": "some-model", "messages": [{"role": "user", "content": "Name a river."}], "max_tokens": 50}"#,
//! )?;
//! assert_eq!(request.messages[0].text(), "Name a river.");
//!
//! // … and out of a response's typed blocks an OpenAI chat completion, if that is what the program wants.
//! let response: UnifiedResponse = serde_json::from_str(
//!     r#"{"id": "r1", "model": "some-model", "provider": "parrot", "messages": [
//!         {"role": "assistant", "content": [{"type": "text", "text": "The Rhine."}]}]}"#,
//! )?;
//! assert!(matches!(response.messages[0].content[0], ContentBlock::Text(_)));
//! assert_eq!(ChatCompletion::from(&response).choices[0].message.content.as_deref(), Some("The Rhine."));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//! - `client` (default): [`ModelClient`], its extension trait and [`ResponseStream`].
//! - `schemars`: JSON schemas of Rust types, for tools and structured answers.
//! - `test-util`: `ScriptedClient`, a mockall mock and the contract suite, in `outcrop_core::testing`.

#[cfg(feature = "client")]
mod client;
mod content;
mod error;
mod finish;
mod json;
mod media;
mod message;
mod note;
pub mod open;
pub mod openai;
mod request;
mod response;
mod role;
mod shape;
#[cfg(feature = "client")]
mod stream;
#[cfg(feature = "test-util")]
pub mod testing;
#[cfg(test)]
mod tests;
mod usage;

#[cfg(feature = "client")]
pub use client::{ModelClient, ModelClientExt};
pub use content::{
    AudioContent, CachePointContent, CitationContent, CitationLocation, ContentBlock, ContentParser,
    CustomBlock, CustomContent, DocumentContent, DocumentSpan, GenericContent, ImageContent, ImageDetail,
    JsonContent, ReasoningContent, SearchResultSpan, TextContent, ToolCallContent, ToolCallKind,
    ToolResultContent, ToolResultStatus, Unparsed, VideoContent, WebLocation,
};
pub use error::{ErrorKind, ModelError, Stage};
pub use finish::{FinishReason, ResponseStatus};
pub use json::{JsonError, JsonObject, OrderedMap, RawJson, WriteJson, from_slice, from_str};
pub use media::{Blob, BlobError, DataUri, sniff_media_type};
pub use message::UnifiedMessage;
pub use note::{Note, NoteAction};
pub use request::{
    Extension, Extensions, JsonSchemaFormat, ModelRequest, ModelRequestBuilder, ResponseFormat, Sampling,
    ToolChoice, ToolSpec,
};
pub use response::UnifiedResponse;
pub use role::Role;
pub use shape::{Shape, ShapeOf};
#[cfg(feature = "client")]
pub use stream::{ResponseStream, StreamEvent};
pub use usage::{Price, Usage};
