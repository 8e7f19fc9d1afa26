//! The content of one block: its parts while they are received, and the unified block that they make.

use outcrop_core::{Blob, ContentBlock, GenericContent, JsonObject, RawJson, ToolCallContent, ToolCallKind};

use crate::decode::blocks::response_block;
use crate::naming::KeyRenamer;
use crate::wire::{
    self, Citation, CitationGeneratedContent, CitationSourceContent, CitationsContentBlock, CitationsDelta,
    ImageBlock, ImageBlockDelta, ImageBlockStart, MediaSource, ReasoningContentBlock, ReasoningTextBlock,
    ToolResultBlock, ToolResultBlockDelta, ToolResultBlockStart, ToolResultContentBlock, ToolUseBlock,
    ToolUseBlockStart,
};

/// The parts of a block that have been received.
pub(super) enum BlockContent {
    /// Text and its citations, which the service sends as deltas of the same block (L109).
    Text {
        text: String,
        citations: Vec<Citation>,
    },
    Reasoning {
        text: String,
        signature: Option<String>,
    },
    Redacted(Vec<Blob>),
    ToolUse {
        start: ToolUseBlockStart,
        /// The input, with the caller's names of properties.
        input: String,
        /// What restores those names, if the request replaced any.
        keys: Option<KeyRenamer>,
    },
    ToolResult {
        start: ToolResultBlockStart,
        content: Vec<ToolResultContentBlock>,
    },
    Image {
        start: ImageBlockStart,
        parts: Vec<ImageBlockDelta>,
    },
    Unknown {
        start: Option<JsonObject>,
        deltas: Vec<RawJson>,
    },
}

impl BlockContent {
    pub(super) fn empty_text() -> Self {
        Self::Text { text: String::new(), citations: Vec::new() }
    }

    pub(super) fn empty_reasoning() -> Self {
        Self::Reasoning { text: String::new(), signature: None }
    }

    pub(super) fn empty_unknown() -> Self {
        Self::Unknown { start: None, deltas: Vec::new() }
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text { .. })
    }

    pub(super) fn is_reasoning(&self) -> bool {
        matches!(self, Self::Reasoning { .. })
    }

    pub(super) fn is_redacted(&self) -> bool {
        matches!(self, Self::Redacted(_))
    }

    pub(super) fn is_tool_use(&self) -> bool {
        matches!(self, Self::ToolUse { .. })
    }

    pub(super) fn is_tool_result(&self) -> bool {
        matches!(self, Self::ToolResult { .. })
    }

    pub(super) fn is_image(&self) -> bool {
        matches!(self, Self::Image { .. })
    }

    pub(super) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }

    /// Returns the unified blocks that a whole response would have. None if there is no content.
    pub(super) fn blocks(&self) -> Vec<ContentBlock> {
        let mut blocks = Vec::new();
        let block = match self {
            Self::Text { text, citations } if citations.is_empty() => wire::ContentBlock::Text(text.clone()),
            Self::Text { text, citations } => {
                let mut cited = CitationsContentBlock::new();
                let text = Some(text.clone()).filter(|text| !text.is_empty());
                cited.content = text.map(|text| vec![CitationGeneratedContent::Text(text)]);
                cited.citations = Some(citations.clone());
                wire::ContentBlock::CitationsContent(cited)
            }
            Self::Reasoning { text, signature } => {
                let mut block = ReasoningTextBlock::new();
                block.text = Some(text.clone());
                block.signature.clone_from(signature);
                wire::ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(block))
            }
            Self::Redacted(parts) => {
                wire::ContentBlock::ReasoningContent(ReasoningContentBlock::RedactedContent(join(parts)))
            }
            Self::ToolUse { start, input, .. } => match tool_use(start, input) {
                Ok(block) => wire::ContentBlock::ToolUse(block),
                Err(malformed) => return vec![(*malformed).into()],
            },
            Self::ToolResult { start, content } => {
                let mut block = ToolResultBlock::new(start.tool_use_id.as_str(), content.clone());
                block.status.clone_from(&start.status);
                block.kind.clone_from(&start.kind);
                block.unknown.clone_from(&start.unknown);
                wire::ContentBlock::ToolResult(block)
            }
            Self::Image { start, parts } => wire::ContentBlock::Image(image(start, parts)),
            Self::Unknown { start, deltas } => return vec![unknown(start.as_ref(), deltas)],
        };
        response_block(block, &mut blocks);
        blocks
    }
}

