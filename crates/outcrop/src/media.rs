//! Fetching of remote images.
//!
//! Nothing is fetched unless the caller configures a [`MediaFetcher`].

#[cfg(feature = "fetch")]
mod https;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Debug};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use outcrop_core::{ContentBlock, DataUri, ImageContent, ModelError, ModelRequest, sniff_media_type};

#[cfg(feature = "fetch")]
pub use https::HttpsFetcher;

/// A fetcher of remote images. Converse accepts images as bytes only, so an image with a web address must be fetched.
///
/// A client has no fetcher by default and rejects such images: the addresses come from whoever writes the conversation,
/// and fetching them could reach hosts that only the server can reach
/// ([SSRF](https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html)).
/// `HttpsFetcher` (feature `fetch`) fetches from public addresses only. Implement this trait for any other policy, such
/// as a list of allowed hosts:
///
/// ```
/// use outcrop::{ErrorKind, FetchedMedia, MediaFetcher, ModelError};
///
/// /// Serves images of the application itself.
/// #[derive(Debug)]
/// struct Assets;
///
/// #[async_trait::async_trait]
/// impl MediaFetcher for Assets {
///     async fn fetch(&self, url: &str) -> Result<FetchedMedia, ModelError> {
///         match url.strip_prefix("https://assets.example/") {
///             Some("logo.gif") => Ok(FetchedMedia::new(b"GIF89a".as_slice(), Some("image/gif".into()))),
///             _ => Err(ModelError::new(ErrorKind::InvalidRequest, "rejected the image: it is not an asset")),
///         }
///     }
/// }
///
/// let builder = outcrop::BedrockClient::builder().media_fetcher(Assets);
/// ```
#[async_trait]
pub trait MediaFetcher: Debug + Send + Sync {
    /// Fetches the bytes at an `http:` or `https:` address.
    ///
    /// # Errors
    /// Any error that prevents the fetch. The client adds the path of the image in the request and sends nothing.
    async fn fetch(&self, url: &str) -> Result<FetchedMedia, ModelError>;
}

/// The bytes of a remote image and their type.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FetchedMedia {
    /// The bytes.
    pub bytes: Bytes,
    /// The value of the `Content-Type` header, with its parameters.
    pub content_type: Option<String>,
}

impl FetchedMedia {
    /// Creates fetched media from its bytes and its `Content-Type` header.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>, content_type: Option<String>) -> Self {
        Self { bytes: bytes.into(), content_type }
    }

    /// Returns the media type: that of the header if it names an image, else that of the bytes, else that of the header, else
    /// JPEG. Of an image, the encoder checks the bytes as well.
    fn image_type(&self) -> String {
        let header = self.content_type.as_deref().unwrap_or_default();
        let named = header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if named.starts_with("image/") {
            named
        } else {
            // AG2 assumes JPEG, too. A page of a host that has no such image is an error before anything is sent.
            let is_labelled =
                !matches!(named.as_str(), "" | "application/octet-stream" | "binary/octet-stream");
            let otherwise = if is_labelled { named.as_str() } else { "image/jpeg" };
            sniff_media_type(&self.bytes).unwrap_or(otherwise).to_owned()
        }
    }
}

/// Replaces the addresses of remote images by their bytes; borrows the request if it has none.
pub(crate) async fn fetch_media<'r>(
    request: Cow<'r, ModelRequest>,
    fetcher: &dyn MediaFetcher,
) -> Result<Cow<'r, ModelRequest>, ModelError> {
    let mut pending = by_address(remote_images(&request)).into_iter();
    let mut running = FuturesUnordered::new();
    let mut fetched = Vec::new();
    loop {
        while running.len() < MAX_CONCURRENT_FETCHES
            && let Some((url, paths)) = pending.next()
        {
            running.push(fetch_image(fetcher, url, paths));
        }
        // An error ends the other fetches: nothing is sent without all images.
        let Some(image) = running.next().await else { break };
        let (paths, uri) = image?;
        fetched.extend(paths.into_iter().map(|path| (path, uri.clone())));
    }
    drop(running);
    if fetched.is_empty() {
        return Ok(request);
    }
    let mut request = request.into_owned();
    for (path, uri) in fetched {
        if let Some(image) = path.image_mut(&mut request) {
            image.data_uri = Some(uri);
        }
    }
    Ok(Cow::Owned(request))
}

