//! Creates the SDK configuration for the settings of a transport. Nothing is sent.
//!
//! Every setting is resolved and checked here, so that a mistake is an error with the name of the setting, and not a panic
//! or a broken connection in the first call.

use aws_config::provider_config::ProviderConfig;
use aws_config::{AppName, BehaviorVersion, SdkConfig};
use aws_sdk_bedrockruntime::Config;
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::config::{Builder, Region as SdkRegion, Token};
use aws_smithy_runtime_api::client::auth::AuthSchemeId;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use outcrop_core::ModelError;
use secrecy::ExposeSecret;

use crate::credentials::Credentials;
use crate::endpoint::Endpoint;
use crate::endpoints::Endpoints;
use crate::error::ErrorContext;
use crate::exchange::plain_http_client;
use crate::identity::{CheckedProvider, Identity, IdentityLabel};
use crate::profile::Profiles;
use crate::region::{Region, missing_region};
use crate::resend::ResendRules;
use crate::retry::Retry;
use crate::settings::Settings;
use crate::timeouts::Timeouts;
use crate::tls;

/// The configuration of an SDK client with the settings that its errors name.
pub(crate) struct Connection {
    pub(crate) config: Config,
    pub(crate) context: ErrorContext,
    /// The endpoint of the control plane, if it is not that of the configuration.
    pub(crate) control: Option<Endpoint>,
}

impl Connection {
    /// Resolves the settings and creates the configuration.
    ///
    /// # Errors
    /// Kind `Configuration`, with the name of the setting that is missing or cannot be used.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, ModelError> {
        let resolved = Resolved::from_settings(settings).await?;
        tls::check_endpoint(resolved.endpoint.as_ref())?;
        if let Some(control) = &resolved.control {
            tls::check_endpoint(Some(control))?;
        }
        let retry = settings.retry.sdk_config(&settings.environment)?;
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(SdkRegion::new(resolved.region.name.clone()))
            .retry_config(retry)
            .timeout_config(timeout_config(settings.timeouts))
            // The SDK's protection of unary calls counts the time to connect as a stalled upload and ends it after 5.9 s, as a
            // read timeout (R-H2). `Timeouts::connect` and `Timeouts::body` are in its place.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        if let Some(client) = tls::http_client() {
            loader = loader.http_client(client);
        }
        if let Some(profile) = &settings.profile {
            loader = loader.profile_name(profile);
        }
        if let Ok(name) = AppName::new("outcrop") {
            loader = loader.app_name(name);
        }
        if !matches!(resolved.identity, Identity::Chain) {
            loader = loader.no_credentials();
        }
        let shared = loader.load().await;
        let mut config = Config::from(&shared).to_builder();
        config = with_identity(config, &resolved, &shared);
        // Set even if there is none: the SDK would otherwise read the variables itself, and panic on an empty URL.
        config.set_endpoint_url(resolved.endpoint.as_ref().map(|endpoint| endpoint.url().to_owned()));
        if resolved.endpoint.as_ref().is_some_and(Endpoint::is_plain_loopback) {
            // The SDK's default HTTP client reads HTTP_PROXY and sends even loopback requests to the proxy, which cannot
            // reach them. Only for this service: a role's credentials come from STS, over TLS.
            config = config.http_client(plain_http_client());
        }
        let resend_unanswered = settings.retry.resend_unanswered;
        let config =
            config.retry_partition(Retry::partition()).retry_classifier(ResendRules { resend_unanswered });
        let context = ErrorContext {
            identity: IdentityLabel::new(&resolved.identity, resolved.profiles.as_ref()),
            region: resolved.region,
            endpoint: resolved.endpoint,
            timeouts: settings.timeouts,
            resend_unanswered,
        };
        Ok(Self { config: config.build(), context, control: resolved.control })
    }
}

/// The settings with everything that was found in the environment and the shared configuration files, checked.
struct Resolved {
    identity: Identity,
    region: Region,
    endpoint: Option<Endpoint>,
    control: Option<Endpoint>,
    /// The profiles, if they were needed.
    profiles: Option<Profiles>,
}

