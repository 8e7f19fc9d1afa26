//! The components of an SDK client for one operation, merged once.
//!
//! The SDK merges the components and configuration layers of a client for every call. This module lets the SDK do so once,
//! in a call that an interceptor ends before anything is sent, and keeps the result: credentials, signers, endpoint rules,
//! retry strategy, HTTP client and interceptors are those of the client, in their order.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_runtime::invocation_id::SharedInvocationIdGenerator;
use aws_runtime::service_clock_skew::DisableClockSkewCorrection;
use aws_runtime::user_agent::ApiMetadata;
use aws_sdk_bedrockruntime::config::endpoint::Params;
use aws_sdk_bedrockruntime::{Client, Config};
use aws_smithy_runtime::client::http::body::content_length_enforcement::EnforceContentLengthRuntimePlugin;
use aws_smithy_runtime::client::metrics::MetricsRuntimePlugin;
use aws_smithy_runtime::client::orchestrator::{AuthSchemeAndEndpointOrchestrationV2, invoke};
use aws_smithy_runtime::client::retries::RetryPartition;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeId, AuthSchemeOptionResolverParams, AuthSchemePreference, ResolveAuthSchemeOptions as _,
    SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::endpoint::{
    EndpointFuture, EndpointResolverParams, ResolveEndpoint, SharedEndpointResolver,
};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::identity::SharedIdentityCache;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextMut, Error,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, SharedInterceptor, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::runtime_plugin::{
    RuntimePlugin as _, RuntimePlugins, StaticRuntimePlugin,
};
use aws_smithy_runtime_api::client::ser_de::{SharedRequestSerializer, SharedResponseDeserializer};
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::config_bag::{ConfigBag, FrozenLayer, Layer, Storable, StoreReplace};
use aws_smithy_types::endpoint::Endpoint;
use aws_smithy_types::retry::{ReconnectMode, RetryConfig};
use aws_smithy_types::telemetry::RequestedTelemetryAttributes;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SigningName;
use aws_types::app_name::AppName;
use aws_types::endpoint_config::{EndpointUrl, UseDualStack, UseFips};
use aws_types::region::{Region, SigningRegion};
use aws_types::sdk_ua_metadata::FrameworkMetadata;
use tokio::sync::OnceCell;
use tracing::Instrument as _;

use super::operation::Operation;
use crate::endpoint::{Endpoint as ControlEndpoint, control_url};
use crate::tls;

use super::direct::{DirectAttempt, RecordedHead};
use super::handover::{HandoverClient, HandoverIdentities, HandoverIds};
use super::signer::{Clock, replace_signer};
use super::user_agent::CachedUserAgent;
use super::{Call, RawBodyDeserializer, RawBodyInterceptor, RawBodySerializer};

/// The components and the configuration of a client for one operation.
#[derive(Debug)]
pub(crate) struct Components {
    operation: Operation,
    plugins: RuntimePlugins,
    direct: Option<DirectAttempt>,
}

/// A client of the SDK, as its configuration, with the components of its operations.
#[derive(Debug)]
pub(crate) struct SdkClient {
    config: Config,
    /// Whether the endpoint and the kind of authentication depend on nothing but the configuration, which is so for the
    /// SDK's own rules.
    has_fixed_rules: bool,
    /// The endpoint of the control plane, if it is not that of the configuration.
    control: Option<ControlEndpoint>,
    shared: OnceLock<Shared>,
    /// The components of each operation, in the order of [`Operation::ALL`].
    merged: [OnceCell<Components>; Operation::ALL.len()],
}

/// What the operations of a client have in common: the pool of connections, and the credentials that were loaded.
#[derive(Debug)]
struct Shared {
    http_client: Option<SharedHttpClient>,
    identity_cache: Option<SharedIdentityCache>,
}

/// The scope of the SDK's metrics, which its provider gets.
const METRICS_SCOPE: &str = "aws-sdk-bedrockruntime";

