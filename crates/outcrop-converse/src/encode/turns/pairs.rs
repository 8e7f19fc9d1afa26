//! Which calls have results.

use std::collections::BTreeSet;

use crate::repair::{Draft, Side, is_call};
use crate::wire::ContentBlock;

/// Which calls have results and which results have calls.
#[derive(Default)]
pub(super) struct Pairs {
    /// Position of the draft, id of the call.
    answered: BTreeSet<(usize, String)>,
    /// Position of the draft, and of the result in it.
    matched: BTreeSet<(usize, usize)>,
}

impl Pairs {
    /// Pairs the calls of each turn with the results that follow before anyone says something else; the first result
    /// of an id counts.
    pub(super) fn of(drafts: &[Draft]) -> Self {
        let mut pairs = Self::default();
        for (position, draft) in drafts.iter().enumerate() {
            let calls = draft.pieces.iter().filter_map(|piece| match &piece.block {
                ContentBlock::ToolUse(call) if is_call(&piece.block) => Some(call.tool_use_id.as_str()),
                _ => None,
            });
            let mut open: BTreeSet<&str> = calls.collect();
            for (later, following) in drafts.iter().enumerate().skip(position + 1) {
                if open.is_empty() || following.side == Side::Assistant {
                    break;
                }
                let mut only_results = true;
                for (index, piece) in following.pieces.iter().enumerate() {
                    let ContentBlock::ToolResult(result) = &piece.block else {
                        only_results = false;
                        continue;
                    };
                    if open.remove(result.tool_use_id.as_str()) {
                        pairs.answered.insert((position, result.tool_use_id.clone()));
                        pairs.matched.insert((later, index));
                    }
                }
                if !only_results {
                    break;
                }
            }
        }
        pairs
    }

    /// Whether a result follows that has the id of a call.
    pub(super) fn has_result(&self, position: usize, id: &str) -> bool {
        self.answered.contains(&(position, id.to_owned()))
    }

    /// Whether a result answers a call.
    pub(super) fn has_call(&self, position: usize, index: usize) -> bool {
        self.matched.contains(&(position, index))
    }
}
