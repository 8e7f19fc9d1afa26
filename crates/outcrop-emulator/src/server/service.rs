//! The service: decides the response to each request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body as _, Incoming};
use hyper::header::AUTHORIZATION;
use hyper::{Request, Response};
use tokio::sync::watch;

use super::connection::Connection;
use super::player::{self, StreamCut};
use super::{browser, control, wait_for_stop};
use crate::control_plane::{ApplicationProfile, ControlPlaneCall, Query};
use crate::default_model::{self, PromptCache};
use crate::protocol::call::OperationCall;
use crate::protocol::error::ServiceError;
use crate::protocol::operation::Operation;
use crate::protocol::response::ServiceResponse;
use crate::protocol::route::Route;
use crate::recording::{Ending, OpenExchange, ReceivedRequest, Recording};
use crate::replay::{Lookup, Replay, Replayer};
use crate::rules;
use crate::rules::models;
use crate::script::{Action, Playback, Script, ScriptedExchange, Selection};
use crate::upstream::{Upstream, UpstreamRequest};

/// The checks that are switched on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) validate: bool,
    pub(crate) authenticate: bool,
    pub(crate) any_model: bool,
    pub(crate) any_origin: bool,
    pub(crate) control: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { validate: true, authenticate: true, any_model: false, any_origin: false, control: true }
    }
}

/// The sources of responses that precede the default model.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    pub(crate) script: Script,
    pub(crate) replay: Option<Replay>,
    pub(crate) upstream: Option<Upstream>,
    pub(crate) profiles: Vec<ApplicationProfile>,
}

/// The state that all connections share.
#[derive(Debug)]
pub(crate) struct Service {
    settings: Settings,
    playback: Playback,
    replayer: Option<Replayer>,
    upstream: Option<Upstream>,
    profiles: Vec<ApplicationProfile>,
    cache: PromptCache,
    recording: Recording,
    stopped: watch::Receiver<bool>,
    request_count: AtomicU64,
}

/// The error that makes hyper close a connection without a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection is closed without a response")]
pub(super) struct ConnectionClosed;

/// The decision about a request that is not an error of the service.
enum Decision {
    Respond(ServiceResponse),
    CloseConnection,
}

impl Service {
    pub(crate) fn new(
        settings: Settings,
        sources: Sources,
        recording: Recording,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        Self {
            settings,
            playback: Playback::new(sources.script),
            replayer: sources.replay.map(Replayer::new),
            upstream: sources.upstream,
            profiles: sources.profiles,
            cache: PromptCache::default(),
            recording,
            stopped,
            request_count: AtomicU64::new(0),
        }
    }

    /// Responds to a request. An error closes the connection.
    pub(super) async fn respond(
        self: Arc<Self>,
        request: Request<Incoming>,
        connection: Connection,
    ) -> Result<Response<BoxBody<Bytes, StreamCut>>, ConnectionClosed> {
        let id = self.next_request_id();
        let (head, body) = request.into_parts();
        let route = Route::new(&head.method, head.uri.path());
        if self.closes_before_request(&route) {
            let request = ReceivedRequest::new(head.method, head.uri, head.headers, Bytes::new());
            self.recording.begin(request, self.stopped.clone()).end(Ending::Closed);
            return Err(ConnectionClosed);
        }
        // If the body fails, the client is gone, and no response could reach it.
        let body = read_body(body).await.map_err(|_| ConnectionClosed)?;
        let request = ReceivedRequest::new(head.method, head.uri, head.headers, body);
        if self.settings.control && control::is_control(request.path()) {
            return Ok(player::plain(self.control(&request).await));
        }
        let mut record = self.recording.begin(request.clone(), self.stopped.clone());
        let mut response = match self.decide(route, &request, &mut record).await {
            Ok(Decision::Respond(response)) => response,
            Err(error) => ServiceResponse::from_error(&error),
            Ok(Decision::CloseConnection) => {
                let stopped = *self.stopped.borrow();
                record.end(if stopped { Ending::Stopped } else { Ending::Closed });
                return Err(ConnectionClosed);
            }
        };
        if self.settings.any_origin {
            browser::add_permission(&mut response.headers);
        }
        Ok(player::play(response.with_request_id(&id), record, connection, self.stopped.clone()))
    }

