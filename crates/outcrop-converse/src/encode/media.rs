//! Images, sound, video and documents.

use std::borrow::Cow;

use outcrop_core::{
    AudioContent, Blob, DataUri, DocumentContent, ImageContent, JsonObject, ModelError, NoteAction,
    VideoContent, sniff_media_type,
};

use super::place::Place;
use super::{Alternation, Dialect, Encoder};
use crate::catalog::ModelFamily;
use crate::formats::{audio_format, document_format, extension, image_format, video_format};
use crate::repair::Rule;
use crate::replay::BUCKET_OWNER;
use crate::wire::{
    AudioBlock, AudioFormat, CitationsConfig, DocumentBlock, DocumentContentBlock, DocumentFormat,
    DocumentSource, ImageBlock, ImageFormat, MediaSource, S3Location, VideoBlock, VideoFormat,
};

/// What is wrong with a medium, by what it is.
struct Complaints {
    /// The code of an error about its bytes or address.
    invalid: &'static str,
    /// The code of an error about its format.
    unsupported: &'static str,
    /// What it is called.
    noun: &'static str,
    /// The formats that Converse has.
    formats: &'static [&'static str],
}

const IMAGE: Complaints = Complaints {
    invalid: "InvalidImage",
    unsupported: "UnsupportedImageFormat",
    noun: "image",
    formats: ImageFormat::KNOWN,
};

const VIDEO: Complaints = Complaints {
    invalid: "InvalidVideo",
    unsupported: "UnsupportedVideoFormat",
    noun: "video",
    formats: VideoFormat::KNOWN,
};

const AUDIO: Complaints = Complaints {
    invalid: "InvalidAudio",
    unsupported: "UnsupportedAudioFormat",
    noun: "audio",
    formats: AudioFormat::KNOWN,
};

const DOCUMENT: Complaints = Complaints {
    invalid: "InvalidDocument",
    unsupported: "UnsupportedDocumentFormat",
    noun: "document",
    formats: DocumentFormat::KNOWN,
};

impl Complaints {
    fn invalid(&self, place: Place, why: impl std::fmt::Display) -> ModelError {
        ModelError::invalid_request(self.invalid, place, format!("the {}: {why}", self.noun))
    }

    fn unsupported(&self, place: Place, given: &str) -> ModelError {
        let formats = self.formats.join(", ");
        ModelError::invalid_request(
            self.unsupported,
            place,
            format!("`{given}` is no {} format that Converse takes", self.noun),
        )
        .with_hint(format!("convert it to one of {formats}"))
    }
}

