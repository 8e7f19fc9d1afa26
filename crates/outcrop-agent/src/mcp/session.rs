//! The connection behind the tools, and the handler of what a server sends unasked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::BoxFuture;
use rmcp::model::{CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig, Implementation};
use rmcp::service::{NotificationContext, RunningService};
use rmcp::{ClientHandler, Peer, RoleClient, Service, ServiceError};

/// A connection, whatever its handler is.
pub(super) trait Session: Send + Sync {
    fn peer(&self) -> &Peer<RoleClient>;

    /// Calls a tool. Dropping the future cancels the call on the server.
    fn call(&self, params: CallToolRequestParams) -> BoxFuture<'_, Result<CallToolResult, ServiceError>>;

    fn close(&self);
}

impl<S: Service<RoleClient>> Session for RunningService<RoleClient, S> {
    fn peer(&self) -> &Peer<RoleClient> {
        Self::peer(self)
    }

    fn call(&self, params: CallToolRequestParams) -> BoxFuture<'_, Result<CallToolResult, ServiceError>> {
        // That of the service and not of the peer: it lets the handler respond to questions of the server in between.
        Box::pin(self.call_tool(params))
    }

    fn close(&self) {
        self.cancellation_token().cancel();
    }
}

/// A handler that notes changes of the tools, and declines requests of the server: it has neither a person nor a model.
pub(super) struct Handler {
    has_changed: Arc<AtomicBool>,
}

impl Handler {
    pub(super) fn new(has_changed: Arc<AtomicBool>) -> Self {
        Self { has_changed }
    }
}

impl ClientHandler for Handler {
    fn get_info(&self) -> ClientConfig {
        let client = Implementation::new("outcrop", env!("CARGO_PKG_VERSION"));
        ClientConfig::new(ClientCapabilities::default(), client)
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.has_changed.store(true, Ordering::Release);
    }
}
