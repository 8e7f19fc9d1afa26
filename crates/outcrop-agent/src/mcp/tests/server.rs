//! A server in this process, made with the server side of `rmcp`.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper_util::rt::{TokioExecutor, TokioIo};
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, Implementation,
    JsonObject, ListToolsResult, PaginatedRequestParams, Resource, ResourceContents, ServerCapabilities,
    ServerConfig, Tool, object,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::mcp::McpServer;

/// The beginning of an image.
pub(super) const PNG: &str = "iVBORw0KGgo=";

#[derive(Clone)]
pub(super) struct TestServer {
    events: UnboundedSender<&'static str>,
    has_grown: Arc<AtomicBool>,
    is_endless: bool,
}

impl TestServer {
    /// Connects to a server in this process.
    pub(super) async fn connect() -> (McpServer, UnboundedReceiver<&'static str>) {
        Self::start(false).await
    }

    /// Connects to a server whose list of tools never ends.
    pub(super) async fn connect_endless() -> McpServer {
        Self::start(true).await.0
    }

    async fn start(is_endless: bool) -> (McpServer, UnboundedReceiver<&'static str>) {
        let (events, received) = unbounded_channel();
        let server = Self { events, has_grown: Arc::default(), is_endless };
        let (theirs, ours) = tokio::io::duplex(64 * 1024);
        tokio::spawn(async move { rmcp::serve_server(server, theirs).await.unwrap().waiting().await });
        (McpServer::connect(ours).await.unwrap(), received)
    }
}

pub(super) fn add_schema() -> Value {
    json!({
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer", "x-note": "kept"}},
        "required": ["a", "b"],
    })
}

fn tool(name: &'static str) -> Tool {
    Tool::new_with_raw(name, None, JsonObject::new())
}

impl ServerHandler for TestServer {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_tool_list_changed().build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("test-server", "1.0"))
            .with_instructions("Add before you show.")
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let cursor = request.and_then(|request| request.cursor);
        let mut page = ListToolsResult::default();
        match cursor.as_deref() {
            None => {
                let schema = Arc::new(object(add_schema()));
                page.tools.push(Tool::new("add", "Adds two numbers.", schema));
                page.tools.push(tool("show").with_title("Show"));
                page.next_cursor = Some("page-2".to_owned());
            }
            Some(_) => {
                page.tools.extend([tool("hang"), tool("grow")]);
                if self.has_grown.load(Ordering::Relaxed) {
                    page.tools.push(tool("new"));
                }
                page.next_cursor = self.is_endless.then(|| "page-2".to_owned());
            }
        }
        Ok(page)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let result = match request.name.as_ref() {
            "add" => {
                let sum = arguments["a"].as_i64().unwrap() + arguments["b"].as_i64().unwrap();
                CallToolResult::structured(json!({"sum": sum}))
            }
            "show" => show(arguments["what"].as_str().unwrap())?,
            "hang" => {
                context.ct.cancelled().await;
                let _ = self.events.send("hang cancelled");
                CallToolResult::default()
            }
            _ => {
                self.has_grown.store(true, Ordering::Relaxed);
                context.peer.notify_tool_list_changed().await.unwrap();
                CallToolResult::default()
            }
        };
        Ok(result.into())
    }
}

fn show(what: &str) -> Result<CallToolResult, ErrorData> {
    let text = |text: &str| ContentBlock::text(text);
    let with = |content: Vec<ContentBlock>, structured: Value| {
        let mut result = CallToolResult::success(content);
        result.structured_content = Some(structured);
        result
    };
    Ok(match what {
        "everything" => CallToolResult::success(vec![
            text("a text"),
            // A wrong type, as servers write.
            ContentBlock::image(PNG, "image/jpeg"),
            ContentBlock::audio("d2F2", "audio/wav"),
            ContentBlock::embedded_text("file:///notes.md", "# Notes"),
            blob("https://example.com/files/report.pdf?version=2", "application/pdf", "JVBERg=="),
            blob("file:///cat.png", "image/png", PNG),
            ContentBlock::resource_link(
                Resource::new("file:///notes.md", "notes")
                    .with_mime_type("text/markdown")
                    .with_description("The notes of the day."),
            ),
            ContentBlock::image("PHN2Zy8+", "image/svg+xml"),
            blob("file:///logs.gz", "application/gzip", "H4sI/w=="),
            ContentBlock::image("%", "image/png"),
            blob("file:///cat.mp4", "video/mp4", "AAAA"),
        ]),
        "object" => with(vec![text(r#"{ "city": "Lisbon" }"#)], json!({"city": "Lisbon"})),
        "wrapped text" => with(vec![text("sunny")], json!({"result": "sunny"})),
        "wrapped list" => with(vec![text("1"), text("two")], json!({"result": [1, "two"]})),
        "summary" => with(vec![text("It is sunny.")], json!({"weather": "sunny"})),
        "nothing" => CallToolResult::default(),
        "failure" => CallToolResult::error(vec![text("the disk is full")]),
        _ => return Err(ErrorData::invalid_params("`what` is unknown", None)),
    })
}

fn blob(uri: &str, media_type: &str, base64: &str) -> ContentBlock {
    ContentBlock::resource(ResourceContents::blob(base64, uri).with_mime_type(media_type))
}

/// Starts a server over HTTP that requires its headers, and returns its URL.
pub(super) async fn serve_http() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let service = StreamableHttpService::new(
        || {
            let (events, _) = unbounded_channel();
            Ok(TestServer { events, has_grown: Arc::default(), is_endless: false })
        },
        Arc::new(LocalSessionManager::default()),
        StreamableHttpServerConfig::default(),
    );
    tokio::spawn(async move {
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            let service = service.clone();
            let handler =
                hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                    let service = service.clone();
                    async move {
                        let header =
                            |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
                        let is_known = header("authorization") == Some("Bearer secret")
                            && header("x-team") == Some("blue");
                        if is_known {
                            return Ok::<_, Infallible>(service.handle(request).await);
                        }
                        let body = http_body_util::combinators::BoxBody::default();
                        Ok(hyper::Response::builder().status(401).body(body).unwrap())
                    }
                });
            tokio::spawn(async move {
                let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(connection), handler).await;
            });
        }
    });
    url
}
