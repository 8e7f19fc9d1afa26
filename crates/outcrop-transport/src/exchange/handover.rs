//! Direct attempts that the orchestrator completes, as its own first attempts.
//!
//! The orchestrator makes its first attempt as always, with the same credentials and invocation id, and its HTTP client
//! returns the outcome of the direct attempt without sending anything. From then on the attempt is its own: it classifies the
//! error, takes from the budget of retries or adds to it, corrects the clock, closes the connection and retries.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use aws_runtime::invocation_id::{
    DefaultInvocationIdGenerator, InvocationId, InvocationIdGenerator, SharedInvocationIdGenerator,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connection::CaptureSmithyConnection;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::identity::{
    Identity, IdentityFuture, ResolveCachedIdentity, SharedIdentityCache, SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::config_bag::{ConfigBag, FrozenLayer, Layer};

use super::current_call;

/// The outcome of an attempt, for the orchestrator: a response, or the error of the connection.
pub(super) type Outcome = Result<HttpResponse, ConnectorError>;

/// What a direct attempt leaves to the orchestrator.
#[derive(Default)]
pub(super) struct Handover {
    identity: Mutex<Option<Result<Identity, BoxError>>>,
    sent: Mutex<Option<SentAttempt>>,
}

/// A direct attempt that was sent.
pub(super) struct SentAttempt {
    pub(super) outcome: Box<Outcome>,
    /// The connection, so that it is closed if the error is one of the connection.
    pub(super) connection: CaptureSmithyConnection,
    pub(super) invocation_id: String,
}

impl Handover {
    /// Stores the credentials that were loaded, or the error of their provider, which is called once for an attempt.
    pub(super) fn put_identity(&self, identity: Result<Identity, BoxError>) {
        *self.identity.lock().unwrap_or_else(PoisonError::into_inner) = Some(identity);
    }

    /// Removes and returns the credentials.
    fn take_identity(&self) -> Option<Result<Identity, BoxError>> {
        self.identity.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Stores an attempt that was sent.
    pub(super) fn put_sent(&self, sent: SentAttempt) {
        *self.sent.lock().unwrap_or_else(PoisonError::into_inner) = Some(sent);
    }

    /// Removes and returns the attempt that was sent.
    fn take_sent(&self) -> Option<SentAttempt> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Returns the invocation id of the attempt that was sent, until the orchestrator has its outcome.
    pub(super) fn invocation_id(&self) -> Option<String> {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.as_ref().map(|sent| sent.invocation_id.clone())
    }
}

impl fmt::Debug for Handover {
    /// Without credentials and outcome: `Debug` of a response prints its body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handover").field("invocation_id", &self.invocation_id()).finish_non_exhaustive()
    }
}

/// A cache of credentials that returns those of a direct attempt, once, instead of loading them again.
#[derive(Debug)]
pub(super) struct HandoverIdentities(pub(super) SharedIdentityCache);

impl ResolveCachedIdentity for HandoverIdentities {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        config: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        match current_call().and_then(|call| call.handover.take_identity()) {
            Some(identity) => IdentityFuture::ready(identity),
            None => self.0.resolve_cached_identity(resolver, components, config),
        }
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        ResolveCachedIdentity::validate_base_client_config(&self.0, components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        ResolveCachedIdentity::validate_final_config(&self.0, components, config)
    }
}

/// An HTTP client that returns the outcome of a direct attempt, once, instead of sending its request again.
#[derive(Debug)]
pub(super) struct HandoverClient(pub(super) SharedHttpClient);

impl HttpClient for HandoverClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(HandoverConnector(self.0.http_connector(settings, components)))
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        HttpClient::validate_base_client_config(&self.0, components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        HttpClient::validate_final_config(&self.0, components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

/// The connector of a [`HandoverClient`].
#[derive(Debug)]
struct HandoverConnector(SharedHttpConnector);

impl HttpConnector for HandoverConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Some(sent) = current_call().and_then(|call| call.handover.take_sent()) else {
            return self.0.call(request);
        };
        if let Some(capture) = request.extension::<CaptureSmithyConnection>() {
            capture.set_connection_retriever(move || sent.connection.get());
        }
        HttpConnectorFuture::ready(*sent.outcome)
    }
}

/// A generator that returns the invocation id of a direct attempt: all attempts of a call have the same one.
#[derive(Debug)]
pub(super) struct HandoverIds(DefaultInvocationIdGenerator);

impl HandoverIds {
    /// Creates the setting with a generator, whose ids are random for all other calls.
    pub(super) fn layer() -> FrozenLayer {
        let mut layer = Layer::new("outcrop: invocation ids");
        layer.store_put(SharedInvocationIdGenerator::new(Self(DefaultInvocationIdGenerator::new())));
        layer.freeze()
    }
}

impl InvocationIdGenerator for HandoverIds {
    fn generate(&self) -> Result<Option<InvocationId>, BoxError> {
        match current_call().and_then(|call| call.handover.invocation_id()) {
            Some(id) => Ok(Some(InvocationId::new(id))),
            None => self.0.generate(),
        }
    }
}