impl Resolved {
    /// Resolves identity, region and endpoint. The files are only read if the settings and variables leave something open.
    async fn from_settings(settings: &Settings) -> Result<Self, ModelError> {
        let (env, name) = (&settings.environment, settings.profile.as_deref());
        let identity = Identity::without_profile(settings.credentials.as_ref(), name, env)?;
        let region = settings.region_without_profile();
        let has_endpoints = settings.endpoint_url.is_some() && settings.control_endpoint_url.is_some();
        let profiles = if name.is_some() || identity.is_none() || region.is_none() {
            Some(Profiles::load(name).await?)
        } else if has_endpoints {
            None
        } else {
            // Only for an endpoint, which few profiles have: a broken file must not stop a client that needs nothing of it.
            Profiles::load(name).await.ok()
        };
        if let Some(profiles) = profiles.as_ref().filter(|_| name.is_some()) {
            profiles.require_selected()?;
        }
        let Endpoints { runtime, control } = Endpoints::resolve(settings, env, profiles.as_ref())?;
        let region = region.or_else(|| profiles.as_ref()?.region().map(Region::from_profile));
        let region = match region.or_else(|| Region::from_env(env)) {
            Some(region) => region.checked()?,
            None => {
                profiles.as_ref().map_or(Ok(()), Profiles::require_selected)?;
                return Err(missing_region());
            }
        };
        let identity = match (identity, &profiles) {
            (Some(identity), _) => identity,
            (None, Some(profiles)) => Identity::from_profiles(profiles, name.is_some())?,
            (None, None) => Identity::Chain,
        };
        Ok(Self { identity, region, endpoint: runtime, control, profiles })
    }
}

/// Sets the credentials, and the authentication scheme that goes with them.
fn with_identity(config: Builder, resolved: &Resolved, shared: &SdkConfig) -> Builder {
    // The SDK adds a bearer token of the environment to any configuration and prefers it, even to explicit keys. Only a
    // preference for an authentication scheme prevents that. See https://github.com/smithy-lang/smithy-rs/pull/4241 (M77).
    let sigv4 = [AuthSchemeId::from("sigv4")];
    let bearer = [AuthSchemeId::from("httpBearerAuth")];
    match &resolved.identity {
        Identity::Given(Credentials::Keys { access_key, secret_key, session_token }, _) => {
            let token = session_token.as_ref().map(|token| token.expose_secret().to_owned());
            let secret_key = secret_key.expose_secret();
            let keys = aws_credential_types::Credentials::new(access_key, secret_key, token, None, "outcrop");
            config.credentials_provider(keys).auth_scheme_preference(sigv4)
        }
        Identity::Given(Credentials::Bearer(token), _) => {
            config.bearer_token(Token::new(token.expose_secret(), None)).auth_scheme_preference(bearer)
        }
        identity @ (Identity::Profile(_) | Identity::Role(_)) => {
            let provider_config = ProviderConfig::without_region()
                .with_region(Some(SdkRegion::new(resolved.region.name.clone())))
                .with_use_fips(shared.use_fips())
                .with_use_dual_stack(shared.use_dual_stack());
            let config = config.auth_scheme_preference(sigv4);
            match identity.profile_provider(&provider_config) {
                Some(provider) => config.credentials_provider(CheckedProvider(provider)),
                None => config,
            }
        }
        Identity::Chain => match shared.credentials_provider() {
            Some(provider) => config.credentials_provider(CheckedProvider(provider)),
            None => config,
        },
    }
}

/// Converts the time limits that the SDK enforces.
fn timeout_config(limits: Timeouts) -> TimeoutConfig {
    let mut config = TimeoutConfig::builder();
    config.set_connect_timeout(limits.connect);
    // No limit for an attempt: like all of the SDK's limits it ends at the headers of a stream, where `read` does, too.
    config.set_read_timeout(limits.read);
    config.set_operation_timeout(limits.operation);
    config.build()
}
