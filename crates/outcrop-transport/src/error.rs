//! Converts the SDK's errors to [`ModelError`].
//!
//! An error response of the service is classified by `outcrop_converse`. Everything else is classified here, by the stage
//! that the call had reached: after [`Stage::Sending`] it may have been billed.

use std::error::Error;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_bedrockruntime::error::SdkError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use bytes::Bytes;
use outcrop_converse::{ServiceError, classify_error};
use outcrop_core::{ErrorKind, ModelError, Stage};

use crate::endpoint::Endpoint;
use crate::identity::IdentityLabel;
use crate::region::Region;
use crate::retry::is_connecting;

/// The settings that errors name as their likely cause.
#[derive(Clone, Debug)]
pub(crate) struct ErrorContext {
    pub(crate) region: Region,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) identity: IdentityLabel,
}

impl ErrorContext {
    /// Converts an error of the SDK.
    pub(crate) fn model_error<E>(&self, error: SdkError<E, HttpResponse>) -> ModelError
    where
        E: Error + Send + Sync + 'static,
    {
        match &error {
            // The response is classified from its bytes, not from the SDK's type: errors that the SDK does not know have no
            // code and no message there. See https://github.com/0xPlaygrounds/rig/pull/2309 (M51).
            SdkError::ServiceError(service) => classify_error(&service_error(service.raw())),
            SdkError::ResponseError(response) => {
                let kind = if has_timeout(&error) { ErrorKind::Timeout } else { ErrorKind::Connection };
                let service = service_error(response.raw());
                let broken = ModelError::new(kind, "the connection broke while the response was read")
                    .with_stage(Stage::Waiting);
                let broken = broken.with_status(service.status);
                let broken = match service.request_id {
                    Some(id) => broken.with_request_id(id),
                    None => broken,
                };
                broken.with_source(error)
            }
            SdkError::TimeoutError(_) => {
                timeout_error("the time limit of the call expired", Stage::Waiting).with_source(error)
            }
            SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
                Some(connector) => self.connector_error(connector).with_source(error),
                None => self.construction_error(error),
            },
            _ => self.construction_error(error),
        }
    }

    /// Converts an error of the HTTP connector.
    fn connector_error(&self, error: &ConnectorError) -> ModelError {
        if error.is_timeout() && is_connecting(error) {
            timeout_error("no connection within the time limit", Stage::Sending)
        } else if error.is_timeout() {
            timeout_error("no response within the time limit", Stage::Waiting)
        } else if let Some(cause) = credentials_error(error) {
            self.missing_credentials(cause)
        } else if never_connected(error) {
            self.not_connected(error)
        } else {
            ModelError::new(ErrorKind::Connection, "the connection broke before the response arrived")
                .with_code("ConnectionBroken")
                .with_stage(Stage::Waiting)
        }
    }

    /// Builds the error for a connection that could not be made. The host is the first suspect: a region that does not exist
    /// has no host.
    fn not_connected(&self, error: &ConnectorError) -> ModelError {
        // The SDK has no type for it outside of its own crates; the text is hyper-util's.
        let is_unresolved = causes(error).any(|cause| cause.to_string().contains("dns error"));
        let reason = match (&self.endpoint, is_unresolved) {
            (Some(endpoint), true) => format!("the host name `{}` could not be resolved", endpoint.host()),
            (None, true) => "its host name could not be resolved".to_owned(),
            (_, false) => "no connection was made".to_owned(),
        };
        let hint = match &self.endpoint {
            Some(endpoint) => {
                format!(
                    "check the endpoint `{}` (from {}) and the network",
                    endpoint.url(),
                    endpoint.source()
                )
            }
            None => {
                let Region { name, source } = &self.region;
                format!(
                    "check the region `{name}` (from {source}) and the network; the endpoint is AWS's for the region, \
                     because no endpoint URL is set"
                )
            }
        };
        ModelError::new(ErrorKind::Connection, format!("the service could not be reached: {reason}"))
            .with_code("ConnectionFailed")
            .with_stage(Stage::Sending)
            .with_hint(hint)
    }

    /// Converts an error from before the request was sent.
    fn construction_error<E>(&self, error: SdkError<E, HttpResponse>) -> ModelError
    where
        E: Error + Send + Sync + 'static,
    {
        if let Some(cause) = credentials_error(&error) {
            return self.missing_credentials(cause).with_source(error);
        }
        ModelError::new(ErrorKind::Configuration, "the SDK could not create the request")
            .with_code("ConstructionFailed")
            .with_source(error)
    }

    /// Builds the error for credentials that could not be loaded.
    fn missing_credentials(&self, cause: CredentialsFailure) -> ModelError {
        let error = match cause {
            CredentialsFailure::Missing => {
                ModelError::new(ErrorKind::Unauthenticated, "no credentials were found")
                    .with_code("MissingCredentials")
            }
            CredentialsFailure::Failed(cause) => {
                let source = self.identity.name();
                let message = format!("the credentials of {source} could not be loaded: {cause}");
                ModelError::new(ErrorKind::Unauthenticated, message).with_code("CredentialsFailed")
            }
        };
        error.with_hint(self.identity.hint())
    }
}

