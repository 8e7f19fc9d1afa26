//! Turns, calls and results.

use super::{
    CLAUDE, CLAUDE_4_6, DEEPSEEK, KIMI, LLAMA, MISTRAL, NOVA, PALMYRA, UNKNOWN, assert_settled, history,
    notes, repaired, repaired_by, short,
};
use crate::Rules;

const NONE: &str = "[no result was recorded for this tool call]";
const GO_ON: &str = "Please continue your response from where you left off.";

#[test]
fn turns_are_what_the_model_takes() {
    for (model, given, expected) in [
        // L7, M21: what says nothing is left out first, then turns are joined.
        (CLAUDE, "u:a a:_ u:b", "u(a, b)"),
        (CLAUDE, "u:a a:b a:c u:d u:e", "u(a) a(b, c) u(d, e)"),
        (CLAUDE, "u:_", "u(.)"),
        // L4
        (CLAUDE, "a:x u:a", "a(x) u(a)"),
        (KIMI, "a:x u:a", "a(x) u(a)"),
        (NOVA, "a:x u:a", "u(.) a(x) u(a)"),
        (UNKNOWN, "a:x u:a", "u(.) a(x) u(a)"),
        // L5, L6
        (CLAUDE, "u:a a:x_", "u(a) a(x)"),
        (CLAUDE_4_6, "u:a a:x_", &format!("u(a) a(x ) u({GO_ON})")),
        (UNKNOWN, "u:a a:x_", &format!("u(a) a(x ) u({GO_ON})")),
        (CLAUDE, "u:a a:x_ u:b", "u(a) a(x ) u(b)"),
        (CLAUDE, "u:a a:x_,|", "u(a) a(x, |)"),
        (CLAUDE, "u:a a:<sig>", &format!("u(a) a(reasoningContent) u({GO_ON})")),
        // L43, M12
        (CLAUDE, "u:a a:?1 u:b", "u(a) a(?1) u(!1, b)"),
        (CLAUDE, "u:a a:?1", "u(a) a(?1) u(!1)"),
        (CLAUDE, "u:a a:?1,?2 u:!2 a:x u:b", "u(a) a(?1, ?2) u(!2, !1) a(x) u(b)"),
        // L1, M10: split, out of order, after other words.
        (CLAUDE, "u:a a:?1,?2,?3 u:!3 u:!1 u:!2", "u(a) a(?1, ?2, ?3) u(!3, !1, !2)"),
        (CLAUDE, "u:a a:?1 u:b,!1", "u(a) a(?1) u(!1, b)"),
        (CLAUDE, "u:a a:?1 u:b u:!1", "u(a) a(?1) u(!1, b)"),
        (CLAUDE, "u:a a:?1 a:?2 u:!1 u:!2", "u(a) a(?1, ?2) u(!1, !2)"),
        // L44, M13: orphans at every index, a result twice.
        (CLAUDE, "u:!9,a", "u([tool result 9] out, a)"),
        (CLAUDE, "u:a a:x u:!9", "u(a) a(x) u([tool result 9] out)"),
        (CLAUDE, "u:a a:?1 u:!1,!1 a:x u:b", "u(a) a(?1) u(!1, [tool result 1] out) a(x) u(b)"),
        (CLAUDE, "u:a a:?1 u:b a:x u:!1", "u(a) a(?1) u(!1, b) a(x) u([tool result 1] out)"),
        // M13: an id twice, in one turn and in two.
        (CLAUDE, "u:a a:?1,?1 u:!1,!1", "u(a) a(?1, ?1-2) u(!1, !1-2)"),
        (
            CLAUDE,
            "u:a a:?1 u:!1 a:?1 u:!1 a:?1-2 u:!1-2",
            "u(a) a(?1) u(!1) a(?1-2) u(!1-2) a(?1-2-2) u(!1-2-2)",
        ),
        // A result within the assistant's own message is the user's.
        (CLAUDE, "u:a a:x,?1,!1,y u:b", "u(a) a(x, ?1) u(!1) a(y) u(b)"),
        // L46: tools of the service stay where they are.
        (NOVA, "u:a a:<server>,x u:b", "u(a) a(?s, !s, x) u(b)"),
        // W15: a model without tools.
        (DEEPSEEK, "u:a a:x,?1 u:!1,b", "u(a) a(x, [tool call 1] f {}) u([tool result 1] out, b)"),
        (DEEPSEEK, "u:a a:?1 u:b", "u(a) a([tool call 1] f {}) u(b)"),
        // L2, M11
        (LLAMA, "u:a a:?1 u:!1,b", "u(a) a(?1) u(!1) a(.) u(b)"),
        (PALMYRA, "u:a a:?1 u:!1 u:b,<doc>", "u(a) a(?1) u(!1) a(.) u(b, document)"),
        (MISTRAL, "u:a a:?123456789 u:b", "u(a) a(?123456789) u(!123456789) a(.) u(b)"),
        (NOVA, "u:a a:?1 u:!1,b", "u(a) a(?1) u(!1, b)"),
        // L3
        (CLAUDE, "u:a a:?1 u:!1,b,<img>", "u(a) a(?1) u(!1, b, image)"),
        (CLAUDE, "u:a a:?1 u:!1,b,<doc>", "u(a) a(?1) u(!1) a(.) u(b, document)"),
        (CLAUDE, "u:a a:?1 u:!1,|,<doc>", "u(a) a(?1) u(!1, |) a(.) u(See attached document(s)., document)"),
        (NOVA, "u:a a:?1 u:!1,<doc>", "u(a) a(?1) u(!1, See attached document(s)., document)"),
    ] {
        let encoded = repaired(model, &history(given));
        assert_eq!(short(&encoded), expected, "{model}: {given}");
        assert_settled(&encoded);
    }
}