/// Builds a tool call whose input is JSON. Without any input, it is an empty object.
///
/// A tool without parameters has no delta at all: <https://github.com/0xPlaygrounds/rig/issues/989> (L22, M1).
///
/// # Errors
/// The call with its input unchanged, marked as incomplete. A call that cannot be parsed must not be dropped: the
/// finish reason would name a call that is missing. See the changelog of rig 0.42 (M4).
fn tool_use(start: &ToolUseBlockStart, input: &str) -> Result<ToolUseBlock, Box<ToolCallContent>> {
    let mut block = ToolUseBlock::new(start.tool_use_id.as_str(), start.name.as_str());
    block.kind.clone_from(&start.kind);
    block.unknown.clone_from(&start.unknown);
    if input.trim().is_empty() {
        block.input = Some(RawJson::from(JsonObject::new()));
        return Ok(block);
    }
    if let Ok(input) = RawJson::parse(input) {
        block.input = Some(input);
        return Ok(block);
    }
    let mut call = ToolCallContent::new(start.tool_use_id.as_str(), start.name.as_str(), input);
    call.kind = start.kind.as_ref().map(|kind| ToolCallKind::from(kind.as_str()));
    // Input that was cut off and input that the model wrote wrong cannot be told apart in every case (`{a:1}`, `NaN`, two
    // objects), and neither may run (R-L16).
    call.incomplete = Some(true);
    call.extra.extend(block.unknown);
    Err(Box::new(call))
}

/// Joins the parts of one value: their bytes, or their text if a part is not valid Base64.
fn join(parts: &[Blob]) -> Blob {
    if let [part] = parts {
        return part.clone();
    }
    // Each part is padded by itself, so that it must be decoded before it is joined. See
    // https://github.com/vercel/ai/commit/aabc617 (L80).
    let mut bytes = Vec::new();
    for part in parts {
        match part.bytes() {
            Ok(part) => bytes.extend_from_slice(&part),
            Err(_) => return Blob::from_base64(parts.iter().map(Blob::base64).collect::<String>()),
        }
    }
    Blob::from_bytes(bytes)
}

fn image(start: &ImageBlockStart, parts: &[ImageBlockDelta]) -> ImageBlock {
    let mut bytes = Vec::new();
    let mut source = MediaSource::Unknown(JsonObject::new());
    let mut block_error = None;
    let mut unknown = start.unknown.clone();
    for part in parts {
        match &part.source {
            Some(MediaSource::Bytes(part)) => bytes.push(part.clone()),
            Some(other) => source = other.clone(),
            None => {}
        }
        block_error = part.error.clone().or(block_error);
        unknown.extend(part.unknown.iter().map(|(name, value)| (name, value.clone())));
    }
    if !bytes.is_empty() {
        source = MediaSource::Bytes(join(&bytes));
    }
    let mut block = ImageBlock::new(start.format.clone(), source);
    block.error = block_error;
    block.unknown = unknown;
    block
}

/// Builds a generic block from the start and the deltas of a block of an unknown kind.
fn unknown(start: Option<&JsonObject>, deltas: &[RawJson]) -> ContentBlock {
    let mut members = JsonObject::new();
    members.extend(start.map(|start| ("start", RawJson::from(start.clone()))));
    if let Ok(deltas) = RawJson::from_serialize(&deltas) {
        members.insert("deltas", deltas);
    }
    GenericContent::new(GenericContent::UNKNOWN, members).into()
}

impl From<CitationsDelta> for Citation {
    fn from(delta: CitationsDelta) -> Self {
        let mut citation = Self::new();
        citation.title = delta.title;
        citation.source = delta.source;
        citation.location = delta.location;
        citation.source_content = delta.source_content.map(|passages| {
            let passage = |passage: wire::CitationSourceContentDelta| match passage.text {
                Some(text) if passage.unknown.is_empty() => CitationSourceContent::Text(text),
                text => {
                    let mut members = passage.unknown;
                    members.extend(text.map(|text| ("text", RawJson::from(text.as_str()))));
                    CitationSourceContent::Unknown(members)
                }
            };
            passages.into_iter().map(passage).collect()
        });
        citation.unknown = delta.unknown;
        citation
    }
}

impl From<ToolResultBlockDelta> for ToolResultContentBlock {
    fn from(delta: ToolResultBlockDelta) -> Self {
        match delta {
            ToolResultBlockDelta::Text(text) => Self::Text(text),
            ToolResultBlockDelta::Json(json) => Self::Json(json),
            ToolResultBlockDelta::Unknown(members) => Self::Unknown(members),
        }
    }
}