/// The number of images that are fetched at the same time: enough to hide the delay of a host, and few enough that their
/// sizes do not add up to much memory.
const MAX_CONCURRENT_FETCHES: usize = 8;

/// Fetches an image that occurs at some paths.
async fn fetch_image(
    fetcher: &dyn MediaFetcher,
    url: &str,
    paths: Vec<ImagePath>,
) -> Result<(Vec<ImagePath>, DataUri), ModelError> {
    match fetcher.fetch(url).await {
        Ok(media) => Ok((paths, DataUri::new(&media.image_type(), media.bytes.into()))),
        Err(error) => Err(match paths.first() {
            Some(path) => error.with_path_prefix(&path.to_string()),
            None => error,
        }),
    }
}

/// Groups images by their addresses, in the order of the request, so that each address is fetched once.
fn by_address(images: Vec<(ImagePath, &str)>) -> Vec<(&str, Vec<ImagePath>)> {
    let mut groups: Vec<(&str, Vec<ImagePath>)> = Vec::new();
    let mut indices = BTreeMap::new();
    for (path, url) in images {
        let index = *indices.entry(url).or_insert(groups.len());
        match groups.get_mut(index) {
            Some((_, paths)) => paths.push(path),
            None => groups.push((url, vec![path])),
        }
    }
    groups
}

/// The path of an image: in a message, or in a tool result within a message.
#[derive(Clone, Copy)]
struct ImagePath {
    message: usize,
    block: usize,
    /// The index within the content of a tool result.
    inner: Option<usize>,
}

impl ImagePath {
    fn image_mut(self, request: &mut ModelRequest) -> Option<&mut ImageContent> {
        let mut block = request.messages.get_mut(self.message)?.content.get_mut(self.block)?;
        if let Some(inner) = self.inner {
            let ContentBlock::ToolResult(result) = block else { return None };
            block = result.content.as_mut()?.get_mut(inner)?;
        }
        if let ContentBlock::Image(image) = block { Some(image) } else { None }
    }
}

impl fmt::Display for ImagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "messages[{}].content[{}]", self.message, self.block)?;
        self.inner.map_or(Ok(()), |inner| write!(f, ".content[{inner}]"))
    }
}

/// Lists the images of a request that have a web address, with their paths.
fn remote_images(request: &ModelRequest) -> Vec<(ImagePath, &str)> {
    let mut images = Vec::new();
    for (message, turn) in request.messages.iter().enumerate() {
        for (block, content) in turn.content.iter().enumerate() {
            let path = ImagePath { message, block, inner: None };
            images.extend(remote_url(content).map(|url| (path, url)));
            let ContentBlock::ToolResult(result) = content else { continue };
            for (inner, part) in result.content.iter().flatten().enumerate() {
                images.extend(remote_url(part).map(|url| (ImagePath { inner: Some(inner), ..path }, url)));
            }
        }
    }
    images
}

/// Returns the web address of an image whose bytes are not in the request.
fn remote_url(block: &ContentBlock) -> Option<&str> {
    let ContentBlock::Image(image) = block else { return None };
    let url = image.image_url.as_deref().filter(|_| image.data_uri.is_none())?;
    // Schemes are case-insensitive: https://www.rfc-editor.org/rfc/rfc3986#section-3.1. Others, such as `s3:`, are the
    // encoder's to handle.
    let scheme = url.split("://").next().unwrap_or_default().to_ascii_lowercase();
    if scheme == "http" || scheme == "https" { Some(url) } else { None }
}

#[cfg(test)]
mod tests;
