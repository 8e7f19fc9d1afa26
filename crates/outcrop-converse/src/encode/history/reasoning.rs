//! Reasoning of earlier turns: which of it goes back to the model, and where it is in its turn.

use outcrop_core::{JsonObject, NoteAction};

use super::{MessageDraft, RepairContext};
use crate::catalog::ReasoningReplay;
use crate::encode::turn::{Author, Turn, TurnBlock, TurnRole};
use crate::rule::Rule;
use crate::wire::{ContentBlock, ReasoningContentBlock};

/// The text of an assistant turn that has nothing but reasoning.
const REASONING_ONLY_TEXT: &str = "[nothing was said in this turn]";

/// Drops the reasoning that the model does not accept back.
///
/// Responses record the model that signed or encrypted reasoning (`model` in the `extra` of the block). Reasoning without
/// a record is treated as the model's own.
pub(super) fn drop_unsupported_reasoning(draft: &mut MessageDraft, cx: &mut RepairContext<'_>) {
    if !cx.has(Rule::ReasoningReplay) {
        return;
    }
    // Signatures and ciphertext are valid for the model that made them alone: https://github.com/block/goose/pull/10007.
    // Unsigned reasoning is a 400 on Claude, and leaks into the answer on gpt-oss:
    // https://github.com/maximhq/bifrost/issues/6942 (L76 to L78, M31 to M34).
    let (role, replay) = (draft.role, cx.model.reasoning);
    draft.blocks.retain_mut(|block| {
        let is_foreign = block.author == Author::OtherModel;
        let ContentBlock::ReasoningContent(reasoning) = &mut block.block else { return true };
        let rejection = match block.author {
            Author::OtherConversation => {
                Some("dropped the reasoning: the service rejected it as that of another conversation")
            }
            _ => rejection(reasoning, role, replay, is_foreign),
        };
        if let Some(reason) = rejection {
            cx.note(Rule::ReasoningReplay, NoteAction::Dropped, block.path, reason);
            return false;
        }
        if let ReasoningContentBlock::ReasoningText(text) = reasoning {
            // Responses may have a signature alone, and requests require the text, even if it is empty:
            // https://github.com/danny-avila/LibreChat/issues/12722.
            text.text.get_or_insert_default();
        }
        if replay == ReasoningReplay::Unsigned && remove_signature(reasoning, is_foreign) {
            let message = "dropped the signature of the reasoning: the model rejects signatures";
            cx.note(Rule::ReasoningReplay, NoteAction::Changed, block.path, message);
        }
        true
    });
}

/// Moves the first reasoning of a turn before everything else in it.
///
/// Blocks stay unchanged, and later reasoning of the turn stays where it is.
pub(super) fn move_reasoning_first(turn: &mut Turn, cx: &mut RepairContext<'_>) {
    if turn.role == TurnRole::User
        || cx.model.reasoning != ReasoningReplay::Signed
        || !cx.has(Rule::ReasoningFirst)
    {
        return;
    }
    // "Expected thinking or redacted_thinking, but found tool_use": https://github.com/spring-projects/spring-ai/issues/6413
    // (L74, M30).
    let Some(start) = turn.blocks.iter().position(is_reasoning).filter(|start| *start > 0) else { return };
    let count = turn.blocks.iter().skip(start).take_while(|block| is_reasoning(block)).count();
    if let Some(first) = turn.blocks.get(start) {
        let message = "moved to the front of its turn: signed reasoning must come first";
        cx.note(Rule::ReasoningFirst, NoteAction::Moved, first.path, message);
    }
    if let Some(blocks) = turn.blocks.get_mut(..start + count) {
        blocks.rotate_left(start);
    }
}

/// Adds a text to an assistant turn of reasoning alone.
pub(super) fn add_text_to_reasoning(turn: &mut Turn, cx: &mut RepairContext<'_>) {
    let applies = turn.role == TurnRole::Assistant
        && cx.model.rejects_prefill_in_history
        && cx.has(Rule::ReasoningAlone)
        && turn.blocks.iter().all(|block| is_reasoning(block) || block.is_cache_point());
    let Some(path) = turn.blocks.last().map(|last| last.path).filter(|_| applies) else { return };
    // To drop the turn instead would lose its reasoning, and two user turns would meet (L5).
    turn.blocks.push(TurnBlock::text(REASONING_ONLY_TEXT.to_owned(), path));
    let message = "added a text to the turn: the model rejects a turn of reasoning alone";
    cx.note(Rule::ReasoningAlone, NoteAction::Added, path, message);
}

fn is_reasoning(block: &TurnBlock) -> bool {
    matches!(block.block, ContentBlock::ReasoningContent(_))
}

/// Returns why a block does not go back, if it does not.
fn rejection(
    block: &ReasoningContentBlock,
    role: TurnRole,
    replay: ReasoningReplay,
    is_foreign: bool,
) -> Option<&'static str> {
    if role == TurnRole::User {
        return Some("dropped the reasoning: only assistant turns have reasoning");
    }
    match (replay, block) {
        (ReasoningReplay::Unsupported, _) => {
            Some("dropped the reasoning: the model rejects reasoning in a request")
        }
        // This holds for unknown models as well: none has a use for another model's signature.
        (ReasoningReplay::Unknown | ReasoningReplay::Signed | ReasoningReplay::Encrypted, _)
            if is_foreign =>
        {
            Some("dropped the reasoning: another model signed or encrypted it")
        }
        (ReasoningReplay::Unknown, _)
        | (ReasoningReplay::Signed | ReasoningReplay::Unsigned, ReasoningContentBlock::Unknown(_))
        | (ReasoningReplay::Signed | ReasoningReplay::Encrypted, ReasoningContentBlock::RedactedContent(_)) => {
            None
        }
        (ReasoningReplay::Encrypted, _) => {
            Some("dropped the reasoning: the model accepts only reasoning that it encrypted")
        }
        (ReasoningReplay::Signed, ReasoningContentBlock::ReasoningText(text)) => {
            let is_signed = text.signature.as_deref().is_some_and(|signature| !signature.is_empty());
            (!is_signed).then_some("dropped the reasoning: the model accepts only reasoning that it signed")
        }
        (ReasoningReplay::Unsigned, ReasoningContentBlock::RedactedContent(_)) => {
            Some("dropped the reasoning: the model rejects encrypted reasoning")
        }
        (ReasoningReplay::Unsigned, ReasoningContentBlock::ReasoningText(text)) => {
            let is_blank = text.text.as_deref().is_none_or(|text| text.trim().is_empty());
            is_blank.then_some("dropped the reasoning: it is empty without its signature")
        }
    }
}

/// Removes the signature of a block, and members that only another model knows. Returns whether there was any.
fn remove_signature(block: &mut ReasoningContentBlock, is_foreign: bool) -> bool {
    let ReasoningContentBlock::ReasoningText(text) = block else { return false };
    let has_foreign_members = is_foreign && !text.unknown.is_empty();
    if has_foreign_members {
        text.unknown = JsonObject::new();
    }
    text.signature.take().is_some() || has_foreign_members
}

#[cfg(test)]
mod tests;
