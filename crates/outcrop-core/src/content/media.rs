//! Images, audio, videos and documents.
//!
//! Each has a URL or a data URI. AG2 documents "url or data_uri, not both" without checking it, and neither does this
//! crate: the mapping of a provider decides.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::json::{JsonError, JsonObject};
use crate::media::{Blob, DataUri};
use crate::redacted::{Redacted, RedactedDebug};

content_block! {
    /// An image, given by its URL or by its bytes.
    ///
    /// Every provider supports data URIs. The supported schemes of URLs (`https:`, `s3:`) depend on the provider.
    ///
    /// ```
    /// use outcrop_core::ImageContent;
    ///
    /// let image = ImageContent::from_bytes("image/png", b"\x89PNG\r\n\x1a\n".to_vec());
    /// assert_eq!(image.data_uri.map(|uri| uri.to_string()).as_deref(), Some("data:image/png;base64,iVBORw0KGgo="));
    /// ```
    pub struct ImageContent = "image" {
        /// The URL of the image.
        nullable image_url: String,
        /// The image as a data URI.
        nullable data_uri: DataUri,
        /// The level of detail for the model, if the provider offers a choice.
        nullable detail: ImageDetail,
    }
}

content_block! {
    /// An audio recording, given by its URL or by its bytes.
    pub struct AudioContent = "audio" {
        /// The URL of the recording.
        nullable audio_url: String,
        /// The recording as a data URI.
        nullable data_uri: DataUri,
        /// The transcript of the recording.
        nullable transcript: String,
    }
}

content_block! {
    /// A video, given by its URL or by its bytes.
    pub struct VideoContent = "video" {
        /// The URL of the video.
        nullable video_url: String,
        /// The video as a data URI.
        nullable data_uri: DataUri,
    }
}

content_block! {
    /// A document, given by its URL, its bytes or its text. AG2 does not have this block.
    pub struct DocumentContent = "document" {
        /// The name of the document for the model.
        nullable name: String,
        /// The URL of the document.
        nullable document_url: String,
        /// The document as a data URI.
        nullable data_uri: DataUri,
        /// The text of the document as a whole.
        optional text: String,
        /// The text of the document in chunks that citations can refer to.
        optional chunks: Vec<String>,
        /// A description of the document for the model.
        optional context: String,
        /// Whether the model is instructed to cite the document.
        optional citations: bool,
    }
}

/// The level of detail at which a model processes an image: OpenAI's `detail`.
///
/// See <https://platform.openai.com/docs/guides/images-vision>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ImageDetail {
    /// The provider decides.
    Auto,
    /// A low resolution, which costs fewer tokens.
    Low,
    /// The full resolution.
    High,
}

// One of three known values, which reveals nothing.
impl RedactedDebug for ImageDetail {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl ImageContent {
    /// Creates an image from its bytes.
    #[must_use]
    pub fn from_bytes(media_type: &str, bytes: impl Into<Blob>) -> Self {
        Self::from_data_uri(DataUri::new(media_type, bytes.into()))
    }

    /// Creates an image from a data URI.
    #[must_use]
    pub fn from_data_uri(uri: DataUri) -> Self {
        Self { data_uri: Some(uri), ..Self::empty() }
    }

    /// Creates an image from its URL. A `data:` URL becomes [`data_uri`](Self::data_uri).
    #[must_use]
    pub fn from_url(url: impl Into<String>) -> Self {
        match parse_data_uri(url.into()) {
            Ok(uri) => Self::from_data_uri(uri),
            Err(url) => Self { image_url: Some(url), ..Self::empty() },
        }
    }

    fn empty() -> Self {
        Self {
            image_url: None,
            data_uri: None,
            detail: None,
            extra: JsonObject::new(),
            unknown: JsonObject::new(),
        }
    }
}

impl AudioContent {
    /// Creates a recording from its bytes.
    #[must_use]
    pub fn from_bytes(media_type: &str, bytes: impl Into<Blob>) -> Self {
        Self::from_data_uri(DataUri::new(media_type, bytes.into()))
    }

    /// Creates a recording from a data URI.
    #[must_use]
    pub fn from_data_uri(uri: DataUri) -> Self {
        Self { data_uri: Some(uri), ..Self::empty() }
    }

    /// Creates a recording from its URL. A `data:` URL becomes [`data_uri`](Self::data_uri).
    #[must_use]
    pub fn from_url(url: impl Into<String>) -> Self {
        match parse_data_uri(url.into()) {
            Ok(uri) => Self::from_data_uri(uri),
            Err(url) => Self { audio_url: Some(url), ..Self::empty() },
        }
    }

    pub(super) fn rendered_text(&self) -> Cow<'_, str> {
        match self.transcript.as_deref() {
            Some("") | None => Cow::Borrowed(""),
            // AG2 writes no space after the colon, and programs compare the text.
            Some(transcript) => Cow::Owned(format!("audio transcript:{transcript}")),
        }
    }

    fn empty() -> Self {
        Self {
            audio_url: None,
            data_uri: None,
            transcript: None,
            extra: JsonObject::new(),
            unknown: JsonObject::new(),
        }
    }
}

impl VideoContent {
    /// Creates a video from its bytes.
    #[must_use]
    pub fn from_bytes(media_type: &str, bytes: impl Into<Blob>) -> Self {
        Self::from_data_uri(DataUri::new(media_type, bytes.into()))
    }

    /// Creates a video from a data URI.
    #[must_use]
    pub fn from_data_uri(uri: DataUri) -> Self {
        Self { data_uri: Some(uri), ..Self::empty() }
    }

    /// Creates a video from its URL. A `data:` URL becomes [`data_uri`](Self::data_uri).
    #[must_use]
    pub fn from_url(url: impl Into<String>) -> Self {
        match parse_data_uri(url.into()) {
            Ok(uri) => Self::from_data_uri(uri),
            Err(url) => Self { video_url: Some(url), ..Self::empty() },
        }
    }

    fn empty() -> Self {
        Self { video_url: None, data_uri: None, extra: JsonObject::new(), unknown: JsonObject::new() }
    }
}

/// Returns a `data:` URL as a data URI. Returns any other URL as the error.
fn parse_data_uri(url: String) -> Result<DataUri, String> {
    if DataUri::is_data_uri(&url) { Ok(DataUri::from(url)) } else { Err(url) }
}

impl DocumentContent {
    /// Creates a document from its bytes.
    #[must_use]
    pub fn from_bytes(name: impl Into<String>, media_type: &str, bytes: impl Into<Blob>) -> Self {
        Self { data_uri: Some(DataUri::new(media_type, bytes.into())), ..Self::new(name) }
    }

    /// Creates a document from its URL. A `data:` URL becomes [`data_uri`](Self::data_uri).
    #[must_use]
    pub fn from_url(name: impl Into<String>, url: impl Into<String>) -> Self {
        match parse_data_uri(url.into()) {
            Ok(uri) => Self { data_uri: Some(uri), ..Self::new(name) },
            Err(url) => Self { document_url: Some(url), ..Self::new(name) },
        }
    }

    /// Creates a document from plain text.
    #[must_use]
    pub fn from_text(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::new(name) }
    }

    /// Creates a document with a name and without content.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            document_url: None,
            data_uri: None,
            text: None,
            chunks: None,
            context: None,
            citations: None,
            extra: JsonObject::new(),
            unknown: JsonObject::new(),
        }
    }
}