    /// Forgets everything that was received, added or used.
    fn reset(&self) {
        self.recording.clear();
        self.playback.reset();
        self.cache.clear();
        if let Some(replayer) = &self.replayer {
            replayer.reset();
        }
    }

    /// Responds to a request of the control, which is not recorded.
    async fn control(&self, request: &ReceivedRequest) -> ServiceResponse {
        let check = || browser::reject_foreign_page(request.uri(), request.header_map());
        match if self.settings.any_origin { Ok(()) } else { check() } {
            Ok(()) => control::respond(request, &self.recording, &self.playback, || self.reset()).await,
            Err(error) => ServiceResponse::from_error(&error),
        }
    }

    /// Decides in the order of AWS: path, credentials, model, body; then the script, then the default model. A replay comes
    /// before the model, because a recording also has what AWS rejected.
    async fn decide(
        &self,
        route: Route,
        request: &ReceivedRequest,
        record: &mut OpenExchange,
    ) -> Result<Decision, ServiceError> {
        if !self.settings.any_origin {
            browser::reject_foreign_page(request.uri(), request.header_map())?;
        } else if request.method() == "OPTIONS" {
            return Ok(Decision::Respond(browser::preflight()));
        }
        let (operation, resource, version) = match route {
            Route::Operation { operation, resource, version } => (operation, resource, version),
            Route::Unknown => return self.control_plane(request).map(Decision::Respond),
            Route::NotEmulated(name) => return Err(ServiceError::not_emulated(name)),
            Route::WrongMethod => return Err(ServiceError::unknown_operation()),
            Route::Undecodable => return Err(ServiceError::invalid_model_id()),
        };
        if self.settings.authenticate {
            require_credentials(request)?;
        }
        if let Some(replayer) = &self.replayer {
            match replayer.find(operation, &resource, request.body()) {
                Lookup::Found(response) => {
                    return Ok(response.map_or(Decision::CloseConnection, Decision::Respond));
                }
                Lookup::Mismatch(mismatch) => {
                    record.set_mismatch(&mismatch);
                    if replayer.is_strict() {
                        return Err(ServiceError::validation(mismatch));
                    }
                }
            }
        }
        let call = OperationCall::new(operation, resource, request.body().clone());
        if let Some(upstream) = &self.upstream {
            return Ok(self.pass_on(upstream, &call, version).await);
        }
        self.require_model(&call)?;
        if self.settings.validate {
            rules::check(&call)?;
        }
        match self.playback.select(&call) {
            Selection::DefaultModel => default_model::answer(&call, &self.cache).map(Decision::Respond),
            Selection::Exhausted => {
                let message =
                    format!("The script of this emulator has nothing left for {}.", call.operation());
                Err(ServiceError::validation(message))
            }
            Selection::Scripted(exchange) => Ok(self.play(&exchange, &call).await),
        }
    }

    /// Answers a request of the control plane, which AWS serves at another host, or one with an unknown path.
    fn control_plane(&self, request: &ReceivedRequest) -> Result<ServiceResponse, ServiceError> {
        let Some(call) = ControlPlaneCall::new(request.method(), request.path()) else {
            return Ok(ServiceResponse::unknown_path());
        };
        if self.settings.authenticate {
            require_credentials(request)?;
        }
        call.answer(&Query(request.query()), region(request), &self.profiles)
    }

