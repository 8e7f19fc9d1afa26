//! The wire types of Converse: its JSON, member for member, as the service model has it.
//!
//! Every type is open: members, union variants and enum names that this version does not know are kept verbatim and
//! written back (see [`outcrop_core::open`]). Reading and writing any JSON gives an equal value, whoever wrote it.
//! Nothing here checks or changes anything; what the service makes of a request is the business of
//! [`encode_request`](crate::encode_request).
//!
//! The names are those of the API reference
//! (<https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>) in Rust's spelling. What
//! the reference requires but services and gateways are known to leave out of replies is optional here.
//!
//! A new member of the API is one line in one of these files.

/// AWS's model of the bodies of Converse, ConverseStream, CountTokens and ApplyGuardrail, as a JSON Schema.
///
/// Requests, replies and stream events are entries of its `$defs`, under the names of the API reference. It is stricter
/// than AWS in one point: members that AWS's model does not have are refused. Nothing in this crate reads it; it is there
/// for those who check what they send or receive. It is made from botocore's model of the service (Apache-2.0).
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
mod citation;
mod content;
mod count_tokens;
mod document;
mod guard_content;
mod guardrail;
mod inference;
mod media;
mod message;
mod reasoning;
mod request;
mod response;
mod search;
mod stream;
mod tool;
mod trace;
mod usage;

pub use cache::{CachePointBlock, CachePointType, CacheTtl};
pub use citation::{
    Citation, CitationGeneratedContent, CitationSourceContent, CitationsConfig, CitationsContentBlock,
};
pub use content::{ContentBlock, SystemContentBlock};
pub use count_tokens::{
    ConverseTokensRequest, CountTokensInput, CountTokensRequest, CountTokensResponse,
    InvokeModelTokensRequest,
};
pub use document::{DocumentBlock, DocumentContentBlock, DocumentFormat, DocumentSource};
pub use guard_content::{
    GuardContentImageFormat, GuardContentQualifier, GuardrailConverseContentBlock,
    GuardrailConverseImageBlock, GuardrailConverseImageSource, GuardrailConverseTextBlock,
};
pub use guardrail::{
    AppliedGuardrailDetails, ApplyGuardrailRequest, ApplyGuardrailResponse, GuardrailAction,
    GuardrailAssessment, GuardrailAutomatedReasoningDifferences, GuardrailAutomatedReasoningFinding,
    GuardrailAutomatedReasoningInputTextReference, GuardrailAutomatedReasoningLogicWarning,
    GuardrailAutomatedReasoningLogicWarningType, GuardrailAutomatedReasoningNothing,
    GuardrailAutomatedReasoningPolicyAssessment, GuardrailAutomatedReasoningRule,
    GuardrailAutomatedReasoningScenario, GuardrailAutomatedReasoningStatement,
    GuardrailAutomatedReasoningTranslation, GuardrailAutomatedReasoningTranslationOption,
    GuardrailAutomatedReasoningVerdict, GuardrailContentBlock, GuardrailContentFilter,
    GuardrailContentFilterType, GuardrailContentPolicyAssessment, GuardrailContentSource,
    GuardrailContextualGroundingFilter, GuardrailContextualGroundingFilterType,
    GuardrailContextualGroundingPolicyAssessment, GuardrailCounts, GuardrailCoverage, GuardrailCustomWord,
    GuardrailImageBlock, GuardrailInvocationMetrics, GuardrailLevel, GuardrailManagedWord,
    GuardrailManagedWordType, GuardrailOrigin, GuardrailOutputContent, GuardrailOutputScope,
    GuardrailOwnership, GuardrailPiiEntityFilter, GuardrailPiiEntityType, GuardrailPolicyAction,
    GuardrailRegexFilter, GuardrailSensitiveInformationPolicyAssessment, GuardrailTextBlock, GuardrailTopic,
    GuardrailTopicPolicyAssessment, GuardrailTopicType, GuardrailUsage, GuardrailWordPolicyAssessment,
};
pub use inference::{
    GuardrailConfiguration, GuardrailStreamProcessingMode, GuardrailTrace, InferenceConfiguration,
    JsonSchemaDefinition, OutputConfig, OutputFormat, OutputFormatStructure, OutputFormatType,
    PerformanceConfigLatency, PerformanceConfiguration, PromptVariableValues, ServiceTier, ServiceTierType,
};
pub use media::{
    AudioBlock, AudioFormat, ErrorBlock, ImageBlock, ImageFormat, MediaSource, S3Location, VideoBlock,
    VideoFormat,
};
pub use message::{ConversationRole, Message};
pub use outcrop_core::{Blob, CitationLocation, DocumentSpan, SearchResultSpan, WebLocation};
pub use reasoning::{ReasoningContentBlock, ReasoningTextBlock};
pub use request::ConverseRequest;
pub use response::{ConverseMetrics, ConverseOutput, ConverseResponse, StopReason};
pub use search::{SearchResultBlock, SearchResultContentBlock};
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
pub use trace::{ConverseTrace, GuardrailTraceAssessment, PromptRouterTrace};
pub use usage::{CacheDetail, TokenUsage};

#[cfg(test)]
mod tests;
