//! The reply that comes back.

use std::sync::Arc;

use aws_smithy_runtime_api::client::interceptors::context::{Error, Output};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use aws_smithy_types::config_bag::ConfigBag;

use super::Call;

/// Keeps the body of a good reply, and leaves an error to the SDK's parser.
#[derive(Debug)]
pub(super) struct KeepBody(pub(super) Arc<Call>);

impl KeepBody {
    /// Leaves a reply to the parser that the SDK has for the operation.
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

impl DeserializeResponse for KeepBody {
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
        self.0.keep(response, body);
        self.0.operation.empty_output().map_err(OrchestratorError::other)
    }
}
