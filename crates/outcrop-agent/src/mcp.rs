//! MCP servers, whose tools a model may call.
//!
//! [`McpServer`] is a connection by the crate `rmcp`. Its tools are ordinary [`Tool`]s: limits, approval, traces and failed
//! results are those of [`Tools`](crate::Tools).

mod error;
mod http;
mod output;
mod session;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use outcrop_core::{RawJson, ToolSpec};
use rmcp::model::{CallToolRequestParams, PaginatedRequestParams};
use rmcp::service::RunningService;
use rmcp::transport::{IntoTransport, TokioChildProcess};
use rmcp::{Peer, RoleClient, Service};
use tokio::process::Command;
use tokio::time::timeout;

pub use error::{McpError, McpErrorKind};
pub use http::McpHttp;

use crate::tool::{Tool, ToolOutput};
use session::{Handler, Session};

/// The time limit of a connection and of a list of tools. The first start of a server by `npx` or `uvx` downloads it, which
/// takes a good part of a minute on a slow line.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(60);

/// The number of pages of a list of tools. Servers have at most a few hundred tools, so more pages come from a server that
/// never ends its list.
const MAX_PAGES: usize = 1_000;

/// A connection to an MCP server, whose tools a model may call.
///
/// ```no_run
/// use outcrop_agent::{Agent, McpServer};
/// # use outcrop_core::ModelClient;
/// # async fn run(client: impl ModelClient + 'static) -> Result<(), Box<dyn std::error::Error>> {
/// let mut command = tokio::process::Command::new("npx");
/// command.args(["-y", "@modelcontextprotocol/server-everything"]);
/// let server = McpServer::spawn(command).await?;
///
/// let agent = Agent::builder(client, "some-model").tools(server.tools().await?).build();
/// println!("{}", agent.run("What is 2 + 3? Use a tool.").await?.text());
/// # Ok(())
/// # }
/// ```
///
/// The result of a call is what the server sends: text, JSON (`structuredContent`), images, audio and embedded resources.
/// A result with `isError`, an error of the protocol and a lost connection become failed results, which the model reads.
/// Dropping a call, such as by a time limit or by the end of a run, cancels it on the server.
///
/// The tools hold the connection. It ends when the server and all of its tools are dropped, or by [`close`](Self::close).
///
/// # Trust
/// A server writes descriptions and results, which the model reads as instructions. Connect to servers that you trust, and
/// let [`Tool::requires_approval`] guard what may not happen without you.
///
/// # Runtime
/// A connection runs in a task of the current tokio runtime, which needs its I/O and its timer.
#[derive(Clone)]
pub struct McpServer {
    session: Arc<dyn Session>,
    prefix: Option<String>,
    has_changed: Arc<AtomicBool>,
}

impl McpServer {
    /// Starts a server as a child process and connects to its standard input and output.
    ///
    /// The command may be one of `tokio` or of the standard library. The process inherits the environment of this program,
    /// with the credentials in it, unless the command clears it, and its standard error. It is killed when the connection
    /// ends and it does not exit by itself.
    ///
    /// # Errors
    /// [`McpError`]: the command cannot be started, or there is no MCP server that responds within a minute.
    pub async fn spawn(command: impl Into<Command>) -> Result<Self, McpError> {
        let mut command = command.into();
        // A runtime that shuts down runs no cleanup, and the process would outlive this program.
        command.kill_on_drop(true);
        let program = command.as_std().get_program().to_string_lossy().into_owned();
        let transport = TokioChildProcess::new(command)
            .map_err(|error| McpError::new(McpErrorKind::Start, format!("`{program}`: {error}")))?;
        Self::connect(transport).await
    }

