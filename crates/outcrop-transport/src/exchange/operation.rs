//! The operations of the SDK that carry our bytes.

use std::sync::OnceLock;

use aws_sdk_bedrockruntime::operation;
use aws_sdk_bedrockruntime::types::{GuardrailAction, StopReason};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::Output;
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin as _;
use aws_smithy_types::config_bag::FrozenLayer;

/// An operation of the SDK that carries our bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Converse,
    ConverseStream,
    CountTokens,
    ApplyGuardrail,
}

impl Operation {
    /// Returns the operation's own configuration, which contains the SDK's parser. It is created once.
    pub(super) fn sdk_configuration(self) -> Option<FrozenLayer> {
        // `config()` builds a layer of boxed components. Once for each operation is enough: the parser has no state.
        static CONVERSE: OnceLock<Option<FrozenLayer>> = OnceLock::new();
        static CONVERSE_STREAM: OnceLock<Option<FrozenLayer>> = OnceLock::new();
        static COUNT_TOKENS: OnceLock<Option<FrozenLayer>> = OnceLock::new();
        static APPLY_GUARDRAIL: OnceLock<Option<FrozenLayer>> = OnceLock::new();
        let configuration = match self {
            Self::Converse => CONVERSE.get_or_init(|| operation::converse::Converse::new().config()),
            Self::ConverseStream => {
                CONVERSE_STREAM.get_or_init(|| operation::converse_stream::ConverseStream::new().config())
            }
            Self::CountTokens => {
                COUNT_TOKENS.get_or_init(|| operation::count_tokens::CountTokens::new().config())
            }
            Self::ApplyGuardrail => {
                APPLY_GUARDRAIL.get_or_init(|| operation::apply_guardrail::ApplyGuardrail::new().config())
            }
        };
        configuration.clone()
    }

    /// Creates an empty output of the type that the SDK expects. It is dropped unread.
    ///
    /// # Errors
    /// The operation is a stream.
    pub(super) fn empty_output(self) -> Result<Output, BoxError> {
        Ok(match self {
            Self::Converse => {
                let output = operation::converse::ConverseOutput::builder().stop_reason(StopReason::EndTurn);
                Output::erase(output.build()?)
            }
            // The output is an event receiver, and only the SDK's own parser can create one.
            Self::ConverseStream => return Err("the response is not an event stream".into()),
            Self::CountTokens => {
                let output = operation::count_tokens::CountTokensOutput::builder().input_tokens(0);
                Output::erase(output.build()?)
            }
            Self::ApplyGuardrail => {
                let output = operation::apply_guardrail::ApplyGuardrailOutput::builder()
                    .action(GuardrailAction::None)
                    .set_outputs(Some(Vec::new()))
                    .set_assessments(Some(Vec::new()));
                Output::erase(output.build()?)
            }
        })
    }
}
