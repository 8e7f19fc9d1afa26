//! Signatures of requests, with the key of the day.
//!
//! The SDK's signer derives the key for every attempt, parses the address again and copies the headers into maps: more than a
//! fifth of the instructions of a short call. [`CachedSigner`] keeps the key and writes the canonical request directly. It
//! signs the first attempt of plain requests only. Everything else goes to the SDK's signer: later attempts, a clock that is
//! off, and whatever this module does not know.
//!
//! The format is that of AWS's documentation:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>. Key and signature are
//! computed by `aws-sigv4`, and the tests compare thousands of requests with what it signs.

mod canonical;
mod clock;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_runtime::auth::sigv4::SCHEME_ID;
use aws_runtime::auth::{SigV4OperationSigningConfig, SigningOptions};
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::{
    AuthScheme, AuthSchemeEndpointConfig, AuthSchemeId, SharedAuthScheme, Sign,
};
use aws_smithy_runtime_api::client::identity::{Identity, SharedIdentityResolver};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::{
    GetIdentityResolver, RuntimeComponents, RuntimeComponentsBuilder,
};
use aws_smithy_types::config_bag::{ConfigBag, FrozenLayer, Layer};
use aws_smithy_types::date_time::{DateTime, Format};
use aws_types::SigningName;
use aws_types::region::SigningRegion;
use secrecy::{ExposeSecret as _, SecretSlice};

use super::current_call;
use canonical::CanonicalRequest;
pub(super) use clock::Clock;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The headers of a signature.
pub(super) const SIGNATURE_HEADERS: [&str; 3] =
    [canonical::DATE, canonical::AUTHORIZATION, canonical::SECURITY_TOKEN];

/// The settings of an endpoint that change how a request is signed.
const ENDPOINT_SETTINGS: [&str; 4] =
    ["signingName", "signingRegion", "disableDoubleEncoding", "disableNormalizePath"];

/// The authentication `sigv4` of the SDK, whose signer is only used for what this one does not sign.
#[derive(Debug)]
pub(super) struct CachedSigner {
    sdk: SharedAuthScheme,
    region: String,
    service: String,
    clock: Arc<Clock>,
    key: Mutex<Option<Arc<DayKey>>>,
}

/// The key that signs the requests of a day, and what it was derived from.
#[derive(Debug)]
struct DayKey {
    // The SDK's type erases the secret when it is dropped, and its `Debug` does not show it.
    credentials: Credentials,
    day: String,
    key: SecretSlice<u8>,
}

/// The headers that sign a request. `Debug` would show the session token.
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
struct SignatureHeaders {
    date: String,
    authorization: String,
    token: Option<String>,
}

/// Replaces the SDK's signer in the components of an operation, if their settings are those that every call has.
pub(super) fn replace_signer(
    components: &mut RuntimeComponentsBuilder,
    settings: &Layer,
    operation: Option<&FrozenLayer>,
    clock: &Arc<Clock>,
) {
    let sdk = components.auth_schemes().find(|scheme| scheme.scheme_id() == SCHEME_ID);
    let signing = operation.and_then(|layer| layer.load::<SigV4OperationSigningConfig>());
    let (Some(sdk), Some(signing)) = (sdk, signing) else { return };
    // The settings of the client replace those of the operation, as in the SDK's signer.
    let region = settings.load::<SigningRegion>().or(signing.region.as_ref());
    let service = settings.load::<SigningName>().or(signing.name.as_ref());
    let (Some(region), Some(service)) = (region, service) else { return };
    if signing.signing_options != SigningOptions::default() {
        return;
    }
    components.push_auth_scheme(CachedSigner {
        sdk,
        region: region.as_ref().to_owned(),
        service: service.as_ref().to_owned(),
        clock: clock.clone(),
        key: Mutex::default(),
    });
}

impl AuthScheme for CachedSigner {
    fn scheme_id(&self) -> AuthSchemeId {
        SCHEME_ID
    }

