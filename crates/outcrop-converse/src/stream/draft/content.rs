//! What a block is made of while its pieces come, and the block that they make.

use outcrop_core::{Blob, ContentBlock, GenericContent, JsonObject, RawJson, ToolCallContent, ToolCallKind};

use crate::decode::blocks::response_block;
use crate::wire::{
    self, Citation, CitationGeneratedContent, CitationSourceContent, CitationsContentBlock, CitationsDelta,
    ImageBlock, ImageBlockDelta, ImageBlockStart, MediaSource, ReasoningContentBlock, ReasoningTextBlock,
    ToolResultBlock, ToolResultBlockDelta, ToolResultBlockStart, ToolResultContentBlock, ToolUseBlock,
    ToolUseBlockStart,
};

/// What a block is made of while its pieces come.
pub(super) enum Content {
    Text { text: String, citations: Vec<Citation> },
    Reasoning { text: String, signature: Option<String> },
    Redacted(Vec<Blob>),
    ToolUse { start: ToolUseBlockStart, input: String },
    ToolResult { start: ToolResultBlockStart, content: Vec<ToolResultContentBlock> },
    Image { start: ImageBlockStart, pieces: Vec<ImageBlockDelta> },
    Unknown { start: Option<JsonObject>, deltas: Vec<RawJson> },
}

impl Content {
    pub(super) fn no_text() -> Self {
        Self::Text { text: String::new(), citations: Vec::new() }
    }

    pub(super) fn no_reasoning() -> Self {
        Self::Reasoning { text: String::new(), signature: None }
    }

    pub(super) fn unknown() -> Self {
        Self::Unknown { start: None, deltas: Vec::new() }
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text { .. })
    }

    pub(super) fn is_reasoning(&self) -> bool {
        matches!(self, Self::Reasoning { .. })
    }

    /// The block as it is in an answer that comes in one piece; none where there is nothing in it.
    pub(super) fn blocks(&self) -> Vec<ContentBlock> {
        let mut blocks = Vec::new();
        let block = match self {
            Self::Text { text, citations } if citations.is_empty() => wire::ContentBlock::Text(text.clone()),
            Self::Text { text, citations } => {
                let mut cited = CitationsContentBlock::new();
                let words = Some(text.clone()).filter(|text| !text.is_empty());
                cited.content = words.map(|text| vec![CitationGeneratedContent::Text(text)]);
                cited.citations = Some(citations.clone());
                wire::ContentBlock::CitationsContent(cited)
            }
            Self::Reasoning { text, signature } => {
                let mut block = ReasoningTextBlock::new();
                block.text = Some(text.clone());
                block.signature.clone_from(signature);
                wire::ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(block))
            }
            Self::Redacted(pieces) => {
                wire::ContentBlock::ReasoningContent(ReasoningContentBlock::RedactedContent(joined(pieces)))
            }
            Self::ToolUse { start, input } => match tool_use(start, input) {
                Ok(block) => wire::ContentBlock::ToolUse(block),
                Err(broken) => return vec![(*broken).into()],
            },
            Self::ToolResult { start, content } => {
                let mut block = ToolResultBlock::new(start.tool_use_id.as_str(), content.clone());
                block.status.clone_from(&start.status);
                block.kind.clone_from(&start.kind);
                block.unknown.clone_from(&start.unknown);
                wire::ContentBlock::ToolResult(block)
            }
            Self::Image { start, pieces } => wire::ContentBlock::Image(image(start, pieces)),
            Self::Unknown { start, deltas } => return vec![unknown(start.as_ref(), deltas)],
        };
        response_block(block, &mut blocks);
        blocks
    }
}

/// A call whose input is JSON; no input at all means an empty object (lesson L22).
///
/// # Errors
/// The call with its input as it stands, marked where the model was cut off.
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
    let read = serde_json::from_str::<serde::de::IgnoredAny>(input);
    call.incomplete = Some(read.is_err_and(|error| error.is_eof())).filter(|cut_off| *cut_off);
    Err(Box::new(call))
}

/// Bytes that came in pieces; what is no Base64 stays as its text.
fn joined(pieces: &[Blob]) -> Blob {
    if let [one] = pieces {
        return one.clone();
    }
    let mut bytes = Vec::new();
    for piece in pieces {
        match piece.bytes() {
            Ok(piece) => bytes.extend_from_slice(&piece),
            Err(_) => return Blob::from_base64(pieces.iter().map(Blob::base64).collect::<String>()),
        }
    }
    Blob::from_bytes(bytes)
}

fn image(start: &ImageBlockStart, pieces: &[ImageBlockDelta]) -> ImageBlock {
    let mut bytes = Vec::new();
    let mut source = MediaSource::Unknown(JsonObject::new());
    let mut block_error = None;
    let mut unknown = start.unknown.clone();
    for piece in pieces {
        match &piece.source {
            Some(MediaSource::Bytes(piece)) => bytes.push(piece.clone()),
            Some(other) => source = other.clone(),
            None => {}
        }
        block_error = piece.error.clone().or(block_error);
        unknown.extend(piece.unknown.iter().map(|(name, value)| (name, value.clone())));
    }
    if !bytes.is_empty() {
        source = MediaSource::Bytes(joined(&bytes));
    }
    let mut block = ImageBlock::new(start.format.clone(), source);
    block.error = block_error;
    block.unknown = unknown;
    block
}

/// A block of a kind that nobody knows: what came of it, in order.
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
        citation.source_content = delta.source_content.map(|pieces| {
            let passage = |piece: wire::CitationSourceContentDelta| match piece.text {
                Some(text) if piece.unknown.is_empty() => CitationSourceContent::Text(text),
                text => {
                    let mut members = piece.unknown;
                    members.extend(text.map(|text| ("text", RawJson::from(text.as_str()))));
                    CitationSourceContent::Unknown(members)
                }
            };
            pieces.into_iter().map(passage).collect()
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
