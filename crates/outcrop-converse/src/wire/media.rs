//! Content that a model reads other than text: images, audio, video, documents and search results.

use outcrop_core::{Blob, open_enum, open_struct, open_union};

open_enum! {
    /// The format of an image.
    pub enum ImageFormat { Png = "png", Jpeg = "jpeg", Gif = "gif", Webp = "webp" }
}

open_enum! {
    /// The format of a video.
    pub enum VideoFormat {
        Mkv = "mkv", Mov = "mov", Mp4 = "mp4", Webm = "webm", Flv = "flv", Mpeg = "mpeg", Mpg = "mpg", Wmv = "wmv",
        ThreeGp = "three_gp",
    }
}

open_enum! {
    /// The format of audio.
    pub enum AudioFormat {
        Mp3 = "mp3", Opus = "opus", Wav = "wav", Aac = "aac", Flac = "flac", Mp4 = "mp4", Ogg = "ogg", Mkv = "mkv",
        Mka = "mka", XAac = "x-aac", M4a = "m4a", Mpeg = "mpeg", Mpga = "mpga", Pcm = "pcm", Webm = "webm",
    }
}

// The service model has three shapes with the same two members, so one type reads and writes them all.
open_union! {
    /// The bytes of an image, a video or audio, or their location (`ImageSource`, `VideoSource`, `AudioSource`).
    pub enum MediaSource {
        /// Bytes in the format of the block.
        Bytes(Blob) = "bytes",
        /// An object in S3.
        S3Location(S3Location) = "s3Location",
    }
}

open_struct! {
    /// An object in S3.
    pub struct S3Location {
        /// The URI, `s3://bucket/key`.
        required uri: String = "uri",
        /// The account that owns the bucket, if it is another account than the caller's.
        optional bucket_owner: String = "bucketOwner",
    }
}

open_struct! {
    /// The reason why a model could not create an image or audio.
    pub struct ErrorBlock {
        /// The message.
        optional message: String = "message",
    }
}

open_struct! {
    /// An image.
    pub struct ImageBlock {
        /// The format.
        required format: ImageFormat = "format",
        /// The bytes.
        required source: MediaSource = "source",
        /// The reason why the model could not create it, in responses.
        optional error: ErrorBlock = "error",
    }
}

open_struct! {
    /// A video.
    pub struct VideoBlock {
        /// The format.
        required format: VideoFormat = "format",
        /// The bytes.
        required source: MediaSource = "source",
    }
}

open_struct! {
    /// Audio.
    pub struct AudioBlock {
        /// The format.
        required format: AudioFormat = "format",
        /// The bytes.
        required source: MediaSource = "source",
        /// The reason why the model could not create it, in responses.
        optional error: ErrorBlock = "error",
    }
}

open_enum! {
    /// The format of a document.
    pub enum DocumentFormat {
        Pdf = "pdf", Csv = "csv", Doc = "doc", Docx = "docx", Xls = "xls", Xlsx = "xlsx", Html = "html", Txt = "txt",
        Md = "md",
    }
}

open_struct! {
    /// A document.
    pub struct DocumentBlock {
        /// The format. Absent means plain text.
        optional format: DocumentFormat = "format",
        // The characters that the service accepts are narrower than this type: see `naming::document`.
        /// The name, which the model sees.
        required name: String = "name",
        /// The content.
        required source: DocumentSource = "source",
        /// A description of the document, which the model sees.
        optional context: String = "context",
        /// Whether the model cites the document.
        optional citations: CitationsConfig = "citations",
    }
}

open_union! {
    /// The content of a document, or its location.
    pub enum DocumentSource {
        /// Bytes in the format of the document.
        Bytes(Blob) = "bytes",
        /// An object in S3.
        S3Location(S3Location) = "s3Location",
        // Claude accepts the next two only if citations are enabled:
        // https://github.com/awslabs/aws-sdk-rust/issues/1365 (M67).
        /// Text.
        Text(String) = "text",
        /// Parts that a citation can refer to.
        Content(Vec<DocumentContentBlock>) = "content",
    }
}

open_union! {
    /// A part of a document.
    pub enum DocumentContentBlock {
        /// Text.
        Text(String) = "text",
    }
}

open_struct! {
    /// A search result.
    pub struct SearchResultBlock {
        /// The source of the search result, such as its URL.
        required source: String = "source",
        /// The title.
        required title: String = "title",
        /// The text, in parts that a citation can refer to.
        required content: Vec<SearchResultContentBlock> = "content",
        /// Whether the model cites the search result.
        optional citations: CitationsConfig = "citations",
    }
}

open_struct! {
    /// A part of a search result.
    pub struct SearchResultContentBlock {
        /// The text.
        required text: String = "text",
    }
}

open_struct! {
    /// The setting whether the model cites a document or a search result.
    pub struct CitationsConfig {
        /// Whether citations are enabled.
        required enabled: bool = "enabled",
    }
}
