//! TLS by the features of the crate: that of the SDK's default HTTP client, of another one, or none.

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use outcrop_core::ModelError;

use crate::endpoint::Endpoint;
use crate::environment::setting_error;

/// Whether this build can connect to `https` URLs.
const HAS_TLS: bool = cfg!(any(feature = "rustls-aws-lc", feature = "rustls-ring"));

/// Returns the HTTP client of this build, for the service and for sources of credentials. `None` if it is the SDK's
/// default, which has TLS by aws-lc-rs.
pub(crate) fn http_client() -> Option<SharedHttpClient> {
    #[cfg(feature = "rustls-aws-lc")]
    return None;
    #[cfg(not(feature = "rustls-aws-lc"))]
    Some(own_http_client())
}

/// Creates an HTTP client that differs from the SDK's default in its TLS alone: it reads the variables of proxies, too.
// The SDK has no default without aws-lc-rs, and then not even plain requests to the endpoint of a container's role work.
#[cfg(not(feature = "rustls-aws-lc"))]
fn own_http_client() -> SharedHttpClient {
    use aws_smithy_http_client::proxy::ProxyConfig;
    use aws_smithy_http_client::{Builder, ConnectorBuilder};

    Builder::new().build_with_connector_fn(|settings, components| {
        let mut builder = ConnectorBuilder::default();
        builder.set_connector_settings(settings.cloned());
        builder.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        builder.set_proxy_config(Some(ProxyConfig::from_env()));
        #[cfg(feature = "rustls-ring")]
        return {
            use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
            builder.tls_provider(Provider::rustls(CryptoMode::Ring)).build()
        };
        #[cfg(not(feature = "rustls-ring"))]
        builder.build_http()
    })
}

/// Rejects an endpoint with TLS if this build has none. `None` is AWS's own endpoint, which has TLS.
///
/// # Errors
/// Code `MissingTls`, with the name of the setting of the endpoint.
pub(crate) fn check_endpoint(endpoint: Option<&Endpoint>) -> Result<(), ModelError> {
    check(endpoint, HAS_TLS)
}

fn check(endpoint: Option<&Endpoint>, is_built_in: bool) -> Result<(), ModelError> {
    if is_built_in || endpoint.is_some_and(|endpoint| !endpoint.has_tls()) {
        return Ok(());
    }
    // The SDK would fail in the first call, as a connection that is refused, and would try it again.
    let setting = endpoint.map_or("endpoint_url", Endpoint::source);
    Err(setting_error(
        "MissingTls",
        setting,
        "the endpoint requires TLS, which this program was built without",
    )
    .with_hint(
        "build with the feature `rustls-aws-lc` or `rustls-ring`, or set an endpoint URL with `http://`",
    ))
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, check};

    #[test]
    fn endpoint_with_tls_is_rejected_only_by_a_build_without() {
        for (url, is_plain) in [(None, false), (Some("https://host"), false), (Some("http://host"), true)] {
            let endpoint = url.map(|url| Endpoint::parse(url, "AWS_ENDPOINT_URL").expect(url));
            assert!(check(endpoint.as_ref(), true).is_ok());
            assert_eq!(check(endpoint.as_ref(), false).is_ok(), is_plain, "{url:?}");
        }
        let error = check(None, false).expect_err("AWS's endpoints have TLS");
        assert_eq!((error.code(), error.path()), (Some("MissingTls"), Some("endpoint_url")));
    }
}
