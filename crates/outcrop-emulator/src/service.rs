//! From a request to its reply.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use hyper::body::Incoming;
use hyper::header::AUTHORIZATION;
use hyper::{Request, Response};
use tokio::sync::watch;

use crate::call::Call;
use crate::fault::Fault;
use crate::operation::Operation;
use crate::recording::{Ending, ReceivedRequest, Recording};
use crate::reply::Reply;
use crate::route::Route;
use crate::script::{Action, Playback, Script, Turn};
use crate::server::Line;
use crate::stream::Broken;
use crate::{model, operation, server};

/// What is switched on and off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) validate: bool,
    pub(crate) authenticate: bool,
    pub(crate) any_model: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { validate: true, authenticate: true, any_model: false }
    }
}

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Service {
    settings: Settings,
    playback: Playback,
    recording: Recording,
    stopped: watch::Receiver<bool>,
    requests: AtomicU64,
}

/// The connection is to be closed without a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection is closed without a reply")]
pub(crate) struct Closed;

impl Service {
    pub(crate) fn new(
        settings: Settings,
        script: Script,
        recording: Recording,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        Self { settings, playback: Playback::new(script), recording, stopped, requests: AtomicU64::new(0) }
    }

    /// Answers one request that came over a line. An error closes the connection.
    pub(crate) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        line: Line,
    ) -> Result<Response<BoxBody<Bytes, Broken>>, Closed> {
        let id = self.next_id();
        let (head, body) = request.into_parts();
        let route = Route::of(&head.method, head.uri.path());
        if self.closes_before(&route) {
            let request = ReceivedRequest::new(head.method, head.uri, head.headers, Bytes::new());
            self.recording.begin(request, self.stopped.clone()).end(Ending::Closed);
            return Err(Closed);
        }
        // A body that breaks off has nobody left to answer to.
        let body = body.collect().await.map_err(|_| Closed)?.to_bytes();
        let request = ReceivedRequest::new(head.method, head.uri, head.headers, body);
        let record = self.recording.begin(request.clone(), self.stopped.clone());
        let reply = match self.reply(route, &request).await {
            Ok(reply) => reply,
            Err(Refusal::Fault(fault)) => Reply::fault(&fault),
            Err(Refusal::Closed) => {
                let stopped = *self.stopped.borrow();
                record.end(if stopped { Ending::Stopped } else { Ending::Closed });
                return Err(Closed);
            }
        };
        Ok(reply.with_request_id(&id).send(record, line, self.stopped.clone()))
    }

    /// Decides what is answered, in AWS's order: path, credentials, model, body; then the script, then the model.
    async fn reply(&self, route: Route, request: &ReceivedRequest) -> Result<Reply, Refusal> {
        let (operation, resource) = match route {
            Route::Operation { operation, resource } => (operation, resource),
            Route::Unknown => return Ok(Reply::unknown_path()),
            Route::WrongMethod => return Err(Fault::unknown_operation().into()),
            Route::Undecodable => return Err(model::invalid_identifier().into()),
        };
        if self.settings.authenticate {
            authenticate(request)?;
        }
        let call = Call::new(operation, resource, request.body().clone());
        self.resolve(&call)?;
        if self.settings.validate {
            operation::check(&call)?;
        }
        match self.playback.take_turn(&call) {
            Turn::Model => Ok(operation::answer(&call)?),
            Turn::Nobody => {
                let message =
                    format!("The script of this emulator has nothing left for {}.", call.operation());
                Err(Fault::validation(message).into())
            }
            Turn::Scripted(exchange) => {
                if !exchange.delay().is_zero() {
                    tokio::time::sleep(exchange.delay()).await;
                }
                match exchange.action() {
                    Action::Response(reply) if call.operation() == Operation::ConverseStream => {
                        Ok(reply.to_stream())
                    }
                    Action::Response(reply) => Ok(reply.to_reply()),
                    Action::Events(events) => Ok(Reply::events(events.clone())),
                    Action::Error(error) => Ok(error.to_reply()),
                    Action::Raw(raw) => Ok(raw.to_reply()),
                    Action::Close(_) => Err(Refusal::Closed),
                    Action::Stall => {
                        server::stop(&mut self.stopped.clone()).await;
                        Err(Refusal::Closed)
                    }
                }
            }
        }
    }

    /// Whether there is the model that a call is for. Guardrails are taken as they are named.
    fn resolve(&self, call: &Call) -> Result<(), Fault> {
        let free = self.settings.any_model || !call.operation().is_of_a_model();
        if free || self.playback.names_model(call.resource()) {
            Ok(())
        } else {
            model::resolve(call.resource())
        }
    }

    fn closes_before(&self, route: &Route) -> bool {
        match route {
            Route::Operation { operation, resource } => {
                self.playback.closes_before_request(*operation, resource)
            }
            _ => false,
        }
    }

    /// An id for a request: a UUID in form, a count in content.
    fn next_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        format!("00000000-0000-4000-8000-{number:012x}")
    }
}

/// Why there is no good reply.
enum Refusal {
    Fault(Fault),
    Closed,
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Any signature and any key will do, in the header or, presigned, in the query; none will not.
fn authenticate(request: &ReceivedRequest) -> Result<(), Fault> {
    let presigned = request.query().is_some_and(|query| query.to_lowercase().contains("x-amz-signature="));
    let scheme =
        request.header(AUTHORIZATION.as_str()).map(|value| value.split(' ').next().unwrap_or_default());
    match scheme {
        Some(scheme) if scheme.starts_with("AWS4-") || scheme.eq_ignore_ascii_case("bearer") => Ok(()),
        None if presigned => Ok(()),
        Some(_) => Err(Fault::incomplete_signature()),
        None => Err(Fault::missing_token()),
    }
}
