//! Tests of the ids of calls.

use crate::encode::history::tests::{CLAUDE, assert_turns};

#[test]
fn repeated_call_ids_are_made_unique() {
    // Within a turn and in several turns. The result follows its call (M13).
    assert_turns(&[
        (CLAUDE, "u:a a:?1,?1 u:!1,!1", "u(a) a(?1, ?1-2) u(!1, !1-2)"),
        (
            CLAUDE,
            "u:a a:?1 u:!1 a:?1 u:!1 a:?1-2 u:!1-2",
            "u(a) a(?1) u(!1) a(?1-2) u(!1-2) a(?1-2-2) u(!1-2-2)",
        ),
    ]);
}
