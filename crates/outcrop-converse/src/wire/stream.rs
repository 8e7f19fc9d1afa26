//! The events of a response stream.
//!
//! The frames around them are decoded by [`event_stream`](crate::event_stream), and
//! [`StreamDecoder`](crate::StreamDecoder) builds a response from them.

use outcrop_core::{Blob, CitationLocation, RawJson, open_struct, open_union};

use super::{
    ConversationRole, ConverseMetrics, ConverseTrace, ErrorBlock, ImageFormat, MediaSource,
    PerformanceConfiguration, ServiceTier, StopReason, TokenUsage, ToolResultStatus, ToolUseType,
};

open_union! {
    /// An event of a stream, by the name in its frame (`:event-type` or `:exception-type`).
    pub enum ConverseStreamOutput {
        // Each payload may have a member `p`, padding of random length, which the service model does not list. It is
        // preserved in `unknown`, and must not be mistaken for content (L102).
        /// The start of the message.
        MessageStart(MessageStartEvent) = "messageStart",
        // Recorded streams have 29 of these for 108 blocks: a block of text has none (L101).
        /// The start of a block that has properties before its first delta.
        ContentBlockStart(ContentBlockStartEvent) = "contentBlockStart",
        /// A delta of a block.
        ContentBlockDelta(ContentBlockDeltaEvent) = "contentBlockDelta",
        /// The end of a block.
        ContentBlockStop(ContentBlockStopEvent) = "contentBlockStop",
        /// The end of the message.
        MessageStop(MessageStopEvent) = "messageStop",
        // It follows `messageStop` in all recorded streams, so a reader that stops there loses the usage (L104).
        /// The usage and other metadata of the call, the last event.
        Metadata(ConverseStreamMetadataEvent) = "metadata",
        // An exception ends a stream whose status was 200. A reader that ignores it mistakes a fault for the end of the
        // response: https://github.com/vercel/ai/commit/8ca1352 (L105).
        /// A failure of the service.
        InternalServerException(StreamException) = "internalServerException",
        /// A failure of the model.
        ModelStreamErrorException(StreamException) = "modelStreamErrorException",
        /// An invalid request that the service noticed only after the start of the stream.
        ValidationException(StreamException) = "validationException",
        /// Too many requests.
        ThrottlingException(StreamException) = "throttlingException",
        /// An overload of the service.
        ServiceUnavailableException(StreamException) = "serviceUnavailableException",
    }
}

open_struct! {
    /// The start of a message.
    pub struct MessageStartEvent {
        /// The role of the message.
        required role: ConversationRole = "role",
    }
}

open_struct! {
    /// The start of a block.
    pub struct ContentBlockStartEvent {
        /// The properties of the block.
        required start: ContentBlockStart = "start",
        /// The index of the block in the message, from 0.
        required content_block_index: u32 = "contentBlockIndex",
    }
}

open_union! {
    /// The properties of a block before its first delta.
    pub enum ContentBlockStart {
        /// A tool call.
        ToolUse(ToolUseBlockStart) = "toolUse",
        /// The result of a tool that the service ran.
        ToolResult(ToolResultBlockStart) = "toolResult",
        /// An image.
        Image(ImageBlockStart) = "image",
    }
}

open_struct! {
    /// The start of a tool call.
    pub struct ToolUseBlockStart {
        // There is no input: it comes in the deltas alone. See https://github.com/crewAIInc/crewAI/issues/5739 (L23).
        /// The id of the call.
        required tool_use_id: String = "toolUseId",
        /// The name of the tool.
        required name: String = "name",
        /// Who runs the tool. Absent means the caller.
        optional kind: ToolUseType = "type",
    }
}

open_struct! {
    /// The start of the result of a tool that the service ran.
    pub struct ToolResultBlockStart {
        /// The id of the call.
        required tool_use_id: String = "toolUseId",
        /// The kind of result.
        optional kind: String = "type",
        /// Whether the tool succeeded.
        optional status: ToolResultStatus = "status",
    }
}

open_struct! {
    /// The start of an image.
    pub struct ImageBlockStart {
        /// The format of the image.
        required format: ImageFormat = "format",
    }
}

