//! Creates the SDK client for the settings of a transport. Nothing is sent.

use std::net::IpAddr;

use aws_config::{AppName, BehaviorVersion, ConfigLoader, SdkConfig};
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::config::{Region as SdkRegion, Token};
use aws_smithy_runtime_api::client::auth::AuthSchemeId;
use outcrop_core::ModelError;
use secrecy::ExposeSecret;

use crate::credentials::{Credentials, Identity};
use crate::exchange::RawBodyInterceptor;
use crate::region::Region;
use crate::retry::NoResendAfterTimeout;
use crate::settings::Settings;
use crate::timeouts::Timeouts;

/// An SDK client with the region that it sends requests to.
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) region: Region,
}

impl Connection {
    /// Resolves the settings and creates the client.
    ///
    /// # Errors
    /// Kind `Configuration`: a setting is missing or cannot be used.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, ModelError> {
        let identity = settings.identity()?;
        let region = match settings.region_without_profile() {
            Some(region) => region,
            None => Region::from_profile(settings.profile.as_deref()).await?,
        };
        let retry = settings.retry.sdk_config(&settings.environment)?;

        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(SdkRegion::new(region.name.clone()))
            .retry_config(retry)
            .timeout_config(timeout_config(settings.timeouts));
        if let Some(profile) = &settings.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(url) = &settings.endpoint_url {
            loader = loader.endpoint_url(url);
            if is_loopback_url(url) {
                // The SDK's default HTTP client reads HTTP_PROXY and sends even loopback requests to the proxy, which
                // cannot reach them.
                loader = loader.http_client(aws_smithy_http_client::Builder::new().build_http());
            }
        }
        if let Ok(name) = AppName::new("outcrop") {
            loader = loader.app_name(name);
        }
        let client = create_client(loader, &identity, settings).await;
        Ok(Self { client, region })
    }
}

async fn create_client(loader: ConfigLoader, identity: &Identity, settings: &Settings) -> Client {
    // The SDK adds a bearer token of the environment to any configuration and prefers it, even to explicit keys. Only a
    // preference for an authentication scheme prevents that. See https://github.com/smithy-lang/smithy-rs/pull/4241 (M77).
    let sigv4 = [AuthSchemeId::from("sigv4")];
    let bearer = [AuthSchemeId::from("httpBearerAuth")];
    let mut config = match identity {
        Identity::Given(credentials @ Credentials::Keys { access_key, secret_key, .. }) => {
            let token = credentials.session_token().map(str::to_owned);
            let keys = aws_credential_types::Credentials::new(
                access_key,
                secret_key.expose_secret(),
                token,
                None,
                "outcrop",
            );
            let config: SdkConfig =
                loader.credentials_provider(keys).auth_scheme_preference(sigv4).load().await;
            aws_sdk_bedrockruntime::Config::from(&config).to_builder()
        }
        Identity::Given(Credentials::Bearer(token)) => {
            let config: SdkConfig = loader.load().await;
            let token = Token::new(token.expose_secret(), None);
            aws_sdk_bedrockruntime::Config::from(&config)
                .to_builder()
                .bearer_token(token)
                .auth_scheme_preference(bearer)
        }
        Identity::Chain if settings.profile.is_some() => {
            let config: SdkConfig = loader.auth_scheme_preference(sigv4).load().await;
            aws_sdk_bedrockruntime::Config::from(&config).to_builder()
        }
        Identity::Chain => aws_sdk_bedrockruntime::Config::from(&loader.load().await).to_builder(),
    };
    if !settings.retry.resend_after_timeout {
        config = config.retry_classifier(NoResendAfterTimeout);
    }
    Client::from_conf(config.interceptor(RawBodyInterceptor).build())
}

/// Returns whether a URL is an `http` URL of the loopback interface, such as an emulator's.
fn is_loopback_url(url: &str) -> bool {
    let Some(authority) = url.strip_prefix("http://").and_then(|rest| rest.split(['/', '?']).next()) else {
        return false;
    };
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
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

#[cfg(test)]
mod tests {
    use super::is_loopback_url;

    #[test]
    fn only_plain_urls_of_the_loopback_interface_are_loopback_urls() {
        for url in [
            "http://127.0.0.1:8080",
            "http://127.0.0.1/",
            "http://localhost:1/x",
            "http://[::1]:8080",
            "http://localhost",
        ] {
            assert!(is_loopback_url(url), "{url}");
        }
        for url in [
            "https://127.0.0.1",
            "http://10.0.0.1:80",
            "http://localhost.example",
            "http://127.0.0.1.example:1",
            "http://",
            "localhost",
        ] {
            assert!(!is_loopback_url(url), "{url}");
        }
    }
}
