//! The result of encoding.

use std::fmt;

use bytes::Bytes;
use outcrop_core::{Note, WriteJson as _};

use super::size_hint::size_hint;
use crate::context::ResponseContext;
use crate::url_path;
use crate::wire::ConverseRequest;

/// An encoded Converse request: its body, the notes on every change, and the context that its response is decoded with.
///
/// [`encode_request`](crate::encode_request) returns the typed body, which can still be changed.
/// [`Transcript::encode`](crate::Transcript::encode) and [`serialize`](Encoded::serialize) return `Encoded<Bytes>`, whose
/// body is the JSON to send.
#[derive(Clone)]
#[non_exhaustive]
pub struct Encoded<B = ConverseRequest> {
    /// The model's id or ARN. See [`url_path`](Self::url_path) for the path of the request.
    pub model_id: String,
    /// The body of the request: a [`ConverseRequest`], or its JSON as [`Bytes`].
    pub body: B,
    /// The additions, removals and changes, in the order of the rules.
    pub notes: Vec<Note>,
    /// The context that the response to this request is decoded with.
    pub context: ResponseContext,
    /// Kept because the bytes of a body no longer tell.
    has_tools: bool,
}

impl Encoded {
    pub(super) fn new(
        model_id: String,
        body: ConverseRequest,
        notes: Vec<Note>,
        context: ResponseContext,
    ) -> Self {
        let has_tools = body.tool_config.is_some();
        Self { model_id, body, notes, context, has_tools }
    }

    /// Serializes the body. The same request always gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        self.write_to(|_| Vec::new())
    }

    /// Replaces the typed body with its bytes, which take less memory while a call is in flight.
    #[must_use]
    pub fn serialize(self) -> Encoded<Bytes> {
        self.serialize_with(|_| Vec::new())
    }

    /// Replaces the typed body with its bytes, as [`serialize`](Self::serialize), in a buffer that was used before.
    ///
    /// The function gets about the number of bytes and returns the buffer, whose content is removed. An allocator often
    /// returns large buffers to the system, so that programs with many long conversations may keep theirs.
    ///
    /// ```
    /// use outcrop_converse::{EncodeOptions, encode_request};
    /// use outcrop_core::ModelRequest;
    ///
    /// # fn main() -> Result<(), outcrop_core::ModelError> {
    /// let request = ModelRequest::builder("amazon.nova-lite-v1:0").user("Name a river.").build();
    /// let encoded = encode_request(&request, &EncodeOptions::default())?;
    /// let bytes = encoded.to_bytes();
    ///
    /// let mut kept = Some(Vec::with_capacity(64 * 1024));
    /// let encoded = encoded.serialize_with(|_length| kept.take().unwrap_or_default());
    /// assert_eq!(encoded.body, bytes);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn serialize_with(self, buffer: impl FnOnce(usize) -> Vec<u8>) -> Encoded<Bytes> {
        let body = self.write_to(buffer);
        self.with_bytes(body)
    }

    /// Writes the body into a buffer for about this number of bytes, whose content is removed.
    fn write_to(&self, buffer: impl FnOnce(usize) -> Vec<u8>) -> Bytes {
        let length = size_hint(&self.body);
        let mut buffer = buffer(length);
        buffer.clear();
        buffer.reserve(length);
        self.body.write_json(&mut buffer);
        Bytes::from(buffer)
    }

    /// Returns whether the request offers tools to the model.
    #[must_use]
    pub fn has_tools(&self) -> bool {
        self.body.tool_config.is_some()
    }

    /// Replaces the typed body with the given bytes.
    pub(crate) fn with_bytes(self, body: Bytes) -> Encoded<Bytes> {
        let has_tools = self.has_tools();
        Encoded { model_id: self.model_id, body, notes: self.notes, context: self.context, has_tools }
    }
}

impl Encoded<Bytes> {
    /// Returns whether the request offers tools to the model.
    #[must_use]
    pub fn has_tools(&self) -> bool {
        self.has_tools
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_with(&self.body, f)
    }
}

impl fmt::Debug for Encoded<Bytes> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes are the conversation, and no prompt may show in a log: only their number is formatted.
        self.fmt_with(&format_args!("{} bytes", self.body.len()), f)
    }
}

impl<B> Encoded<B> {
    /// Returns the URL path of a Converse request to the model, with the id percent-encoded.
    #[must_use]
    pub fn url_path(&self) -> String {
        url_path::converse(&self.model_id)
    }

    /// Returns the URL path of a ConverseStream request to the model, with the id percent-encoded.
    #[must_use]
    pub fn stream_url_path(&self) -> String {
        url_path::converse_stream(&self.model_id)
    }

    fn fmt_with(&self, body: &dyn fmt::Debug, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoded")
            .field("model_id", &self.model_id)
            .field("body", body)
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
