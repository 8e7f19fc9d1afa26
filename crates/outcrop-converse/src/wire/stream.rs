//! The events of a stream. How they are framed, and what becomes of them, is not told here.

mod delta;

use outcrop_core::{RawJson, open_struct, open_union};

pub use delta::{
    CitationSourceContentDelta, CitationsDelta, ContentBlockDelta, ImageBlockDelta,
    ReasoningContentBlockDelta, ToolResultBlockDelta, ToolUseBlockDelta,
};

use super::{
    ConversationRole, ConverseMetrics, ConverseTrace, ImageFormat, PerformanceConfiguration, ServiceTier,
    StopReason, TokenUsage, ToolResultStatus, ToolUseType,
};

open_union! {
    /// An event of a stream, by the name that its frame gives it (`:event-type` or `:exception-type`).
    ///
    /// Events have been seen with a member `p`, which is padding of random length; it is kept in `unknown`.
    pub enum ConverseStreamOutput {
        /// A message begins.
        MessageStart(MessageStartEvent) = "messageStart",
        /// A block begins that has something to say before its first delta. Blocks of text begin without.
        ContentBlockStart(ContentBlockStartEvent) = "contentBlockStart",
        /// A piece of a block.
        ContentBlockDelta(ContentBlockDeltaEvent) = "contentBlockDelta",
        /// A block is complete.
        ContentBlockStop(ContentBlockStopEvent) = "contentBlockStop",
        /// The message is complete.
        MessageStop(MessageStopEvent) = "messageStop",
        /// What the call took. It comes last, after the message is complete.
        Metadata(ConverseStreamMetadataEvent) = "metadata",
        /// The service failed.
        InternalServerException(StreamException) = "internalServerException",
        /// The model failed.
        ModelStreamErrorException(StreamException) = "modelStreamErrorException",
        /// The request is wrong, which showed only now.
        ValidationException(StreamException) = "validationException",
        /// Too many requests.
        ThrottlingException(StreamException) = "throttlingException",
        /// The service is overloaded.
        ServiceUnavailableException(StreamException) = "serviceUnavailableException",
    }
}

open_struct! {
    /// A message begins.
    pub struct MessageStartEvent {
        /// Whose it is.
        required role: ConversationRole = "role",
    }
}

open_struct! {
    /// A block begins.
    pub struct ContentBlockStartEvent {
        /// What there is to say before its first delta.
        required start: ContentBlockStart = "start",
        /// Which block of the message it is, counted from 0.
        required content_block_index: u32 = "contentBlockIndex",
    }
}

open_union! {
    /// What there is to say of a block before its first delta.
    pub enum ContentBlockStart {
        /// A call of a tool.
        ToolUse(ToolUseBlockStart) = "toolUse",
        /// The result of a tool that the service ran.
        ToolResult(ToolResultBlockStart) = "toolResult",
        /// An image.
        Image(ImageBlockStart) = "image",
    }
}

open_struct! {
    /// A call of a tool begins.
    pub struct ToolUseBlockStart {
        /// The call's id.
        required tool_use_id: String = "toolUseId",
        /// The tool's name.
        required name: String = "name",
        /// Who runs it; the caller when absent.
        optional kind: ToolUseType = "type",
    }
}

open_struct! {
    /// The result of a tool begins that the service ran.
    pub struct ToolResultBlockStart {
        /// The call's id.
        required tool_use_id: String = "toolUseId",
        /// What kind of result it is.
        optional kind: String = "type",
        /// Whether the tool succeeded.
        optional status: ToolResultStatus = "status",
    }
}

open_struct! {
    /// An image begins.
    pub struct ImageBlockStart {
        /// Its coding.
        required format: ImageFormat = "format",
    }
}

open_struct! {
    /// A piece of a block.
    pub struct ContentBlockDeltaEvent {
        /// The piece.
        required delta: ContentBlockDelta = "delta",
        /// Which block of the message it belongs to, counted from 0.
        required content_block_index: u32 = "contentBlockIndex",
    }
}

open_struct! {
    /// A block is complete.
    pub struct ContentBlockStopEvent {
        /// Which block of the message it is, counted from 0.
        required content_block_index: u32 = "contentBlockIndex",
    }
}

open_struct! {
    /// The message is complete.
    pub struct MessageStopEvent {
        /// Why the model stopped.
        required stop_reason: StopReason = "stopReason",
        /// The fields that the request asked for with `additionalModelResponseFieldPaths`.
        optional additional_model_response_fields: RawJson = "additionalModelResponseFields",
    }
}

open_struct! {
    /// What the call took. As in whole replies, members have been seen to be absent.
    pub struct ConverseStreamMetadataEvent {
        /// How many tokens it took.
        optional usage: TokenUsage = "usage",
        /// How long it took (`ConverseStreamMetrics`).
        optional metrics: ConverseMetrics = "metrics",
        /// What guardrails and prompt routers did (`ConverseStreamTrace`).
        optional trace: ConverseTrace = "trace",
        /// How fast the call was served.
        optional performance_config: PerformanceConfiguration = "performanceConfig",
        /// The tier that the call was served in.
        optional service_tier: ServiceTier = "serviceTier",
    }
}

open_struct! {
    /// An error that ends a stream. Its last two members are those of `ModelStreamErrorException` only.
    pub struct StreamException {
        /// What happened.
        optional message: String = "message",
        /// The status that the model's own service gave.
        optional original_status_code: u32 = "originalStatusCode",
        /// What the model's own service said.
        optional original_message: String = "originalMessage",
    }
}
