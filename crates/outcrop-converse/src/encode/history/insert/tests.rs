//! Tests of inserted turns, which are those of AG2.

use outcrop_core::ModelRequest;

use crate::encode::encode_request;
use crate::encode::tests::{encode, notes};
use crate::options::{Alternation, EncodeOptions};
use crate::wire::{ContentBlock, Message};

/// Writes turns in short: `u` or `a` and the blocks. Text is unchanged, `?id` is a call, `!id` a result.
fn short(turns: &[Message]) -> String {
    let block = |block: &ContentBlock| match block {
        ContentBlock::Text(text) if text == EncodeOptions::FILLER => "...".to_owned(),
        ContentBlock::Text(text) if text.starts_with("Please continue your response") => {
            "continue".to_owned()
        }
        ContentBlock::Text(text) => text.clone(),
        ContentBlock::ToolUse(call) => format!("?{}", call.tool_use_id),
        ContentBlock::ToolResult(result) => format!("!{}", result.tool_use_id),
        other => other.member().to_owned(),
    };
    let turn = |turn: &Message| {
        let blocks: Vec<_> = turn.blocks().iter().map(block).collect();
        format!("{}({})", turn.role.as_str().chars().next().unwrap(), blocks.join(", "))
    };
    turns.iter().map(turn).collect::<Vec<_>>().join(" ")
}