    fn identity_resolver(&self, resolvers: &dyn GetIdentityResolver) -> Option<SharedIdentityResolver> {
        self.sdk.identity_resolver(resolvers)
    }

    fn signer(&self) -> &dyn Sign {
        self
    }
}

impl Sign for CachedSigner {
    fn sign_http_request(
        &self,
        request: &mut HttpRequest,
        identity: &Identity,
        endpoint: AuthSchemeEndpointConfig<'_>,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        // The orchestrator runs in the scope of a call, and a direct attempt, which is always the first one, does not.
        let is_first_attempt = current_call().is_none_or(|call| call.progress().attempts() == 0);
        let is_plain = ENDPOINT_SETTINGS.iter().all(|setting| endpoint.get(setting).is_none());
        let signed = identity
            .data::<Credentials>()
            // The SDK corrects the time of a clock that is off by what it measured.
            .filter(|_| is_first_attempt && is_plain && !self.clock.is_off())
            .and_then(|credentials| self.sign(request, credentials, components.time_source()?.now()));
        match signed {
            Some(signed) => signed.add_to(request),
            None => self.sdk.signer().sign_http_request(request, identity, endpoint, components, config),
        }
    }
}

impl CachedSigner {
    /// Signs a request. `None` if it is not as plain as the requests that this signer is proved for.
    fn sign(
        &self,
        request: &HttpRequest,
        credentials: &Credentials,
        now: SystemTime,
    ) -> Option<SignatureHeaders> {
        let date = format_date(now)?;
        let day = date.get(..8)?;
        let token = credentials.session_token();
        let canonical = CanonicalRequest::new(request, &date, token)?;
        let (region, service) = (&self.region, &self.service);
        let scope = format!("{day}/{region}/{service}/aws4_request");
        let to_sign = format!("{ALGORITHM}\n{date}\n{scope}\n{}", canonical.hash());
        let key = self.day_key(credentials, day, now);
        let signature = calculate_signature(key.key.expose_secret(), to_sign.as_bytes());
        let (access_key, names) = (credentials.access_key_id(), canonical.signed_headers());
        let authorization = format!(
            "{ALGORITHM} Credential={access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
        );
        Some(SignatureHeaders { authorization, token: token.map(str::to_owned), date })
    }

    /// Returns the key for a day, which is derived again if the credentials are others.
    fn day_key(&self, credentials: &Credentials, day: &str, now: SystemTime) -> Arc<DayKey> {
        let mut cached = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let secret = credentials.secret_access_key();
        match cached.as_ref().filter(|key| key.day == day && key.credentials.secret_access_key() == secret) {
            Some(key) => key.clone(),
            None => {
                let derived = generate_signing_key(secret, now, &self.region, &self.service);
                let key = SecretSlice::from(derived.as_ref().to_vec());
                let (credentials, day) = (credentials.clone(), day.to_owned());
                cached.insert(Arc::new(DayKey { credentials, day, key })).clone()
            }
        }
    }
}

impl SignatureHeaders {
    /// Adds the headers to a request, in the order of the SDK.
    fn add_to(self, request: &mut HttpRequest) -> Result<(), BoxError> {
        let headers = request.headers_mut();
        headers.try_insert(canonical::DATE, self.date)?;
        headers.try_insert(canonical::AUTHORIZATION, self.authorization)?;
        if let Some(token) = self.token {
            headers.try_insert(canonical::SECURITY_TOKEN, token)?;
        }
        Ok(())
    }
}

/// Formats a time as `20150830T123600Z`. `None` for a time before 1970 or after the year 9999.
fn format_date(time: SystemTime) -> Option<String> {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    let date = DateTime::from_secs(i64::try_from(seconds).ok()?).fmt(Format::DateTime).ok()?;
    let basic: String = date.chars().filter(|character| !matches!(character, '-' | ':')).collect();
    Some(basic).filter(|basic| basic.len() == "20150830T123600Z".len())
}

#[cfg(test)]
mod tests;
