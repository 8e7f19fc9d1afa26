//! The turns made so far, whichever strategy makes them alternate.

use outcrop_core::NoteAction;

use super::{MessageDraft, RepairContext};
use crate::encode::turn::{Turn, TurnBlock, TurnRole};
use crate::naming::UniqueNames;
use crate::rule::Rule;

/// A way to make turns alternate between user and assistant.
pub(super) trait Strategy {
    /// Adds what a message says in a user turn. `index` is the index of the draft.
    fn add_user(
        &mut self,
        draft: MessageDraft,
        index: usize,
        turns: &mut TurnBuilder,
        cx: &mut RepairContext<'_>,
    );

    /// Adds what a message says in an assistant turn.
    ///
    /// Returns the position before it if it answers a user turn, so that everything before it is final.
    fn add_assistant(
        &mut self,
        draft: MessageDraft,
        index: usize,
        turns: &mut TurnBuilder,
        cx: &mut RepairContext<'_>,
    ) -> Option<Position>;

    /// Ends the user turn that is being made, if there is one.
    fn end_user_turn(&mut self, turns: &mut TurnBuilder, cx: &mut RepairContext<'_>);
}

/// A point between two turns: how much there is before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    pub(super) turns: usize,
    pub(super) call_ids: usize,
    pub(super) notes: usize,
}

/// The turns made so far.
pub(super) struct TurnBuilder {
    /// How many turns precede `turns`.
    preceding: usize,
    pub(super) turns: Vec<Turn>,
    /// The ids of all calls so far.
    pub(super) call_ids: UniqueNames,
    has_placeholder: bool,
}

impl TurnBuilder {
    /// Creates a builder that continues after some turns. The last of them is the user's.
    ///
    /// An empty placeholder represents the last of them: rules look at the turn before, and what they attach to it is
    /// in the original already.
    pub(super) fn after(preceding: usize, call_ids: UniqueNames) -> Self {
        let has_placeholder = preceding > 0;
        let placeholder = has_placeholder.then(|| Turn { role: TurnRole::User, blocks: Vec::new() });
        Self {
            preceding: preceding.saturating_sub(1),
            turns: placeholder.into_iter().collect(),
            call_ids,
            has_placeholder,
        }
    }

    /// Returns how many turns there are, with the preceding ones.
    pub(super) fn len(&self) -> usize {
        self.preceding + self.turns.len()
    }

    /// Returns where the next turn would begin.
    pub(super) fn position(&self, cx: &RepairContext<'_>) -> Position {
        Position { turns: self.len(), call_ids: self.call_ids.len(), notes: cx.notes.len() }
    }

    pub(super) fn push(&mut self, role: TurnRole, blocks: Vec<TurnBlock>) {
        self.turns.push(Turn { role, blocks });
    }

    /// Returns the last turn if it has this role.
    pub(super) fn last_mut(&mut self, role: TurnRole) -> Option<&mut Turn> {
        self.turns.last_mut().filter(|last| last.role == role)
    }

    /// Returns the turns without the placeholder, and the ids of all calls.
    pub(super) fn into_parts(mut self) -> (Vec<Turn>, UniqueNames) {
        self.turns.drain(..usize::from(self.has_placeholder));
        (self.turns, self.call_ids)
    }

    /// Moves cache points that would be first in their turn to the end of the turn before it.
    ///
    /// A cache point caches what precedes it, and the service rejects one that begins a message's content.
    pub(super) fn attach_leading_cache_points(
        &mut self,
        blocks: &mut Vec<TurnBlock>,
        cx: &mut RepairContext<'_>,
    ) {
        let leading = blocks.iter().take_while(|block| block.is_cache_point()).count();
        if leading == 0 || !cx.has(Rule::CachePosition) {
            return;
        }
        // See https://github.com/pydantic/pydantic-ai/issues/7004 (L62).
        for point in blocks.drain(..leading) {
            let path = point.path;
            let (action, message) = match self.turns.last_mut() {
                Some(last) => {
                    last.blocks.push(point);
                    (
                        NoteAction::Moved,
                        "moved to the end of the turn before it: nothing precedes it in its own turn",
                    )
                }
                None => (NoteAction::Dropped, "dropped the cache point: nothing precedes it"),
            };
            cx.note(Rule::CachePosition, action, path, message);
        }
    }
}
