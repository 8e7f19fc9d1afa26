//! Tests of messages with blocks of both roles.

use crate::encode::history::tests::{CLAUDE, NOVA, assert_turns};

#[test]
fn results_in_an_assistant_message_become_a_user_turn() {
    // Results of tools that the service ran stay where they are (L46).
    assert_turns(&[
        (CLAUDE, "u:a a:x,?1,!1,y u:b", "u(a) a(x, ?1) u(!1) a(y) u(b)"),
        (NOVA, "u:a a:<server>,x u:b", "u(a) a(?s, !s, x) u(b)"),
    ]);
}