    /// Plays the exchange that the script has for a call, else passes the call on. The upstream makes its own checks.
    async fn pass_on(&self, upstream: &Upstream, call: &OperationCall, version: Option<String>) -> Decision {
        if let Selection::Scripted(exchange) = self.playback.select(call) {
            return self.play(&exchange, call).await;
        }
        let request = UpstreamRequest {
            operation: call.operation(),
            resource: call.resource().to_owned(),
            guardrail_version: version,
            body: call.body_bytes(),
        };
        Decision::Respond(upstream.call(request).await.into())
    }

    /// Plays a scripted exchange.
    async fn play(&self, exchange: &ScriptedExchange, call: &OperationCall) -> Decision {
        if !exchange.delay().is_zero() {
            tokio::time::sleep(exchange.delay()).await;
        }
        if *exchange.action() == Action::Stall {
            // If the client gives up first, hyper drops this future, and the recording notices.
            wait_for_stop(&mut self.stopped.clone()).await;
        }
        exchange.action().response(call.operation()).map_or(Decision::CloseConnection, Decision::Respond)
    }

    /// Checks that the model of a call exists. Any guardrail exists.
    fn require_model(&self, call: &OperationCall) -> Result<(), ServiceError> {
        let is_exempt = self.settings.any_model || !call.operation().has_model();
        if is_exempt || self.playback.names_model(call.resource()) {
            return Ok(());
        }
        models::require_model(call.resource())?;
        match call.operation() {
            Operation::Converse | Operation::ConverseStream => {
                models::require_conversation_model(call.resource())?;
                models::require_on_demand(call.resource())
            }
            Operation::InvokeModel | Operation::InvokeModelWithResponseStream => {
                models::require_on_demand(call.resource())
            }
            // Counting needs no throughput.
            Operation::CountTokens | Operation::ApplyGuardrail | Operation::InvokeGuardrailChecks => Ok(()),
        }
    }

    fn closes_before_request(&self, route: &Route) -> bool {
        match route {
            Route::Operation { operation, resource, .. } => {
                self.playback.closes_before_request(*operation, resource)
            }
            _ => false,
        }
    }

    /// Returns the next request id. It looks like the random UUIDs of AWS, but counts requests, so that it is deterministic.
    fn next_request_id(&self) -> String {
        let number = self.request_count.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        format!("00000000-0000-4000-8000-{number:012x}")
    }
}

/// The maximum capacity that is reserved for a body whose length is announced. A client could announce any.
const MAX_RESERVED: u64 = 64 * 1024 * 1024;

/// Reads a body to its end, in one buffer of the announced length: a body of many frames would be in memory twice.
async fn read_body(mut body: Incoming) -> Result<Bytes, hyper::Error> {
    let announced = body.size_hint().exact().unwrap_or_default().min(MAX_RESERVED);
    let mut bytes = BytesMut::with_capacity(usize::try_from(announced).unwrap_or_default());
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.freeze())
}

/// Returns the region that a request was signed for. API keys do not name one.
fn region(request: &ReceivedRequest) -> &str {
    // The scope is KEY/DATE/REGION/SERVICE/aws4_request. See
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
    let scope = request.header(AUTHORIZATION.as_str()).and_then(|value| value.split_once("Credential="));
    scope.and_then(|(_, scope)| scope.split('/').nth(2)).unwrap_or("us-east-1")
}

/// Checks that a request has a signature or an API key. Neither is verified.
fn require_credentials(request: &ReceivedRequest) -> Result<(), ServiceError> {
    // A presigned request has its signature in the query. See
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html.
    let is_presigned = request.query().is_some_and(|query| query.to_lowercase().contains("x-amz-signature="));
    let scheme =
        request.header(AUTHORIZATION.as_str()).map(|value| value.split(' ').next().unwrap_or_default());
    match scheme {
        Some(scheme) if scheme.starts_with("AWS4-") || scheme.eq_ignore_ascii_case("bearer") => Ok(()),
        None if is_presigned => Ok(()),
        Some(_) => Err(ServiceError::incomplete_signature()),
        None => Err(ServiceError::missing_authentication_token()),
    }
}