fn timeout_error(message: &'static str, stage: Stage) -> ModelError {
    ModelError::new(ErrorKind::Timeout, message).with_code("Timeout").with_stage(stage)
}

/// Reads an error response of the service.
fn service_error(response: &HttpResponse) -> ServiceError {
    let header = |name: &str| response.headers().get(name).map(str::to_owned);
    let body = Bytes::copy_from_slice(response.body().bytes().unwrap_or_default());
    let mut error = ServiceError::new(response.status().as_u16(), body);
    error.error_type = header("x-amzn-errortype");
    // The SDK reads the same two names, in this order (`aws_types::request_id`).
    error.request_id = header("x-amzn-requestid").or_else(|| header("x-amz-request-id"));
    error.retry_after = retry_after(header("x-amz-retry-after"), header("retry-after"));
    error
}

/// Parses the requested retry delay: AWS's header in milliseconds, else the standard one in seconds (M55).
fn retry_after(milliseconds: Option<String>, seconds: Option<String>) -> Option<Duration> {
    let number = |text: Option<String>| text.and_then(|text| text.trim().parse::<u64>().ok());
    number(milliseconds).map(Duration::from_millis).or_else(|| number(seconds).map(Duration::from_secs))
}

/// Returns an error and its chain of sources.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// A failure to load credentials.
enum CredentialsFailure {
    /// No source has credentials.
    Missing,
    /// A source failed for this reason.
    Failed(String),
}

/// Returns the failure to load credentials in a chain of sources.
fn credentials_error(error: &(dyn Error + 'static)) -> Option<CredentialsFailure> {
    // Without any provider, the SDK's identity resolution fails with a text only.
    let has_no_provider = |error: &(dyn Error + 'static)| {
        let text = error.to_string();
        text.contains("no providers in chain provided") || text.contains("no valid identity")
    };
    if let Some(failed) = causes(error).find_map(|cause| cause.downcast_ref::<CredentialsError>()) {
        return Some(match failed {
            CredentialsError::CredentialsNotLoaded(_) => CredentialsFailure::Missing,
            failed => CredentialsFailure::Failed(describe_failure(failed)),
        });
    }
    causes(error).any(has_no_provider).then_some(CredentialsFailure::Missing)
}

/// Joins the causes of a failed source to one line.
fn describe_failure(error: &CredentialsError) -> String {
    // The SDK's own levels only repeat that an error occurred.
    let texts = causes(error).filter(|cause| !cause.is::<CredentialsError>()).map(ToString::to_string);
    let text = texts.collect::<Vec<_>>().join(": ");
    let text = if text.is_empty() { error.to_string() } else { text };
    // The text may contain the standard error of a `credential_process`, of any length.
    text.trim().chars().take(300).collect()
}

/// Returns whether no connection was made. Any other failed request may have been received.
fn never_connected(error: &ConnectorError) -> bool {
    let connecting = |error: &hyper_util::client::legacy::Error| error.is_connect();
    error.is_user() || causes(error).any(|cause| cause.downcast_ref().is_some_and(connecting))
}

/// Returns whether a time limit of the SDK expired while the body was read; only the text of the cause shows it.
fn has_timeout(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(|cause| cause.to_string().contains("timeout occurred"))
}
