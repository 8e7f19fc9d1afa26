//! Which calls have results.

use std::collections::BTreeSet;

use super::{Piece, Speech};
use crate::encode::place::Place;

/// Which calls have results and which results have calls.
#[derive(Default)]
pub(super) struct Pairs {
    /// Position of the speech, id of the call.
    pub(super) answered: BTreeSet<(usize, String)>,
    /// Position of the speech, place of the result.
    pub(super) matched: BTreeSet<(usize, Place)>,
}

impl Pairs {
    /// Pairs the calls of each turn with the results that follow before anyone says something else; the first result
    /// of an id counts.
    pub(super) fn of(speeches: &[Speech<'_>]) -> Self {
        let mut pairs = Self::default();
        for (position, speech) in speeches.iter().enumerate() {
            let Speech::Calls { pieces, .. } = speech else { continue };
            let mut open: BTreeSet<&str> = pieces
                .iter()
                .filter_map(
                    |piece| if let Piece::Call(call, _) = piece { Some(call.id.as_str()) } else { None },
                )
                .collect();
            for (later, following) in speeches.iter().enumerate().skip(position + 1) {
                let Speech::Results { results, .. } = following else { break };
                for (result, place) in results {
                    if open.remove(result.tool_call_id.as_str()) {
                        pairs.answered.insert((position, result.tool_call_id.clone()));
                        pairs.matched.insert((later, *place));
                    }
                }
            }
        }
        pairs
    }
}
