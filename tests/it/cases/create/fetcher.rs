//! Images from the table of a case, in place of the web.

use std::collections::BTreeMap;

use async_trait::async_trait;
use outcrop::core::{Blob, ErrorKind, ModelError};
use outcrop::{FetchedMedia, MediaFetcher};
use serde_json::Value;

use crate::support::corpus::Case;

/// What lies at the addresses that a case knows.
#[derive(Debug)]
pub(super) struct Table(BTreeMap<String, Value>);

impl Table {
    /// The table of a case; empty when the case has none.
    pub(super) fn of(case: &Case) -> Self {
        Self(
            case.value("http")
                .as_object()
                .into_iter()
                .flatten()
                .map(|(url, at)| (url.clone(), at.clone()))
                .collect(),
        )
    }
}

#[async_trait]
impl MediaFetcher for Table {
    async fn fetch(&self, url: &str) -> Result<FetchedMedia, ModelError> {
        let not_found = || ModelError::new(ErrorKind::NotFound, "nothing is there").with_code("NotFound");
        let body = self.0.get(url).and_then(|at| at["body"].as_str()).ok_or_else(not_found)?;
        let content_type = self.0[url]["headers"]["Content-Type"].as_str().map(str::to_owned);
        Ok(FetchedMedia::new(Blob::from_base64(body).bytes().unwrap(), content_type))
    }
}
