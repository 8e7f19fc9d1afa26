//! The URL of the service, if it is not AWS's own endpoint.
//!
//! An [`Endpoint`] is a URL that the SDK can send requests to. The SDK itself parses URLs when it sends the first request:
//! it panics on an empty one, and most others become connection errors, which are retried.

use std::net::{IpAddr, Ipv6Addr};

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use outcrop_core::ModelError;

use crate::environment::setting_error;

/// The URL of the service, with the setting that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    url: String,
    host: String,
    has_tls: bool,
    source: &'static str,
}

impl Endpoint {
    /// Parses a URL; `source` is the name of the setting.
    ///
    /// # Errors
    /// Code `InvalidEndpoint`: the URL cannot be used.
    pub(crate) fn parse(url: &str, source: &'static str) -> Result<Self, ModelError> {
        let invalid = |reason: &str| {
            // User information contains a password, and a query may contain a token.
            let has_secret = url.contains(['@', '?', '#']);
            let value = if has_secret || url.is_empty() { String::new() } else { format!(" `{url}`") };
            setting_error(
                "InvalidEndpoint",
                source,
                format!("the endpoint URL{value} cannot be used: {reason}"),
            )
            .with_hint(
                "set a URL such as `http://127.0.0.1:8080`, or none to use AWS's endpoint of the region",
            )
        };
        if url.is_empty() {
            return Err(invalid("it is empty"));
        }
        if url.contains(|char: char| char.is_whitespace() || char.is_control()) {
            return Err(invalid("it contains white space or control characters"));
        }
        if !url.is_ascii() {
            // The signature covers the path as the service sees it, which is percent-encoded.
            return Err(invalid("it contains characters outside of ASCII, which must be encoded"));
        }
        let (scheme, rest) = url.split_once("://").ok_or_else(|| invalid("it has no scheme"))?;
        let has_tls = scheme.eq_ignore_ascii_case("https");
        if !has_tls && !scheme.eq_ignore_ascii_case("http") {
            return Err(invalid("the scheme must be `http` or `https`"));
        }
        if rest.contains(['?', '#']) {
            return Err(invalid("it must not contain a query or a fragment"));
        }
        let authority = rest.split('/').next().unwrap_or_default();
        if authority.contains('@') {
            return Err(invalid("it must not contain user information"));
        }
        let host = parse_authority(authority).ok_or_else(|| invalid("the host or the port is malformed"))?;
        // The SDK's own parser decides about the rest, such as characters of the path.
        if HttpRequest::empty().set_uri(url).is_err() {
            return Err(invalid("it is not a valid URI"));
        }
        Ok(Self { url: url.to_owned(), host: host.to_owned(), has_tls, source })
    }

    /// Returns the URL.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the host.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Returns the name of the setting.
    pub(crate) fn source(&self) -> &'static str {
        self.source
    }

    /// Returns whether the URL is an `https` URL.
    pub(crate) fn has_tls(&self) -> bool {
        self.has_tls
    }

    /// Returns whether the URL is an `http` URL of the loopback interface, such as an emulator's.
    pub(crate) fn is_plain_loopback(&self) -> bool {
        let address = self.host.parse::<IpAddr>();
        !self.has_tls
            && (self.host.eq_ignore_ascii_case("localhost")
                || address.is_ok_and(|address| address.is_loopback()))
    }
}

/// Returns the URL of the control plane for one of Bedrock Runtime: the endpoints of AWS differ in the first label of their
/// hosts alone. Any other URL, such as an emulator's or a proxy's, is that of the control plane as well.
// The rules of both services have the same partitions, FIPS and dual-stack variants, and one signing name. See
// https://docs.aws.amazon.com/general/latest/gr/bedrock.html.
pub(crate) fn control_url(url: &str) -> String {
    let [runtime, runtime_fips] = ["://bedrock-runtime.", "://bedrock-runtime-fips."];
    match url.find(runtime) {
        Some(_) => url.replacen(runtime, "://bedrock.", 1),
        None => url.replacen(runtime_fips, "://bedrock-fips.", 1),
    }
}