/// The names of the SDK's interceptors that record metrics.
const METRICS_INTERCEPTORS: [&str; 2] = ["MetricsInterceptor", "TelemetryBytesInterceptor"];

/// Returns whether the program has set a provider for the SDK's metrics.
fn has_metrics() -> bool {
    let provider = aws_smithy_observability::global::get_telemetry_provider();
    provider.map_or(true, |provider| provider.meter_provider().provider_name() != "noop")
}

/// The error of a call: the SDK's, with its cause.
pub(crate) type CallError = SdkError<Error, HttpResponse>;

impl SdkClient {
    /// Creates a client. Its components are merged when they are needed first.
    pub(crate) fn new(config: Config, has_fixed_rules: bool, control: Option<ControlEndpoint>) -> Self {
        Self { config, has_fixed_rules, control, shared: OnceLock::new(), merged: Default::default() }
    }

    /// Returns the components for an operation.
    ///
    /// # Errors
    /// Those of the SDK for a configuration that it cannot use.
    pub(crate) async fn components(&self, operation: Operation) -> Result<&Components, CallError> {
        let index = Operation::ALL.iter().position(|other| *other == operation);
        let cell = index.and_then(|index| self.merged.get(index));
        let cell = cell.ok_or_else(|| SdkError::construction_failure("the operation is unknown"))?;
        match cell.get() {
            Some(components) => Ok(components),
            // Boxed, because the future of every call would have room for it. Of many first calls, one merges.
            None => cell.get_or_try_init(|| Box::pin(self.merge(operation))).await,
        }
    }

    /// Returns the endpoint of an operation, if it is not that of the configuration.
    fn control_of(&self, operation: Operation) -> Option<&ControlEndpoint> {
        self.control.as_ref().filter(|_| operation.is_of_control_plane())
    }

    /// Lets the SDK merge the components for an operation, and adds what passes our bytes through.
    async fn merge(&self, operation: Operation) -> Result<Components, CallError> {
        let capture = Capture::default();
        let mut config = self.config.to_builder();
        // The interceptors of the caller observe calls, and this is none.
        config.set_interceptors([SharedInterceptor::new(capture.clone())]);
        if let Some(shared) = self.shared.get() {
            config.set_http_client(shared.http_client.clone());
            if let Some(cache) = &shared.identity_cache {
                config.set_identity_cache(cache.clone());
            }
        }
        if let Some(control) = self.control_of(operation) {
            config.set_endpoint_url(Some(control.url().to_owned()));
            // The client of a loopback endpoint has no TLS, and the other one may use a proxy.
            let plain = control.is_plain_loopback().then(plain_http_client);
            config.set_http_client(plain.or_else(tls::http_client));
        }
        let client = Client::from_conf(config.build());
        let failure = match operation {
            Operation::Converse => failure(client.converse().send().await),
            Operation::ConverseStream => failure(client.converse_stream().send().await),
            Operation::CountTokens => failure(client.count_tokens().send().await),
            Operation::ApplyGuardrail
            | Operation::ListFoundationModels
            | Operation::ListInferenceProfiles
            | Operation::GetInferenceProfile => failure(client.apply_guardrail().send().await),
            Operation::InvokeGuardrailChecks => failure(client.invoke_guardrail_checks().send().await),
        };
        let Some(captured) = capture.take() else {
            let unknown = || SdkError::construction_failure("the SDK's client could not be set up");
            return Err(failure.unwrap_or_else(unknown));
        };
        self.assemble(captured, operation).await.map_err(SdkError::construction_failure)
    }