#[test]
fn each_change_is_noted_with_its_place() {
    for (model, given, expected) in [
        (
            CLAUDE,
            "u:a u:_ u:b",
            &[
                "messages[1].content[0] [content.blank]",
                "messages[1] [messages.empty]",
                "messages[2] [turns.alternate]",
            ][..],
        ),
        (NOVA, "a:x u:a", &["messages[0].content[0] [turns.first]"]),
        (CLAUDE_4_6, "u:a a:x", &["messages[2] [turns.last]"]),
        (CLAUDE, "u:a a:x_", &["messages[1].content[0] [turns.trailing_space]"]),
        (CLAUDE, "u:a a:x u:b,!9", &["messages[2].content[1] [tool_result.orphan]"]),
        // Results that come one by one are no fault of anyone's.
        (CLAUDE, "u:a a:?1,?2 u:!1 u:!2", &["messages[1].content[0] [tools.history]"]),
        (
            CLAUDE,
            "u:a a:?1,?1 u:!1,b",
            &[
                "messages[1].content[1] [tool_use.duplicate]",
                "messages[1].content[1] [tool_use.unanswered]",
                "messages[1].content[0] [tools.history]",
            ],
        ),
        (
            LLAMA,
            "u:a a:?1 u:!1,b",
            &["messages[2].content[1] [tool_result.alone]", "messages[1].content[0] [tools.history]"],
        ),
    ] {
        assert_eq!(notes(&repaired(model, &history(given))), expected, "{model}: {given}");
    }
}

#[test]
fn a_call_without_a_result_gets_one_that_says_so() {
    for (model, status) in
        [(CLAUDE, r#","status":"error""#), (UNKNOWN, r#","status":"error""#), (PALMYRA, "")]
    {
        let encoded = repaired(model, &history("u:a a:?1"));
        let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        let expected =
            format!(r#"{{"toolResult":{{"toolUseId":"1","content":[{{"text":"{NONE}"}}]{status}}}}}"#);
        assert!(body.contains(&expected), "{body}");
    }
}

#[test]
fn tools_of_the_history_are_offered() {
    let encoded = repaired(NOVA, &history("u:a a:?1,<server> u:!1"));
    let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
    assert!(
        body.ends_with(
            r#""toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"f","inputSchema":{"json":{"type":"object","properties":{}}}}},{"systemTool":{"name":"nova_grounding"}}]}}"#
        ),
        "{body}"
    );
    assert_settled(&encoded);
    // L44: results alone are told in words, so that no tool is needed.
    assert_eq!(repaired(NOVA, &history("u:!1")).body.tool_config, None);
}

#[test]
fn a_model_that_takes_no_status_is_told_of_failure_in_words() {
    let failed = r#"{"role":"user","content":[{"toolResult":{"toolUseId":"1","content":[{"text":"no"}],"status":"error"}}]}"#;
    let messages = format!("{},{failed}", history("u:a a:?1"));
    for (model, expected) in [
        (PALMYRA, r#""content":[{"text":"[the tool failed]"},{"text":"no"}]}}"#),
        (CLAUDE, r#""content":[{"text":"no"}],"status":"error"}}"#),
    ] {
        let encoded = repaired(model, &messages);
        let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        assert!(body.contains(expected), "{body}");
        assert_settled(&encoded);
    }
}

#[test]
fn one_rule_can_be_switched_off() {
    let body = format!(r#"{{"messages":[{}]}}"#, history("u:a u:b a:?1"));
    let rules = Rules::all().without(crate::Rule::Alternation).without(crate::Rule::UnansweredCalls);
    let encoded = repaired_by(CLAUDE, &body, rules.without(crate::Rule::LastTurn));
    assert_eq!(short(&encoded), "u(a) u(b) a(?1)");
}
