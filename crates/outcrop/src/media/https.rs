//! A fetcher that reaches public `https:` addresses only.
//!
//! A request is sent only after the scheme, the host and every address that its name resolves to have been checked, and
//! each redirect is checked in the same way. See
//! <https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html> (L59).

mod public_address;

use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use outcrop_core::{ErrorKind, ModelError, Stage};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};

use super::{FetchedMedia, MediaFetcher};
use public_address::is_public;

/// A fetcher of images from the public web, and from nowhere else.
///
/// It fetches `https:` addresses only, and only from hosts all of whose addresses are public: not loopback, not private
/// networks, not the metadata services of clouds. The addresses are checked after the name is resolved, and again for each
/// of at most 3 redirects. By default an image may have 3.75 MB, the limit of Converse, and must arrive within 10 seconds,
/// redirects included. A client fetches several images at the same time. The proxy variables of the environment
/// (`HTTPS_PROXY`, …) are ignored, because a proxy would resolve the names itself.
///
/// ```
/// use outcrop::{BedrockClient, HttpsFetcher};
///
/// # fn run() -> Result<(), outcrop::ModelError> {
/// let builder = BedrockClient::builder().media_fetcher(HttpsFetcher::new()?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct HttpsFetcher {
    client: Client,
    rules: FetchRules,
    timeout: Duration,
    max_bytes: usize,
}

/// The addresses that may be fetched. Tests allow loopback.
#[derive(Clone, Copy, Debug)]
struct FetchRules {
    scheme: &'static str,
    is_allowed: fn(IpAddr) -> bool,
}

const PUBLIC_WEB: FetchRules = FetchRules { scheme: "https", is_allowed: is_public };

/// The maximum size of an image, 3.75 MB:
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html>.
const MAX_IMAGE_BYTES: usize = 3_932_160;

/// The default time limit of an image: long for a host, and short compared with the response of a model.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The maximum number of redirects: enough for a scheme, a host and a content delivery network.
const MAX_REDIRECTS: usize = 3;

impl HttpsFetcher {
    /// Creates a fetcher with the default limits: 3.75 MB and 10 seconds.
    ///
    /// # Errors
    /// Kind `Configuration` if TLS cannot be set up on this machine.
    pub fn new() -> Result<Self, ModelError> {
        Self::with_rules(PUBLIC_WEB, TIMEOUT, MAX_IMAGE_BYTES)
    }

