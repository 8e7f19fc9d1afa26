//! Tools, tool calls and tool results.

use outcrop_core::{RawJson, open_enum, open_struct, open_union};

use super::{CachePointBlock, DocumentBlock, ImageBlock, SearchResultBlock, VideoBlock};

open_struct! {
    /// The tools of a request.
    pub struct ToolConfiguration {
        /// The tools, at least one.
        required tools: Vec<Tool> = "tools",
        /// The tool choice.
        optional tool_choice: ToolChoice = "toolChoice",
    }
}

open_union! {
    /// A tool, or a cache point among the tools.
    pub enum Tool {
        /// A tool that the caller runs.
        ToolSpec(ToolSpecification) = "toolSpec",
        /// A tool that the service runs.
        SystemTool(SystemTool) = "systemTool",
        /// A cache point.
        CachePoint(CachePointBlock) = "cachePoint",
    }
}

open_struct! {
    /// A tool that the caller runs.
    pub struct ToolSpecification {
        /// The name, which must match `[a-zA-Z0-9_-]{1,64}`.
        required name: String = "name",
        // The service rejects an empty description, so the encoder drops it: https://github.com/vercel/ai/commit/2a2e17d
        // (L38).
        /// The description, which must not be empty.
        optional description: String = "description",
        /// The schema of the input.
        required input_schema: ToolInputSchema = "inputSchema",
        /// Whether the input of a call always matches the schema.
        optional strict: bool = "strict",
    }
}

open_union! {
    /// The schema of a tool's input.
    pub enum ToolInputSchema {
        /// A JSON Schema.
        Json(RawJson) = "json",
    }
}

open_struct! {
    /// A tool that the service runs, such as `nova_grounding`.
    pub struct SystemTool {
        /// The name.
        required name: String = "name",
    }
}

open_union! {
    // There is no `none`: a request without tool calls must have no tools instead (L16). See
    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolChoice.html.
    /// The tool choice: whether the model must call a tool, and which.
    pub enum ToolChoice {
        /// The model decides.
        Auto(AutoToolChoice) = "auto",
        /// The model must call a tool of its choice.
        Any(AnyToolChoice) = "any",
        /// The model must call this tool.
        Tool(SpecificToolChoice) = "tool",
    }
}

open_struct! {
    /// The tool choice `auto`, which has no members.
    pub struct AutoToolChoice {}
}

open_struct! {
    /// The tool choice `any`, which has no members.
    pub struct AnyToolChoice {}
}

open_struct! {
    /// The choice of one tool.
    pub struct SpecificToolChoice {
        /// The name of the tool.
        required name: String = "name",
    }
}

open_struct! {
    /// A tool call.
    pub struct ToolUseBlock {
        /// The id, which the result repeats.
        required tool_use_id: String = "toolUseId",
        /// The name of the tool.
        required name: String = "name",
        // The service model requires it, but responses without it have been recorded: a call without arguments.
        // See https://github.com/0xPlaygrounds/rig/issues/989 (L22).
        /// The input, an object. Absent means `{}`.
        optional input: RawJson = "input",
        /// Who runs the tool. Absent means the caller.
        optional kind: ToolUseType = "type",
    }
}

open_enum! {
    /// Who runs a tool.
    pub enum ToolUseType {
        /// The service. The result is in the same assistant message.
        ServerToolUse = "server_tool_use",
    }
}

open_struct! {
    /// A tool result.
    pub struct ToolResultBlock {
        /// The id of the call.
        required tool_use_id: String = "toolUseId",
        /// The content.
        required content: Vec<ToolResultContentBlock> = "content",
        /// Whether the tool succeeded.
        optional status: ToolResultStatus = "status",
        /// The kind of result, for tools that the service runs.
        optional kind: String = "type",
    }
}

open_union! {
    /// A part of a tool result.
    pub enum ToolResultContentBlock {
        // The service rejects arrays and scalars here, so the encoder sends those as text (L37, M73).
        /// A JSON object.
        Json(RawJson) = "json",
        /// Text.
        Text(String) = "text",
        /// An image.
        Image(ImageBlock) = "image",
        /// A document.
        Document(DocumentBlock) = "document",
        /// A video.
        Video(VideoBlock) = "video",
        /// A search result that the model may cite.
        SearchResult(SearchResultBlock) = "searchResult",
    }
}

open_enum! {
    /// Whether a tool succeeded.
    pub enum ToolResultStatus { Success = "success", Error = "error" }
}

open_struct! {
    /// A tool that the model may call from here on.
    pub struct ToolAdditionBlock {
        /// The tool.
        required tool: ToolReference = "tool",
    }
}

open_struct! {
    /// A tool that the model may not call from here on.
    pub struct ToolRemovalBlock {
        /// The tool.
        required tool: ToolReference = "tool",
    }
}

open_struct! {
    /// A reference to a tool.
    pub struct ToolReference {
        /// The kind of tool.
        optional kind: String = "type",
        /// The name of the tool.
        optional name: String = "name",
        /// The server that offers the tool.
        optional server_name: String = "serverName",
    }
}
