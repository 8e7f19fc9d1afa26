//! The errors of connections, and the texts of failed calls.

use std::error::Error;
use std::fmt;

use rmcp::ServiceError;
use rmcp::service::ClientInitializeError;
use rmcp::transport::streamable_http_client::{StreamableHttpClient, StreamableHttpError};

/// The error of a connection to an MCP server.
pub struct McpError {
    kind: McpErrorKind,
    source: Box<dyn Error + Send + Sync>,
}

/// The kind of an [`McpError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum McpErrorKind {
    /// The process of the server cannot be started.
    Start,
    /// The server cannot be reached, or it is not an MCP server, or a header is invalid.
    Connect,
    /// The server does not list its tools.
    List,
}

impl McpError {
    pub(super) fn new(kind: McpErrorKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, source: source.into() }
    }

    /// Returns the error of a connection that could not be opened.
    ///
    /// Its text is that of the cause. Those around it name types of `rmcp` and the URL, whose query may have a key.
    pub(super) fn from_connect(error: &ClientInitializeError, cause: Cause) -> Self {
        let text = match error {
            ClientInitializeError::TransportError { error, .. } => cause(error.error.as_ref()),
            error => error.to_string(),
        };
        // A server that does not speak the protocol may respond with a page of HTML.
        Self::new(McpErrorKind::Connect, text.lines().next().unwrap_or_default())
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> McpErrorKind {
        self.kind
    }
}

impl fmt::Display for McpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            McpErrorKind::Start => "the MCP server cannot be started",
            McpErrorKind::Connect => "the MCP server cannot be reached",
            McpErrorKind::List => "the MCP server does not list its tools",
        };
        write!(f, "{what}: {}", self.source)
    }
}

impl fmt::Debug for McpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpError").field("kind", &self.kind).field("source", &self.source).finish()
    }
}

impl Error for McpError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // Its text is part of this error already.
        self.source.source()
    }
}

/// A function that returns the text of the cause of an error of a transport.
pub(super) type Cause = fn(&(dyn Error + 'static)) -> String;

/// Returns the cause of an error of a transport over HTTP. That of its client is not a source of it.
pub(super) fn http_cause<C: StreamableHttpClient>(error: &(dyn Error + 'static)) -> String {
    match error.downcast_ref::<StreamableHttpError<C::Error>>() {
        Some(StreamableHttpError::Client(error)) => root_cause(error),
        _ => root_cause(error),
    }
}

/// Returns the text of the innermost source of an error.
pub(super) fn root_cause(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// Returns the text for the model about a call that has no result.
pub(super) fn for_the_model(error: &ServiceError) -> String {
    match error {
        // Written by the server for its callers, such as "unknown tool" or the path of a wrong argument.
        ServiceError::McpError(error) => {
            format!("The server of the tool rejected the call: {}", error.message)
        }
        ServiceError::TransportSend(_) | ServiceError::TransportClosed => {
            "The connection to the server of the tool is closed. Continue without its tools.".to_owned()
        }
        error => format!("The server of the tool did not complete the call: {error}"),
    }
}
