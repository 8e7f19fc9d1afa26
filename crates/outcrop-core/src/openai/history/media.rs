//! Images, audio, videos and documents in parts, in the spellings of all shapes.
//!
//! The shapes differ in the names of the same few members, so that one reader serves them all: Base64 or a data URI, a
//! URL, or the id of a file that only another API has, with a media type and a name.

use serde_json::value::RawValue;

use crate::content::{AudioContent, ContentBlock, DocumentContent, ImageContent, ImageDetail, VideoContent};
use crate::error::ModelError;
use crate::media::{Blob, DataUri, sniff_media_type};
use crate::openai::fields::{Fields, Reader, plain_text};
use crate::openai::path::Path;
use crate::openai::raw::{Content, parse_content};

/// The kinds of media.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaKind {
    Image,
    Audio,
    Video,
    Document,
    /// Decided by the media type.
    File,
}

/// The names of Base64 text or a data URI: those of Anthropic, MCP, LangChain, OpenAI, Vercel and LlamaIndex.
const DATA: &[&str] = &["data", "base64", "file_data", "image", "audio", "video", "blob"];
const URL: &[&str] = &["url", "file_url", "image_url", "document_url", "fileUri", "file_uri", "uri"];
const FILE_ID: &[&str] = &["file_id", "fileId"];
const MEDIA_TYPE: &[&str] = &[
    "media_type",
    "mime_type",
    "mimeType",
    "mediaType",
    "image_mimetype",
    "video_mimetype",
    "document_mimetype",
    "contentType",
];
const NAME: &[&str] = &["filename", "file_name", "title", "name", "displayName", "display_name"];

/// The content of a medium.
enum Payload {
    Data(String),
    Url(String),
    /// The id of a file that was uploaded to another API.
    FileId(String),
    Chunks(Vec<String>),
    Text(String),
}

/// Returns whether an object has a medium in one of the known spellings.
///
/// A URL alone is not enough in the result of a tool, whose data may well have one.
pub(super) fn has_media(fields: &Fields<'_>, accepts_url: bool) -> bool {
    let has = |names: &[&str]| names.iter().any(|name| fields.has_string(name));
    fields.has_object("source") || has(DATA) || accepts_url && (has(URL) || has(FILE_ID))
}

