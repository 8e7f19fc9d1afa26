//! Exchanges of a client with an emulator over HTTP.

use outcrop::transport::Environment;
use outcrop::{BedrockClient, BedrockClientBuilder, Credentials, ModelClient, ModelRequest, Retry};
use outcrop_emulator::{Emulator, Script};
use tokio::runtime::Runtime;

use super::{CaseResponse, Exchange, request};

/// A client of an emulator, which validates every request as the service does.
pub(crate) struct LoopbackClient {
    runtime: Runtime,
    emulator: Emulator,
    client: BedrockClient,
}

impl LoopbackClient {
    /// Connects a client to an emulator that returns these responses in order.
    pub(crate) fn connect<'a>(
        builder: BedrockClientBuilder,
        responses: impl IntoIterator<Item = &'a CaseResponse>,
    ) -> Self {
        let script =
            responses.into_iter().map(CaseResponse::scripted).fold(Script::new(), Script::then).strict(true);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let emulator = Emulator::builder().any_model(true).script(script).start();
        let emulator = runtime.block_on(emulator).unwrap();
        let builder = builder
            .endpoint_url(emulator.url())
            .environment(Environment::from_variables::<&str, &str>([]))
            .credentials(Credentials::keys("AKIDEXAMPLE", "SECRETEXAMPLE"))
            .retry(Retry::never());
        let client = runtime.block_on(builder.build()).unwrap();
        Self { runtime, emulator, client }
    }

    /// Makes a call.
    pub(crate) fn call(&self, request: &ModelRequest) -> Exchange {
        let before = self.emulator.requests().len();
        let outcome = self.runtime.block_on(self.client.create(request));
        let sent = match &self.emulator.requests()[before..] {
            [] => None,
            [one] => Some(request::received_body(one)),
            many => panic!("{} requests for one call", many.len()),
        };
        Exchange { request: sent, outcome }
    }
}
