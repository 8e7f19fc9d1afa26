//! Blocks of which pieces have come.

mod content;

use std::collections::VecDeque;

use outcrop_core::{ContentBlock, JsonObject, RawJson, StreamEvent, ToolCallKind};

use content::Content;

use super::plain::{PlainDelta, PlainPiece, PlainReasoning};
use super::surrogate::HalfLetter;
use crate::decode::finish_reason::CallSummary;
use crate::wire::{
    Citation, ContentBlockDelta, ContentBlockDeltaEvent, ContentBlockStart, ConverseStreamOutput,
    ReasoningContentBlockDelta, ToolResultContentBlock, ToolUseBlockDelta, ToolUseType,
};

/// The blocks of an answer, in the order in which they began.
///
/// A block is told by its index and its kind: a delta of another kind under the same index begins another block.
#[derive(Default)]
pub(super) struct Drafts {
    list: Vec<Draft>,
    /// A letter of which the second half has not come.
    half: Option<LooseHalf>,
}

/// The first half of a letter, and the block that it is of.
pub(super) type LooseHalf = (u32, HalfLetter);

struct Draft {
    index: u32,
    is_open: bool,
    content: Content,
}

type Steps = VecDeque<StreamEvent>;

impl Drafts {
    /// All blocks, in the order of their indexes, whether complete or not.
    pub(super) fn blocks(&self) -> Vec<ContentBlock> {
        let mut drafts: Vec<&Draft> = self.list.iter().collect();
        drafts.sort_by_key(|draft| draft.index);
        drafts.into_iter().flat_map(|draft| draft.content.blocks()).collect()
    }

