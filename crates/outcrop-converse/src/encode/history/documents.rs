//! Document names, made legal and unique, and the text that must accompany documents.

use outcrop_core::NoteAction;

use super::{MessageDraft, RepairContext};
use crate::encode::turn::{Author, Turn, TurnBlock, TurnRole};
use crate::naming::{UniqueNames, document};
use crate::rule::Rule;
use crate::wire::{ContentBlock, ToolResultContentBlock};

/// The text that is inserted before documents that have none.
const DOCUMENT_TEXT: &str = "See attached document(s).";

/// Gives a document a name that no earlier document of the conversation has.
///
/// The service rejects two documents of one name in a request (L55).
pub(super) fn make_names_unique(block: &mut TurnBlock, names: &mut UniqueNames, cx: &mut RepairContext<'_>) {
    let ContentBlock::Document(document) = &mut block.block else { return };
    if block.author == Author::Model {
        // The model's own documents go back as they came, but their names are in use.
        names.insert(&document.name);
    } else if cx.has(Rule::DocumentNames) && rename(&mut document.name, names) {
        note_renamed(block, cx);
    }
}

/// Gives the documents in a user turn's tool results names of their own.
pub(super) fn make_result_names_unique(
    draft: &mut MessageDraft,
    names: &mut UniqueNames,
    cx: &mut RepairContext<'_>,
) {
    if draft.role != TurnRole::User || !cx.has(Rule::DocumentNames) {
        return;
    }
    for block in &mut draft.blocks {
        let ContentBlock::ToolResult(result) = &mut block.block else { continue };
        let mut is_renamed = false;
        for part in &mut result.content {
            if let ToolResultContentBlock::Document(document) = part {
                is_renamed |= rename(&mut document.name, names);
            }
        }
        if is_renamed {
            note_renamed(block, cx);
        }
    }
}

/// Replaces a name that is in use, and returns whether it was.
fn rename(name: &mut String, names: &mut UniqueNames) -> bool {
    if names.insert(name) {
        return false;
    }
    // A number by the order of documents stays the same while a history grows. A random name changes the prefix of every
    // request, so that no prompt cache is ever read: rig, `types/document.rs` (M71).
    let unique = names.disambiguate(name, |number| document::numbered_name(name, number));
    if let Some(unique) = unique {
        *name = unique;
    }
    true
}

fn note_renamed(block: &TurnBlock, cx: &mut RepairContext<'_>) {
    let message = "renamed the document: an earlier document has the same name";
    cx.note(Rule::DocumentNames, NoteAction::Changed, block.path, message);
}

/// Inserts a text before the documents of a user turn that has none. Tool results stay first.
///
/// The service rejects a document without text in the same message: see `DocumentBlock` in AWS's API reference.
pub(super) fn add_text_to_documents(turn: &mut Turn, cx: &mut RepairContext<'_>) {
    if turn.role == TurnRole::Assistant {
        return;
    }
    let mut document = None;
    for block in &turn.blocks {
        match &block.block {
            ContentBlock::Text(_) => return,
            ContentBlock::Document(_) if document.is_none() => document = Some(block.path),
            _ => {}
        }
    }
    let Some(path) = document.filter(|_| cx.has(Rule::DocumentText)) else { return };
    // Tool results must come first in their turn; the text may be anywhere before the document. See
    // https://github.com/boto/botocore/issues/3525 (L56, M69).
    let results = turn.blocks.iter().take_while(|block| block.is_result()).count();
    turn.blocks.insert(results, TurnBlock::text(DOCUMENT_TEXT.to_owned(), path));
    let message = "inserted a text before it: the service rejects a document without text";
    cx.note(Rule::DocumentText, NoteAction::Added, path, message);
}

#[cfg(test)]
mod tests;
