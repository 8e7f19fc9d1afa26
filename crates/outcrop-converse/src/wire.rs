//! The wire types of Converse: its JSON, member by member, as in the service model.
//!
//! Every type is open: members, union variants and enum values that this version does not know are preserved and written
//! back (see [`outcrop_core::open`]). Any JSON value of a type is equal to itself after reading and writing. These types
//! check and change nothing; [`encode_request`](crate::encode_request) adapts a request to its model.
//!
//! The names are those of the API reference
//! (<https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>) in Rust's spelling. Members that
//! the reference requires but services and gateways leave out of responses are optional.
//!
//! A new member of the API is one line in one of these files.

/// AWS's model of the bodies of Converse, ConverseStream, CountTokens, ApplyGuardrail and InvokeGuardrailChecks, as a JSON Schema.
///
/// Requests, responses and stream events are entries of its `$defs`, under the names of the API reference. It is stricter
/// than AWS in one point: it rejects members that AWS's model does not list. This crate does not use it; it is for
/// programs that validate what they send or receive. It was generated from botocore's model of the service (Apache-2.0).
///
/// ```
/// use outcrop_converse::wire::SERVICE_MODEL;
/// use outcrop_core::RawJson;
///
/// let model = RawJson::parse(SERVICE_MODEL)?;
/// let shapes = model.as_object().and_then(|model| model.get("$defs")?.as_object());
/// assert!(shapes.is_some_and(|shapes| shapes.get("ConverseRequest").is_some()));
/// # Ok::<(), outcrop_core::JsonError>(())
/// ```
pub const SERVICE_MODEL: &str = include_str!("../service-model/converse.schema.json");

mod cache;
mod content;
mod guardrail;
mod guardrail_assessment;
mod guardrail_checks;
mod guardrail_policy;
mod guardrail_reasoning;
mod media;
mod request;
mod response;
mod stream;
mod tool;

pub use cache::{CachePointBlock, CachePointType, CacheTtl};
pub use content::{
    Citation, CitationGeneratedContent, CitationSourceContent, CitationsContentBlock, ContentBlock,
    ConversationRole, Message, ReasoningContentBlock, ReasoningTextBlock, SystemContentBlock,
};
pub use guardrail::{
    ApplyGuardrailRequest, ApplyGuardrailResponse, GuardContentImageFormat, GuardContentQualifier,
    GuardrailAction, GuardrailConfiguration, GuardrailContentBlock, GuardrailContentSource,
    GuardrailConverseContentBlock, GuardrailConverseImageBlock, GuardrailConverseImageSource,
    GuardrailConverseTextBlock, GuardrailImageBlock, GuardrailOutputContent, GuardrailOutputScope,
    GuardrailStreamProcessingMode, GuardrailTextBlock, GuardrailTrace,
};
pub use guardrail_assessment::{
    AppliedGuardrailDetails, GuardrailAssessment, GuardrailCounts, GuardrailCoverage,
    GuardrailInvocationMetrics, GuardrailOrigin, GuardrailOwnership, GuardrailUsage,
};
pub use guardrail_checks::{
    GuardrailChecksConfig, GuardrailChecksContentBlock, GuardrailChecksContentFilterCategory,
    GuardrailChecksContentFilterCategoryConfig, GuardrailChecksContentFilterConfig,
    GuardrailChecksContentFilterResult, GuardrailChecksContentFilterResultEntry, GuardrailChecksMessage,
    GuardrailChecksPromptAttackCategory, GuardrailChecksPromptAttackCategoryConfig,
    GuardrailChecksPromptAttackConfig, GuardrailChecksPromptAttackResult,
    GuardrailChecksPromptAttackResultEntry, GuardrailChecksResults, GuardrailChecksRole,
    GuardrailChecksSensitiveInformationConfig, GuardrailChecksSensitiveInformationEntityConfig,
    GuardrailChecksSensitiveInformationResult, GuardrailChecksSensitiveInformationResultEntry,
    GuardrailChecksUsage, GuardrailChecksUsageResults, InvokeGuardrailChecksRequest,
    InvokeGuardrailChecksResponse,
};
pub use guardrail_policy::{
    GuardrailContentFilter, GuardrailContentFilterType, GuardrailContentPolicyAssessment,
    GuardrailContextualGroundingFilter, GuardrailContextualGroundingFilterType,
    GuardrailContextualGroundingPolicyAssessment, GuardrailCustomWord, GuardrailLevel, GuardrailManagedWord,
    GuardrailManagedWordType, GuardrailPiiEntityFilter, GuardrailPiiEntityType, GuardrailPolicyAction,
    GuardrailRegexFilter, GuardrailSensitiveInformationPolicyAssessment, GuardrailTopic,
    GuardrailTopicPolicyAssessment, GuardrailTopicType, GuardrailWordPolicyAssessment,
};
pub use guardrail_reasoning::{
    GuardrailAutomatedReasoningDifferences, GuardrailAutomatedReasoningFinding,
    GuardrailAutomatedReasoningInputTextReference, GuardrailAutomatedReasoningLogicWarning,
    GuardrailAutomatedReasoningLogicWarningType, GuardrailAutomatedReasoningNothing,
    GuardrailAutomatedReasoningPolicyAssessment, GuardrailAutomatedReasoningRule,
    GuardrailAutomatedReasoningScenario, GuardrailAutomatedReasoningStatement,
    GuardrailAutomatedReasoningTranslation, GuardrailAutomatedReasoningTranslationOption,
    GuardrailAutomatedReasoningVerdict,
};
pub use media::{
    AudioBlock, AudioFormat, CitationsConfig, DocumentBlock, DocumentContentBlock, DocumentFormat,
    DocumentSource, ErrorBlock, ImageBlock, ImageFormat, MediaSource, S3Location, SearchResultBlock,
    SearchResultContentBlock, VideoBlock, VideoFormat,
};
pub use outcrop_core::{Blob, CitationLocation, DocumentSpan, SearchResultSpan, WebLocation};
pub use request::{
    ConverseRequest, ConverseTokensRequest, CountTokensInput, CountTokensRequest, CountTokensResponse,
    InferenceConfiguration, InvokeModelTokensRequest, JsonSchemaDefinition, OutputConfig, OutputFormat,
    OutputFormatStructure, OutputFormatType, PerformanceConfigLatency, PerformanceConfiguration,
    PromptVariableValues, ServiceTier, ServiceTierType,
};
pub use response::{
    CacheDetail, ConverseMetrics, ConverseOutput, ConverseResponse, ConverseTrace, GuardrailTraceAssessment,
    PromptRouterTrace, StopReason, TokenUsage,
};
pub use stream::{
    CitationSourceContentDelta, CitationsDelta, ContentBlockDelta, ContentBlockDeltaEvent, ContentBlockStart,
    ContentBlockStartEvent, ContentBlockStopEvent, ConverseStreamMetadataEvent, ConverseStreamOutput,
    ImageBlockDelta, ImageBlockStart, MessageStartEvent, MessageStopEvent, ReasoningContentBlockDelta,
    StreamException, ToolResultBlockDelta, ToolResultBlockStart, ToolUseBlockDelta, ToolUseBlockStart,
};
pub use tool::{
    AnyToolChoice, AutoToolChoice, SpecificToolChoice, SystemTool, Tool, ToolAdditionBlock, ToolChoice,
    ToolConfiguration, ToolInputSchema, ToolReference, ToolRemovalBlock, ToolResultBlock,
    ToolResultContentBlock, ToolResultStatus, ToolSpecification, ToolUseBlock, ToolUseType,
};

#[cfg(test)]
mod tests;