    /// Creates a fetcher with a time limit for each image, from the first lookup to the last byte and with all redirects, and
    /// a size limit in bytes.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_limits(timeout: Duration, max_bytes: usize) -> Result<Self, ModelError> {
        Self::with_rules(PUBLIC_WEB, timeout, max_bytes)
    }

    fn with_rules(rules: FetchRules, timeout: Duration, max_bytes: usize) -> Result<Self, ModelError> {
        let client = Client::builder()
            // The connection goes to exactly the addresses that were checked, so that a second lookup with another
            // result (DNS rebinding) cannot bypass the check.
            .dns_resolver(Arc::new(CheckedResolver { is_allowed: rules.is_allowed }))
            // `follow` checks each redirect before it is requested.
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| {
                ModelError::new(
                    ErrorKind::Configuration,
                    "the media fetcher could not be built: TLS is not available",
                )
                .with_source(error)
            })?;
        Ok(Self { client, rules, timeout, max_bytes })
    }

    /// Requests an address and follows its redirects, each checked in the same way.
    async fn follow(&self, url: &str) -> Result<Response, ModelError> {
        let mut url =
            Url::parse(url).map_err(|error| rejected("its address is not a valid URL").with_source(error))?;
        for _ in 0..=MAX_REDIRECTS {
            self.check(&url)?;
            let response = self.client.get(url.clone()).send().await.map_err(fetch_error)?;
            if !response.status().is_redirection() {
                return Ok(response);
            }
            let target =
                response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
            url = url.join(target).map_err(|error| {
                rejected("it redirects to an address that is not a valid URL").with_source(error)
            })?;
        }
        Err(rejected(format!("it has more than {MAX_REDIRECTS} redirects")))
    }

    /// Checks the scheme, and the host if it is an address. The resolver checks hosts that are names.
    fn check(&self, url: &Url) -> Result<(), ModelError> {
        if url.scheme() != self.rules.scheme {
            return Err(rejected("its scheme is not https"));
        }
        let address = match url.host() {
            Some(url::Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(url::Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(url::Host::Domain(_)) => None,
            None => return Err(rejected("its address has no host")),
        };
        match address {
            Some(address) if !(self.rules.is_allowed)(address) => {
                Err(rejected("its host is not a public address"))
            }
            _ => Ok(()),
        }
    }

    /// Reads a body up to the size limit.
    async fn read(&self, mut response: Response) -> Result<Vec<u8>, ModelError> {
        let too_large = || rejected(format!("it is larger than {} bytes", self.max_bytes));
        if response
            .content_length()
            .is_some_and(|length| usize::try_from(length).map_or(true, |length| length > self.max_bytes))
        {
            return Err(too_large());
        }
        // The header may be missing or wrong, so the bytes are counted, too.
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(fetch_error)? {
            if bytes.len() + chunk.len() > self.max_bytes {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

#[async_trait]
impl MediaFetcher for HttpsFetcher {
    async fn fetch(&self, url: &str) -> Result<FetchedMedia, ModelError> {
        // One limit around everything: a limit for each request would allow as many times of it as there are redirects.
        match tokio::time::timeout(self.timeout, self.fetch_unlimited(url)).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let message =
                    format!("the image could not be fetched: it did not arrive within {:?}", self.timeout);
                Err(ModelError::new(ErrorKind::Timeout, message)
                    .with_code("MediaNotFetched")
                    .with_stage(Stage::Building))
            }
        }
    }
}

impl HttpsFetcher {
    async fn fetch_unlimited(&self, url: &str) -> Result<FetchedMedia, ModelError> {
        let response = self.follow(url).await?;
        if response.status() != reqwest::StatusCode::OK {
            let status = response.status().as_u16();
            return Err(rejected(format!("its server returned status {status}")).with_status(status));
        }
        let content_type =
            response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(FetchedMedia::new(self.read(response).await?, content_type))
    }
}

/// A resolver that rejects a host unless all its addresses are allowed.
struct CheckedResolver {
    is_allowed: fn(IpAddr) -> bool,
}

#[derive(Debug, thiserror::Error)]
#[error("the host is not a public address")]
struct NotPublic;

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let is_allowed = self.is_allowed;
        Box::pin(async move {
            let addresses: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // All of them: a host with one private address among public ones could be reached at the private one.
            if addresses.iter().all(|address| is_allowed(address.ip())) {
                let addresses: Addrs = Box::new(addresses.into_iter());
                Ok(addresses)
            } else {
                Err(NotPublic.into())
            }
        })
    }
}

/// Builds the error for an image that must not be fetched, or whose server does not provide it.
fn rejected(reason: impl Display) -> ModelError {
    ModelError::invalid_request("MediaNotFetched", "", format!("the image could not be fetched: {reason}"))
}

/// Builds the error for a request that failed.
fn fetch_error(error: reqwest::Error) -> ModelError {
    let first: &(dyn std::error::Error + 'static) = &error;
    let not_public =
        std::iter::successors(Some(first), |&cause| cause.source()).any(|cause| cause.is::<NotPublic>());
    if not_public {
        return rejected("its host is not a public address");
    }
    let (kind, reason) = if error.is_timeout() {
        (ErrorKind::Timeout, "its server did not respond in time")
    } else {
        (ErrorKind::Connection, "the connection failed")
    };
    // The address may hold secrets, such as a signed query, so the cause is kept without it.
    ModelError::new(kind, format!("the image could not be fetched: {reason}"))
        .with_code("MediaNotFetched")
        .with_stage(Stage::Building)
        .with_source(error.without_url())
}

#[cfg(test)]
mod tests;
