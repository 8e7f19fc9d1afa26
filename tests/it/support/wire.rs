//! Clients whose bytes go over a socket.

use outcrop::transport::Transport;
use outcrop::{BedrockClient, BedrockClientBuilder, Credentials, ModelClient, ModelRequest, Retry, Settings};
use tokio::runtime::Runtime;

use super::loopback::{Loopback, Reply};
use crate::cases::exchange::{self, Exchange};

/// A server, a connection to it, and what it takes to wait.
pub(crate) struct Wire {
    runtime: Runtime,
    server: Loopback,
    transport: Transport,
}

impl Wire {
    /// Starts a server, and connects to it.
    pub(crate) fn start() -> Self {
        let server = Loopback::start();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let settings = Settings::new()
            .with_region("eu-west-1")
            .with_credentials(Credentials::keys("AKIDEXAMPLE", "SECRETEXAMPLE"))
            .with_retry(Retry::never())
            .with_endpoint_url(server.url());
        let transport = runtime.block_on(Transport::connect(settings)).unwrap();
        Self { runtime, server, transport }
    }

    /// A client over the connection, whatever else its settings say of one.
    pub(crate) fn client(&self, builder: BedrockClientBuilder) -> BedrockClient {
        builder.with_transport(self.transport.clone())
    }

    /// Makes a call that gets this reply.
    pub(crate) fn exchange(&self, client: &BedrockClient, request: &ModelRequest, reply: Reply) -> Exchange {
        self.server.answer_with(reply);
        let outcome = self.runtime.block_on(client.create(request));
        let request = match self.server.received().as_slice() {
            [] => None,
            [one] => Some(exchange::of_received(one)),
            many => panic!("{} requests for one call", many.len()),
        };
        Exchange { request, outcome }
    }
}