/// Reads a medium. Returns `None` if its value has no known form.
pub(super) fn read_media(
    kind: MediaKind,
    fields: &mut Fields<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<Option<ContentBlock>, ModelError> {
    // LangChain names the form of the payload next to it.
    fields.take("source_type");
    let (payload, media_type) = match fields.take_object("source", path)? {
        Some(mut source) => {
            let payload = read_source(&mut source, &path.name("source"), reader)?;
            let media_type = media_type(kind, payload.as_ref(), &mut source)?;
            reader.note_unread(source, &path.name("source"));
            (payload, media_type)
        }
        None => {
            // The form of Vercel's SDK since version 7: `{"type": "url", "url": …}` in the place of the data.
            let payload = match fields.take_object("data", path)? {
                Some(mut data) => {
                    let payload = read_source(&mut data, &path.name("data"), reader)?;
                    reader.note_unread(data, &path.name("data"));
                    payload
                }
                None => read_payload(fields)?,
            };
            let media_type = media_type(kind, payload.as_ref(), fields)?;
            (payload, media_type)
        }
    };
    let kind = match kind {
        MediaKind::File => kind_of(&media_type),
        kind => kind,
    };
    let Some(payload) = payload else { return Ok(None) };
    let block = match kind {
        MediaKind::Image => ContentBlock::from(ImageContent {
            detail: take_detail(fields),
            ..ImageContent::from_url(address(payload, &media_type, path)?)
        }),
        MediaKind::Audio => AudioContent::from_url(address(payload, &media_type, path)?).into(),
        MediaKind::Video => VideoContent::from_url(address(payload, &media_type, path)?).into(),
        MediaKind::Document | MediaKind::File => read_document(payload, &media_type, fields)?.into(),
    };
    Ok(Some(block))
}

fn read_payload(fields: &mut Fields<'_>) -> Result<Option<Payload>, ModelError> {
    Ok(if let Some(data) = fields.take_first_string(DATA)? {
        Some(if data.contains("://") { Payload::Url(data) } else { Payload::Data(data) })
    } else if let Some(url) = fields.take_first_string(URL)? {
        Some(Payload::Url(url))
    } else if let Some(id) = fields.take_first_string(FILE_ID)? {
        Some(Payload::FileId(id))
    } else {
        fields.take_string("text")?.map(Payload::Text)
    })
}

/// Reads the `source` of Anthropic's API and of those that have adopted it.
fn read_source(
    source: &mut Fields<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<Option<Payload>, ModelError> {
    let kind = source.kind();
    source.take("type");
    Ok(match kind.as_ref() {
        // Plain text is not Base64 there, although it is in the same member.
        "text" => source.take_first_string(&["data", "text"])?.map(Payload::Text),
        "content" => match source.take("content") {
            Some(content) => Some(Payload::Chunks(text_chunks(content, &path.name("content"), reader)?)),
            None => None,
        },
        // The form of TanStack: https://tanstack.com/ai/latest/docs/reference/interfaces/ImagePart
        "data" if source.has("value") => source.take_string("value")?.map(Payload::Data),
        "url" if source.has("value") => source.take_string("value")?.map(Payload::Url),
        _ => read_payload(source)?,
    })
}

/// Returns the media type of a payload. It is empty if none is known.
///
/// Only data needs the member: the provider finds the type of a URL itself. What the bytes show is used if there is no
/// member; otherwise the mapping of a provider compares the two.
fn media_type(
    kind: MediaKind,
    payload: Option<&Payload>,
    fields: &mut Fields<'_>,
) -> Result<String, ModelError> {
    let label = MEDIA_TYPE.iter().find(|name| fields.has(name));
    let given = label.map(|name| plain_text(fields.peek(name)).into_owned()).unwrap_or_default();
    let Some(Payload::Data(data)) = payload else {
        if let (Some(Payload::Text(_)), Some(name)) = (payload, label) {
            fields.take(name);
        }
        return Ok(given);
    };
    let in_uri = if DataUri::is_data_uri(data) { media_type_in_uri(data) } else { None };
    if let Some(name) = label.filter(|_| in_uri.as_ref().is_none_or(|in_uri| *in_uri == given)) {
        fields.take(name);
    }
    if let Some(known) = in_uri.or(Some(given)).filter(|known| !known.is_empty()) {
        return Ok(known);
    }
    if kind == MediaKind::Audio {
        if let Some(format) = fields.take_string("format")? {
            return Ok(format!("audio/{format}"));
        }
    }
    // Twelve bytes are sixteen characters of Base64. A copy of all of them may be megabytes.
    let start = data.get(..16).unwrap_or(data);
    Ok(sniff_media_type(&Blob::from_base64(start).head::<12>()).unwrap_or_default().to_owned())
}

/// Returns the media type of a data URI, without a copy of its payload.
fn media_type_in_uri(uri: &str) -> Option<String> {
    let comma = uri.find(',')?;
    DataUri::from(uri.get(..=comma)?).media_type()
}

fn kind_of(media_type: &str) -> MediaKind {
    match media_type.split('/').next() {
        Some("image") => MediaKind::Image,
        Some("audio") => MediaKind::Audio,
        Some("video") => MediaKind::Video,
        _ => MediaKind::Document,
    }
}

/// Returns the URL of a payload, a data URI for data.
fn address(payload: Payload, media_type: &str, path: &Path<'_>) -> Result<String, ModelError> {
    match payload {
        Payload::Url(url) => Ok(url),
        Payload::Data(data) if DataUri::is_data_uri(&data) => Ok(data),
        Payload::Data(data) => Ok(format!("data:{};base64,{data}", or_octets(media_type))),
        Payload::FileId(_) => Err(path
            .error("InvalidMedia", "the medium is given by the id of a file, which only its own API has")
            .with_hint("send the medium itself, as a data URI")),
        Payload::Chunks(_) | Payload::Text(_) => {
            Err(path.error("InvalidMedia", "the medium has a text and no data"))
        }
    }
}

fn or_octets(media_type: &str) -> &str {
    if media_type.is_empty() { "application/octet-stream" } else { media_type }
}

fn read_document(
    payload: Payload,
    media_type: &str,
    fields: &mut Fields<'_>,
) -> Result<DocumentContent, ModelError> {
    let name = fields.take_first_string(NAME)?.unwrap_or_default();
    let empty = DocumentContent::new(name.as_str());
    let document = match payload {
        // Gateways accept URLs in the place of ids, such as `s3://…`.
        Payload::Url(url) | Payload::FileId(url) => DocumentContent::from_url(name, url),
        Payload::Data(data) if DataUri::is_data_uri(&data) => DocumentContent::from_url(name, data),
        Payload::Data(data) => DocumentContent {
            data_uri: Some(DataUri::new(or_octets(media_type), Blob::from_base64(data))),
            ..empty
        },
        Payload::Text(text) => DocumentContent { text: Some(text), ..empty },
        Payload::Chunks(chunks) => DocumentContent { chunks: Some(chunks), ..empty },
    };
    let context = fields.take_string("context")?;
    Ok(DocumentContent { context, citations: take_citations(fields), ..document })
}

/// Reads the detail of an image. An unknown one stays unread: the image is still usable.
pub(super) fn take_detail(fields: &mut Fields<'_>) -> Option<ImageDetail> {
    let detail = fields.peek("detail").and_then(|detail| serde_json::from_str(detail.get()).ok())?;
    fields.take("detail");
    Some(detail)
}

/// Reads whether Anthropic's API is to cite a document: `{"enabled": true}`.
pub(super) fn take_citations(fields: &mut Fields<'_>) -> Option<bool> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Citations {
        enabled: bool,
    }

    let citations: Citations = serde_json::from_str(fields.peek("citations")?.get()).ok()?;
    fields.take("citations");
    Some(citations.enabled)
}

/// Returns the texts of a list of text parts, or of a single text.
pub(super) fn text_chunks(
    value: &RawValue,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<Vec<String>, ModelError> {
    let parts = match parse_content(value, path)? {
        Content::List(parts) => parts,
        part => vec![part],
    };
    let mut chunks = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        let path = path.index(index);
        let text = match part {
            Content::Text(text) => Some(text.into_owned()),
            Content::Object(members) => {
                let mut fields = Fields::from(members);
                let text = fields.take_string("text")?;
                fields.take("type");
                reader.note_unread(fields, &path);
                text
            }
            _ => None,
        };
        chunks.push(text.ok_or_else(|| path.error("InvalidDocument", "the part is not a text"))?);
    }
    Ok(chunks)
}

/// Creates an image from Base64 text without a media type, as Ollama's API has it.
pub(super) fn image_from_base64(data: String) -> ContentBlock {
    if DataUri::is_data_uri(&data) || data.contains("://") {
        return ImageContent::from_url(data).into();
    }
    let blob = Blob::from_base64(data);
    let media_type = sniff_media_type(&blob.head::<12>()).unwrap_or("application/octet-stream");
    ImageContent::from_bytes(media_type, blob).into()
}
