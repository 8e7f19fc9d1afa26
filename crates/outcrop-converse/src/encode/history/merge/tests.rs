//! Tests of merged turns.

use crate::encode::history::tests::{
    CLAUDE, LLAMA, MISTRAL, NOVA, PALMYRA, UNKNOWN, assert_turns, history, prepare,
};

/// The text of a result that was not recorded.
const NO_RESULT: &str = "[no result was recorded for this tool call]";

#[test]
fn blank_messages_are_dropped_before_turns_are_merged() {
    // Merged first, the turns around a blank message would not be adjacent (L7, M21).
    assert_turns(&[
        (CLAUDE, "u:a a:_ u:b", "u(a, b)"),
        (CLAUDE, "u:a a:b a:c u:d u:e", "u(a) a(b, c) u(d, e)"),
    ]);
}

#[test]
fn results_of_an_assistant_turn_come_first_in_the_next_user_turn() {
    // Whether they are in several messages, out of order, or after other text (L1, M10).
    assert_turns(&[
        (CLAUDE, "u:a a:?1,?2,?3 u:!3 u:!1 u:!2", "u(a) a(?1, ?2, ?3) u(!3, !1, !2)"),
        (CLAUDE, "u:a a:?1 u:b,!1", "u(a) a(?1) u(!1, b)"),
        (CLAUDE, "u:a a:?1 u:b u:!1", "u(a) a(?1) u(!1, b)"),
        (CLAUDE, "u:a a:?1 a:?2 u:!1 u:!2", "u(a) a(?1, ?2) u(!1, !2)"),
    ]);
}

#[test]
fn calls_without_a_result_get_one() {
    // In the next user turn, next to the results that are there (L43, M12).
    assert_turns(&[
        (CLAUDE, "u:a a:?1 u:b", "u(a) a(?1) u(!1, b)"),
        (CLAUDE, "u:a a:?1", "u(a) a(?1) u(!1)"),
        (CLAUDE, "u:a a:?1,?2 u:!2 a:x u:b", "u(a) a(?1, ?2) u(!2, !1) a(x) u(b)"),
    ]);
}

#[test]
fn missing_result_has_an_error_status_if_supported() {
    for (model, status) in
        [(CLAUDE, r#","status":"error""#), (UNKNOWN, r#","status":"error""#), (PALMYRA, "")]
    {
        let encoded = prepare(model, &history("u:a a:?1"));
        let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        let expected =
            format!(r#"{{"toolResult":{{"toolUseId":"1","content":[{{"text":"{NO_RESULT}"}}]{status}}}}}"#);
        assert!(body.contains(&expected), "{model}: {body}");
    }
}

#[test]
fn results_without_a_call_become_text() {
    // At any index, and if a call has more than one result (L44, M13).
    assert_turns(&[
        (CLAUDE, "u:!9,a", "u([tool result 9] out, a)"),
        (CLAUDE, "u:a a:x u:!9", "u(a) a(x) u([tool result 9] out)"),
        (CLAUDE, "u:a a:?1 u:!1,!1 a:x u:b", "u(a) a(?1) u(!1, [tool result 1] out) a(x) u(b)"),
        (CLAUDE, "u:a a:?1 u:b a:x u:!1", "u(a) a(?1) u(!1, b) a(x) u([tool result 1] out)"),
    ]);
}

#[test]
fn content_that_cannot_be_next_to_results_gets_a_turn_of_its_own() {
    // Llama, Mistral and Writer reject text next to results (L2, M11), Claude rejects documents and videos (L3).
    assert_turns(&[
        (LLAMA, "u:a a:?1 u:!1,b", "u(a) a(?1) u(!1) a(.) u(b)"),
        (PALMYRA, "u:a a:?1 u:!1 u:b,<doc>", "u(a) a(?1) u(!1) a(.) u(b, document)"),
        (MISTRAL, "u:a a:?123456789 u:b", "u(a) a(?123456789) u(!123456789) a(.) u(b)"),
        (NOVA, "u:a a:?1 u:!1,b", "u(a) a(?1) u(!1, b)"),
        (CLAUDE, "u:a a:?1 u:!1,b,<img>", "u(a) a(?1) u(!1, b, image)"),
        (CLAUDE, "u:a a:?1 u:!1,b,<doc>", "u(a) a(?1) u(!1) a(.) u(b, document)"),
        (CLAUDE, "u:a a:?1 u:!1,|,<doc>", "u(a) a(?1) u(!1, |) a(.) u(See attached document(s)., document)"),
        (NOVA, "u:a a:?1 u:!1,<doc>", "u(a) a(?1) u(!1, See attached document(s)., document)"),
    ]);
}
