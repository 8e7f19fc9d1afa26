//! Tools, their calls and their results.

use outcrop_core::{RawJson, open_enum, open_struct, open_union};

use super::{CachePointBlock, DocumentBlock, ImageBlock, SearchResultBlock, VideoBlock};

open_struct! {
    /// The tools of a request.
    pub struct ToolConfiguration {
        /// The tools; at least one.
        required tools: Vec<Tool> = "tools",
        /// Whether and which tool the model shall call.
        optional tool_choice: ToolChoice = "toolChoice",
    }
}

open_union! {
    /// A tool.
    pub enum Tool {
        /// One that the caller runs.
        ToolSpec(ToolSpecification) = "toolSpec",
        /// One that the service runs.
        SystemTool(SystemTool) = "systemTool",
        /// A mark up to which the tools may be cached.
        CachePoint(CachePointBlock) = "cachePoint",
    }
}

open_struct! {
    /// A tool that the caller runs.
    pub struct ToolSpecification {
        /// Its name: `[a-zA-Z0-9_-]{1,64}`.
        required name: String = "name",
        /// What it does; not empty.
        optional description: String = "description",
        /// The JSON Schema of its input.
        required input_schema: ToolInputSchema = "inputSchema",
        /// Whether the model is held to the schema exactly.
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
        /// Its name.
        required name: String = "name",
    }
}

open_union! {
    /// Whether and which tool the model shall call.
    pub enum ToolChoice {
        /// The model decides.
        Auto(AutoToolChoice) = "auto",
        /// Some tool, whichever.
        Any(AnyToolChoice) = "any",
        /// This one.
        Tool(SpecificToolChoice) = "tool",
    }
}

open_struct! {
    /// The model decides.
    pub struct AutoToolChoice {}
}

open_struct! {
    /// Some tool, whichever.
    pub struct AnyToolChoice {}
}

open_struct! {
    /// One tool.
    pub struct SpecificToolChoice {
        /// Its name.
        required name: String = "name",
    }
}

open_struct! {
    /// The model asks for a tool.
    pub struct ToolUseBlock {
        /// Ties the result to the call.
        required tool_use_id: String = "toolUseId",
        /// The tool.
        required name: String = "name",
        /// Its input, an object. The API requires it; replies have been seen without, which means `{}`.
        optional input: RawJson = "input",
        /// Who runs the tool; the caller when absent.
        optional kind: ToolUseType = "type",
    }
}

open_enum! {
    /// Who runs a tool.
    pub enum ToolUseType {
        /// The service; the result follows in the same turn of the assistant.
        ServerToolUse = "server_tool_use",
    }
}

open_struct! {
    /// What a tool gave back.
    pub struct ToolResultBlock {
        /// The call that is answered.
        required tool_use_id: String = "toolUseId",
        /// The result.
        required content: Vec<ToolResultContentBlock> = "content",
        /// Whether the tool succeeded.
        optional status: ToolResultStatus = "status",
        /// The kind of result, for tools that the service runs.
        optional kind: String = "type",
    }
}

open_union! {
    /// A piece of a tool's result.
    pub enum ToolResultContentBlock {
        /// A JSON value; some models take objects only.
        Json(RawJson) = "json",
        /// Words.
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
    /// From here on the model may call one more tool.
    pub struct ToolAdditionBlock {
        /// The tool.
        required tool: ToolReference = "tool",
    }
}

open_struct! {
    /// From here on the model may no longer call a tool.
    pub struct ToolRemovalBlock {
        /// The tool.
        required tool: ToolReference = "tool",
    }
}

open_struct! {
    /// A tool by its name.
    pub struct ToolReference {
        /// The kind of tool.
        optional kind: String = "type",
        /// Its name.
        optional name: String = "name",
        /// The server that offers it.
        optional server_name: String = "serverName",
    }
}
