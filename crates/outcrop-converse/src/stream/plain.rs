//! Reading events. Nearly all of a stream are deltas of a few shapes, which are read without detours.

use outcrop_core::{ErrorKind, ModelError, Stage};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::wire::ConverseStreamOutput;

/// A delta of one of the common shapes, with nothing in it that this version does not know.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlainDelta {
    #[serde(rename = "contentBlockIndex")]
    pub(super) index: u32,
    pub(super) delta: PlainPiece,
    #[serde(rename = "p", default)]
    #[expect(dead_code, reason = "padding, there to be passed over")]
    padding: Option<IgnoredAny>,
}

/// What a common delta adds.
#[derive(Deserialize)]
pub(super) enum PlainPiece {
    #[serde(rename = "text")]
    Text(String),
    #[serde(rename = "toolUse")]
    ToolUse(PlainInput),
    #[serde(rename = "reasoningContent")]
    Reasoning(PlainReasoning),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlainInput {
    pub(super) input: String,
}

#[derive(Deserialize)]
pub(super) enum PlainReasoning {
    #[serde(rename = "text")]
    Text(String),
    #[serde(rename = "signature")]
    Signature(String),
}

impl PlainDelta {
    /// Reads a delta; `None` for one that is not common, or wrong.
    pub(super) fn read(payload: &[u8]) -> Option<Self> {
        serde_json::from_slice(payload).ok()
    }
}

/// Reads an event by its name; `None` for a name that nobody knows. Exceptions are not read here.
///
/// # Errors
/// Of kind `InvalidResponse`, with the path.
pub(super) fn event(name: &str, payload: &[u8]) -> Result<Option<ConverseStreamOutput>, ModelError> {
    use ConverseStreamOutput as Event;
    Ok(Some(match name {
        "messageStart" => Event::MessageStart(read(name, payload)?),
        "contentBlockStart" => Event::ContentBlockStart(read(name, payload)?),
        "contentBlockDelta" => Event::ContentBlockDelta(read(name, payload)?),
        "contentBlockStop" => Event::ContentBlockStop(read(name, payload)?),
        "messageStop" => Event::MessageStop(read(name, payload)?),
        "metadata" => Event::Metadata(read(name, payload)?),
        _ => return Ok(None),
    }))
}

fn read<T: DeserializeOwned>(name: &str, payload: &[u8]) -> Result<T, ModelError> {
    outcrop_core::from_slice(payload).map_err(|error| {
        let path = error.path();
        let place = if path.is_empty() { name.to_owned() } else { format!("{name}.{path}") };
        ModelError::new(
            ErrorKind::InvalidResponse,
            format!("an event of the stream is not what it should be: {}", error.message()),
        )
        .with_code("InvalidEvent")
        .with_stage(Stage::Streaming)
        .with_path(place)
        .with_body(bytes::Bytes::copy_from_slice(payload))
    })
}