    /// Puts captured components together, with the interceptors of the client at their place.
    async fn assemble(&self, captured: Captured, operation: Operation) -> Result<Components, BoxError> {
        let Captured { components: merged, mut settings, params } = captured;
        let mut components = merged.to_builder();
        if self.control_of(operation).is_none() {
            let shared = self.shared.get_or_init(|| Shared {
                http_client: components.http_client(),
                identity_cache: components.identity_cache(),
            });
            components.set_http_client(shared.http_client.clone());
            components.set_identity_cache(shared.identity_cache.clone());
        }

        let has_metrics = has_metrics();
        // An interceptor of the caller may change the user agent of a call.
        let has_own_interceptors = self.config.interceptors().next().is_some();
        let (clock, head) = (Arc::<Clock>::default(), Arc::<RecordedHead>::default());
        let (mut fixed, mut is_plain_endpoint) = (None, false);
        let mut interceptors = Vec::new();
        for interceptor in components.interceptors() {
            if interceptor.name() == Capture::NAME {
                interceptors.extend(self.config.interceptors());
                let attempts = RawBodyInterceptor { clock: clock.clone(), head: head.clone() };
                interceptors.push(SharedInterceptor::new(attempts));
            } else if METRICS_INTERCEPTORS.contains(&interceptor.name()) && !has_metrics {
                // They measure and format attributes for instruments that discard them.
            } else if interceptor.name() == CachedUserAgent::REPLACES && !has_own_interceptors {
                interceptors.push(SharedInterceptor::permanent(CachedUserAgent::default()));
            } else if interceptor.name() == operation.endpoint_interceptor() && params.is_some() {
                // Its result depends on the configuration alone. An SDK with another name for it keeps its own.
                fixed.clone_from(&params);
            } else {
                interceptors.push(interceptor);
            }
        }
        if let Some(params) = fixed {
            let endpoint = match components.endpoint_resolver().filter(|_| self.has_fixed_rules) {
                Some(resolver) => {
                    resolver.resolve_endpoint(&EndpointResolverParams::new(params.clone())).await.ok()
                }
                None => None,
            };
            let params = match endpoint {
                Some(endpoint) => {
                    is_plain_endpoint =
                        endpoint.properties().is_empty() && endpoint.auth_schemes().is_empty();
                    let resolver = SharedEndpointResolver::new(FixedEndpoint(endpoint));
                    components.set_endpoint_resolver(Some(resolver));
                    None
                }
                // An endpoint that cannot be resolved is an error of each call.
                None => Some(params),
            };
            interceptors.push(SharedInterceptor::permanent(EndpointParams(params)));
        }
        if operation.is_of_control_plane() {
            let inner = components.endpoint_resolver();
            components
                .set_endpoint_resolver(inner.map(|inner| SharedEndpointResolver::new(ControlPlane(inner))));
        }
        components.set_interceptors(interceptors.into_iter());
        let sdk = operation.sdk_configuration();
        let options = match sdk.as_ref().filter(|_| self.has_fixed_rules) {
            Some(sdk) => auth_options(sdk, &merged, &settings).await,
            None => None,
        };
        let scheme = options.as_ref().and_then(|options| options.first().cloned());
        if let Some(options) = options {
            let resolver = StaticAuthSchemeOptionResolver::new(options);
            components.set_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(resolver)));
            // The options are in its order already.
            settings.unset::<AuthSchemePreference>();
        }

        // An interceptor of the caller may change how a call is signed, and so does a signer of the caller.
        let has_own_signer = self.config.auth_schemes().next().is_some();
        if !has_own_interceptors && !has_own_signer {
            replace_signer(&mut components, &settings, sdk.as_ref(), &clock);
        }
        // The caller's generator of invocation ids is called once for each call, by the orchestrator.
        let has_own_ids = settings.load::<SharedInvocationIdGenerator>().is_some();
        let is_direct = is_plain_endpoint && !has_own_signer && !has_own_ids && !has_metrics;

        settings.store_put(SharedRequestSerializer::new(RawBodySerializer));
        settings.store_put(SharedResponseDeserializer::new(RawBodyDeserializer { sdk: sdk.clone() }));
        // Types that only the SDK can name, each in a layer of its plugin.
        let metrics = MetricsRuntimePlugin::builder().with_scope(METRICS_SCOPE).build()?;
        let settings = settings.freeze();
        let direct = match scheme.filter(|_| is_direct) {
            Some(scheme) => {
                let mut config = ConfigBag::base();
                for layer in [Some(&settings), sdk.as_ref()].into_iter().flatten() {
                    config.push_shared_layer(layer.clone());
                }
                DirectAttempt::new(components.clone().build()?, config, &scheme, clock, head)
            }
            None => None,
        };
        if direct.is_some() {
            let inner = components.http_client();
            components.set_http_client(inner.map(|inner| SharedHttpClient::new(HandoverClient(inner))));
            let inner = components.identity_cache();
            components.set_identity_cache(inner.map(HandoverIdentities));
        }
        let ids = direct.is_some().then(HandoverIds::layer);
        let layers = [EnforceContentLengthRuntimePlugin::new().config(), metrics.config(), sdk, ids];
        let mut plugins = RuntimePlugins::new();
        for layer in layers.into_iter().flatten() {
            plugins = plugins.with_client_plugin(StaticRuntimePlugin::new().with_config(layer));
        }
        let merged = StaticRuntimePlugin::new().with_config(settings).with_runtime_components(components);
        Ok(Components { operation, plugins: plugins.with_client_plugin(merged), direct })
    }
}