    /// Starts connecting to a server over streamable HTTP.
    ///
    /// ```no_run
    /// # async fn run(token: &str) -> Result<(), outcrop_agent::McpError> {
    /// use outcrop_agent::McpServer;
    ///
    /// let server = McpServer::http("https://mcp.example.com/mcp").bearer_token(token).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn http(url: impl Into<String>) -> McpHttp {
        McpHttp::new(url.into())
    }

    /// Connects over any transport of `rmcp`, such as a pair of a reader and a writer.
    ///
    /// # Errors
    /// [`McpError`]: there is no MCP server that responds within a minute.
    pub async fn connect<T, E, A>(transport: T) -> Result<Self, McpError>
    where
        T: IntoTransport<RoleClient, E, A>,
        E: std::error::Error + Send + Sync + 'static,
    {
        Self::open(transport, error::root_cause).await
    }

    async fn open<T, E, A>(transport: T, cause: error::Cause) -> Result<Self, McpError>
    where
        T: IntoTransport<RoleClient, E, A>,
        E: std::error::Error + Send + Sync + 'static,
    {
        let has_changed = Arc::new(AtomicBool::new(false));
        let handler = Handler::new(Arc::clone(&has_changed));
        let connecting = timeout(CONNECT_TIMEOUT, rmcp::serve_client(handler, transport));
        let client = connecting
            .await
            .map_err(|elapsed| McpError::new(McpErrorKind::Connect, elapsed))?
            .map_err(|error| McpError::from_connect(&error, cause))?;
        Ok(Self { session: Arc::new(client), prefix: None, has_changed })
    }

    /// Adopts a client of `rmcp` that is connected, with its own handler of requests of the server, such as elicitation.
    ///
    /// The handler gets the notifications of the server, so [`has_changed`](Self::has_changed) stays `false`.
    #[must_use]
    pub fn from_client<S: Service<RoleClient>>(client: RunningService<RoleClient, S>) -> Self {
        Self { session: Arc::new(client), prefix: None, has_changed: Arc::new(AtomicBool::new(false)) }
    }

    /// Sets a prefix of the names of the tools, so that tools of several servers with the same name differ: with `github`,
    /// the tool `search` becomes `github_search`.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// Lists the tools of the server, all pages of them. The input schemas are those of the server, unchanged.
    ///
    /// ```no_run
    /// # async fn run(server: outcrop_agent::McpServer) -> Result<(), outcrop_agent::McpError> {
    /// use outcrop_agent::{Tool, Tools};
    ///
    /// let tools = server.tools().await?.into_iter().filter(|tool| tool.name() != "delete_everything");
    /// let tools: Tools = tools.map(Tool::requires_approval).collect();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`McpError`]: the server sends no list within a minute, or one that never ends.
    pub async fn tools(&self) -> Result<Vec<Tool>, McpError> {
        // Before the list is requested, so that a change that comes with the response is not lost.
        self.has_changed.store(false, Ordering::Release);
        let tools = timeout(CONNECT_TIMEOUT, self.list())
            .await
            .map_err(|elapsed| McpError::new(McpErrorKind::List, elapsed))??;
        Ok(tools.into_iter().map(|tool| self.adapt(tool)).collect())
    }

    /// Returns whether the server has announced that its tools changed since they were listed.
    ///
    /// An agent keeps the tools that it was built with. Build another one, which is cheap:
    ///
    /// ```no_run
    /// # use outcrop_agent::{Agent, AgentBuilder, McpServer};
    /// # async fn run(server: McpServer, mut agent: Agent, builder: fn() -> AgentBuilder) -> Result<(), outcrop_agent::McpError> {
    /// if server.has_changed() {
    ///     agent = builder().tools(server.tools().await?).build();
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.has_changed.load(Ordering::Acquire)
    }

    /// Returns the name of the server, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let info = self.session.peer().peer_info()?;
        info.server_info.as_ref().map(|server| server.name.clone())
    }

    /// Returns the instructions of the server for the model, if it has some. They are not sent unless you add them to those
    /// of the agent.
    #[must_use]
    pub fn instructions(&self) -> Option<String> {
        self.session.peer().peer_info()?.instructions.clone()
    }

    /// Returns the client of `rmcp`, to read resources and prompts of the server.
    #[must_use]
    pub fn peer(&self) -> &Peer<RoleClient> {
        self.session.peer()
    }

    /// Closes the connection. Calls that are running end with a failed result, and so do later ones.
    pub fn close(&self) {
        self.session.close();
    }

    async fn list(&self) -> Result<Vec<rmcp::model::Tool>, McpError> {
        let peer = self.session.peer();
        // A server without tools rejects the request for its tools.
        if peer.peer_info().is_some_and(|info| info.capabilities.tools.is_none()) {
            return Ok(Vec::new());
        }
        let mut tools = Vec::new();
        let mut cursor = None;
        for _ in 0..MAX_PAGES {
            let params = PaginatedRequestParams::default().with_cursor(cursor);
            let page = peer.list_tools(Some(params)).await;
            let page = page.map_err(|error| McpError::new(McpErrorKind::List, error))?;
            tools.extend(page.tools);
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(tools);
            }
        }
        Err(McpError::new(McpErrorKind::List, format!("the list has more than {MAX_PAGES} pages")))
    }

    /// Makes a tool of one of the server.
    fn adapt(&self, tool: rmcp::model::Tool) -> Tool {
        let name = match &self.prefix {
            Some(prefix) => format!("{prefix}_{}", tool.name),
            None => tool.name.to_string(),
        };
        let schema = serde_json::Value::Object((*tool.input_schema).clone());
        let mut spec = ToolSpec::function(name, RawJson::from(schema));
        let title = || tool.title.clone().or_else(|| tool.annotations.as_ref()?.title.clone());
        spec.description = tool.description.map(String::from).or_else(title);
        let session = Arc::clone(&self.session);
        Tool::from_json_object(spec, move |arguments| {
            let params = CallToolRequestParams::new(tool.name.clone()).with_arguments(arguments);
            let session = Arc::clone(&session);
            async move {
                match session.call(params).await {
                    Ok(result) => output::from_result(result),
                    Err(error) => ToolOutput::failure(error::for_the_model(&error)),
                }
            }
        })
    }
}

impl fmt::Debug for McpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpServer")
            .field("name", &self.name())
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
