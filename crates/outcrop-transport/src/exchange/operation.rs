//! The operations that carry our bytes, and what of the SDK's operation of the same name they use.

use aws_sdk_bedrockruntime::operation;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin as _;
use aws_smithy_types::config_bag::FrozenLayer;
use tracing::{Span, debug_span};

/// The names of the services in the SDK, which their log spans have.
const RUNTIME: &str = "Bedrock Runtime";
const CONTROL_PLANE: &str = "Bedrock";

/// An operation that carries our bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Converse,
    ConverseStream,
    CountTokens,
    ApplyGuardrail,
    InvokeGuardrailChecks,
    ListFoundationModels,
    ListInferenceProfiles,
    GetInferenceProfile,
}

impl Operation {
    /// Every operation.
    pub(super) const ALL: [Self; 8] = [
        Self::Converse,
        Self::ConverseStream,
        Self::CountTokens,
        Self::ApplyGuardrail,
        Self::InvokeGuardrailChecks,
        Self::ListFoundationModels,
        Self::ListInferenceProfiles,
        Self::GetInferenceProfile,
    ];

    /// Returns whether the operation is one of the control plane. The SDK of Bedrock Runtime does not have it, so it is sent
    /// with the components of ApplyGuardrail: the services have the same protocol, errors and signing name.
    pub(super) const fn is_of_control_plane(self) -> bool {
        matches!(self, Self::ListFoundationModels | Self::ListInferenceProfiles | Self::GetInferenceProfile)
    }

    /// Returns the name of the operation in the SDK.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Converse => "Converse",
            Self::ConverseStream => "ConverseStream",
            Self::CountTokens => "CountTokens",
            Self::ApplyGuardrail => "ApplyGuardrail",
            Self::InvokeGuardrailChecks => "InvokeGuardrailChecks",
            Self::ListFoundationModels => "ListFoundationModels",
            Self::ListInferenceProfiles => "ListInferenceProfiles",
            Self::GetInferenceProfile => "GetInferenceProfile",
        }
    }

    /// Returns the name of the service in the SDK.
    pub(super) const fn service(self) -> &'static str {
        if self.is_of_control_plane() { CONTROL_PLANE } else { RUNTIME }
    }

    /// Returns the name of the SDK's interceptor that computes the parameters of the endpoint for each call.
    pub(super) const fn endpoint_interceptor(self) -> &'static str {
        match self {
            Self::Converse => "ConverseEndpointParamsInterceptor",
            Self::ConverseStream => "ConverseStreamEndpointParamsInterceptor",
            Self::CountTokens => "CountTokensEndpointParamsInterceptor",
            Self::ApplyGuardrail
            | Self::ListFoundationModels
            | Self::ListInferenceProfiles
            | Self::GetInferenceProfile => "ApplyGuardrailEndpointParamsInterceptor",
            Self::InvokeGuardrailChecks => "InvokeGuardrailChecksEndpointParamsInterceptor",
        }
    }

    /// Creates the log span of a call, with the names of the SDK's own.
    pub(super) fn span(self) -> Span {
        debug_span!(
            "Bedrock Runtime",
            "rpc.service" = self.service(),
            "rpc.method" = self.name(),
            "rpc.system" = "aws-api"
        )
    }

    /// Creates the operation's own configuration, which contains the SDK's parser and how requests are signed.
    pub(super) fn sdk_configuration(self) -> Option<FrozenLayer> {
        match self {
            Self::Converse => operation::converse::Converse::new().config(),
            Self::ConverseStream => operation::converse_stream::ConverseStream::new().config(),
            Self::CountTokens => operation::count_tokens::CountTokens::new().config(),
            Self::ApplyGuardrail
            | Self::ListFoundationModels
            | Self::ListInferenceProfiles
            | Self::GetInferenceProfile => operation::apply_guardrail::ApplyGuardrail::new().config(),
            Self::InvokeGuardrailChecks => {
                operation::invoke_guardrail_checks::InvokeGuardrailChecks::new().config()
            }
        }
    }

    /// Creates an empty input of the type that interceptors of the SDK expect. Nothing of it is sent.
    ///
    /// # Errors
    /// The SDK requires a member.
    pub(super) fn empty_input(self) -> Result<Input, BoxError> {
        Ok(match self {
            Self::Converse => Input::erase(operation::converse::ConverseInput::builder().build()?),
            Self::ConverseStream => {
                Input::erase(operation::converse_stream::ConverseStreamInput::builder().build()?)
            }
            Self::CountTokens => Input::erase(operation::count_tokens::CountTokensInput::builder().build()?),
            Self::ApplyGuardrail
            | Self::ListFoundationModels
            | Self::ListInferenceProfiles
            | Self::GetInferenceProfile => {
                Input::erase(operation::apply_guardrail::ApplyGuardrailInput::builder().build()?)
            }
            Self::InvokeGuardrailChecks => Input::erase(
                operation::invoke_guardrail_checks::InvokeGuardrailChecksInput::builder().build()?,
            ),
        })
    }
}
