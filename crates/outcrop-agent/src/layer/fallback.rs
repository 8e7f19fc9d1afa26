//! Another client, if the first one is not available.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use outcrop_core::{
    ErrorKind, ModelClient, ModelError, ModelRequest, RawJson, ResponseStream, Stage, StreamEvent,
    UnifiedResponse,
};
use serde::Serialize;
use tokio::time::{Instant, timeout};

use super::observe::{End, observe};

/// The time for which a client that failed is not tried first. Throttling is counted by the minute, see
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html>.
const DEFAULT_COOLDOWN: Duration = Duration::from_secs(60);

/// The key in `provider_metadata` of the clients that a request went through.
const METADATA_KEY: &str = "route";

/// A client in front of several others: the first one that is available responds.
///
/// A request moves on to the next client only after throttling, an error of the service (5xx), a connection that failed, a
/// time limit, or a stream that ended before its first output. It never moves on after output, and never after an error
/// that the next client would return as well, such as an invalid request. A client that failed is tried last for a minute, or
/// for the time that it asked to wait. Then it is tried in its place again.
///
/// `provider_metadata` of a response has the `route`: an item for each client that the request went through. If all of them
/// fail, the error is that of the last one, and its hint lists the others.
///
/// ```
/// use outcrop_agent::Fallback;
/// use outcrop_core::testing::ScriptedClient;
/// use outcrop_core::{ErrorKind, ModelClient as _, ModelError, ModelRequest};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let eu = ScriptedClient::new("bedrock").fail(ModelError::new(ErrorKind::Throttled, "too many requests"));
/// let us = ScriptedClient::new("bedrock").respond_with_text("The Tagus.");
/// let client = Fallback::new(eu).or_model(us, "us.some-model");
///
/// let response = client.create(&ModelRequest::builder("eu.some-model").user("Name a river.").build()).await?;
/// assert_eq!(response.text(), "The Tagus.");
/// assert_eq!(
///     response.provider_metadata.get("route").map(|route| route.as_str()),
///     Some(r#"[{"provider":"bedrock","model":"eu.some-model","error":"throttled"},{"provider":"bedrock","model":"us.some-model"}]"#)
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Fallback {
    routes: Vec<Route>,
    cooldown: Duration,
    first_output: Option<Duration>,
}

#[derive(Clone)]
struct Route {
    client: Arc<dyn ModelClient>,
    /// The model in place of that of the request.
    model: Option<String>,
    /// The time until which the client is tried last.
    resting: Arc<Mutex<Option<Instant>>>,
}

/// An item of the route of a response.
#[derive(Serialize)]
struct Hop {
    provider: String,
    model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of {} ({})", self.model, self.provider, self.error.unwrap_or("no error"))
    }
}

impl Fallback {
    /// Creates a client from the one that is tried first.
    #[must_use]
    pub fn new(primary: impl ModelClient + 'static) -> Self {
        let fallback = Self { routes: Vec::new(), cooldown: DEFAULT_COOLDOWN, first_output: None };
        fallback.route(Arc::new(primary), None)
    }

    /// Adds a client that is tried next.
    #[must_use]
    pub fn or(self, client: impl ModelClient + 'static) -> Self {
        self.route(Arc::new(client), None)
    }

    /// Adds a client that is tried next, with another model, or with the name that the model has there.
    #[must_use]
    pub fn or_model(self, client: impl ModelClient + 'static, model: impl Into<String>) -> Self {
        self.route(Arc::new(client), Some(model.into()))
    }

    /// Sets the time for which a client that failed is tried last, one minute by default.
    #[must_use]
    pub fn with_cooldown(mut self, cooldown: Duration) -> Self {
        self.cooldown = cooldown;
        self
    }

    /// Sets the time limit for the first output of a stream, after which the request moves on. By default, the time limits of
    /// the clients apply.
    #[must_use]
    pub fn with_first_output_timeout(mut self, limit: Duration) -> Self {
        self.first_output = Some(limit);
        self
    }

    fn route(mut self, client: Arc<dyn ModelClient>, model: Option<String>) -> Self {
        self.routes.push(Route { client, model, resting: Arc::default() });
        self
    }

    /// Returns the routes in the order in which they are tried.
    fn order(&self) -> Vec<&Route> {
        let now = Instant::now();
        // Those that rest are tried too, because a client that may fail is better than none.
        let (resting, ready): (Vec<_>, Vec<_>) = self.routes.iter().partition(|route| route.is_resting(now));
        ready.into_iter().chain(resting).collect()
    }

