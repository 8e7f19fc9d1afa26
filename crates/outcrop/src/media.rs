//! Fetching images that lie at web addresses, for those who allow it.

#[cfg(feature = "fetch")]
mod https;

use std::borrow::Cow;
use std::fmt::Debug;

use async_trait::async_trait;
use bytes::Bytes;
use outcrop_core::{ContentBlock, DataUri, ImageContent, ModelError, ModelRequest, sniff_media_type};

#[cfg(feature = "fetch")]
pub use https::HttpsFetcher;

/// Fetches images that lie at web addresses, so that they can be sent: Converse takes bytes only.
///
/// There is none unless the caller gives one: whoever writes a conversation names the addresses, and a server must
/// not be led to fetch from its own network what a stranger names. `HttpsFetcher` (feature `fetch`) fetches from
/// public addresses only; whatever else is wanted, such as a list of allowed hosts, is a few lines with this trait.
#[async_trait]
pub trait MediaFetcher: Debug + Send + Sync {
    /// Fetches what lies at an `http:` or `https:` address.
    ///
    /// # Errors
    /// Whatever kept it from being fetched; the place in the request is added by the caller.
    async fn fetch(&self, url: &str) -> Result<FetchedMedia, ModelError>;
}

/// What was fetched.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FetchedMedia {
    /// The bytes.
    pub bytes: Bytes,
    /// The value of the header `Content-Type`, parameters and all.
    pub content_type: Option<String>,
}

impl FetchedMedia {
    /// Bytes with the type that came with them.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>, content_type: Option<String>) -> Self {
        Self { bytes: bytes.into(), content_type }
    }

    /// The media type: the header's where it names an image, else what the bytes show, else JPEG, as in AG2.
    fn image_type(&self) -> String {
        let header = self.content_type.as_deref().unwrap_or_default();
        let named = header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if named.starts_with("image/") {
            named
        } else {
            sniff_media_type(&self.bytes).unwrap_or("image/jpeg").to_owned()
        }
    }
}

/// Puts the bytes of remote images in place of their addresses; fetches nothing when there are none.
pub(crate) async fn fetch_media<'r>(
    request: Cow<'r, ModelRequest>,
    fetcher: &dyn MediaFetcher,
) -> Result<Cow<'r, ModelRequest>, ModelError> {
    let mut fetched = Vec::new();
    for (index, message) in request.messages.iter().enumerate() {
        for (part, block) in message.content.iter().enumerate() {
            let place = format!("messages[{index}].content[{part}]");
            match block {
                ContentBlock::Image(image) if is_remote(image) => {
                    fetched.push((index, part, None, fetch_image(image, &place, fetcher).await?));
                }
                ContentBlock::ToolResult(result) => {
                    for (inner, block) in result.content.iter().flatten().enumerate() {
                        if let ContentBlock::Image(image) = block {
                            if is_remote(image) {
                                let place = format!("{place}.content[{inner}]");
                                fetched.push((
                                    index,
                                    part,
                                    Some(inner),
                                    fetch_image(image, &place, fetcher).await?,
                                ));
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }
    if fetched.is_empty() {
        return Ok(request);
    }
    let mut request = request.into_owned();
    for (index, part, inner, uri) in fetched {
        let block = request.messages.get_mut(index).and_then(|message| message.content.get_mut(part));
        let block = match (block, inner) {
            (Some(ContentBlock::ToolResult(result)), Some(inner)) => {
                result.content.as_mut().and_then(|c| c.get_mut(inner))
            }
            (block, _) => block,
        };
        if let Some(ContentBlock::Image(image)) = block {
            image.data_uri = Some(uri);
        }
    }
    Ok(Cow::Owned(request))
}

fn is_remote(image: &ImageContent) -> bool {
    let url = image.image_url.as_deref().unwrap_or_default().to_ascii_lowercase();
    image.data_uri.is_none() && (url.starts_with("http://") || url.starts_with("https://"))
}

async fn fetch_image(
    image: &ImageContent,
    place: &str,
    fetcher: &dyn MediaFetcher,
) -> Result<DataUri, ModelError> {
    let url = image.image_url.as_deref().unwrap_or_default();
    let media = fetcher.fetch(url).await.map_err(|error| error.inside(place))?;
    let media_type = media.image_type();
    Ok(DataUri::new(&media_type, media.bytes.into()))
}

#[cfg(test)]
mod tests;
