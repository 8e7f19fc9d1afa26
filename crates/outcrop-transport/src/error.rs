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

use crate::retry::is_connecting;

/// The hint of the error for missing credentials: every source that was searched.
const CREDENTIALS_HINT: &str = "give keys or a profile in the settings, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, \
    AWS_PROFILE or AWS_BEARER_TOKEN_BEDROCK, or log in (`aws sso login`); roles of containers and instances were looked for, too";

/// Converts an error of the SDK.
pub(crate) fn model_error<E>(error: SdkError<E, HttpResponse>) -> ModelError
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
            Some(connector) => connector_error(connector).with_source(error),
            None => construction_error(error),
        },
        _ => construction_error(error),
    }
}

/// Converts an error of the HTTP connector.
fn connector_error(error: &ConnectorError) -> ModelError {
    if error.is_timeout() && is_connecting(error) {
        timeout_error("no connection within the time limit", Stage::Sending)
    } else if error.is_timeout() {
        timeout_error("no response within the time limit", Stage::Waiting)
    } else if is_about_credentials(error) {
        missing_credentials()
    } else if never_connected(error) {
        ModelError::new(ErrorKind::Connection, "the service could not be reached")
            .with_code("ConnectionFailed")
            .with_stage(Stage::Sending)
            .with_hint("check the endpoint URL, the region and the network")
    } else {
        ModelError::new(ErrorKind::Connection, "the connection broke before the response arrived")
            .with_code("ConnectionBroken")
            .with_stage(Stage::Waiting)
    }
}

/// Converts an error from before the request was sent.
fn construction_error<E>(error: SdkError<E, HttpResponse>) -> ModelError
where
    E: Error + Send + Sync + 'static,
{
    if is_about_credentials(&error) {
        return missing_credentials().with_source(error);
    }
    ModelError::new(ErrorKind::Configuration, "the SDK could not create the request")
        .with_code("ConstructionFailed")
        .with_source(error)
}

fn missing_credentials() -> ModelError {
    ModelError::new(ErrorKind::Unauthenticated, "no credentials were found")
        .with_code("MissingCredentials")
        .with_hint(CREDENTIALS_HINT)
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

/// Returns whether the credentials could not be loaded.
fn is_about_credentials(error: &(dyn Error + 'static)) -> bool {
    // The chain wraps the provider's error; without any provider the SDK's identity resolution fails with a text only.
    let by_text = |error: &(dyn Error + 'static)| {
        let text = error.to_string();
        text.contains("no providers in chain provided") || text.contains("no valid identity")
    };
    causes(error).any(|cause| cause.is::<CredentialsError>() || by_text(cause))
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
