//! The wire types by the names that the service model has for them.

use outcrop_core::{JsonError, Shape, ShapeOf, WriteJson, from_str};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::wire::*;

/// What became of a text that was read as a wire type.
pub(super) struct Read {
    /// Written again.
    pub(super) written: String,
    /// As logs show it.
    pub(super) shown: String,
}

/// Reads a text as a type and writes it again, both ways.
pub(super) type Reader = fn(&str) -> Result<Read, JsonError>;

fn read<T: DeserializeOwned + Serialize + WriteJson + Shape + PartialEq + Clone>(
    text: &str,
) -> Result<Read, JsonError> {
    let value: T = from_str(text)?;
    let written = serde_json::to_string(&value).unwrap();
    assert_eq!(String::from_utf8(value.to_json_bytes()).unwrap(), written);
    assert!(from_str::<T>(&written).unwrap() == value);
    Ok(Read { written, shown: format!("{:?}", ShapeOf(&value.clone())) })
}

macro_rules! readers {
    ($($model:literal => $ty:ty),* $(,)?) => { &[$(($model, read::<$ty>)),*] };
}

/// All of them.
pub(super) const READERS: &[(&str, Reader)] = readers! {
    "AnyToolChoice" => AnyToolChoice,
    "AudioBlock" => AudioBlock,
    "AudioFormat" => AudioFormat,
    "AudioSource" => MediaSource,
    "AutoToolChoice" => AutoToolChoice,
    "CacheDetail" => CacheDetail,
    "CachePointBlock" => CachePointBlock,
    "CachePointType" => CachePointType,
    "CacheTTL" => CacheTtl,
    "Citation" => Citation,
    "CitationGeneratedContent" => CitationGeneratedContent,
    "CitationLocation" => CitationLocation,
    "CitationSourceContent" => CitationSourceContent,
    "CitationsConfig" => CitationsConfig,
    "CitationsContentBlock" => CitationsContentBlock,
    "ContentBlock" => ContentBlock,
    "ConversationRole" => ConversationRole,
    "ConverseMetrics" => ConverseMetrics,
    "ConverseOutput" => ConverseOutput,
    "ConverseRequest" => ConverseRequest,
    "ConverseResponse" => ConverseResponse,
    "ConverseStreamRequest" => ConverseRequest,
    "DocumentBlock" => DocumentBlock,
    "DocumentCharLocation" => DocumentSpan,
    "DocumentChunkLocation" => DocumentSpan,
    "DocumentContentBlock" => DocumentContentBlock,
    "DocumentFormat" => DocumentFormat,
    "DocumentPageLocation" => DocumentSpan,
    "DocumentSource" => DocumentSource,
    "ErrorBlock" => ErrorBlock,
    "GuardrailConfiguration" => GuardrailConfiguration,
    "GuardrailConverseContentBlock" => GuardrailConverseContentBlock,
    "GuardrailConverseContentQualifier" => GuardContentQualifier,
    "GuardrailConverseImageBlock" => GuardrailConverseImageBlock,
    "GuardrailConverseImageFormat" => GuardContentImageFormat,
    "GuardrailConverseImageSource" => GuardrailConverseImageSource,
    "GuardrailConverseTextBlock" => GuardrailConverseTextBlock,
    "GuardrailStreamConfiguration" => GuardrailConfiguration,
    "GuardrailStreamProcessingMode" => GuardrailStreamProcessingMode,
    "GuardrailTrace" => GuardrailTrace,
    "ImageBlock" => ImageBlock,
    "ImageFormat" => ImageFormat,
    "ImageSource" => MediaSource,
    "InferenceConfiguration" => InferenceConfiguration,
    "JsonSchemaDefinition" => JsonSchemaDefinition,
    "Message" => Message,
    "OutputConfig" => OutputConfig,
    "OutputFormat" => OutputFormat,
    "OutputFormatStructure" => OutputFormatStructure,
    "OutputFormatType" => OutputFormatType,
    "PerformanceConfigLatency" => PerformanceConfigLatency,
    "PerformanceConfiguration" => PerformanceConfiguration,
    "PromptVariableValues" => PromptVariableValues,
    "ReasoningContentBlock" => ReasoningContentBlock,
    "ReasoningTextBlock" => ReasoningTextBlock,
    "S3Location" => S3Location,
    "SearchResultBlock" => SearchResultBlock,
    "SearchResultContentBlock" => SearchResultContentBlock,
    "SearchResultLocation" => SearchResultSpan,
    "ServiceTier" => ServiceTier,
    "ServiceTierType" => ServiceTierType,
    "SpecificToolChoice" => SpecificToolChoice,
    "StopReason" => StopReason,
    "SystemContentBlock" => SystemContentBlock,
    "SystemTool" => SystemTool,
    "TokenUsage" => TokenUsage,
    "Tool" => Tool,
    "ToolAdditionBlock" => ToolAdditionBlock,
    "ToolChoice" => ToolChoice,
    "ToolConfiguration" => ToolConfiguration,
    "ToolInputSchema" => ToolInputSchema,
    "ToolReference" => ToolReference,
    "ToolRemovalBlock" => ToolRemovalBlock,
    "ToolResultBlock" => ToolResultBlock,
    "ToolResultContentBlock" => ToolResultContentBlock,
    "ToolResultStatus" => ToolResultStatus,
    "ToolSpecification" => ToolSpecification,
    "ToolUseBlock" => ToolUseBlock,
    "ToolUseType" => ToolUseType,
    "VideoBlock" => VideoBlock,
    "VideoFormat" => VideoFormat,
    "VideoSource" => MediaSource,
    "WebLocation" => WebLocation,
};
