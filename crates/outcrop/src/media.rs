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
    for (spot, url) in remote_images(&request) {
        let media = fetcher.fetch(url).await.map_err(|error| error.with_path_prefix(&spot.to_string()))?;
        fetched.push((spot, DataUri::new(&media.image_type(), media.bytes.into())));
    }
    if fetched.is_empty() {
        return Ok(request);
    }
    let mut request = request.into_owned();
    for (spot, uri) in fetched {
        if let Some(image) = spot.image_of(&mut request) {
            image.data_uri = Some(uri);
        }
    }
    Ok(Cow::Owned(request))
}

/// Where an image stands: in a message, or within a tool's result in a message.
#[derive(Clone, Copy)]
struct Spot {
    message: usize,
    block: usize,
    inner: Option<usize>,
}

impl Spot {
    fn image_of(self, request: &mut ModelRequest) -> Option<&mut ImageContent> {
        let mut block = request.messages.get_mut(self.message)?.content.get_mut(self.block)?;
        if let Some(inner) = self.inner {
            let ContentBlock::ToolResult(result) = block else { return None };
            block = result.content.as_mut()?.get_mut(inner)?;
        }
        if let ContentBlock::Image(image) = block { Some(image) } else { None }
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "messages[{}].content[{}]", self.message, self.block)?;
        self.inner.map_or(Ok(()), |inner| write!(f, ".content[{inner}]"))
    }
}

/// The images of a request that lie at web addresses.
fn remote_images(request: &ModelRequest) -> Vec<(Spot, &str)> {
    let mut found = Vec::new();
    for (message, turn) in request.messages.iter().enumerate() {
        for (block, content) in turn.content.iter().enumerate() {
            let spot = Spot { message, block, inner: None };
            found.extend(remote_url(content).map(|url| (spot, url)));
            let ContentBlock::ToolResult(result) = content else { continue };
            for (inner, part) in result.content.iter().flatten().enumerate() {
                found.extend(remote_url(part).map(|url| (Spot { inner: Some(inner), ..spot }, url)));
            }
        }
    }
    found
}

fn remote_url(block: &ContentBlock) -> Option<&str> {
    let ContentBlock::Image(image) = block else { return None };
    let url = image.image_url.as_deref().filter(|_| image.data_uri.is_none())?;
    let scheme = url.split("://").next().unwrap_or_default().to_ascii_lowercase();
    if scheme == "http" || scheme == "https" { Some(url) } else { None }
}

#[cfg(test)]
mod tests;