impl Components {
    /// Returns whether first attempts are sent without the orchestrator.
    #[cfg(test)]
    pub(super) fn is_direct(&self) -> bool {
        self.direct.is_some()
    }

    /// Makes a call: its first attempt directly, if that is possible, and all others by the SDK's orchestrator.
    ///
    /// # Errors
    /// Those of the SDK's orchestrator.
    pub(crate) async fn send(&self, call: &Arc<Call>) -> Result<(), CallError> {
        let span = self.operation.span();
        if let Some(direct) = &self.direct
            && direct.send(call).instrument(span.clone()).await
        {
            return Ok(());
        }
        call.run(self.invoke().instrument(span)).await
    }

    /// Runs the SDK's orchestrator for the call of the current task.
    async fn invoke(&self) -> Result<(), CallError> {
        let input = self.operation.empty_input().map_err(SdkError::construction_failure)?;
        invoke(self.operation.service(), self.operation.name(), input, &self.plugins).await.map(drop)
    }
}

/// Returns the error of a call of the SDK without the types of its operation.
fn failure<O, E>(sent: Result<O, SdkError<E, HttpResponse>>) -> Option<CallError>
where
    E: std::error::Error + std::fmt::Debug + Send + Sync + 'static,
{
    sent.err().map(|error| error.map_service_error(Error::erase))
}

/// Returns the kinds of authentication for an operation, by the SDK's configuration of it, the preferred ones first. The SDK
/// orders them in each attempt.
async fn auth_options(
    sdk: &FrozenLayer,
    components: &RuntimeComponents,
    settings: &Layer,
) -> Option<Vec<AuthSchemeId>> {
    let params = sdk.load::<AuthSchemeOptionResolverParams>()?;
    let config = ConfigBag::base();
    let resolver = components.auth_scheme_option_resolver();
    let options = resolver.resolve_auth_scheme_options_v2(params, &config, components).await.ok()?;
    if options.iter().any(|option| option.properties().is_some()) {
        return None;
    }
    let preference = settings.load::<AuthSchemePreference>().cloned();
    let preferred: Vec<AuthSchemeId> = preference.into_iter().flatten().collect();
    let mut ids: Vec<_> = options.iter().map(|option| option.scheme_id().clone()).collect();
    ids.sort_by_key(|id| preferred.iter().position(|other| other == id).unwrap_or(usize::MAX));
    Some(ids)
}

/// The components and settings that the SDK merged.
#[derive(Debug)]
struct Captured {
    components: RuntimeComponents,
    settings: Layer,
    params: Option<Params>,
}

/// An interceptor that keeps the merged components of a call and ends it.
#[derive(Clone, Debug, Default)]
struct Capture(Arc<Mutex<Option<Captured>>>);

impl Capture {
    const NAME: &'static str = "outcrop: capture of the components";