open_struct! {
    /// A delta of a block.
    pub struct ContentBlockDeltaEvent {
        /// The delta.
        required delta: ContentBlockDelta = "delta",
        // Blocks may interleave, so the index and not the order decides: https://github.com/BerriAI/litellm/issues/34230
        // (L24).
        /// The index of the block in the message, from 0.
        required content_block_index: u32 = "contentBlockIndex",
    }
}

open_union! {
    /// A delta of a block.
    pub enum ContentBlockDelta {
        /// Text.
        Text(String) = "text",
        /// A part of a tool call's input.
        ToolUse(ToolUseBlockDelta) = "toolUse",
        // A list, unlike all other deltas. A reader that expects an object loses the result (L47).
        /// Parts of the result of a tool that the service ran.
        ToolResult(Vec<ToolResultBlockDelta>) = "toolResult",
        /// A part of the reasoning.
        ReasoningContent(ReasoningContentBlockDelta) = "reasoningContent",
        /// A citation of the text.
        Citation(CitationsDelta) = "citation",
        /// A part of an image.
        Image(ImageBlockDelta) = "image",
    }
}

open_struct! {
    /// A part of a tool call's input.
    pub struct ToolUseBlockDelta {
        /// A part of the JSON text. Only all parts together are valid JSON.
        required input: String = "input",
    }
}

open_union! {
    /// A part of a tool result.
    pub enum ToolResultBlockDelta {
        /// Text.
        Text(String) = "text",
        /// A JSON value.
        Json(RawJson) = "json",
    }
}

open_union! {
    // Text and signature are one level deeper in a whole response, in `reasoningText`: a reader of both needs two paths.
    // See https://github.com/NousResearch/hermes-agent/issues/36260 (L75).
    /// A part of the reasoning.
    pub enum ReasoningContentBlockDelta {
        /// Text.
        Text(String) = "text",
        /// Reasoning that the model's provider has encrypted.
        RedactedContent(Blob) = "redactedContent",
        /// The signature of the text, normally whole.
        Signature(String) = "signature",
    }
}

open_struct! {
    /// A citation of the text.
    pub struct CitationsDelta {
        /// The title of the source.
        optional title: String = "title",
        /// The source, such as a document's name or a URL.
        optional source: String = "source",
        /// The cited passage.
        optional source_content: Vec<CitationSourceContentDelta> = "sourceContent",
        /// The location of the passage in the source.
        optional location: CitationLocation = "location",
    }
}

open_struct! {
    /// A part of a cited passage.
    pub struct CitationSourceContentDelta {
        /// The text.
        optional text: String = "text",
    }
}

open_struct! {
    /// A part of an image.
    pub struct ImageBlockDelta {
        /// The bytes.
        optional source: MediaSource = "source",
        /// The reason why the model could not create the image.
        optional error: ErrorBlock = "error",
    }
}

open_struct! {
    /// The end of a block.
    pub struct ContentBlockStopEvent {
        /// The index of the block in the message, from 0.
        required content_block_index: u32 = "contentBlockIndex",
    }
}

open_struct! {
    /// The end of a message.
    pub struct MessageStopEvent {
        /// The reason why the model stopped.
        required stop_reason: StopReason = "stopReason",
        /// The fields that the request selected with `additionalModelResponseFieldPaths`.
        optional additional_model_response_fields: RawJson = "additionalModelResponseFields",
    }
}

open_struct! {
    /// The usage and other metadata of a call. As in whole responses, any member may be absent.
    pub struct ConverseStreamMetadataEvent {
        /// The token usage.
        optional usage: TokenUsage = "usage",
        /// The duration of the call (`ConverseStreamMetrics`).
        optional metrics: ConverseMetrics = "metrics",
        /// The trace of guardrails and prompt routers (`ConverseStreamTrace`).
        optional trace: ConverseTrace = "trace",
        /// The latency tier of the call.
        optional performance_config: PerformanceConfiguration = "performanceConfig",
        /// The service tier of the call.
        optional service_tier: ServiceTier = "serviceTier",
    }
}

open_struct! {
    /// An error that ends a stream. Only `ModelStreamErrorException` has the last two members.
    pub struct StreamException {
        /// The message.
        optional message: String = "message",
        /// The status of the model's own service.
        optional original_status_code: u32 = "originalStatusCode",
        /// The message of the model's own service.
        optional original_message: String = "originalMessage",
    }
}
