//! The reply that comes back.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, OnceLock};

use aws_sdk_bedrockruntime::operation;
use aws_sdk_bedrockruntime::types::StopReason;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Output};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use aws_smithy_types::config_bag::{ConfigBag, FrozenLayer};

use super::{Kept, keep};

/// An operation of the SDK that carries our bytes.
pub(crate) trait Operation: Debug + Send + Sync + 'static {
    /// The operation's own configuration, which holds the SDK's parser.
    fn sdk_configuration() -> Option<FrozenLayer>;

    /// An output of the type that the SDK expects, with nothing in it; nobody looks at it.
    fn empty_output() -> Result<Output, BoxError>;
}

/// The operation Converse.
#[derive(Debug)]
pub(crate) struct Converse;

impl Operation for Converse {
    fn sdk_configuration() -> Option<FrozenLayer> {
        static LAYER: OnceLock<Option<FrozenLayer>> = OnceLock::new();
        LAYER.get_or_init(|| operation::converse::Converse::new().config()).clone()
    }

    fn empty_output() -> Result<Output, BoxError> {
        let output =
            operation::converse::ConverseOutput::builder().stop_reason(StopReason::EndTurn).build()?;
        Ok(Output::erase(output))
    }
}

/// Keeps the body of a good reply, and leaves an error to the SDK's parser.
#[derive(Debug)]
pub(super) struct KeepBody<O> {
    kept: Arc<Mutex<Option<Kept>>>,
    operation: PhantomData<fn() -> O>,
}

impl<O: Operation> KeepBody<O> {
    pub(super) fn new(kept: Arc<Mutex<Option<Kept>>>) -> Self {
        Self { kept, operation: PhantomData }
    }

    /// Leaves a reply to the parser that the SDK has for the operation.
    fn parse_by_sdk(response: &HttpResponse, config: &ConfigBag) -> Result<Output, OrchestratorError<Error>> {
        let layer = O::sdk_configuration();
        let parser = layer.as_ref().and_then(|layer| layer.load::<SharedResponseDeserializer>());
        match parser {
            Some(parser) => parser.deserialize_nonstreaming_with_config(response, config),
            None => Err(OrchestratorError::other("the SDK's operation has no parser")),
        }
    }
}

impl<O: Operation> DeserializeResponse for KeepBody<O> {
    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        if !response.status().is_success() {
            return Self::parse_by_sdk(response, config);
        }
        // The body is in memory by now; its clone shares the bytes.
        let body = response
            .body()
            .try_clone()
            .ok_or_else(|| OrchestratorError::other("the reply was not read whole"))?;
        keep(&self.kept, response, body);
        O::empty_output().map_err(OrchestratorError::other)
    }
}