impl Encoder<'_> {
    /// An image: by its bytes, or in S3.
    ///
    /// Where the label of a data URI and its bytes disagree, the bytes are believed (lesson L51).
    pub(super) fn image(&mut self, image: &ImageContent, place: Place) -> Result<ImageBlock, ModelError> {
        if let Some(uri) = here(image.data_uri.as_ref(), image.image_url.as_deref()) {
            let payload = payload(&uri, &IMAGE, place)?;
            let label = uri.media_type().unwrap_or_default();
            let labelled = image_format(&label);
            let sniffed = sniff_media_type(&payload.head::<12>()).and_then(image_format);
            let format = match (labelled, sniffed) {
                (Some(label), Some(bytes)) if label != bytes => {
                    self.note(
                        "image.format",
                        NoteAction::Changed,
                        place,
                        "labelled by its bytes, which disagree with its media type",
                    );
                    bytes
                }
                (Some(label), _) => label,
                (None, _) => return Err(IMAGE.unsupported(place, &label)),
            };
            return Ok(ImageBlock::new(format, MediaSource::Bytes(payload)));
        }
        let url = image.image_url.as_deref().unwrap_or_default();
        let location = s3_location(url, &image.extra).ok_or_else(|| not_here(url, &IMAGE, place))?;
        let format = image_format(&format!("image/{}", extension(split_owner(url).0)))
            .ok_or_else(|| IMAGE.unsupported(place, &extension(split_owner(url).0)))?;
        Ok(ImageBlock::new(format, MediaSource::S3Location(location)))
    }

    /// A video: by its bytes, or in S3.
    pub(super) fn video(&mut self, video: &VideoContent, place: Place) -> Result<VideoBlock, ModelError> {
        if let Some(uri) = here(video.data_uri.as_ref(), video.video_url.as_deref()) {
            let payload = payload(&uri, &VIDEO, place)?;
            let label = uri.media_type().unwrap_or_default();
            let format = video_format(&label).ok_or_else(|| VIDEO.unsupported(place, &label))?;
            return Ok(VideoBlock::new(format, MediaSource::Bytes(payload)));
        }
        let url = video.video_url.as_deref().unwrap_or_default();
        let location = s3_location(url, &video.extra).ok_or_else(|| not_here(url, &VIDEO, place))?;
        let format = video_format(&format!("video/{}", extension(split_owner(url).0)))
            .ok_or_else(|| VIDEO.unsupported(place, &extension(split_owner(url).0)))?;
        Ok(VideoBlock::new(format, MediaSource::S3Location(location)))
    }

    /// Sound: by its bytes, or in S3. Left out where there is nothing in it, and where the model takes none in AG2's dialect,
    /// since AG2 never sends any.
    pub(super) fn audio(
        &mut self,
        audio: &AudioContent,
        place: Place,
    ) -> Result<Option<AudioBlock>, ModelError> {
        let is_empty =
            audio.audio_url.is_none() && audio.data_uri.as_ref().is_none_or(|uri| uri.payload().is_empty());
        if is_empty || (self.keeps_to_ag2() && self.takes.media.audio.is_unsupported()) {
            let why = if is_empty {
                "left out, since there is nothing in it"
            } else {
                "left out, since the model takes no audio"
            };
            self.note("content.audio", NoteAction::Dropped, place, why);
            return Ok(None);
        }
        if let Some(uri) = here(audio.data_uri.as_ref(), audio.audio_url.as_deref()) {
            let payload = payload(&uri, &AUDIO, place)?;
            let label = uri.media_type().unwrap_or_default();
            let format = audio_format(&label).ok_or_else(|| AUDIO.unsupported(place, &label))?;
            return Ok(Some(AudioBlock::new(format, MediaSource::Bytes(payload))));
        }
        let url = audio.audio_url.as_deref().unwrap_or_default();
        let location = s3_location(url, &audio.extra).ok_or_else(|| not_here(url, &AUDIO, place))?;
        let format = audio_format(&format!("audio/{}", extension(split_owner(url).0)))
            .ok_or_else(|| AUDIO.unsupported(place, &extension(split_owner(url).0)))?;
        Ok(Some(AudioBlock::new(format, MediaSource::S3Location(location))))
    }

    /// A document: by its bytes, in S3, or as text.
    pub(super) fn document(
        &mut self,
        document: &DocumentContent,
        place: Place,
    ) -> Result<DocumentBlock, ModelError> {
        let (format, source) = self.document_source(document, place)?;
        let name = self.document_name(document.name.as_deref().unwrap_or_default(), place);
        let mut block = DocumentBlock::new(name, source);
        block.format = format;
        block.context.clone_from(&document.context);
        block.citations = document.citations.map(CitationsConfig::new);
        Ok(block)
    }

    fn document_name(&mut self, given: &str, place: Place) -> String {
        let stem = without_format(given);
        let name = legal_name(stem, self.options.dialect);
        if self.options.alternation == Alternation::Merge && name != stem && !stem.is_empty() {
            let message = "the document's name was made of what the service takes in one";
            self.note(Rule::DocumentNames.id(), NoteAction::Changed, place, message);
        }
        name
    }

    fn document_source(
        &mut self,
        document: &DocumentContent,
        place: Place,
    ) -> Result<(Option<DocumentFormat>, DocumentSource), ModelError> {
        if let Some(uri) = here(document.data_uri.as_ref(), document.document_url.as_deref()) {
            let payload = payload(&uri, &DOCUMENT, place)?;
            let label = uri.media_type().unwrap_or_default();
            let by_name = || document_format(&extension(document.name.as_deref().unwrap_or_default()));
            let format = document_format(&label)
                .or_else(by_name)
                .ok_or_else(|| DOCUMENT.unsupported(place, &label))?;
            return Ok((Some(format), DocumentSource::Bytes(payload)));
        }
        if let Some(bytes) = self.uncited(document, place) {
            return Ok((Some(DocumentFormat::Txt), DocumentSource::Bytes(bytes)));
        }
        if let Some(text) = &document.text {
            return Ok((None, DocumentSource::Text(text.clone())));
        }
        if let Some(chunks) = &document.chunks {
            return Ok((
                None,
                DocumentSource::Content(chunks.iter().cloned().map(DocumentContentBlock::Text).collect()),
            ));
        }
        let url = document.document_url.as_deref().unwrap_or_default();
        let location = s3_location(url, &document.extra).ok_or_else(|| not_here(url, &DOCUMENT, place))?;
        let format = document_format(&extension(split_owner(url).0))
            .ok_or_else(|| DOCUMENT.unsupported(place, &extension(split_owner(url).0)))?;
        Ok((Some(format), DocumentSource::S3Location(location)))
    }
}

