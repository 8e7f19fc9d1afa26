//! What results of tools consist of.

use outcrop_core::NoteAction;

use super::{Draft, Piece, Repair, Rule, Side};
use crate::encode::place::Place;
use crate::wire::{ContentBlock, ToolResultBlock, ToolResultContentBlock, ToolResultStatus};

/// What a result says in which there is nothing (lesson L33).
const NO_OUTPUT: &str = "(no output)";

/// What a result says that failed, where it cannot have a status.
const FAILED: &str = "[the tool failed]";

impl Repair<'_> {
    /// Mends the results of a user's turn; media that the model does not take in them go after them.
    pub(crate) fn mend_results(&mut self, draft: &mut Draft) {
        if draft.side == Side::Assistant {
            return;
        }
        let mut moved = Vec::new();
        for piece in &mut draft.pieces {
            if let ContentBlock::ToolResult(result) = &mut piece.block {
                self.move_media(result, piece.place, &mut moved);
                self.tell_status(result, piece.place);
                self.fill_result(result, piece.place);
            }
        }
        draft.pieces.append(&mut moved);
    }

    /// Leaves out blank texts; a result of which nothing is left says so.
    fn fill_result(&mut self, result: &mut ToolResultBlock, place: Place) {
        if !self.has(Rule::EmptyResults) {
            return;
        }
        let is_blank = |part: &ToolResultContentBlock| matches!(part, ToolResultContentBlock::Text(text) if text.trim().is_empty());
        let is_taken = self.traits.blank_results || !result.content.iter().any(is_blank);
        if !result.content.is_empty() && is_taken {
            return;
        }
        result.content.retain(|part| !is_blank(part));
        if result.content.is_empty() {
            result.content.push(ToolResultContentBlock::Text(NO_OUTPUT.to_owned()));
            self.note(
                Rule::EmptyResults,
                NoteAction::Changed,
                place,
                "there was nothing in the result, which now says so",
            );
        } else {
            self.note(Rule::EmptyResults, NoteAction::Dropped, place, "blank text in the result is left out");
        }
    }

    fn tell_status(&mut self, result: &mut ToolResultBlock, place: Place) {
        if self.traits.result_status || result.status.is_none() || !self.has(Rule::ResultStatus) {
            return;
        }
        if result.status.take() == Some(ToolResultStatus::Error) {
            result.content.insert(0, ToolResultContentBlock::Text(FAILED.to_owned()));
        }
        self.note(
            Rule::ResultStatus,
            NoteAction::Changed,
            place,
            "its status is told in words, since the model takes none",
        );
    }

    /// Moves media that the model does not take in results behind them, each with words that tell where it belongs.
    fn move_media(&mut self, result: &mut ToolResultBlock, place: Place, moved: &mut Vec<Piece>) {
        if !self.has(Rule::ResultMedia) || result.content.iter().all(|part| self.takes(part)) {
            return;
        }
        let mut number = 0;
        let parts = std::mem::take(&mut result.content);
        result.content = parts
            .into_iter()
            .map(|part| {
                if self.takes(&part) {
                    return part;
                }
                number += 1;
                let name = format!("{}-{number}", result.tool_use_id);
                let kept = ToolResultContentBlock::Text(format!("See file {name}."));
                let Some(block) = in_a_turn(part) else { return kept };
                moved.push(Piece::new(ContentBlock::Text(format!("This is file {name}:")), place));
                moved.push(Piece::new(block, place));
                kept
            })
            .collect();
        let message = "its media come after it, since the model takes none of this kind in results";
        self.note(Rule::ResultMedia, NoteAction::Moved, place, message);
    }

    fn takes(&self, part: &ToolResultContentBlock) -> bool {
        match part {
            ToolResultContentBlock::Image(_) => self.traits.result_images,
            ToolResultContentBlock::Video(_) => self.traits.result_videos,
            ToolResultContentBlock::Document(document) => {
                self.traits.takes_in_results(document.format.as_ref())
            }
            _ => true,
        }
    }

    /// Tells a result in words, its media beside them.
    pub(crate) fn told(result: ToolResultBlock, place: Place) -> Vec<Piece> {
        let mut words = format!("[tool result {}]", result.tool_use_id);
        let mut media = Vec::new();
        for part in result.content {
            match part {
                ToolResultContentBlock::Text(text) => {
                    words.push(' ');
                    words.push_str(&text);
                }
                ToolResultContentBlock::Json(json) => {
                    words.push(' ');
                    words.push_str(json.as_str());
                }
                other => media.extend(in_a_turn(other).map(|block| Piece::new(block, place))),
            }
        }
        let mut told = vec![Piece::new(ContentBlock::Text(words), place)];
        told.append(&mut media);
        told
    }
}

/// A part of a result as a turn has it.
fn in_a_turn(part: ToolResultContentBlock) -> Option<ContentBlock> {
    match part {
        ToolResultContentBlock::Image(image) => Some(ContentBlock::Image(image)),
        ToolResultContentBlock::Video(video) => Some(ContentBlock::Video(video)),
        ToolResultContentBlock::Document(document) => Some(ContentBlock::Document(document)),
        ToolResultContentBlock::SearchResult(result) => Some(ContentBlock::SearchResult(result)),
        ToolResultContentBlock::Text(text) => Some(ContentBlock::Text(text)),
        ToolResultContentBlock::Json(json) => Some(ContentBlock::Text(json.as_str().to_owned())),
        ToolResultContentBlock::Unknown(members) => Some(ContentBlock::Unknown(members)),
    }
}
