//! Images, video and audio: by their bytes, or in S3.

use std::borrow::Cow;

use outcrop_core::{
    AudioContent, Blob, DataUri, ImageContent, JsonObject, ModelError, NoteAction, VideoContent,
    sniff_media_type,
};

use super::ContentEncoder;
use crate::block_path::BlockPath;
use crate::media_format::{audio_format, extension, image_format, video_format};
use crate::origin::BUCKET_OWNER_KEY;
use crate::wire::{
    AudioBlock, AudioFormat, ImageBlock, ImageFormat, MediaSource, S3Location, VideoBlock, VideoFormat,
};

/// The errors about one kind of media.
pub(super) struct MediaErrors {
    /// The code of an error about the bytes or the address.
    pub(super) invalid: &'static str,
    /// The code of an error about the format.
    pub(super) unsupported: &'static str,
    pub(super) noun: &'static str,
    /// The formats that Converse has.
    pub(super) formats: &'static [&'static str],
}

const IMAGE: MediaErrors = MediaErrors {
    invalid: "InvalidImage",
    unsupported: "UnsupportedImageFormat",
    noun: "image",
    formats: ImageFormat::KNOWN,
};

const VIDEO: MediaErrors = MediaErrors {
    invalid: "InvalidVideo",
    unsupported: "UnsupportedVideoFormat",
    noun: "video",
    formats: VideoFormat::KNOWN,
};

const AUDIO: MediaErrors = MediaErrors {
    invalid: "InvalidAudio",
    unsupported: "UnsupportedAudioFormat",
    noun: "audio",
    formats: AudioFormat::KNOWN,
};

impl MediaErrors {
    pub(super) fn invalid(&self, path: BlockPath, reason: impl std::fmt::Display) -> ModelError {
        ModelError::invalid_request(self.invalid, path, format!("the {}: {reason}", self.noun))
    }

    pub(super) fn unsupported(&self, path: BlockPath, given: &str) -> ModelError {
        let message = format!("Converse has no {} format `{given}`", self.noun);
        ModelError::invalid_request(self.unsupported, path, message)
            .with_hint(format!("convert it to one of {}", self.formats.join(", ")))
    }

    /// Returns whether bytes of a media type may be of this kind. Documents may be any text and markup.
    fn allows(&self, media_type: &str) -> bool {
        match self.noun {
            "image" => image_format(media_type).is_some(),
            "document" => {
                let is_media = media_type.starts_with("image/") || media_type.starts_with("audio/");
                !is_media || media_type == "image/svg+xml"
            }
            noun => media_type.split('/').next() == Some(noun),
        }
    }

    /// Returns the error for a URL that Converse has no member for.
    pub(super) fn unsupported_url(&self, path: BlockPath, url: &str) -> ModelError {
        let lower = url.to_ascii_lowercase();
        if url.is_empty() {
            self.invalid(path, "there is neither a data URI nor a URL")
        } else if lower.starts_with("http://") || lower.starts_with("https://") {
            let message = format!("the {} has a web address, and fetching it is not enabled", self.noun);
            ModelError::invalid_request("RemoteMediaNotAllowed", path, message).with_hint(
                "send a data URI or an s3:// URL, or give the client a `MediaFetcher` that fetches it",
            )
        } else {
            self.invalid(path, "its URL is neither `data:` nor `s3:`")
        }
    }
}