    /// The calls that have begun, whether complete or not.
    pub(super) fn calls(&self) -> impl Iterator<Item = CallSummary<'_>> + Clone {
        self.list.iter().filter_map(|draft| match &draft.content {
            Content::ToolUse { start, .. } => {
                let runs_on_server = start.kind == Some(ToolUseType::ServerToolUse);
                Some(CallSummary { tool: &start.name, runs_on_server })
            }
            _ => None,
        })
    }

    /// Adds a delta of a common shape.
    pub(super) fn add_plain(&mut self, delta: PlainDelta, steps: &mut Steps) {
        match delta.delta {
            PlainPiece::Text(text) => self.add_text(delta.index, text, steps),
            PlainPiece::ToolUse(piece) => {
                self.add_input(delta.index, piece.input, JsonObject::new(), steps);
            }
            PlainPiece::Reasoning(PlainReasoning::Text(text)) => self.add_reasoning(delta.index, text, steps),
            PlainPiece::Reasoning(PlainReasoning::Signature(signature)) => {
                self.add_signature(delta.index, &signature, steps);
            }
        }
    }

    /// Adds any delta.
    pub(super) fn add(&mut self, index: u32, delta: ContentBlockDelta, steps: &mut Steps) {
        match delta {
            ContentBlockDelta::Text(text) => self.add_text(index, text, steps),
            ContentBlockDelta::ToolUse(piece) => self.add_input(index, piece.input, piece.unknown, steps),
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Text(text)) => {
                self.add_reasoning(index, text, steps);
            }
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Signature(signature)) => {
                self.add_signature(index, &signature, steps);
            }
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::RedactedContent(piece)) => {
                let is_redacted = |content: &Content| matches!(content, Content::Redacted(_));
                let begun = self.draft(index, is_redacted, || Content::Redacted(Vec::new()), steps);
                if let Content::Redacted(pieces) = begun {
                    pieces.push(piece);
                }
            }
            ContentBlockDelta::Citation(piece) => {
                let citation = Citation::from(piece);
                steps.push_back(StreamEvent::Citation {
                    index: position(index),
                    citation: Box::new(crate::decode::blocks::citation(&citation)),
                });
                if let Content::Text { citations, .. } =
                    self.draft(index, Content::is_text, Content::no_text, steps)
                {
                    citations.push(citation);
                }
            }
            ContentBlockDelta::ToolResult(pieces) => {
                let is_result = |content: &Content| matches!(content, Content::ToolResult { .. });
                if self.has_open(index, is_result) {
                    let begun = self.draft(index, is_result, Content::unknown, steps);
                    if let Content::ToolResult { content, .. } = begun {
                        content.extend(pieces.into_iter().map(ToolResultContentBlock::from));
                    }
                } else {
                    self.add_unknown(index, &ContentBlockDelta::ToolResult(pieces), steps);
                }
            }
            ContentBlockDelta::Image(piece) => {
                let is_image = |content: &Content| matches!(content, Content::Image { .. });
                if self.has_open(index, is_image) {
                    let begun = self.draft(index, is_image, Content::unknown, steps);
                    if let Content::Image { pieces, .. } = begun {
                        pieces.push(piece);
                    }
                } else {
                    self.add_unknown(index, &ContentBlockDelta::Image(piece), steps);
                }
            }
            unknown => self.add_unknown(index, &unknown, steps),
        }
    }

    /// Begins a block.
    pub(super) fn start(&mut self, index: u32, start: ContentBlockStart, steps: &mut Steps) {
        self.stop(index, steps);
        let content = match start {
            ContentBlockStart::ToolUse(start) => {
                steps.push_back(StreamEvent::ToolCall {
                    index: position(index),
                    id: start.tool_use_id.clone(),
                    name: start.name.clone(),
                    kind: start.kind.as_ref().map(|kind| ToolCallKind::from(kind.as_str())),
                });
                Content::ToolUse { start, input: String::new() }
            }
            ContentBlockStart::ToolResult(start) => Content::ToolResult { start, content: Vec::new() },
            ContentBlockStart::Image(start) => Content::Image { start, pieces: Vec::new() },
            ContentBlockStart::Unknown(members) => {
                let value = RawJson::from(members.clone());
                steps.push_back(StreamEvent::Other { name: "contentBlockStart".to_owned(), value });
                Content::Unknown { start: Some(members), deltas: Vec::new() }
            }
        };
        self.list.push(Draft { index, is_open: true, content });
    }

    /// Ends a block.
    pub(super) fn stop(&mut self, index: u32, steps: &mut Steps) {
        self.give_half_up(index, steps);
        for draft in self.list.iter_mut().filter(|draft| draft.is_open && draft.index == index) {
            draft.complete(steps);
        }
    }

    /// Ends all blocks: some services forget to.
    pub(super) fn stop_all(&mut self, steps: &mut Steps) {
        if let Some((index, _)) = self.half {
            self.give_half_up(index, steps);
        }
        for draft in self.list.iter_mut().filter(|draft| draft.is_open) {
            draft.complete(steps);
        }
    }

    /// Reads a delta whose text ends with half a letter, or begins with one; half a letter at its end is to be
    /// [kept](Self::keep_half) once the delta was added.
    pub(super) fn with_half_letters(
        &mut self,
        name: &str,
        payload: &[u8],
    ) -> Option<(ConverseStreamOutput, Option<LooseHalf>)> {
        let members: JsonObject =
            serde_json::from_slice(payload).ok().filter(|_| name == "contentBlockDelta")?;
        let index: u32 = members.get("contentBlockIndex")?.deserialize().ok()?;
        let delta = members.get("delta")?.as_object()?;
        let (kind, text) = delta.iter().next().filter(|_| delta.len() == 1)?;
        let mut half = match self.half.take() {
            Some((of, half)) if of == index => half,
            _ => HalfLetter::default(),
        };
        let within = |member: &str| text.as_object().and_then(|members| members.get(member).cloned());
        let delta = match kind {
            "text" => ContentBlockDelta::Text(half.join(text)?),
            "toolUse" => ContentBlockDelta::ToolUse(ToolUseBlockDelta::new(half.join(&within("input")?)?)),
            "reasoningContent" => {
                let text = half.join(&within("text")?)?;
                ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Text(text))
            }
            _ => return None,
        };
        let event = ConverseStreamOutput::ContentBlockDelta(ContentBlockDeltaEvent::new(delta, index));
        Some((event, Some((index, half)).filter(|(_, half)| !half.is_empty())))
    }

    /// Keeps half a letter for the next delta of its block.
    pub(super) fn keep_half(&mut self, half: Option<LooseHalf>) {
        self.half = half;
    }

    fn add_text(&mut self, index: u32, new: String, steps: &mut Steps) {
        if let Content::Text { text, .. } = self.draft(index, Content::is_text, Content::no_text, steps) {
            text.push_str(&new);
        }
        if !new.is_empty() {
            steps.push_back(StreamEvent::Text { index: position(index), text: new });
        }
    }

    fn add_reasoning(&mut self, index: u32, new: String, steps: &mut Steps) {
        if let Content::Reasoning { text, .. } =
            self.draft(index, Content::is_reasoning, Content::no_reasoning, steps)
        {
            text.push_str(&new);
        }
        if !new.is_empty() {
            steps.push_back(StreamEvent::Reasoning { index: position(index), text: new });
        }
    }

    fn add_signature(&mut self, index: u32, new: &str, steps: &mut Steps) {
        if let Content::Reasoning { signature, .. } =
            self.draft(index, Content::is_reasoning, Content::no_reasoning, steps)
        {
            signature.get_or_insert_default().push_str(new);
        }
    }

    /// Adds a piece of a tool's input. One whose call never began is of nobody knows which call.
    fn add_input(&mut self, index: u32, new: String, unknown: JsonObject, steps: &mut Steps) {
        let is_call = |content: &Content| matches!(content, Content::ToolUse { .. });
        if !self.has_open(index, is_call) {
            let mut piece = ToolUseBlockDelta::new(new);
            piece.unknown = unknown;
            return self.add_unknown(index, &ContentBlockDelta::ToolUse(piece), steps);
        }
        if let Content::ToolUse { start, input } = self.draft(index, is_call, Content::unknown, steps) {
            input.push_str(&new);
            start.unknown.extend(unknown);
        }
        if !new.is_empty() {
            steps.push_back(StreamEvent::Arguments { index: position(index), json: new });
        }
    }

    fn add_unknown(&mut self, index: u32, delta: &ContentBlockDelta, steps: &mut Steps) {
        let Ok(value) = RawJson::from_serialize(delta) else { return };
        let is_unknown = |content: &Content| matches!(content, Content::Unknown { .. });
        if let Content::Unknown { deltas, .. } = self.draft(index, is_unknown, Content::unknown, steps) {
            deltas.push(value.clone());
        }
        steps.push_back(StreamEvent::Other { name: "contentBlockDelta".to_owned(), value });
    }

    fn has_open(&self, index: u32, fits: impl Fn(&Content) -> bool) -> bool {
        self.list.iter().any(|draft| draft.is_open && draft.index == index && fits(&draft.content))
    }

    /// The open block of an index and a kind; where there is none, one that begins now, and what was open before it under
    /// the same index is complete.
    fn draft(
        &mut self,
        index: u32,
        fits: impl Fn(&Content) -> bool,
        begin: impl FnOnce() -> Content,
        steps: &mut Steps,
    ) -> &mut Content {
        if self.half.is_some() {
            self.give_half_up(index, steps);
        }
        let is_it = |draft: &Draft| draft.is_open && draft.index == index && fits(&draft.content);
        let at = match self.list.iter().rposition(is_it) {
            Some(at) => at,
            None => {
                for draft in self.list.iter_mut().filter(|draft| draft.is_open && draft.index == index) {
                    draft.complete(steps);
                }
                self.list.push(Draft { index, is_open: true, content: begin() });
                self.list.len() - 1
            }
        };
        #[expect(clippy::indexing_slicing, reason = "the position was found, or made, a moment ago")]
        &mut self.list[at].content
    }

    /// Half a letter whose other half did not come is told as U+FFFD.
    fn give_half_up(&mut self, index: u32, steps: &mut Steps) {
        let Some((of, half)) = self.half.take() else { return };
        if of != index {
            self.half = Some((of, half));
        } else if !half.is_empty() {
            self.add_text(index, char::REPLACEMENT_CHARACTER.to_string(), steps);
        }
    }
}

impl Draft {
    fn complete(&mut self, steps: &mut Steps) {
        self.is_open = false;
        let blocks = self.content.blocks();
        if !blocks.is_empty() {
            steps.push_back(StreamEvent::BlockCompleted { index: position(self.index), blocks });
        }
    }
}

/// The index of a block in the steps of an answer.
fn position(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}
