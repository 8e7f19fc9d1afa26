//! Blank text and empty messages.

use outcrop_core::NoteAction;

use super::{MessageDraft, RepairContext, TurnStrategy};
use crate::block_path::BlockPath;
use crate::rule::Rule;
use crate::wire::ContentBlock;

/// Drops text of nothing but white space.
pub(super) fn drop_blank_text(draft: &mut MessageDraft, cx: &mut RepairContext<'_>) {
    if !cx.has(Rule::BlankText) {
        return;
    }
    // The service rejected empty text first, and blank text later: https://github.com/boto/botocore/issues/3525,
    // https://github.com/continuedev/continue/issues/9767 (L8, M19).
    draft.blocks.retain(|block| {
        let is_blank = matches!(&block.block, ContentBlock::Text(text) if text.trim().is_empty());
        if is_blank {
            let message = "dropped the text: the service rejects blank text";
            cx.note(Rule::BlankText, NoteAction::Dropped, block.path, message);
        }
        !is_blank
    });
}

/// Drops the drafts of a message that are empty, those from `first` on.
///
/// This comes before turns are merged: two user turns may meet where an empty assistant message was (L7, M21).
pub(super) fn drop_empty_drafts(
    drafts: &mut Vec<MessageDraft>,
    first: usize,
    message: usize,
    strategy: TurnStrategy,
    cx: &mut RepairContext<'_>,
) {
    // AG2 never sends an empty message, whatever rules are in force.
    if !cx.has(Rule::EmptyMessages) && strategy == TurnStrategy::Merge {
        return;
    }
    if drafts.iter().skip(first).any(|draft| draft.blocks.is_empty()) {
        let added = drafts.split_off(first);
        drafts.extend(added.into_iter().filter(|draft| !draft.blocks.is_empty()));
    }
    if drafts.len() == first {
        let reason = "dropped the message: it has no content";
        cx.note(Rule::EmptyMessages, NoteAction::Dropped, BlockPath::message(message), reason);
    }
}

#[cfg(test)]
mod tests;
