//! Documents: words beside them, and names.

use outcrop_core::NoteAction;

use super::{Piece, Repair, Rule, Seen, Side, Turn};
use crate::wire::{ContentBlock, ToolResultContentBlock};

/// What is said where documents stand without words (lessons L56, M69).
const SEE: &str = "See attached document(s).";

/// The most letters of a name.
const LONGEST: usize = 200;

impl Repair<'_> {
    /// Puts words before documents of the user that stand without any; results of tools stay first.
    pub(super) fn put_words_beside_documents(&mut self, turn: &mut Turn) {
        if turn.side == Side::Assistant {
            return;
        }
        let mut document = None;
        for piece in &turn.pieces {
            match &piece.block {
                ContentBlock::Text(_) => return,
                ContentBlock::Document(_) if document.is_none() => document = Some(piece.place),
                _ => {}
            }
        }
        let Some(place) = document.filter(|_| self.has(Rule::DocumentText)) else { return };
        let is_result = |piece: &&Piece| matches!(piece.block, ContentBlock::ToolResult(_));
        let after_results = turn.pieces.iter().take_while(is_result).count();
        turn.pieces.insert(after_results, Piece::new(ContentBlock::Text(SEE.to_owned()), place));
        let message = "words were put before it, since a document needs some";
        self.note(Rule::DocumentText, NoteAction::Added, place, message);
    }
}

/// The names of a request's documents so far, so that each has its own.
///
/// A name that was used before gets a number. Names depend on the documents before alone, so that they stay the same
/// while a history grows, and with them the prefix that is cached (lessons L55, M71).
#[derive(Clone, Default)]
pub(crate) struct DocumentNames(Seen);

impl DocumentNames {
    /// Takes down the names of a block's documents that stay as they are, since the model said them.
    pub(crate) fn keep(&mut self, block: &ContentBlock) {
        if let ContentBlock::Document(document) = block {
            self.0.insert(&document.name);
        }
    }

    /// Gives the documents of a block names of their own; whether a name changed.
    pub(crate) fn settle(&mut self, block: &mut ContentBlock) -> bool {
        match block {
            ContentBlock::Document(document) => self.settle_name(&mut document.name),
            ContentBlock::ToolResult(result) => {
                let mut changed = false;
                for part in &mut result.content {
                    if let ToolResultContentBlock::Document(document) = part {
                        changed |= self.settle_name(&mut document.name);
                    }
                }
                changed
            }
            _ => false,
        }
    }

    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Forgets all but the first names.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    fn settle_name(&mut self, name: &mut String) -> bool {
        if self.0.insert(name) {
            return false;
        }
        let own = self.0.numbered(name, |number| {
            let ending = format!(" {number}");
            let start: String = name.chars().take(LONGEST - ending.len()).collect();
            format!("{}{ending}", start.trim_end())
        });
        own.into_iter().for_each(|own| *name = own);
        true
    }
}
