//! Tests of fetching remote images.

use std::borrow::Cow;
use std::sync::Mutex;

use async_trait::async_trait;
use outcrop_core::{ContentBlock, DataUri, ErrorKind, ModelError, ModelRequest};

use super::{FetchedMedia, MediaFetcher, fetch_media};

/// A fetcher that returns the same bytes for every address and records the addresses.
#[derive(Debug)]
struct StaticFetcher {
    content_type: Option<&'static str>,
    bytes: &'static [u8],
    requested: Mutex<Vec<String>>,
}

impl StaticFetcher {
    fn new(content_type: Option<&'static str>, bytes: &'static [u8]) -> Self {
        Self { content_type, bytes, requested: Mutex::default() }
    }

    fn requested(&self) -> Vec<String> {
        self.requested.lock().expect("no test panicked").clone()
    }
}

#[async_trait]
impl MediaFetcher for StaticFetcher {
    async fn fetch(&self, url: &str) -> Result<FetchedMedia, ModelError> {
        if url.contains("broken") {
            return Err(ModelError::new(ErrorKind::Connection, "it is broken"));
        }
        self.requested.lock().expect("no test panicked").push(url.to_owned());
        Ok(FetchedMedia::new(self.bytes, self.content_type.map(str::to_owned)))
    }
}

fn request(urls: &[&str]) -> ModelRequest {
    let parts: Vec<_> =
        urls.iter().map(|url| serde_json::json!({"type": "image_url", "image_url": {"url": url}})).collect();
    let params = serde_json::json!({"model": "m", "messages": [
        {"role": "user", "content": "look"}, {"role": "user", "content": parts}
    ]});
    ModelRequest::from_json(&params.to_string()).expect("the parameters are valid")
}

async fn image_type(content_type: Option<&'static str>, bytes: &'static [u8]) -> String {
    let request = request(&["https://example.com/a"]);
    let fetched = fetch_media(Cow::Borrowed(&request), &StaticFetcher::new(content_type, bytes))
        .await
        .expect("fetched");
    let ContentBlock::Image(image) = &fetched.messages[1].content[0] else { panic!("an image") };
    image.data_uri.as_ref().and_then(DataUri::media_type).expect("it has a type").to_owned()
}

#[tokio::test]
async fn only_web_addresses_are_fetched() {
    let inline = "data:image/png;base64,iVBORw0KGgo=";
    let fetcher = StaticFetcher::new(Some("image/png"), b"png");
    let with_inline = request(&[inline]);
    let untouched = fetch_media(Cow::Borrowed(&with_inline), &fetcher).await.expect("nothing to fetch");
    assert!(matches!(untouched, Cow::Borrowed(_)), "the request is not copied");

    let mixed = request(&["http://a.example/1", inline, "HTTPS://b.example/2"]);
    let fetched = fetch_media(Cow::Borrowed(&mixed), &fetcher).await.expect("all are fetched");
    assert_eq!(fetcher.requested(), ["http://a.example/1", "HTTPS://b.example/2"]);
    for block in &fetched.messages[1].content {
        let ContentBlock::Image(image) = block else { panic!("an image") };
        assert!(image.data_uri.is_some());
    }
}

#[tokio::test]
async fn image_type_is_from_header_then_bytes() {
    let gif = b"GIF89a......";
    assert_eq!(image_type(Some("Image/WEBP; charset=x"), gif).await, "image/webp");
    assert_eq!(image_type(Some("application/octet-stream"), gif).await, "image/gif");
    assert_eq!(image_type(None, gif).await, "image/gif");
    assert_eq!(image_type(None, b"?").await, "image/jpeg", "as in AG2");
    assert_eq!(image_type(Some("text/plain; charset=utf-8"), b"Not found.").await, "text/plain");
    assert_eq!(image_type(Some("text/plain"), gif).await, "image/gif");
}

#[tokio::test]
async fn fetch_error_has_path_of_image() {
    let request = request(&["https://ok.example", "https://broken.example"]);
    let error =
        fetch_media(Cow::Borrowed(&request), &StaticFetcher::new(None, b"")).await.expect_err("it is broken");
    assert_eq!(error.path(), Some("messages[1].content[1]"));
}

/// A fetcher that returns after all of some number of fetches have begun.
#[derive(Debug)]
struct SimultaneousFetcher(tokio::sync::Barrier);

#[async_trait]
impl MediaFetcher for SimultaneousFetcher {
    async fn fetch(&self, url: &str) -> Result<FetchedMedia, ModelError> {
        self.0.wait().await;
        Ok(FetchedMedia::new(url.as_bytes().to_vec(), Some("image/png".to_owned())))
    }
}

#[tokio::test]
async fn images_are_fetched_at_the_same_time_and_each_address_once() {
    // L15. The barrier opens only if four fetches run at once.
    let fetcher = SimultaneousFetcher(tokio::sync::Barrier::new(4));
    let urls = [
        "https://a.example",
        "https://b.example",
        "https://a.example",
        "https://c.example",
        "https://d.example",
    ];
    let request = request(&urls);
    let fetched = tokio::time::timeout(
        std::time::Duration::from_secs(5),
        fetch_media(Cow::Borrowed(&request), &fetcher),
    )
    .await
    .expect("the fetches do not wait for each other")
    .expect("all are fetched");
    for (block, url) in fetched.messages[1].content.iter().zip(urls) {
        let ContentBlock::Image(image) = block else { panic!("an image") };
        let bytes = image.data_uri.as_ref().expect("it is fetched").payload().bytes().expect("it is Base64");
        assert_eq!(bytes.as_ref(), url.as_bytes(), "each path has its own image");
    }
}
