//! Histories that were interrupted.

use outcrop_core::{ContentBlock, Role, ToolCallContent, ToolCallKind, ToolResultContent, UnifiedMessage};

use super::close_interrupted_calls;

fn calls(ids: &[&str]) -> UnifiedMessage {
    let calls = ids.iter().map(|id| ToolCallContent::new(*id, "look_up", "{}").into());
    UnifiedMessage::new(Role::Assistant, calls.collect())
}

/// A history as text: the role of each message, and the ids of its results.
fn shape(messages: &[UnifiedMessage]) -> Vec<String> {
    let id = |block: &ContentBlock| match block {
        ContentBlock::ToolResult(result) => Some(format!(" {}", result.tool_call_id)),
        _ => None,
    };
    let ids = |message: &UnifiedMessage| message.content.iter().filter_map(id).collect::<String>();
    messages.iter().map(|message| format!("{}{}", message.role, ids(message))).collect()
}

#[test]
fn each_interrupted_call_gets_a_result() {
    let result = |id: &str| UnifiedMessage::tool_result(id, "found");
    let user = || UnifiedMessage::user("and?");
    let in_user_message = UnifiedMessage::new(
        Role::User,
        vec![ToolResultContent::new("a", "found").into(), ContentBlock::text("so")],
    );
    let mut server_call = ToolCallContent::new("s", "search", "{}");
    server_call.kind = Some(ToolCallKind::ServerToolUse);
    let server_call = UnifiedMessage::new(Role::Assistant, vec![server_call.into()]);
    let mut output = ToolCallContent::new("o", "__structured_output", "{}");
    output.structured = Some(true);
    let output = UnifiedMessage::new(Role::Assistant, vec![ContentBlock::text("{}"), output.into()]);
    let cases = [
        (vec![], vec![]),
        (vec![user()], vec!["user"]),
        // Open calls at the end are those of the next step.
        (vec![user(), calls(&["a"])], vec!["user", "assistant"]),
        (vec![calls(&["a"]), user()], vec!["assistant", "tool a", "user"]),
        (vec![calls(&["a", "b"]), result("a"), user()], vec!["assistant", "tool a b", "user"]),
        (vec![calls(&["a"]), result("a"), user()], vec!["assistant", "tool a", "user"]),
        (
            vec![calls(&["a", "b"]), result("a"), result("b"), user()],
            vec!["assistant", "tool a", "tool b", "user"],
        ),
        (vec![calls(&["a"]), in_user_message.clone()], vec!["assistant", "user a"]),
        (vec![calls(&["a", "b"]), in_user_message], vec!["assistant", "tool b", "user a"]),
        (vec![calls(&["a"]), calls(&["b"]), user()], vec!["assistant", "assistant", "tool a b", "user"]),
        (
            vec![calls(&["a"]), user(), calls(&["b"]), user()],
            vec!["assistant", "tool a", "user", "assistant", "tool b", "user"],
        ),
        (vec![server_call, user()], vec!["assistant", "user"]),
        (vec![output, user()], vec!["assistant", "user"]),
    ];
    for (mut messages, expected) in cases {
        close_interrupted_calls(&mut messages);
        assert_eq!(shape(&messages), expected);
        let before = messages.clone();
        close_interrupted_calls(&mut messages);
        assert_eq!(messages, before, "a complete history is unchanged");
    }
}
