//! A request and its response, as they were on the wire.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use hyper::header::HeaderMap;
use hyper::{Method, StatusCode, Uri};

/// A request as it was received. Clones share it.
#[derive(Clone)]
pub struct ReceivedRequest(Arc<Received>);

struct Received {
    method: Method,
    target: Uri,
    headers: HeaderMap,
    body: Bytes,
}

/// A response as it was sent. Clones share it.
#[derive(Clone)]
pub struct SentResponse(Arc<Sent>);

struct Sent {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// A request with its response, where there is one.
#[derive(Clone, Debug)]
pub struct Exchange {
    request: ReceivedRequest,
    response: Option<SentResponse>,
    events: usize,
    ending: Option<Ending>,
}

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// The whole response was written to the connection.
    Completed,
    /// The emulator closed the connection before, as the script says.
    Closed,
    /// The client closed the connection before.
    ClientGone,
    /// The emulator was stopped before.
    Stopped,
}

impl Exchange {
    /// The request.
    #[must_use]
    pub fn request(&self) -> &ReceivedRequest {
        &self.request
    }

    /// The response; `None` when none was sent, or not yet.
    #[must_use]
    pub fn response(&self) -> Option<&SentResponse> {
        self.response.as_ref()
    }

    /// How many events of a stream were handed to the connection, until now or in all. What the emulator's side of the
    /// connection holds back is a matter of the system, so a client may have seen fewer.
    #[must_use]
    pub fn events_sent(&self) -> usize {
        self.events
    }

    /// How it ended; `None` while it is under way.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    pub(super) fn open(request: ReceivedRequest) -> Self {
        Self { request, response: None, events: 0, ending: None }
    }

    pub(super) fn answer(&mut self, response: SentResponse) {
        self.response = Some(response);
    }

    pub(super) fn count_event(&mut self) {
        self.events = self.events.saturating_add(1);
    }

    /// Ends it; of a stream the body is known only now.
    pub(super) fn end(&mut self, ending: Ending, streamed: Bytes) {
        self.ending = Some(ending);
        if let Some(response) = self.response.as_mut().filter(|_| !streamed.is_empty()) {
            *response = SentResponse::new(response.0.status, response.0.headers.clone(), streamed);
        }
    }
}

impl ReceivedRequest {
    pub(crate) fn new(method: Method, target: Uri, headers: HeaderMap, body: Bytes) -> Self {
        Self(Arc::new(Received { method, target, headers, body }))
    }

    /// The method, such as `POST`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.0.method.as_str()
    }

    /// The path as it was sent, percent-encoding and all, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.target.path()
    }

    /// The query as it was sent, without the question mark.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.0.target.query()
    }

    /// The value of a header, the first where there are several; names are looked up in any case. `None` as well for
    /// a value that is not ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        text_of(&self.0.headers, name)
    }

    /// All headers, names in lower case, values as bytes.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        all_of(&self.0.headers)
    }

    /// The body, byte for byte.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }
}

impl SentResponse {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self(Arc::new(Sent { status, headers, body }))
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status.as_u16()
    }

    /// The value of a header, the first where there are several; names are looked up in any case. `None` as well for
    /// a value that is not ASCII. What the connection itself adds (`date`, `content-length`) is not among them.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        text_of(&self.0.headers, name)
    }

    /// All headers, names in lower case, values as bytes.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        all_of(&self.0.headers)
    }

    /// The body, byte for byte. That of a stream is empty until the stream has ended, and then what was sent of it.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }
}

fn text_of<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn all_of(headers: &HeaderMap) -> impl Iterator<Item = (&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
}

/// Shows neither the body nor the values of headers, which may be prompts and credentials.
impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedRequest")
            .field("method", &self.0.method)
            .field("path", &self.path())
            .field("headers", &self.0.headers.len())
            .field("body", &format_args!("<{} bytes>", self.0.body.len()))
            .finish()
    }
}

/// Shows neither the body nor the values of headers.
impl fmt::Debug for SentResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentResponse")
            .field("status", &self.0.status)
            .field("headers", &self.0.headers.len())
            .field("body", &format_args!("<{} bytes>", self.0.body.len()))
            .finish()
    }
}
