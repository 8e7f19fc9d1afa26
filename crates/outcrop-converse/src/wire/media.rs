//! Images, audio and video.

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
