//! The first attempt of a call, sent without the orchestrator.
//!
//! Nearly every call succeeds at its first attempt, and then the orchestrator only repeats what it did for the call before: it
//! merges the configuration, runs some fifteen interceptors and writes the same headers. [`DirectAttempt`] sends the first
//! attempt itself, with the head that the SDK wrote for an earlier call and a new length, id and signature. Credentials and
//! their cache, the HTTP client and its limits are those of the SDK.
//!
//! Whatever does not succeed becomes the first attempt of the orchestrator (module `handover`), which decides what follows. So
//! does a success from which the SDK learns: that the clock is off, or that the budget of retries grows. So errors, retries
//! and their budget, corrections of the clock and closed connections are the SDK's.

mod head;

use std::sync::Arc;

use aws_smithy_runtime_api::client::auth::{
    AuthScheme as _, AuthSchemeEndpointConfig, AuthSchemeId, SharedAuthScheme,
};
use aws_smithy_runtime_api::client::connection::CaptureSmithyConnection;
use aws_smithy_runtime_api::client::http::{
    HttpClient as _, HttpConnector as _, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::identity::{
    Identity, IdentityCacheLocation, ResolveCachedIdentity as _, ResolveIdentity as _, SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept as _, SharedInterceptor};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::retry::{RetryConfig, RetryMode};
use aws_smithy_types::timeout::TimeoutConfig;
use http_body_util::BodyExt as _;
use tracing::Level;

use super::handover::{Outcome, SentAttempt};
use super::signer::Clock;
use super::{Call, has_stream};
use crate::body::{FailedBody, ObservedBody};
use head::Head;
pub(super) use head::RecordedHead;

/// The interceptors whose work a direct attempt does, or that matter only after a failure. With any other one, such as that of
/// a later SDK or of the caller, every attempt is the orchestrator's.
const KNOWN_INTERCEPTORS: [&str; 11] = [
    "ConnectionPoisoningInterceptor",
    "EndpointOverrideFeatureTrackerInterceptor",
    // For requests without a body.
    "EnforceContentLength",
    "InvocationIdInterceptor",
    "ObservabilityFeatureTrackerInterceptor",
    "RecursionDetectionInterceptor",
    "RequestInfoInterceptor",
    "RetryModeFeatureTrackerInterceptor",
    "ServiceClockSkewInterceptor",
    // Without the protection, it does nothing.
    "StalledStreamProtectionInterceptor",
    "TokenBucketProvider",
];

/// The beginning of the names of the transport's own interceptors.
const OWN_INTERCEPTORS: &str = "outcrop: ";

/// The end of the name of an interceptor for metrics, which an operation has without a provider, too.
const TELEMETRY_INTERCEPTOR: &str = "TelemetryInputCaptureInterceptor";

/// The variable that Lambda sets. There, the SDK adds a header that changes from call to call.
const LAMBDA: &str = "AWS_LAMBDA_FUNCTION_NAME";

/// The header with the time of the service.
const DATE: &str = "date";

/// The target of the SDK's logs of an attempt.
const SDK_LOGS: &str = "aws_smithy_runtime::client::orchestrator";

/// What sends the first attempts of an operation's calls.
#[derive(Debug)]
pub(super) struct DirectAttempt {
    components: RuntimeComponents,
    config: ConfigBag,
    connector: SharedHttpConnector,
    identities: SharedIdentityResolver,
    scheme: SharedAuthScheme,
    clock: Arc<Clock>,
    head: Arc<RecordedHead>,
}

impl DirectAttempt {
    /// Creates what sends first attempts; `None` if the settings or the components need the orchestrator for each attempt.
    ///
    /// The components have the HTTP client of the SDK, and endpoint and `scheme` are the same for every call.
    pub(super) fn new(
        components: RuntimeComponents,
        config: ConfigBag,
        scheme: &AuthSchemeId,
        clock: Arc<Clock>,
        head: Arc<RecordedHead>,
    ) -> Option<Self> {
        let limits = config.load::<TimeoutConfig>()?;
        let is_plain = limits.operation_timeout().is_none()
            && limits.operation_attempt_timeout().is_none()
            // In the adaptive mode, each attempt waits for its turn.
            && config.load::<RetryConfig>()?.mode() == RetryMode::Standard
            && !config.load::<StalledStreamProtectionConfig>()?.is_enabled()
            && components.interceptors().all(|interceptor| is_known(&interceptor))
            && std::env::var_os(LAMBDA).is_none();
        let scheme = components.auth_scheme(scheme)?;
        let identities = scheme.identity_resolver(&components)?;
        if !is_plain || identities.cache_location() != IdentityCacheLocation::RuntimeComponents {
            return None;
        }
        let mut settings = HttpConnectorSettings::builder();
        settings.set_connect_timeout(limits.connect_timeout());
        settings.set_read_timeout(limits.read_timeout());
        let connector = components.http_client()?.http_connector(&settings.build(), &components);
        Some(Self { components, config, connector, identities, scheme, clock, head })
    }

    /// Sends the first attempt of a call and returns whether it completed the call. If not, the orchestrator makes the call. It
    /// gets the credentials, and the outcome if the request was sent.
    pub(super) async fn send(&self, call: &Call) -> bool {
        // Whoever reads the logs of the SDK expects those of every attempt.
        if tracing::enabled!(target: SDK_LOGS, Level::DEBUG) {
            return false;
        }
        let Some(head) = self.head.get().filter(|head| !self.has_to_learn(head)) else { return false };
        let cache = self.components.identity_cache();
        let identities = self.identities.clone();
        let identity = cache.resolve_cached_identity(identities, &self.components, &self.config).await;
        let request = identity.as_ref().ok().and_then(|identity| self.request(&head, call, identity));
        let is_complete = match request {
            Some((request, invocation_id)) => self.exchange(&head, call, request, invocation_id).await,
            None => false,
        };
        if !is_complete {
            call.handover.put_identity(identity);
        }
        is_complete
    }

    /// Returns whether the orchestrator has to see an attempt, even one that succeeds: it signs with a corrected time, and
    /// adds to a budget of retries that is not full.
    fn has_to_learn(&self, head: &Head) -> bool {
        self.clock.is_off() || !head.has_full_budget()
    }

    /// Writes and signs the request of a call. `None` if only the orchestrator can.
    fn request(&self, head: &Head, call: &Call, identity: &Identity) -> Option<(HttpRequest, String)> {
        if !head.has_marks_of(identity) {
            return None;
        }
        let mut request = head.begin_request(call)?;
        let (signer, settings) = (self.scheme.signer(), AuthSchemeEndpointConfig::empty());
        signer.sign_http_request(&mut request, identity, settings, &self.components, &self.config).ok()?;
        let invocation_id = head.finish_request(&mut request)?;
        Some((request, invocation_id))
    }

    /// Sends a request and returns whether it completed the call. If not, its outcome is handed over.
    async fn exchange(
        &self,
        head: &Head,
        call: &Call,
        mut request: HttpRequest,
        invocation_id: String,
    ) -> bool {
        let connection = CaptureSmithyConnection::new();
        request.add_extension(connection.clone());
        call.progress.begin_attempt();
        let body = std::mem::replace(request.body_mut(), SdkBody::taken());
        *request.body_mut() = ObservedBody::wrap(body, call.progress.clone());
        match self.receive(head, call, request).await {
            Ok(()) => {
                call.record_attempt(None);
                true
            }
            Err(outcome) => {
                call.handover.put_sent(SentAttempt { outcome, connection, invocation_id });
                false
            }
        }
    }

    /// Sends a request and captures its response.
    ///
    /// # Errors
    /// The outcome of an attempt that the orchestrator completes.
    async fn receive(&self, head: &Head, call: &Call, request: HttpRequest) -> Result<(), Box<Outcome>> {
        let mut response = self.connector.call(request).await.map_err(|error| Box::new(Err(error)))?;
        if !response.status().is_success() {
            return Err(Box::new(Ok(response)));
        }
        if let Some(time) = self.components.time_source() {
            self.clock.observe(&response, time.now());
        }
        // A stream is complete for the orchestrator when it begins. Any other body is read first, unless the clock is off,
        // because the SDK compares it with the time at which it gets the response.
        let is_stream = call.expects_stream() && has_stream(&response);
        if self.clock.is_off() || (is_stream && self.has_to_learn(head)) {
            return Err(Box::new(Ok(response)));
        }
        call.keep_date(Some(&response));
        let mut body = std::mem::replace(response.body_mut(), SdkBody::taken());
        if !is_stream {
            let read = call.limit_body(body).collect().await;
            let is_whole = read.is_ok();
            body = match read {
                Ok(collected) => SdkBody::from(collected.to_bytes()),
                Err(error) => FailedBody::with_error(error),
            };
            if !is_whole || self.has_to_learn(head) {
                *response.body_mut() = body;
                // By now, the date would be that of a clock that is slow by the time that the body took.
                response.headers_mut().remove(DATE);
                return Err(Box::new(Ok(response)));
            }
        }
        call.capture(&response, body, is_stream);
        Ok(())
    }
}

/// Returns whether an interceptor has no other effect on a first attempt that succeeds.
fn is_known(interceptor: &SharedInterceptor) -> bool {
    let name = interceptor.name();
    KNOWN_INTERCEPTORS.contains(&name)
        || name.starts_with(OWN_INTERCEPTORS)
        || name.ends_with(TELEMETRY_INTERCEPTOR)
}

#[cfg(test)]
mod tests;
