//! Images, sound and video.

use outcrop_core::{Blob, open_enum, open_struct, open_union};

open_enum! {
    /// How an image is coded.
    pub enum ImageFormat { Png = "png", Jpeg = "jpeg", Gif = "gif", Webp = "webp" }
}

open_enum! {
    /// How a video is coded.
    pub enum VideoFormat {
        Mkv = "mkv", Mov = "mov", Mp4 = "mp4", Webm = "webm", Flv = "flv", Mpeg = "mpeg", Mpg = "mpg", Wmv = "wmv",
        ThreeGp = "three_gp",
    }
}

open_enum! {
    /// How sound is coded.
    pub enum AudioFormat {
        Mp3 = "mp3", Opus = "opus", Wav = "wav", Aac = "aac", Flac = "flac", Mp4 = "mp4", Ogg = "ogg", Mkv = "mkv",
        Mka = "mka", XAac = "x-aac", M4a = "m4a", Mpeg = "mpeg", Mpga = "mpga", Pcm = "pcm", Webm = "webm",
    }
}

open_union! {
    /// Where the bytes of an image, a video or sound are (`ImageSource`, `VideoSource`, `AudioSource`).
    pub enum MediaSource {
        /// Here.
        Bytes(Blob) = "bytes",
        /// In S3.
        S3Location(S3Location) = "s3Location",
    }
}

open_struct! {
    /// An object in S3.
    pub struct S3Location {
        /// `s3://bucket/key`.
        required uri: String = "uri",
        /// The account that owns the bucket, where it is not the caller's.
        optional bucket_owner: String = "bucketOwner",
    }
}

open_struct! {
    /// Why an image or sound could not be made.
    pub struct ErrorBlock {
        /// The reason.
        optional message: String = "message",
    }
}

open_struct! {
    /// An image.
    pub struct ImageBlock {
        /// Its coding.
        required format: ImageFormat = "format",
        /// Its bytes.
        required source: MediaSource = "source",
        /// Why it could not be made.
        optional error: ErrorBlock = "error",
    }
}

open_struct! {
    /// A video.
    pub struct VideoBlock {
        /// Its coding.
        required format: VideoFormat = "format",
        /// Its bytes.
        required source: MediaSource = "source",
    }
}

open_struct! {
    /// Sound.
    pub struct AudioBlock {
        /// Its coding.
        required format: AudioFormat = "format",
        /// Its bytes.
        required source: MediaSource = "source",
        /// Why it could not be made.
        optional error: ErrorBlock = "error",
    }
}