/// Parses messages written in short, separated by spaces: `u:hi`, `a:hi`, `s:hi`, `c:1,2` (calls), `r:1` (a result).
fn history(short: &str) -> String {
    let message = |message: &str| {
        let (kind, content) = message.split_once(':').unwrap();
        match kind {
            "c" => {
                let call =
                    |id: &str| format!(r#"{{"id":"{id}","function":{{"name":"f","arguments":"{{}}"}}}}"#);
                let calls: Vec<_> = content.split(',').map(call).collect();
                format!(r#"{{"role":"assistant","content":null,"tool_calls":[{}]}}"#, calls.join(","))
            }
            "r" => format!(r#"{{"role":"tool","tool_call_id":"{content}","content":"out"}}"#),
            kind => {
                let role =
                    ["user", "assistant", "system", "critic"].into_iter().find(|role| role.starts_with(kind));
                format!(r#"{{"role":"{}","content":"{content}"}}"#, role.unwrap())
            }
        }
    };
    short.split_whitespace().map(message).collect::<Vec<_>>().join(",")
}

/// Encodes messages for an unknown model. Returns the turns in short, and the notes.
fn turns(messages: &str, tools: bool, options: &EncodeOptions) -> (String, Vec<String>) {
    turns_for("m", messages, tools, options)
}

fn turns_for(model: &str, messages: &str, tools: bool, options: &EncodeOptions) -> (String, Vec<String>) {
    let tools = if tools { r#","tools":[{"type":"function","function":{"name":"f"}}]"# } else { "" };
    let request =
        ModelRequest::from_json(&format!(r#"{{"model":"{model}","messages":[{messages}]{tools}}}"#)).unwrap();
    let encoded = encode_request(&request, options).unwrap();
    (short(encoded.body.messages.as_deref().unwrap()), notes(&encoded))
}

#[test]
fn turns_of_the_same_role_are_separated_by_fillers_or_merged() {
    for (messages, inserted, merged) in [
        ("u:hi", "u(hi)", "u(hi)"),
        ("u:a u:b", "u(a) a(...) u(b)", "u(a, b)"),
        ("u:a u:b u:c", "u(a) a(...) u(b) a(...) u(c)", "u(a, b, c)"),
        ("u:a a:b a:c u:d", "u(a) a(b) u(...) a(c) u(d)", "u(a) a(b, c) u(d)"),
        ("a:a u:b", "u(...) a(a) u(b)", "u(...) a(a) u(b)"),
        ("u:a a:b", "u(a) a(b) u(...)", "u(a) a(b) u(continue)"),
        ("a:a", "u(...) a(a) u(...)", "u(...) a(a) u(continue)"),
        ("a:a a:b", "u(...) a(a) u(...) a(b) u(...)", "u(...) a(a, b) u(continue)"),
        ("u:a c:b", "u(a) a(...) u(b)", "u(a, b)"),
        ("s:a u:b", "u(b)", "u(b)"),
        ("s:a", "u(...)", "u(...)"),
        ("u: u:b a:  u:c", "u(b) a(...) u(c)", "u(b, c)"),
        ("u:a s:b u:c", "u(a) a(...) u(c)", "u(a, <system>\nb\n</system>, c)"),
    ] {
        // A message of an unknown role is the user's, as in AG2 (Q6).
        let messages = history(&messages.replace("c:b", "u:b"));
        assert_eq!(turns(&messages, false, &EncodeOptions::ag2()).0, inserted, "{messages}");
        assert_eq!(turns(&messages, false, &EncodeOptions::converse()).0, merged, "{messages}");
    }
}

#[test]
fn media_of_a_result_rendered_as_text_follow_it() {
    const IMAGE: &str = r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}"#;
    let result = format!(r#"{{"role":"tool","tool_call_id":"1","content":["seen",{IMAGE}]}}"#);
    for (tools, rule) in [(true, "tool_result.orphan"), (false, "tool_result.without_tools")] {
        let (turns, notes) = turns(&result, tools, &EncodeOptions::ag2());
        assert_eq!(turns, "u([tool result 1] seen, image)");
        assert_eq!(notes, [format!("messages[0].content[0] [{rule}]")]);
    }
}

#[test]
fn calls_and_results_are_paired() {
    for (messages, expected, expected_notes) in [
        ("u:a c:1 r:1", "u(a) a(?1) u(!1)", &[][..]),
        ("u:a c:1,2 r:1 r:2", "u(a) a(?1, ?2) u(!1, !2)", &[]),
        ("u:a c:1,2 r:2 r:1", "u(a) a(?1, ?2) u(!2, !1)", &[]),
        ("u:a c:1 r:1 c:2 r:2", "u(a) a(?1) u(!1) a(?2) u(!2)", &[]),
        ("u:a c:1 r:1 a:b u:c", "u(a) a(?1) u(!1) a(b) u(c)", &[]),
        // Ids are unique in a conversation (L30).
        (
            "u:a c:1 r:1 c:1 r:1",
            "u(a) a(?1) u(!1) a(?1-2) u(!1-2)",
            &["messages[3].content[0] [tool_use.duplicate]"],
        ),
        (
            "u:a c:1 u: r:1",
            "u(a) a(?1) u(!1)",
            &["messages[2].content[0] [content.blank]", "messages[2] [messages.empty]"],
        ),
        ("u:a c:1 r:1 u:b", "u(a) a(?1) u(!1) a(...) u(b)", &["messages[3] [turns.alternate]"]),
        ("c:1 r:1", "u(...) a(?1) u(!1)", &["messages[0] [turns.alternate]"]),
        // A call without a result is dropped, others are kept (Q16 to Q18).
        (
            "u:a c:1",
            "u(a) a(...) u(...)",
            &["messages[1].content[0] [tool_use.unanswered]", "messages[2] [turns.alternate]"],
        ),
        ("u:a c:1,2 r:1", "u(a) a(?1) u(!1)", &["messages[1].content[1] [tool_use.unanswered]"]),
        (
            "u:a c:1 u:b r:1",
            "u(a) a(...) u(b) a(...) u(Running the function returned: out)",
            &[
                "messages[1].content[0] [tool_use.unanswered]",
                "messages[3].content[0] [tool_result.orphan]",
                "messages[3] [turns.alternate]",
            ],
        ),
        (
            "u:a c:1,1 r:1 r:1",
            "u(a) a(?1, ?1-2) u(!1, !1-2)",
            &["messages[1].content[1] [tool_use.duplicate]"],
        ),
        (
            "u:a c:1,2,1 r:1 r:1 r:1 r:2",
            "u(a) a(?1, ?2, ?1-2) u(!1, !1-2, !2) a(...) u(Running the function returned: out)",
            &[
                "messages[1].content[2] [tool_use.duplicate]",
                "messages[4].content[0] [tool_result.orphan]",
                "messages[4] [turns.alternate]",
            ],
        ),
        ("u:a c:1,1 r:1", "u(a) a(?1) u(!1)", &["messages[1].content[1] [tool_use.unanswered]"]),
        // A result without a call becomes text, after those with a call (Q20 to Q22, L44, M13).
        (
            "r:1 u:a",
            "u(Running the function returned: out) a(...) u(a)",
            &["messages[0].content[0] [tool_result.orphan]", "messages[1] [turns.alternate]"],
        ),
        (
            "u:a c:1 r:9 r:1",
            "u(a) a(?1) u(!1) a(...) u(Running the function returned: out)",
            &["messages[2].content[0] [tool_result.orphan]", "messages[2] [turns.alternate]"],
        ),
        (
            "u:a c:1,2 r:1 r:1 r:2",
            "u(a) a(?1, ?2) u(!1, !2) a(...) u(Running the function returned: out)",
            &["messages[3].content[0] [tool_result.orphan]", "messages[3] [turns.alternate]"],
        ),
        (
            "u:a c:1,2 r:7 r:1 r:8 r:2",
            "u(a) a(?1, ?2) u(!1, !2) a(...) u(Running the function returned: out, Running the function returned: out)",
            &[
                "messages[2].content[0] [tool_result.orphan]",
                "messages[4].content[0] [tool_result.orphan]",
                "messages[2] [turns.alternate]",
            ],
        ),
    ] {
        let found = turns(&history(messages), true, &EncodeOptions::ag2());
        assert_eq!(found.0, expected, "{messages}");
        assert_eq!(found.1, expected_notes, "{messages}");
    }
}

#[test]
fn first_of_several_calls_with_one_id_counts_for_nova() {
    for (messages, expected, expected_notes) in [
        (
            "u:a c:1,1 r:1 r:1",
            "u(a) a(?1) u(!1) a(...) u(Running the function returned: out)",
            &[
                "messages[1].content[1] [tool_use.duplicate]",
                "messages[3].content[0] [tool_result.orphan]",
                "messages[3] [turns.alternate]",
            ][..],
        ),
        ("u:a c:1,1 r:1", "u(a) a(?1) u(!1)", &["messages[1].content[1] [tool_use.duplicate]"]),
    ] {
        let found = turns_for("amazon.nova-lite-v1:0", &history(messages), true, &EncodeOptions::ag2());
        assert_eq!(found.0, expected, "{messages}");
        assert_eq!(found.1, expected_notes, "{messages}");
    }
}

#[test]
fn calls_and_results_become_text_without_tools() {
    for (messages, expected) in [
        (
            "u:a c:1,2 r:1 r:2",
            "u(a) a(Some internal function(s) that could be used: [f, f]) u(Running the function returned: out, Running the function returned: out)",
        ),
        ("u:a r:1 u:b", "u(a) a(...) u(Running the function returned: out) a(...) u(b)"),
        ("u:a c:1", "u(a) a(Some internal function(s) that could be used: [f]) u(...)"),
    ] {
        let (found, notes) = turns(&history(messages), false, &EncodeOptions::ag2());
        assert_eq!(found, expected, "{messages}");
        assert!(notes.iter().any(|note| note.contains("without_tools")), "{notes:?}");
    }
}

#[test]
fn text_next_to_calls_and_results_is_kept() {
    let call =
        r#"{"role":"assistant","content":"let me see","tool_calls":[{"id":"1","function":{"name":"f"}}]}"#;
    let text_and_result =
        r#"{"role":"user","content":["thanks",{"type":"tool_result","tool_call_id":"1","output":"out"}]}"#;
    let mixed = r#"{"role":"assistant","content":[{"type":"tool_call","id":"1","name":"f","arguments":"{}"},"and so",{"type":"tool_result","tool_call_id":"1","output":"out"}]}"#;
    for (messages, expected) in [
        (
            format!("{},{call},{text_and_result}", history("u:a")),
            "u(a) a(let me see, ?1) u(!1) a(...) u(thanks)",
        ),
        (format!("{},{mixed}", history("u:a")), "u(a) a(?1, and so) u(!1)"),
        (format!("{},{call}", history("u:a")), "u(a) a(let me see) u(...)"),
    ] {
        assert_eq!(turns(&messages, true, &EncodeOptions::ag2()).0, expected);
    }
    // If turns are merged, results come first in their turn.
    let merged =
        turns(&format!("{},{call},{text_and_result}", history("u:a")), true, &EncodeOptions::converse()).0;
    assert_eq!(merged, "u(a) a(let me see, ?1) u(!1, thanks)");
}

#[test]
fn system_prompt_becomes_user_turns_if_unsupported() {
    let params =
        format!(r#"{{"model":"m","messages":[{}],"supports_system_prompts":false}}"#, history("s:a u:b s:c"));
    let encoded = encode(&params).unwrap();
    assert_eq!(short(encoded.body.messages.as_deref().unwrap()), "u(a) a(...) u(b) a(...) u(c)");
    assert_eq!(encoded.body.system, None);
}

#[test]
fn filler_is_configurable() {
    let mut options = EncodeOptions { filler: ".".to_owned(), ..EncodeOptions::ag2() };
    assert_eq!(turns(&history("u:a u:b"), false, &options).0, "u(a) a(.) u(b)");
    assert_eq!(turns(&history("u:a c:1"), true, &options).0, "u(a) a(.) u(.)");
    options.alternation = Alternation::Merge;
    assert_eq!(turns(&history("a:a"), false, &options).0, "u(.) a(a) u(continue)");
}
