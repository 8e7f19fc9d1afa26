//! The operations of Bedrock Runtime that the emulator answers.

use std::fmt;

/// An operation of Bedrock Runtime that has a path of its own.
///
/// The paths are those of the [API reference](https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// `POST /model/{modelId}/converse`
    Converse,
    /// `POST /model/{modelId}/converse-stream`
    ConverseStream,
    /// `POST /model/{modelId}/count-tokens`
    CountTokens,
    /// `POST /model/{modelId}/invoke`
    InvokeModel,
    /// `POST /model/{modelId}/invoke-with-response-stream`
    InvokeModelWithResponseStream,
    /// `POST /guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply`
    ApplyGuardrail,
    /// `POST /guardrail-checks/invoke`
    InvokeGuardrailChecks,
}

impl Operation {
    /// All operations.
    pub const ALL: &'static [Self] = &[
        Self::Converse,
        Self::ConverseStream,
        Self::CountTokens,
        Self::InvokeModel,
        Self::InvokeModelWithResponseStream,
        Self::ApplyGuardrail,
        Self::InvokeGuardrailChecks,
    ];

    /// Returns the name of the operation in scripts: `converse`, `converse-stream`, `count-tokens`, `invoke`,
    /// `invoke-with-response-stream`, `apply-guardrail` or `invoke-guardrail-checks`.
    #[must_use]
    pub fn name(self) -> &'static str {
        // The last segment of the path, so that a script names an operation as a URL does. Those for
        // guardrails end with `apply` and `invoke`, which do not name their subject.
        match self {
            Self::Converse => "converse",
            Self::ConverseStream => "converse-stream",
            Self::CountTokens => "count-tokens",
            Self::InvokeModel => "invoke",
            Self::InvokeModelWithResponseStream => "invoke-with-response-stream",
            Self::ApplyGuardrail => "apply-guardrail",
            Self::InvokeGuardrailChecks => "invoke-guardrail-checks",
        }
    }

    /// Returns the operation with a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.name() == name)
    }

    /// Returns whether the path of the operation names a model. That of ApplyGuardrail names a guardrail, and
    /// that of InvokeGuardrailChecks nothing.
    pub(crate) fn has_model(self) -> bool {
        match self {
            Self::Converse
            | Self::ConverseStream
            | Self::CountTokens
            | Self::InvokeModel
            | Self::InvokeModelWithResponseStream => true,
            Self::ApplyGuardrail | Self::InvokeGuardrailChecks => false,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