impl ContentEncoder<'_> {
    /// Encodes an image.
    ///
    /// If the label of a data URI and its bytes disagree, the bytes decide.
    pub(super) fn image(&mut self, image: &ImageContent, path: BlockPath) -> Result<ImageBlock, ModelError> {
        if let Some(uri) = inline_data(image.data_uri.as_ref(), image.image_url.as_deref()) {
            let payload = parse_payload(&uri, &IMAGE, path)?;
            let label = uri.media_type().unwrap_or_default();
            let labelled = image_format(&label);
            // The service compares the format with the bytes: https://github.com/vybestack/llxprt-code/issues/2158,
            // https://github.com/dust-tt/dust/issues/26545 (L51).
            let sniffed = sniff_media_type(&payload.head::<12>()).and_then(image_format);
            let format = match (labelled, sniffed) {
                // A label such as `application/octet-stream` or `image/*` is none.
                (None, Some(bytes)) if !label.starts_with("image/") || label == "image/*" => {
                    let message =
                        "set the format to that of the bytes: the media type is not that of an image";
                    self.note("image.format", NoteAction::Changed, path, message);
                    bytes
                }
                (Some(label), Some(bytes)) if label != bytes => {
                    let message = "changed the format to that of the bytes: the media type is another one";
                    self.note("image.format", NoteAction::Changed, path, message);
                    bytes
                }
                (Some(label), _) => label,
                (None, _) => return Err(IMAGE.unsupported(path, &label)),
            };
            return Ok(ImageBlock::new(format, MediaSource::Bytes(payload)));
        }
        let url = image.image_url.as_deref().unwrap_or_default();
        let location = s3_location(url, &image.extra).ok_or_else(|| IMAGE.unsupported_url(path, url))?;
        let extension = extension(split_owner(url).0);
        let format =
            image_format(&format!("image/{extension}")).ok_or_else(|| IMAGE.unsupported(path, &extension))?;
        Ok(ImageBlock::new(format, MediaSource::S3Location(location)))
    }

    /// Encodes a video.
    pub(super) fn video(&mut self, video: &VideoContent, path: BlockPath) -> Result<VideoBlock, ModelError> {
        if let Some(uri) = inline_data(video.data_uri.as_ref(), video.video_url.as_deref()) {
            let payload = parse_payload(&uri, &VIDEO, path)?;
            let label = uri.media_type().unwrap_or_default();
            let format = video_format(&label).ok_or_else(|| VIDEO.unsupported(path, &label))?;
            return Ok(VideoBlock::new(format, MediaSource::Bytes(payload)));
        }
        let url = video.video_url.as_deref().unwrap_or_default();
        let location = s3_location(url, &video.extra).ok_or_else(|| VIDEO.unsupported_url(path, url))?;
        let extension = extension(split_owner(url).0);
        let format =
            video_format(&format!("video/{extension}")).ok_or_else(|| VIDEO.unsupported(path, &extension))?;
        Ok(VideoBlock::new(format, MediaSource::S3Location(location)))
    }

    /// Encodes audio. Empty audio is dropped, and in AG2's dialect all audio for models that do not support it, because
    /// AG2 never sends any.
    pub(super) fn audio(
        &mut self,
        audio: &AudioContent,
        path: BlockPath,
    ) -> Result<Option<AudioBlock>, ModelError> {
        let is_empty =
            audio.audio_url.is_none() && audio.data_uri.as_ref().is_none_or(|uri| uri.payload().is_empty());
        if is_empty || (self.target.is_ag2() && self.target.capabilities.media.audio.is_unsupported()) {
            let message = if is_empty {
                "dropped the audio: it is empty"
            } else {
                "dropped the audio: the model does not support audio"
            };
            self.note("content.audio", NoteAction::Dropped, path, message);
            return Ok(None);
        }
        if let Some(uri) = inline_data(audio.data_uri.as_ref(), audio.audio_url.as_deref()) {
            let payload = parse_payload(&uri, &AUDIO, path)?;
            let label = uri.media_type().unwrap_or_default();
            let format = audio_format(&label).ok_or_else(|| AUDIO.unsupported(path, &label))?;
            return Ok(Some(AudioBlock::new(format, MediaSource::Bytes(payload))));
        }
        let url = audio.audio_url.as_deref().unwrap_or_default();
        let location = s3_location(url, &audio.extra).ok_or_else(|| AUDIO.unsupported_url(path, url))?;
        let extension = extension(split_owner(url).0);
        let format =
            audio_format(&format!("audio/{extension}")).ok_or_else(|| AUDIO.unsupported(path, &extension))?;
        Ok(Some(AudioBlock::new(format, MediaSource::S3Location(location))))
    }
}

/// Returns the data URI of a block. Some clients write it in the member of the URL.
pub(super) fn inline_data<'a>(uri: Option<&'a DataUri>, url: Option<&str>) -> Option<Cow<'a, DataUri>> {
    let in_url = || url.filter(|url| DataUri::is_data_uri(url)).map(|url| Cow::Owned(DataUri::from(url)));
    uri.map(Cow::Borrowed).or_else(in_url)
}

/// Parses the payload of a data URI.
pub(super) fn parse_payload(
    uri: &DataUri,
    errors: &MediaErrors,
    path: BlockPath,
) -> Result<Blob, ModelError> {
    if uri.media_type().is_none() {
        return Err(errors.invalid(path, "its data URI does not start with `data:`"));
    }
    if !uri.is_base64() {
        return Err(errors.invalid(path, "its data URI is not Base64"));
    }
    // Base64 is checked and normalized here, and written once. Encoding it again was a defect of other clients:
    // https://github.com/vercel/ai/commit/46bc2b3 (L52, M68).
    let payload = uri.payload().canonical().map_err(|error| errors.invalid(path, error))?;
    if payload.is_empty() {
        return Err(errors.invalid(path, "it is empty"));
    }
    // A web page or an iPhone's picture with the label of a PNG: https://github.com/getpaseo/paseo/issues/700.
    match sniff_media_type(&payload.head::<512>()).filter(|found| !errors.allows(found)) {
        Some(found) => Err(errors.unsupported(path, found)),
        None => Ok(payload),
    }
}

/// Returns the location of an `s3://` URL.
pub(super) fn s3_location(url: &str, extra: &JsonObject) -> Option<S3Location> {
    if !url.starts_with("s3://") {
        return None;
    }
    let (url, owner_in_url) = split_owner(url);
    let mut location = S3Location::new(url);
    let owner = extra.get(BUCKET_OWNER_KEY).and_then(|owner| owner.as_string().map(Cow::into_owned));
    location.bucket_owner = owner.or_else(|| owner_in_url.map(str::to_owned));
    Some(location)
}

/// Splits an S3 URL from the owner of its bucket, which some clients append: `s3://…?bucketOwner=…`.
pub(super) fn split_owner(url: &str) -> (&str, Option<&str>) {
    match url.rsplit_once("?bucketOwner=") {
        Some((url, owner)) => (url, Some(owner)),
        None => (url, None),
    }
}

#[cfg(test)]
mod tests;
