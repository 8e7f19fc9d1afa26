//! Tests of blank text and empty messages.

use crate::encode::history::tests::{CLAUDE, assert_turns};

#[test]
fn blank_text_is_dropped_with_a_filler_for_an_empty_turn() {
    // The service rejects blank text and empty turns (L8, M19).
    assert_turns(&[(CLAUDE, "u:_", "u(.)"), (CLAUDE, "u:a,_", "u(a)"), (CLAUDE, "u:a a:_ u:b", "u(a, b)")]);
}
