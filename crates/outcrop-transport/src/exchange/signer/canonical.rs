//! The canonical form of a request: what its signature covers.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use sha2::{Digest as _, Sha256};

pub(super) const AUTHORIZATION: &str = "authorization";
pub(super) const DATE: &str = "x-amz-date";
pub(super) const SECURITY_TOKEN: &str = "x-amz-security-token";
const HOST: &str = "host";

/// Headers that are not signed, because proxies change them, as in `aws-sigv4`.
const UNSIGNED: [&str; 3] = ["user-agent", "x-amzn-trace-id", "transfer-encoding"];

/// The ports that a `Host` header leaves out, with their schemes:
/// <https://datatracker.ietf.org/doc/html/rfc2616#section-14.23>.
const DEFAULT_PORTS: [(&str, &str); 2] = [("http", ":80"), ("https", ":443")];

/// The number of bytes around path and header values: names, hash and line breaks.
const SIZE_HINT: usize = 512;

/// A request in canonical form. It has no `Debug`, because its text contains the session token.
pub(super) struct CanonicalRequest {
    text: String,
    signed_headers: String,
}

impl CanonicalRequest {
    /// Writes a request in canonical form, with the headers that its signature adds.
    ///
    /// `None` if a part of it would have to be changed, such as a path with `..` or a value with two spaces.
    pub(super) fn new(request: &HttpRequest, date: &str, token: Option<&str>) -> Option<Self> {
        let (host, path) = split_address(request.uri())?;
        let body = request.body().bytes()?;
        let mut headers: Vec<(&str, &str)> = Vec::with_capacity(16);
        headers.extend(request.headers().iter().filter(|(name, _)| !UNSIGNED.contains(name)));
        headers.extend([(HOST, host), (DATE, date)]);
        headers.extend(token.map(|token| (SECURITY_TOKEN, token)));
        headers.sort_unstable_by_key(|(name, _)| *name);
        // Values of the same name would have to be joined. `authorization` is added by the signature.
        let is_plain = headers.iter().all(|(name, value)| *name != AUTHORIZATION && is_plain(value))
            && headers.iter().zip(headers.iter().skip(1)).all(|((a, _), (b, _))| a != b);
        if !is_plain {
            return None;
        }
        let mut text = String::with_capacity(path.len() + SIZE_HINT);
        text.push_str(request.method());
        text.push('\n');
        push_encoded(&mut text, path);
        // The query is empty.
        text.push_str("\n\n");
        let mut signed_headers = String::with_capacity(128);
        for (name, value) in headers {
            for part in [name, ":", value, "\n"] {
                text.push_str(part);
            }
            if !signed_headers.is_empty() {
                signed_headers.push(';');
            }
            signed_headers.push_str(name);
        }
        text.push('\n');
        text.push_str(&signed_headers);
        text.push('\n');
        push_hash(&mut text, body);
        Some(Self { text, signed_headers })
    }

    /// Returns the names of the signed headers.
    pub(super) fn signed_headers(&self) -> &str {
        &self.signed_headers
    }

    /// Returns the hexadecimal SHA-256 of the text.
    pub(super) fn hash(&self) -> String {
        let mut hash = String::with_capacity(64);
        push_hash(&mut hash, self.text.as_bytes());
        hash
    }
}

/// Splits an address into the value of its `Host` header and its path. `None` if it has more, or if its path is not normal.
fn split_address(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find('/')?);
    let is_normal = !path.contains(['?', '#']) && !path.contains("//") && !path.contains("/.");
    if !is_normal || authority.contains(['@', '?', '#']) {
        return None;
    }
    let default = DEFAULT_PORTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(scheme));
    let host = default.and_then(|(_, port)| authority.strip_suffix(port)).unwrap_or(authority);
    Some((host, path))
}

/// Returns whether a header value is signed as it is: ASCII without spaces at its ends or in a row.
fn is_plain(value: &str) -> bool {
    let is_printable = value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    is_printable && !value.starts_with(' ') && !value.ends_with(' ') && !value.contains("  ")
}

/// Appends a path, encoded once more: services other than S3 sign the encoded form of the path that is sent.
fn push_encoded(text: &mut String, path: &str) {
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(char::from(byte));
            }
            _ => {
                text.push('%');
                push_digit(text, byte >> 4, b'A');
                push_digit(text, byte & 0xf, b'A');
            }
        }
    }
}

/// Appends the hexadecimal SHA-256 of some bytes.
fn push_hash(text: &mut String, bytes: &[u8]) {
    for byte in Sha256::digest(bytes) {
        push_digit(text, byte >> 4, b'a');
        push_digit(text, byte & 0xf, b'a');
    }
}

/// Appends a hexadecimal digit. `ten` is the digit for 10.
fn push_digit(text: &mut String, digit: u8, ten: u8) {
    text.push(char::from(if digit < 10 { b'0' + digit } else { ten + (digit - 10) }));
}
