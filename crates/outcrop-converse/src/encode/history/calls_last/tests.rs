//! Tests of text after the calls of a turn.

use crate::encode::history::tests::{
    CLAUDE, CLAUDE_4_6, assert_unchanged_when_encoded_again, history, notes, prepare, short,
};

const SONNET_5: &str = "global.anthropic.claude-sonnet-5";

#[test]
fn text_after_calls_moves_before_them() {
    for (model, blocks, expected) in [
        (SONNET_5, "x,?1,y", "x, y, ?1"),
        (SONNET_5, "?1,y", "y, ?1"),
        (SONNET_5, "x,?1", "x, ?1"),
        (SONNET_5, "<sig>,?1,y", "reasoningContent, y, ?1"),
        // These accept it.
        (CLAUDE_4_6, "x,?1,y", "x, ?1, y"),
        (CLAUDE, "x,?1,y", "x, ?1, y"),
    ] {
        let encoded = prepare(model, &history(&format!("u:a a:{blocks} u:!1 a:c u:d")));
        let turns = short(&encoded);
        assert!(turns.starts_with(&format!("u(a) a({expected}) u(")), "{model}, {blocks}: {turns}");
        let is_moved = expected != blocks.replace(',', ", ").replace("<sig>", "reasoningContent");
        assert_eq!(
            notes(&encoded).iter().any(|note| note.ends_with("[tool_use.last]")),
            is_moved,
            "{model}, {blocks}"
        );
        assert_unchanged_when_encoded_again(&encoded);
    }
}
