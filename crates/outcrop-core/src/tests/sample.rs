//! Open types of a small wire format, with a member of every kind.

#![expect(unreachable_pub, reason = "what the macros make is public, wherever the type is")]

use serde_json::Number;

use crate::{Blob, OrderedMap, RawJson, open_enum, open_struct, open_union};

open_struct! {
    /// A conversation.
    pub struct Body {
        /// Its turns.
        required messages: Vec<Turn> = "messages",
        /// Labels.
        optional labels: OrderedMap<String> = "labels",
    }
}

open_struct! {
    /// A turn.
    pub struct Turn {
        /// What is said.
        required content: Vec<Piece> = "content",
        /// A mark without members of its own.
        optional mark: Mark = "mark",
    }
}

open_struct! {
    /// Nothing yet.
    pub struct Mark {}
}

open_union! {
    /// A piece of a turn.
    pub enum Piece {
        /// Words.
        Text(String) = "text",
        /// What a tool gave back.
        ToolResult(Outcome) = "toolResult",
        /// A picture.
        Picture(Blob) = "picture",
        /// Any JSON.
        Json(RawJson) = "json",
    }
}

open_struct! {
    /// What a tool gave back.
    pub struct Outcome {
        /// The call.
        required id: String = "toolUseId",
        /// Whether it succeeded.
        optional status: Status = "status",
        /// How long it took.
        optional millis: u64 = "millis",
        /// Whether it may be cached.
        optional lasting: bool = "isLasting",
        /// In pieces.
        optional parts: Vec<Piece> = "parts",
        /// As a number.
        optional share: Number = "share",
        /// As any JSON.
        optional rest: RawJson = "rest",
    }
}

open_enum! {
    /// Whether a tool succeeded.
    pub enum Status {
        /// It did.
        Success = "success",
        /// It did not.
        Error = "error",
        /// Hard to write.
        Odd = "odd \"name\"\n",
    }
}
