//! A ready fetcher: https only, public addresses only.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use outcrop_core::{ErrorKind, ModelError, Stage};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};

use super::{FetchedMedia, MediaFetcher};

/// Fetches images from the public web, and from nowhere else.
///
/// Only `https:` addresses are fetched, and only from hosts all of whose addresses are public: not from loopback, not
/// from private networks, not from the metadata services of clouds. That is checked after the look-up of the name and
/// again at each of at most three redirects. There is a limit of size (3.75 MB, what Converse takes) and of time
/// (10 seconds). Proxies of the environment are not used, since they would resolve names past these checks.
#[derive(Clone, Debug)]
pub struct HttpsFetcher {
    client: Client,
    rules: Rules,
    largest: usize,
}

/// What may be fetched.
#[derive(Clone, Copy, Debug)]
struct Rules {
    scheme: &'static str,
    allowed: fn(IpAddr) -> bool,
}

const PUBLIC_WEB: Rules = Rules { scheme: "https", allowed: is_public };

/// Converse takes images of at most 3.75 MB.
const LARGEST_IMAGE: usize = 3_932_160;

const MOST_REDIRECTS: usize = 3;

impl HttpsFetcher {
    /// A fetcher with the limits of Converse.
    ///
    /// # Errors
    /// Of kind `Configuration` when no TLS can be set up on this machine.
    pub fn new() -> Result<Self, ModelError> {
        Self::with_rules(PUBLIC_WEB, Duration::from_secs(10), LARGEST_IMAGE)
    }

    /// A fetcher with limits of one's own: for all redirects together, and for what is fetched.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_limits(timeout: Duration, largest: usize) -> Result<Self, ModelError> {
        Self::with_rules(PUBLIC_WEB, timeout, largest)
    }

    fn with_rules(rules: Rules, timeout: Duration, largest: usize) -> Result<Self, ModelError> {
        let client = Client::builder()
            .dns_resolver(Arc::new(CheckedResolver { allowed: rules.allowed }))
            .redirect(Policy::none())
            .no_proxy()
            .timeout(timeout)
            .build()
            .map_err(|error| {
                ModelError::new(ErrorKind::Configuration, "the fetcher of remote media could not be set up")
                    .with_source(error)
            })?;
        Ok(Self { client, rules, largest })
    }

    /// Follows redirects by hand, each checked as the first address was.
    async fn follow(&self, url: &str) -> Result<Response, ModelError> {
        let mut url =
            Url::parse(url).map_err(|error| refused("its address cannot be read").with_source(error))?;
        for _ in 0..=MOST_REDIRECTS {
            self.check(&url)?;
            let response = self.client.get(url.clone()).send().await.map_err(of_reqwest)?;
            if !response.status().is_redirection() {
                return Ok(response);
            }
            let target =
                response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
            url = url.join(target).map_err(|error| {
                refused("it was moved to an address that cannot be read").with_source(error)
            })?;
        }
        Err(refused("it was moved more than three times"))
    }

    /// Checks what shows before the look-up of the name: the scheme, and addresses in place of names.
    fn check(&self, url: &Url) -> Result<(), ModelError> {
        if url.scheme() != self.rules.scheme {
            return Err(refused("only https addresses are fetched"));
        }
        let address = match url.host() {
            Some(url::Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(url::Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(url::Host::Domain(_)) => None,
            None => return Err(refused("its address has no host")),
        };
        match address {
            Some(address) if !(self.rules.allowed)(address) => {
                Err(refused("its host is not a public address"))
            }
            _ => Ok(()),
        }
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, ModelError> {
        let too_large = || refused("it is larger than Converse takes");
        if response
            .content_length()
            .is_some_and(|length| usize::try_from(length).map_or(true, |length| length > self.largest))
        {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(of_reqwest)? {
            if bytes.len() + chunk.len() > self.largest {
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
        let response = self.follow(url).await?;
        if response.status() != reqwest::StatusCode::OK {
            let status = response.status().as_u16();
            return Err(refused(format!("its server answered with status {status}")).with_status(status));
        }
        let content_type =
            response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(FetchedMedia::new(self.read(response).await?, content_type))
    }
}

/// Resolves names, and refuses a host unless all its addresses are allowed.
struct CheckedResolver {
    allowed: fn(IpAddr) -> bool,
}

#[derive(Debug, thiserror::Error)]
#[error("the host is not a public address")]
struct NotPublic;

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.allowed;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().all(|address| allowed(address.ip())) {
                let addresses: Addrs = Box::new(found.into_iter());
                Ok(addresses)
            } else {
                Err(NotPublic.into())
            }
        })
    }
}

fn refused(why: impl Into<std::borrow::Cow<'static, str>>) -> ModelError {
    let why = why.into();
    ModelError::invalid_request("MediaNotFetched", "", format!("the image could not be fetched: {why}"))
}

fn of_reqwest(error: reqwest::Error) -> ModelError {
    let first: &(dyn std::error::Error + 'static) = &error;
    let not_public =
        std::iter::successors(Some(first), |&cause| cause.source()).any(|cause| cause.is::<NotPublic>());
    if not_public {
        return refused("its host is not a public address");
    }
    let kind = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Connection };
    // The address may hold secrets, so the cause is kept without it.
    ModelError::new(kind, "the image could not be fetched")
        .with_code("MediaNotFetched")
        .with_stage(Stage::Building)
        .with_source(error.without_url())
}

/// Whether an address belongs to the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_unspecified()
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast();
    let this_network = a == 0;
    let carrier_nat = a == 100 && (64..128).contains(&b);
    let protocol_assignments = a == 192 && b == 0 && c == 0;
    let benchmarking = a == 198 && (b == 18 || b == 19);
    let reserved = a >= 240;
    !(special || this_network || carrier_nat || protocol_assignments || benchmarking || reserved)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    let [a, b, ..] = address.segments();
    // 2000::/3 is what is handed out to the public; within it documentation, Teredo and 6to4 lead elsewhere.
    let global_unicast = a & 0xe000 == 0x2000;
    let documentation = a == 0x2001 && b == 0x0db8;
    let teredo_and_protocols = a == 0x2001 && b < 0x0200;
    let six_to_four = a == 0x2002;
    global_unicast && !(documentation || teredo_and_protocols || six_to_four)
}

#[cfg(test)]
mod tests;
