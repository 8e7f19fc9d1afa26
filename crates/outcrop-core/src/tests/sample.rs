//! Open types of a small wire format with members of every type.

#![expect(unreachable_pub, reason = "the macros expand to public items, wherever the type is")]

use serde_json::Number;

use crate::{Blob, OrderedMap, RawJson, open_enum, open_struct, open_union};

open_struct! {
    /// A conversation.
    pub struct Body {
        /// The turns.
        required messages: Vec<Turn> = "messages",
        /// Labels.
        optional labels: OrderedMap<String> = "labels",
    }
}

open_struct! {
    /// A turn.
    pub struct Turn {
        /// The blocks.
        required content: Vec<Block> = "content",
        /// A value without known members.
        optional marker: Marker = "marker",
    }
}

open_struct! {
    /// An object without known members.
    pub struct Marker {}
}

open_union! {
    /// A block of a turn.
    pub enum Block {
        /// Text.
        Text(String) = "text",
        /// The result of a tool.
        ToolResult(Outcome) = "toolResult",
        /// An image.
        Image(Blob) = "image",
        /// Any JSON.
        Json(RawJson) = "json",
    }
}

open_struct! {
    /// The result of a tool.
    pub struct Outcome {
        /// The id of the call.
        required id: String = "toolUseId",
        /// Whether it succeeded.
        optional status: Status = "status",
        /// The duration in milliseconds.
        optional millis: u64 = "millis",
        /// Whether the result can be cached.
        optional lasting: bool = "isLasting",
        /// The result as blocks.
        optional parts: Vec<Block> = "parts",
        /// The result as a number.
        optional share: Number = "share",
        /// The result as any JSON.
        optional rest: RawJson = "rest",
    }
}

open_enum! {
    /// Whether a tool succeeded.
    pub enum Status {
        /// The tool succeeded.
        Success = "success",
        /// The tool failed.
        Error = "error",
        /// A name that must be escaped.
        Odd = "odd \"name\"\n",
    }
}