    /// Removes and returns what was captured.
    fn take(&self) -> Option<Captured> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[dyn_dispatch_hint]
impl Intercept for Capture {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn modify_before_serialization(
        &self,
        _context: &mut BeforeSerializationInterceptorContextMut<'_>,
        components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let params =
            config.load::<EndpointResolverParams>().and_then(|params| params.get::<Params>().cloned());
        let captured = Captured { components: components.clone(), settings: copy_settings(config), params };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(captured);
        Err("the call ends here: only its components are used".into())
    }
}

/// Copies the settings of a client, the values that `Config` can have and that the SDK adds to them.
fn copy_settings(config: &ConfigBag) -> Layer {
    let mut copy = Copy { config, layer: Layer::new("outcrop") };
    copy.value::<Region>();
    copy.value::<SigningRegion>();
    copy.value::<SigningName>();
    copy.value::<EndpointUrl>();
    copy.value::<UseFips>();
    copy.value::<UseDualStack>();
    copy.value::<AuthSchemePreference>();
    copy.value::<AuthSchemeAndEndpointOrchestrationV2>();
    copy.value::<RetryConfig>();
    copy.value::<RetryPartition>();
    copy.value::<ReconnectMode>();
    copy.value::<TimeoutConfig>();
    copy.value::<StalledStreamProtectionConfig>();
    copy.value::<DisableClockSkewCorrection>();
    copy.value::<SharedInvocationIdGenerator>();
    copy.value::<RequestedTelemetryAttributes>();
    copy.value::<ApiMetadata>();
    copy.value::<AppName>();
    let Copy { mut layer, .. } = copy;
    // A bag returns the newest value first.
    let metadata: Vec<_> = config.load::<FrameworkMetadata>().cloned().collect();
    for item in metadata.into_iter().rev() {
        layer.store_append(item);
    }
    layer
}

/// A copy of settings from a bag to a layer.
struct Copy<'a> {
    config: &'a ConfigBag,
    layer: Layer,
}

impl Copy<'_> {
    /// Copies the value of a type, if there is one.
    fn value<T: Storable<Storer = StoreReplace<T>> + Clone>(&mut self) {
        if let Some(value) = self.config.load::<T>() {
            self.layer.store_put(value.clone());
        }
    }
}

/// An interceptor that sets the parameters of the endpoint; `None` if the endpoint is fixed.
#[derive(Debug)]
struct EndpointParams(Option<Params>);

#[dyn_dispatch_hint]
impl Intercept for EndpointParams {
    fn name(&self) -> &'static str {
        "outcrop: endpoint parameters"
    }

    fn modify_before_serialization(
        &self,
        _context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let params = match &self.0 {
            Some(params) => EndpointResolverParams::new(params.clone()),
            None => EndpointResolverParams::new(()),
        };
        config.interceptor_state().store_put(params);
        Ok(())
    }
}

/// Creates an HTTP client without TLS and proxies, for plain loopback endpoints.
pub(crate) fn plain_http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().build_http()
}

/// A resolver that returns the endpoint of the control plane for that of Bedrock Runtime.
#[derive(Debug)]
struct ControlPlane(SharedEndpointResolver);

impl ResolveEndpoint for ControlPlane {
    fn resolve_endpoint<'a>(&'a self, params: &'a EndpointResolverParams) -> EndpointFuture<'a> {
        EndpointFuture::new(async move {
            let endpoint = self.0.resolve_endpoint(params).await?;
            let url = control_url(endpoint.url());
            Ok(endpoint.into_builder().url(url).build())
        })
    }
}

/// A resolver that returns the endpoint that was resolved once.
#[derive(Debug)]
struct FixedEndpoint(Endpoint);

impl ResolveEndpoint for FixedEndpoint {
    fn resolve_endpoint<'a>(&'a self, _params: &'a EndpointResolverParams) -> EndpointFuture<'a> {
        EndpointFuture::ready(Ok(self.0.clone()))
    }
}