/// Returns the host of an authority, an IPv6 address without its brackets; `None` if host or port are malformed.
fn parse_authority(authority: &str) -> Option<&str> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
    } else {
        let (host, port) =
            authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
        let is_host_char = |char: char| char.is_ascii_alphanumeric() || "-._".contains(char);
        (Some(host).filter(|host| !host.is_empty() && host.chars().all(is_host_char))?, port)
    };
    match port {
        None => Some(host),
        Some(port) => port.parse::<u16>().is_ok_and(|port| port > 0).then_some(host),
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, control_url};

    #[test]
    fn usable_urls_are_kept_as_they_are() {
        for (url, host) in [
            ("http://127.0.0.1:8080", "127.0.0.1"),
            (
                "https://vpce-1.bedrock-runtime.eu-west-1.vpce.amazonaws.com",
                "vpce-1.bedrock-runtime.eu-west-1.vpce.amazonaws.com",
            ),
            ("HTTP://localhost/", "localhost"),
            ("http://[::1]:8080/prefix", "::1"),
            ("https://my_gateway.internal/bedrock/v1", "my_gateway.internal"),
        ] {
            let endpoint = Endpoint::parse(url, "endpoint_url").expect(url);
            assert_eq!((endpoint.url(), endpoint.host()), (url, host));
        }
    }

    #[test]
    fn unusable_urls_are_rejected_with_the_name_of_the_setting() {
        for url in [
            "",
            " ",
            "not a url",
            "http://",
            "https:///path",
            "127.0.0.1:1",
            "localhost",
            "ftp://host",
            "http://host:",
            "http://host:0",
            "http://host:70000",
            "http://host:port",
            "http://[::1",
            "http://[::g]",
            "http://::1",
            "http://ex\u{e4}mple.com",
            "http://host/a b",
            "http://host\n",
            "http://host/?x=1",
            "http://host/#f",
            "http://host/\u{e4}",
            "http://user:XYZZY@host",
            "//host",
        ] {
            let error = Endpoint::parse(url, "AWS_ENDPOINT_URL").expect_err(url);
            assert_eq!(
                (error.code(), error.path()),
                (Some("InvalidEndpoint"), Some("AWS_ENDPOINT_URL")),
                "{url}"
            );
            assert!(!format!("{error} {error:?}").contains("XYZZY"), "{error:?}");
        }
    }

    #[test]
    fn control_plane_of_an_endpoint_of_aws_has_another_host() {
        for (url, control) in [
            ("https://bedrock-runtime.eu-west-1.amazonaws.com", "https://bedrock.eu-west-1.amazonaws.com"),
            (
                "https://bedrock-runtime.cn-north-1.amazonaws.com.cn/",
                "https://bedrock.cn-north-1.amazonaws.com.cn/",
            ),
            (
                "https://bedrock-runtime-fips.us-gov-west-1.api.aws",
                "https://bedrock-fips.us-gov-west-1.api.aws",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("https://gateway.internal/bedrock-runtime.x", "https://gateway.internal/bedrock-runtime.x"),
        ] {
            assert_eq!(control_url(url), control);
        }
    }

    #[test]
    fn only_plain_urls_of_the_loopback_interface_are_loopback_urls() {
        for (url, expected) in [
            ("http://127.0.0.1:8080", true),
            ("http://127.0.0.1/", true),
            ("http://localhost:1/x", true),
            ("http://[::1]:8080", true),
            ("http://LOCALHOST", true),
            ("https://127.0.0.1", false),
            ("http://10.0.0.1:80", false),
            ("http://localhost.example", false),
            ("http://127.0.0.1.example:1", false),
        ] {
            let endpoint = Endpoint::parse(url, "endpoint_url").expect(url);
            assert_eq!(endpoint.is_plain_loopback(), expected, "{url}");
        }
    }
}
