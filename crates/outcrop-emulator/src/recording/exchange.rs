//! A request and its response, byte for byte.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use hyper::header::HeaderMap;
use hyper::{Method, StatusCode, Uri};

/// A received request. Clones are cheap.
#[derive(Clone)]
pub struct ReceivedRequest(Arc<RequestParts>);

struct RequestParts {
    method: Method,
    target: Uri,
    headers: HeaderMap,
    body: Bytes,
}

/// A sent response. Clones are cheap.
#[derive(Clone)]
pub struct SentResponse(Arc<ResponseParts>);

struct ResponseParts {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// A request with its response, if there is one.
#[derive(Clone, Debug)]
pub struct Exchange {
    request: ReceivedRequest,
    response: Option<SentResponse>,
    events: usize,
    ending: Option<Ending>,
    mismatch: Option<Arc<str>>,
}

/// The way in which an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// The whole response was written to the connection.
    Completed,
    /// The emulator closed the connection before, because the script requires it.
    Closed,
    /// The client closed the connection before.
    ClientGone,
    /// The emulator was stopped before.
    Stopped,
}

impl Exchange {
    /// Returns the request.
    #[must_use]
    pub fn request(&self) -> &ReceivedRequest {
        &self.request
    }

    /// Returns the response, or `None` if none was sent, or not yet.
    #[must_use]
    pub fn response(&self) -> Option<&SentResponse> {
        self.response.as_ref()
    }

    /// Returns the number of events of a stream that were written to the connection so far.
    ///
    /// The operating system buffers them, so a client may have received fewer.
    #[must_use]
    pub fn events_sent(&self) -> usize {
        self.events
    }

    /// Returns how the exchange ended, or `None` while it is in progress.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    /// Returns how the request differs from those of a [`Replay`](crate::Replay), if none of them is equal.
    #[must_use]
    pub fn replay_mismatch(&self) -> Option<&str> {
        self.mismatch.as_deref()
    }

    pub(super) fn set_mismatch(&mut self, mismatch: &str) {
        self.mismatch = Some(mismatch.into());
    }

    pub(super) fn new(request: ReceivedRequest) -> Self {
        Self { request, response: None, events: 0, ending: None, mismatch: None }
    }

    /// Returns the size of the exchange in memory, roughly.
    pub(super) fn size(&self) -> usize {
        /// The size of headers, path and the rest.
        const REST: usize = 1024;
        let response = self.response.as_ref().map(|response| response.body().len()).unwrap_or_default();
        self.request.body().len().saturating_add(response).saturating_add(REST)
    }

    pub(super) fn respond(&mut self, response: SentResponse) {
        self.response = Some(response);
    }

    pub(super) fn count_event(&mut self) {
        self.events = self.events.saturating_add(1);
    }

    /// Ends the exchange. The body of a stream is only known now.
    pub(super) fn end(&mut self, ending: Ending, streamed: Bytes) {
        self.ending = Some(ending);
        if let Some(response) = self.response.as_mut().filter(|_| !streamed.is_empty()) {
            *response = SentResponse::new(response.0.status, response.0.headers.clone(), streamed);
        }
    }
}

impl ReceivedRequest {
    pub(crate) fn new(method: Method, target: Uri, headers: HeaderMap, body: Bytes) -> Self {
        Self(Arc::new(RequestParts { method, target, headers, body }))
    }

    /// Returns the method, such as `POST`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.0.method.as_str()
    }

    /// Returns the path with its percent-encoding and without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.target.path()
    }

    /// Returns the query with its percent-encoding and without the question mark.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.0.target.query()
    }

    /// Returns the value of a header, the first if there are several. The case of the name does not matter. A value that is
    /// not ASCII is `None`.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header_text(&self.0.headers, name)
    }

    /// Returns all headers, with the names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        header_bytes(&self.0.headers)
    }

    /// Returns the body, byte for byte.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.0.target
    }

    pub(crate) fn header_map(&self) -> &HeaderMap {
        &self.0.headers
    }
}

impl SentResponse {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self(Arc::new(ResponseParts { status, headers, body }))
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status.as_u16()
    }

    /// Returns the value of a header, the first if there are several. The case of the name does not matter. A value that is
    /// not ASCII is `None`, and so are the headers that the connection adds, such as `date` and `content-length`.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header_text(&self.0.headers, name)
    }

    /// Returns all headers, with the names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        header_bytes(&self.0.headers)
    }

    /// Returns the body, byte for byte. The body of a stream is empty until the stream has ended.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }
}

fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn header_bytes(headers: &HeaderMap) -> impl Iterator<Item = (&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
}

// Neither the body nor the values of headers are shown: they can be prompts and credentials.
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

// As for requests, no content is shown.
impl fmt::Debug for SentResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentResponse")
            .field("status", &self.0.status)
            .field("headers", &self.0.headers.len())
            .field("body", &format_args!("<{} bytes>", self.0.body.len()))
            .finish()
    }
}
