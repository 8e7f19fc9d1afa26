//! The fast path: nearly all events of a stream are text, reasoning or tool input, which are parsed without collecting
//! unknown members.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// A delta of one of the common kinds, without any unknown member.
#[derive(Deserialize)]
// A delta with a member that this version does not know takes the slow path, which keeps it.
#[serde(deny_unknown_fields)]
pub(super) struct FastDelta {
    #[serde(rename = "contentBlockIndex")]
    pub(super) index: u32,
    pub(super) delta: FastContent,
    #[serde(rename = "p", default)]
    #[expect(dead_code, reason = "padding, which must be accepted and is not used")]
    padding: Option<IgnoredAny>,
}

/// The content of a common delta.
#[derive(Deserialize)]
pub(super) enum FastContent {
    #[serde(rename = "text")]
    Text(String),
    #[serde(rename = "toolUse")]
    ToolUse(FastInput),
    #[serde(rename = "reasoningContent")]
    Reasoning(FastReasoning),
}

/// A part of the input of a tool call.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FastInput {
    pub(super) input: String,
}

/// A part of the reasoning, or its signature.
#[derive(Deserialize)]
pub(super) enum FastReasoning {
    #[serde(rename = "text")]
    Text(String),
    #[serde(rename = "signature")]
    Signature(String),
}

impl FastDelta {
    /// Parses a delta. `None` if it is not a common one, or is malformed.
    pub(super) fn parse(payload: &[u8]) -> Option<Self> {
        serde_json::from_slice(payload).ok()
    }
}
