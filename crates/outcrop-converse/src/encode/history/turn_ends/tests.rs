//! Tests of the first and the last turn.

use outcrop_core::ModelRequest;

use crate::encode::encode_request;
use crate::encode::history::tests::{CLAUDE, CLAUDE_4_6, KIMI, NOVA, UNKNOWN, assert_turns, notes};
use crate::options::EncodeOptions;

/// The text of a turn after an assistant turn that the model does not continue.
const CONTINUE: &str = "Please continue your response from where you left off.";

#[test]
fn first_turn_is_a_user_turn_unless_the_family_allows_another() {
    // Claude and Kimi accept an assistant turn first (L4).
    assert_turns(&[
        (CLAUDE, "a:x u:a", "a(x) u(a)"),
        (KIMI, "a:x u:a", "a(x) u(a)"),
        (NOVA, "a:x u:a", "u(.) a(x) u(a)"),
        (UNKNOWN, "a:x u:a", "u(.) a(x) u(a)"),
    ]);
}

#[test]
fn assistant_turn_at_the_end_is_trimmed_or_followed_by_a_user_turn() {
    // Models that continue it reject white space at its end (L6), others reject the turn (L5).
    assert_turns(&[
        (CLAUDE, "u:a a:x_", "u(a) a(x)"),
        (CLAUDE_4_6, "u:a a:x_", &format!("u(a) a(x ) u({CONTINUE})")),
        (UNKNOWN, "u:a a:x_", &format!("u(a) a(x ) u({CONTINUE})")),
        (CLAUDE, "u:a a:x_ u:b", "u(a) a(x ) u(b)"),
        (CLAUDE, "u:a a:x_,|", "u(a) a(x, |)"),
        (CLAUDE, "u:a a:<sig>", &format!("u(a) a(reasoningContent) u({CONTINUE})")),
    ]);
}

#[test]
fn thinking_model_does_not_continue_an_assistant_turn() {
    // No model continues an assistant turn while it thinks (L5).
    for (effort, expected) in [
        (r#""reasoning_effort":"low""#, &["max_tokens [params.max_tokens]", "messages[2] [turns.last]"][..]),
        (r#""reasoning_effort":"none""#, &[]),
    ] {
        let params = format!(
            r#"{{"model":"{CLAUDE}","messages":[{{"role":"user","content":"a"}},{{"role":"assistant","content":"The"}}],{effort}}}"#
        );
        let encoded =
            encode_request(&ModelRequest::from_json(&params).unwrap(), &EncodeOptions::converse()).unwrap();
        let mut notes = notes(&encoded);
        notes.sort();
        assert_eq!(notes, expected, "{effort}");
        let turns = encoded.body.messages.as_deref().unwrap_or_default();
        assert_eq!(turns.len(), if expected.is_empty() { 2 } else { 3 });
    }
}
