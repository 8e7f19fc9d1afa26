//! A fetcher that returns the images of a case.

use std::collections::BTreeMap;

use async_trait::async_trait;
use outcrop::core::{Blob, ErrorKind, ModelError};
use outcrop::{FetchedMedia, MediaFetcher};
use serde_json::Value;

use crate::support::case_file::Case;

/// A fetcher that returns the images of a case by their address.
#[derive(Debug)]
pub(super) struct CaseFetcher(BTreeMap<String, Value>);

impl CaseFetcher {
    /// Creates the fetcher of a case. It has no images if the case has none.
    pub(super) fn new(case: &Case) -> Self {
        Self(
            case.value("http")
                .as_object()
                .into_iter()
                .flatten()
                .map(|(url, response)| (url.clone(), response.clone()))
                .collect(),
        )
    }
}

#[async_trait]
impl MediaFetcher for CaseFetcher {
    async fn fetch(&self, url: &str) -> Result<FetchedMedia, ModelError> {
        let not_found =
            || ModelError::new(ErrorKind::NotFound, "the address has no image").with_code("NotFound");
        let body = self.0.get(url).and_then(|response| response["body"].as_str()).ok_or_else(not_found)?;
        let content_type = self.0[url]["headers"]["Content-Type"].as_str().map(str::to_owned);
        Ok(FetchedMedia::new(Blob::from_base64(body).bytes().unwrap(), content_type))
    }
}
