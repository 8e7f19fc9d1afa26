//! Making an SDK client from settings.

use std::net::IpAddr;

use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::{AppName, BehaviorVersion, ConfigLoader, SdkConfig};
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::config::{Region as SdkRegion, Token};
use aws_smithy_runtime_api::client::auth::AuthSchemeId;
use outcrop_core::ModelError;
use secrecy::ExposeSecret;

use crate::exchange::RawBodyInterceptor;
use crate::retry::NoResendAfterTimeout;
use crate::settings::{Credentials, Identity, Region, RetryMode, Settings, no_region};

/// An SDK client and the region that it talks to.
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) region: Region,
}

impl Connection {
    /// Resolves the settings and makes the client; nothing is sent.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, ModelError> {
        let identity = settings.identity()?;
        let region = region(settings).await?;
        let retry = retry_config(settings)?;

        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(SdkRegion::new(region.name.clone()))
            .retry_config(retry)
            .timeout_config(timeout_config(settings));
        if let Some(profile) = &settings.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(url) = &settings.endpoint_url {
            loader = loader.endpoint_url(url);
            if is_loopback_url(url) {
                // The SDK's own client would ask the proxy of the environment even for what lies here.
                loader = loader.http_client(aws_smithy_http_client::Builder::new().build_http());
            }
        }
        if let Ok(name) = AppName::new("outcrop") {
            loader = loader.app_name(name);
        }
        let client = client(loader, &identity, settings).await;
        Ok(Self { client, region })
    }
}

async fn client(loader: ConfigLoader, identity: &Identity, settings: &Settings) -> Client {
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
            // A bearer token of the environment would otherwise go before keys that were given.
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

/// Whether a URL is a plain one of the loopback interface: an emulator, say.
fn is_loopback_url(url: &str) -> bool {
    let Some(authority) = url.strip_prefix("http://").and_then(|rest| rest.split(['/', '?']).next()) else {
        return false;
    };
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

async fn region(settings: &Settings) -> Result<Region, ModelError> {
    if let Some(region) = settings.region_without_profile() {
        return Ok(region);
    }
    let mut provider = ProfileFileRegionProvider::builder();
    if let Some(profile) = &settings.profile {
        provider = provider.profile_name(profile);
    }
    match provider.build().region().await {
        Some(region) => Ok(Region { name: region.to_string(), source: "the profile" }),
        None => Err(no_region()),
    }
}

fn retry_config(settings: &Settings) -> Result<RetryConfig, ModelError> {
    let config = match settings.retry.mode(&settings.environment) {
        RetryMode::Adaptive => RetryConfig::adaptive(),
        RetryMode::Standard | RetryMode::Legacy => RetryConfig::standard(),
    };
    Ok(config.with_max_attempts(settings.retry.attempts(&settings.environment)?))
}

fn timeout_config(settings: &Settings) -> TimeoutConfig {
    let limits = settings.timeouts;
    let mut config = TimeoutConfig::builder();
    config.set_connect_timeout(limits.connect);
    config.set_read_timeout(limits.read);
    config.set_operation_timeout(limits.operation);
    config.build()
}

#[cfg(test)]
mod tests {
    use super::is_loopback_url;

    #[test]
    fn loopback_is_told_from_the_rest_of_the_world() {
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
