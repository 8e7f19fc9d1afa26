//! Media: which kinds a model takes, where, and from where.

use super::Support;

/// The kinds of media that a model takes in messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Media {
    /// Pictures.
    pub image: MediaDelivery,
    /// Documents.
    pub document: MediaDelivery,
    /// Videos.
    pub video: MediaDelivery,
    /// Sound.
    pub audio: MediaDelivery,
}

impl Media {
    /// The media of a model of which nothing is known.
    pub const UNKNOWN: Self = Self {
        image: MediaDelivery::Unknown,
        document: MediaDelivery::Unknown,
        video: MediaDelivery::Unknown,
        audio: MediaDelivery::Unknown,
    };
}

/// Whether a model takes a kind of media, and from where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MediaDelivery {
    /// Nobody has told.
    #[default]
    Unknown,
    /// It is refused (lesson L58).
    Unsupported,
    /// It is taken; nobody has told whether from S3, too.
    Supported,
    /// It is taken as bytes, but not from S3 (lesson L57).
    BytesOnly,
    /// It is taken as bytes and from S3.
    BytesAndS3,
}

impl MediaDelivery {
    /// Whether the kind is known to be refused.
    #[must_use]
    pub const fn is_unsupported(self) -> bool {
        matches!(self, Self::Unsupported)
    }

    /// Whether the kind is known to be refused where it lies in S3.
    #[must_use]
    pub const fn rejects_s3(self) -> bool {
        matches!(self, Self::Unsupported | Self::BytesOnly)
    }
}

/// The kinds of media that a model takes in results of tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolResultMedia {
    /// Pictures (lesson L34).
    pub image: Support,
    /// Documents.
    pub document: ToolResultDocuments,
    /// Videos.
    pub video: Support,
}

impl ToolResultMedia {
    /// The media of a model of which nothing is known.
    pub const UNKNOWN: Self =
        Self { image: Support::Unknown, document: ToolResultDocuments::Unknown, video: Support::Unknown };
}

/// The documents that a model takes in results of tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolResultDocuments {
    /// Nobody has told.
    #[default]
    Unknown,
    /// All formats.
    All,
    /// Formats that are text, such as csv and txt, but no pdf and no docx (lesson L35).
    PlainText,
    /// None.
    Unsupported,
}
