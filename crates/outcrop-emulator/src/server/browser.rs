//! The check that keeps web pages away: any page that a browser shows could send requests to a server on this machine.
//!
//! A browser names the page in `Origin`, and the host of a name that was rebound to a loopback address in `Host`. Programs
//! send neither a foreign origin nor the name of a public host. See
//! <https://developer.mozilla.org/en-US/docs/Web/Security/Attacks/DNS_rebinding>.

use std::net::IpAddr;

use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, HOST, HeaderMap, HeaderValue, ORIGIN,
};
use hyper::{StatusCode, Uri};

use crate::protocol::error::ServiceError;
use crate::protocol::response::ServiceResponse;

/// Names under which a machine or container reaches the host, and AWS's own names, which a proxy may keep.
const KNOWN_SUFFIXES: &[&str] =
    &[".localhost", ".internal", ".local", ".amazonaws.com", ".amazonaws.com.cn", ".aws"];

/// Rejects a request that a web page of another origin caused, or whose host name is that of a web page.
pub(super) fn reject_foreign_page(uri: &Uri, headers: &HeaderMap) -> Result<(), ServiceError> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    // HTTP/2 has the host in the URI.
    let host = uri.host().or_else(|| text(HOST).map(without_port)).unwrap_or("localhost");
    if !is_local_name(host) {
        return Err(forbidden(&format!("the host name `{host}`")));
    }
    match text(ORIGIN) {
        Some(origin) if !is_local_origin(origin) => Err(forbidden(&format!("a page of `{origin}`"))),
        _ => Ok(()),
    }
}

fn forbidden(subject: &str) -> ServiceError {
    let message = format!(
        "The emulator does not answer {subject}: only programs may use it, unless it was started with `any_origin`."
    );
    ServiceError::new("AccessDeniedException", StatusCode::FORBIDDEN, message)
}

/// Returns whether an origin is a page on this machine, such as `http://localhost:3000`.
fn is_local_origin(origin: &str) -> bool {
    // `null` is the origin of sandboxed pages, which can come from anywhere.
    let Some((_, authority)) = origin.split_once("://") else { return false };
    let host = without_port(authority).trim_start_matches('[').trim_end_matches(']');
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    is_loopback || host == "localhost" || host.ends_with(".localhost")
}

/// Returns whether a host name is an address or one that no web page can have.
fn is_local_name(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    // A name without dots, such as that of a container, is not public.
    host.parse::<IpAddr>().is_ok()
        || !host.contains('.')
        || KNOWN_SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// Builds the response to the request with which a browser asks whether it may send another one.
pub(super) fn preflight() -> ServiceResponse {
    let mut response = ServiceResponse::bare(StatusCode::NO_CONTENT, "");
    add_permission(&mut response.headers);
    response
}

/// Permits pages of all origins to read a response.
pub(super) fn add_permission(headers: &mut HeaderMap) {
    let any = HeaderValue::from_static("*");
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, any.clone());
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, any.clone());
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, any);
    // The asterisk does not stand for `authorization`. See
    // https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Access-Control-Allow-Headers.
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*, authorization"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, origin: Option<&str>) -> Result<(), ServiceError> {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_str(host).expect("a host"));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_str(origin).expect("an origin"));
        }
        reject_foreign_page(&Uri::from_static("/model/x/converse"), &headers)
    }

    #[test]
    fn programs_and_local_pages_are_answered() {
        for (host, origin) in [
            ("127.0.0.1:8080", None),
            ("[::1]:8080", None),
            ("localhost", None),
            ("emulator:8080", None),
            ("host.docker.internal:8080", None),
            ("bedrock-runtime.us-east-1.amazonaws.com", None),
            ("localhost:8080", Some("http://localhost:3000")),
            ("localhost:8080", Some("http://[::1]:3000")),
        ] {
            assert_eq!(check(host, origin), Ok(()), "{host} {origin:?}");
        }
    }

    #[test]
    fn foreign_pages_are_rejected() {
        for (host, origin) in [
            ("evil.example:8080", None),
            ("127.0.0.1.evil.example", None),
            ("localhost:8080", Some("https://evil.example")),
            ("localhost:8080", Some("http://localhost.evil.example")),
            ("localhost:8080", Some("null")),
        ] {
            let error = check(host, origin).expect_err(host);
            assert_eq!(error.status(), 403);
            assert!(error.message().contains("any_origin"), "{error:?}");
        }
    }
}
