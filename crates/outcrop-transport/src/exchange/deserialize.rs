//! The response of an operation.

use std::sync::Arc;

use aws_smithy_runtime_api::client::interceptors::context::{Error, Output};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;

use super::{Call, Operation};

/// Media types that are not a stream, but an error with status 200. A response with another one, or with none, as some
/// gateways send it, is judged by its frames.
const OTHER_MEDIA_TYPES: &[&str] = &["application/json", "application/x-amz-json", "text/"];

/// A parser that captures the body of a successful response and leaves an error to the SDK's parser.
#[derive(Debug)]
pub(super) struct RawBodyDeserializer(pub(super) Arc<Call>);

impl RawBodyDeserializer {
    /// Parses a response with the SDK's parser for the operation.
    fn parse_by_sdk(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        let layer = self.0.operation.sdk_configuration();
        let parser = layer.as_ref().and_then(|layer| layer.load::<SharedResponseDeserializer>());
        match parser {
            Some(parser) => parser.deserialize_nonstreaming_with_config(response, config),
            None => Err(OrchestratorError::other("the SDK's operation has no parser")),
        }
    }
}

impl DeserializeResponse for RawBodyDeserializer {
    /// Captures the body of a stream before the SDK reads it; the SDK's parser gets an empty one.
    fn deserialize_streaming_with_config(
        &self,
        response: &mut HttpResponse,
        config: &ConfigBag,
    ) -> Option<Result<Output, OrchestratorError<Error>>> {
        let kind = response.headers().get("content-type").unwrap_or_default();
        let is_stream = !OTHER_MEDIA_TYPES.iter().any(|other| kind.starts_with(other));
        if self.0.operation != Operation::ConverseStream || !response.status().is_success() || !is_stream {
            return None;
        }
        let body = std::mem::replace(response.body_mut(), SdkBody::empty());
        self.0.capture(response, body);
        let layer = self.0.operation.sdk_configuration();
        layer
            .as_ref()
            .and_then(|layer| layer.load::<SharedResponseDeserializer>())?
            .deserialize_streaming_with_config(response, config)
    }

    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        if !response.status().is_success() {
            return self.parse_by_sdk(response, config);
        }
        // The body is in memory by now; its clone shares the bytes.
        let body = response.body().try_clone();
        let body = body.ok_or_else(|| OrchestratorError::other("the reply was not read whole"))?;
        self.0.capture(response, body);
        self.0.operation.empty_output().map_err(OrchestratorError::other)
    }
}
