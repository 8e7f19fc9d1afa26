//! Images, sound, video and documents.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::json::{JsonError, JsonObject};
use crate::media::{Blob, DataUri};
use crate::redacted::{Redacted, RedactedDebug};

content_block! {
    /// An image, by address or by its bytes.
    ///
    /// Providers take a data URI; which addresses they take (`https:`, `s3:`) differs.
    pub struct ImageContent = "image" {
        /// Where the image lies.
        nullable image_url: String,
        /// The image itself.
        nullable data_uri: DataUri,
        /// How closely the model shall look, where the provider offers a choice.
        nullable detail: ImageDetail,
    }
}

content_block! {
    /// Sound, by address or by its bytes.
    pub struct AudioContent = "audio" {
        /// Where the recording lies.
        nullable audio_url: String,
        /// The recording itself.
        nullable data_uri: DataUri,
        /// What is said in it.
        nullable transcript: String,
    }
}

content_block! {
    /// A video, by address or by its bytes.
    pub struct VideoContent = "video" {
        /// Where the video lies.
        nullable video_url: String,
        /// The video itself.
        nullable data_uri: DataUri,
    }
}

content_block! {
    /// A document, by address, by its bytes or by its text. AG2 has no such block.
    pub struct DocumentContent = "document" {
        /// The name that the model sees.
        nullable name: String,
        /// Where the document lies.
        nullable document_url: String,
        /// The document itself.
        nullable data_uri: DataUri,
        /// The document's text, in one piece.
        optional text: String,
        /// The document's text in pieces that citations can point to.
        optional chunks: Vec<String>,
        /// What the document is about, told to the model apart from the document.
        optional context: String,
        /// Whether the model shall cite the document.
        optional citations: bool,
    }
}

/// How closely the model shall look at an image (OpenAI's `detail`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ImageDetail {
    /// The provider decides.
    Auto,
    /// A glance.
    Low,
    /// A close look.
    High,
}

impl RedactedDebug for ImageDetail {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl ImageContent {
    /// An image of which the bytes are at hand.
    #[must_use]
    pub fn from_bytes(media_type: &str, bytes: impl Into<Blob>) -> Self {
        Self::from_data_uri(DataUri::new(media_type, bytes.into()))
    }

    /// An image as a data URI.
    #[must_use]
    pub fn from_data_uri(uri: DataUri) -> Self {
        Self { data_uri: Some(uri), ..Self::empty() }
    }

    /// An image that lies at an address; a `data:` address becomes the image itself.
    #[must_use]
    pub fn from_url(url: impl Into<String>) -> Self {
        match here_or_there(url.into()) {
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
    /// A recording of which the bytes are at hand.
    #[must_use]
    pub fn from_bytes(media_type: &str, bytes: impl Into<Blob>) -> Self {
        Self::from_data_uri(DataUri::new(media_type, bytes.into()))
    }

    /// A recording as a data URI.
    #[must_use]
    pub fn from_data_uri(uri: DataUri) -> Self {
        Self { data_uri: Some(uri), ..Self::empty() }
    }

    /// A recording that lies at an address; a `data:` address becomes the recording itself.
    #[must_use]
    pub fn from_url(url: impl Into<String>) -> Self {
        match here_or_there(url.into()) {
            Ok(uri) => Self::from_data_uri(uri),
            Err(url) => Self { audio_url: Some(url), ..Self::empty() },
        }
    }

    pub(super) fn rendered_text(&self) -> Cow<'_, str> {
        match self.transcript.as_deref() {
            Some("") | None => Cow::Borrowed(""),
            Some(words) => Cow::Owned(format!("audio transcript:{words}")),
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
    /// A video of which the bytes are at hand.
    #[must_use]
    pub fn from_bytes(media_type: &str, bytes: impl Into<Blob>) -> Self {
        Self::from_data_uri(DataUri::new(media_type, bytes.into()))
    }

    /// A video as a data URI.
    #[must_use]
    pub fn from_data_uri(uri: DataUri) -> Self {
        Self { data_uri: Some(uri), ..Self::empty() }
    }

    /// A video that lies at an address; a `data:` address becomes the video itself.
    #[must_use]
    pub fn from_url(url: impl Into<String>) -> Self {
        match here_or_there(url.into()) {
            Ok(uri) => Self::from_data_uri(uri),
            Err(url) => Self { video_url: Some(url), ..Self::empty() },
        }
    }

    fn empty() -> Self {
        Self { video_url: None, data_uri: None, extra: JsonObject::new(), unknown: JsonObject::new() }
    }
}

/// What an address holds, if it is a `data:` address, else the address.
fn here_or_there(url: String) -> Result<DataUri, String> {
    if DataUri::is_data_uri(&url) { Ok(DataUri::from(url)) } else { Err(url) }
}

impl DocumentContent {
    /// A document of which the bytes are at hand.
    #[must_use]
    pub fn from_bytes(name: impl Into<String>, media_type: &str, bytes: impl Into<Blob>) -> Self {
        Self { data_uri: Some(DataUri::new(media_type, bytes.into())), ..Self::new(name) }
    }

    /// A document that lies at an address; a `data:` address becomes the document itself.
    #[must_use]
    pub fn from_url(name: impl Into<String>, url: impl Into<String>) -> Self {
        match here_or_there(url.into()) {
            Ok(uri) => Self { data_uri: Some(uri), ..Self::new(name) },
            Err(url) => Self { document_url: Some(url), ..Self::new(name) },
        }
    }

    /// A document that is plain text.
    #[must_use]
    pub fn from_text(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::new(name) }
    }

    /// Builds a document with a name and no content yet.
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