impl Encoder<'_> {
    /// The bytes of a document that is given as text, where Claude shall not cite it: only then does it take text as such
    /// (lesson M67).
    fn uncited(&mut self, document: &DocumentContent, place: Place) -> Option<Blob> {
        let is_taken = self.known.family != ModelFamily::Claude || document.citations == Some(true);
        if is_taken || !self.adapts() {
            return None;
        }
        let text = document.text.clone().or_else(|| Some(document.chunks.as_ref()?.join("\n\n")))?;
        let message = "sent as the bytes of its text, since the model takes text as such only to cite it";
        self.note("documents.source", NoteAction::Changed, place, message);
        Some(Blob::from_bytes(text.into_bytes()))
    }
}

/// What is sent along: some say a `data:` address where an address belongs.
fn here<'a>(uri: Option<&'a DataUri>, url: Option<&str>) -> Option<Cow<'a, DataUri>> {
    let in_url = || url.filter(|url| DataUri::is_data_uri(url)).map(|url| Cow::Owned(DataUri::from(url)));
    uri.map(Cow::Borrowed).or_else(in_url)
}

/// The payload of a data URI, checked.
fn payload(uri: &DataUri, what: &Complaints, place: Place) -> Result<Blob, ModelError> {
    if uri.media_type().is_none() {
        return Err(what.invalid(place, "its data URI does not start with `data:`"));
    }
    if !uri.is_base64() {
        return Err(what.invalid(place, "its data URI is not Base64"));
    }
    let payload = uri.payload().canonical().map_err(|error| what.invalid(place, error))?;
    if payload.is_empty() { Err(what.invalid(place, "there is nothing in it")) } else { Ok(payload) }
}

/// An address that Converse cannot take.
fn not_here(url: &str, what: &Complaints, place: Place) -> ModelError {
    let lower = url.to_ascii_lowercase();
    if url.is_empty() {
        what.invalid(place, "there is neither a data URI nor an address")
    } else if lower.starts_with("http://") || lower.starts_with("https://") {
        ModelError::invalid_request(
            "RemoteMediaNotAllowed",
            place,
            format!("the {} lies at a web address, and fetching it was not allowed", what.noun),
        )
        .with_hint("send a data URI or an s3:// address, or give the client a `MediaFetcher` that fetches it")
    } else {
        what.invalid(place, "its address is neither `data:` nor `s3:`")
    }
}

fn s3_location(url: &str, extra: &JsonObject) -> Option<S3Location> {
    if !url.starts_with("s3://") {
        return None;
    }
    let (url, owner_in_url) = split_owner(url);
    let mut location = S3Location::new(url);
    let owner = extra.get(BUCKET_OWNER).and_then(|owner| owner.as_string().map(|owner| owner.into_owned()));
    location.bucket_owner = owner.or_else(|| owner_in_url.map(str::to_owned));
    Some(location)
}

/// An address in S3 without the owner of its bucket, which some clients write after it: `s3://…?bucketOwner=…`.
fn split_owner(url: &str) -> (&str, Option<&str>) {
    match url.rsplit_once("?bucketOwner=") {
        Some((address, owner)) => (address, Some(owner)),
        None => (url, None),
    }
}

/// A document's name as the service takes it: ASCII letters, digits, single spaces, `-()[]_`, at most 200 (lesson L54).
///
/// Of other letters AG2's dialect makes spaces, Converse's own makes nothing.
fn legal_name(stem: &str, dialect: Dialect) -> String {
    let allowed = |c: char| match c {
        c if c.is_ascii_alphanumeric() || "-()[]_".contains(c) => Some(c),
        c if dialect == Dialect::Ag2 || c.is_whitespace() => Some(' '),
        _ => None,
    };
    let words: String = stem.chars().filter_map(allowed).collect();
    let name = words.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = name.chars().take(200).collect();
    let name = name.trim_end();
    if name.is_empty() { "document".to_owned() } else { name.to_owned() }
}

/// A name without the ending that tells the format, which stands beside the name.
fn without_format(given: &str) -> &str {
    let ends_in_format = |(stem, ending): &(&str, &str)| {
        !stem.is_empty() && document_format(&ending.to_ascii_lowercase()).is_some()
    };
    given.rsplit_once('.').filter(ends_in_format).map_or(given, |(stem, _)| stem)
}