    /// Opens a stream and waits for its first output, so that an error before it moves on.
    async fn open(
        &self,
        client: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<ResponseStream, ModelError> {
        let opening = async {
            let mut stream = client.create_stream(request).await?;
            let mut events = Vec::new();
            while let Some(event) = stream.next().await {
                let event = event?;
                let is_output = !matches!(event, StreamEvent::Started { .. });
                events.push(event);
                if is_output {
                    return Ok(prepend(events, stream));
                }
            }
            Err(ModelError::new(ErrorKind::Incomplete, "the stream ended before its first output")
                .with_code("IncompleteStream")
                .with_stage(Stage::Streaming))
        };
        let Some(limit) = self.first_output else { return opening.await };
        timeout(limit, opening).await.unwrap_or_else(|_| {
            let message = format!("there was no output within {limit:?}");
            Err(ModelError::new(ErrorKind::Timeout, message).with_stage(Stage::Waiting))
        })
    }

    /// Completes a response with its route, and with the names that the caller knows.
    fn finish(response: &mut UnifiedResponse, provider: &str, model: &str, hops: &[Hop]) {
        // Callers look up prices and limits by the names that they sent. The route has the others.
        provider.clone_into(&mut response.provider);
        model.clone_into(&mut response.model);
        // Strings only, which always have a JSON form.
        if let Ok(route) = RawJson::from_serialize(hops) {
            response.provider_metadata.insert(METADATA_KEY, route);
        }
    }
}

impl Route {
    /// Returns the request with the model that it has here.
    fn apply<'r>(&self, request: &'r ModelRequest) -> Cow<'r, ModelRequest> {
        match &self.model {
            // A request without a model stays invalid.
            Some(model) if !request.model.is_empty() => {
                let mut request = request.clone();
                request.model.clone_from(model);
                Cow::Owned(request)
            }
            _ => Cow::Borrowed(request),
        }
    }

    fn hop(&self, sent: &ModelRequest, error: Option<&'static str>) -> Hop {
        Hop { provider: self.client.provider().to_owned(), model: sent.model.clone(), error }
    }

    fn is_resting(&self, now: Instant) -> bool {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|until| now < until)
    }

    fn rest(&self, time: Duration) {
        let until = Instant::now().checked_add(time);
        *self.resting.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}

/// Returns whether another client may succeed where this error occurred.
fn moves_on(error: &ModelError) -> bool {
    let is_server_error = error.status().is_some_and(|status| status >= 500);
    let kinds = [
        ErrorKind::Throttled,
        ErrorKind::Unavailable,
        ErrorKind::Timeout,
        ErrorKind::Connection,
        ErrorKind::Incomplete,
    ];
    is_server_error || kinds.contains(&error.kind())
}

fn prepend(events: Vec<StreamEvent>, rest: ResponseStream) -> ResponseStream {
    rest.wrap(|rest| stream::iter(events.into_iter().map(Ok)).chain(rest))
}

#[async_trait]
impl ModelClient for Fallback {
    fn provider(&self) -> &str {
        self.routes.first().map_or("", |route| route.client.provider())
    }

    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        let mut attempts = Attempts::new(self.cooldown);
        for route in self.order() {
            let sent = route.apply(request);
            match route.client.create(&sent).await {
                Ok(mut response) => {
                    let hops = attempts.succeed(route, &sent);
                    Self::finish(&mut response, self.provider(), &request.model, &hops);
                    return Ok(response);
                }
                Err(error) => attempts.fail(route, &sent, error)?,
            }
        }
        Err(attempts.into_error())
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        let mut attempts = Attempts::new(self.cooldown);
        for route in self.order() {
            let sent = route.apply(request);
            match self.open(route.client.as_ref(), &sent).await {
                Ok(stream) => {
                    let hops = attempts.succeed(route, &sent);
                    let (provider, model) = (self.provider().to_owned(), request.model.clone());
                    return Ok(observe(stream, move |end| {
                        if let End::Completed(response) = end {
                            Self::finish(response, &provider, &model, &hops);
                        }
                    }));
                }
                Err(error) => attempts.fail(route, &sent, error)?,
            }
        }
        Err(attempts.into_error())
    }
}

/// The attempts of a request.
struct Attempts {
    cooldown: Duration,
    hops: Vec<Hop>,
    last: Option<ModelError>,
}

impl Attempts {
    fn new(cooldown: Duration) -> Self {
        Self { cooldown, hops: Vec::new(), last: None }
    }

    fn succeed(mut self, route: &Route, sent: &ModelRequest) -> Vec<Hop> {
        self.hops.push(route.hop(sent, None));
        self.hops
    }

    /// Records an error after which the request moves on. Returns any other one.
    fn fail(&mut self, route: &Route, sent: &ModelRequest, error: ModelError) -> Result<(), ModelError> {
        if !moves_on(&error) {
            return Err(error);
        }
        route.rest(error.retry_after().unwrap_or_default().max(self.cooldown));
        self.hops.push(route.hop(sent, Some(error.kind().as_str())));
        self.last = Some(error);
        Ok(())
    }

    fn into_error(self) -> ModelError {
        // There is at least one route, so that there is an error.
        let none = || ModelError::new(ErrorKind::Configuration, "the fallback has no client");
        let Some(error) = self.last else { return none() };
        // The last error alone would hide that the others failed, and why.
        let hops = self.hops.split_last().map_or(&[][..], |(_, before)| before);
        if hops.is_empty() {
            return error;
        }
        let failed: Vec<_> = hops.iter().map(ToString::to_string).collect();
        let route = format!("before it failed: {}", failed.join(", "));
        match error.hint().map(str::to_owned) {
            Some(hint) => error.with_hint(format!("{hint}; {route}")),
            None => error.with_hint(route),
        }
    }
}

impl fmt::Debug for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fallback")
            .field("clients", &self.routes.iter().map(|route| &route.client).collect::<Vec<_>>())
            .field("cooldown", &self.cooldown)
            .finish_non_exhaustive()
    }
}
