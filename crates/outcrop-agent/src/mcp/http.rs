//! Connections over streamable HTTP.

use std::fmt;

use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::{StreamableHttpClient, StreamableHttpClientTransportConfig};

use super::McpServer;
use super::error::{Cause, McpError, McpErrorKind, http_cause};

/// A connection to a server over streamable HTTP that is not open yet. See [`McpServer::http`].
#[derive(Clone)]
#[must_use = "nothing is sent before `connect`"]
pub struct McpHttp {
    url: String,
    token: Option<String>,
    headers: Vec<(String, String)>,
}

impl McpHttp {
    pub(super) fn new(url: String) -> Self {
        Self { url, token: None, headers: Vec::new() }
    }

    /// Sends a token with each request, as `Authorization: Bearer TOKEN`.
    pub fn bearer_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Sends a header with each request.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Connects to the server.
    ///
    /// A session that the server has forgotten is opened again. For other settings, such as the largest size of a response,
    /// give a transport of `rmcp` to [`McpServer::connect`].
    ///
    /// # Errors
    /// [`McpError`]: a header is invalid, or there is no MCP server at the URL that responds within a minute.
    pub async fn connect(self) -> Result<McpServer, McpError> {
        let mut config = StreamableHttpClientTransportConfig::with_uri(self.url);
        config.auth_header = self.token;
        for (name, value) in self.headers {
            let invalid = || McpError::new(McpErrorKind::Connect, format!("the header `{name}` is invalid"));
            let parsed = (name.parse(), value.parse());
            let (Ok(header), Ok(value)) = parsed else { return Err(invalid()) };
            config.custom_headers.insert(header, value);
        }
        let transport = StreamableHttpClientTransport::from_config(config);
        let cause = cause_for(&transport);
        McpServer::open(transport, cause).await
    }
}

/// Returns the function for the errors of a transport, whose client has a type of another crate.
fn cause_for<C: StreamableHttpClient>(_: &StreamableHttpClientTransport<C>) -> Cause {
    http_cause::<C>
}

impl fmt::Debug for McpHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the values of headers nor the URL, whose query may have a key.
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("McpHttp").field("headers", &headers).finish_non_exhaustive()
    }
}
