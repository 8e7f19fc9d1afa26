//! Counts the allocations of the turns of a conversation: the cost of a turn must not depend on how many precede it.

use outcrop::core::{Role, ToolCallContent, ToolResultContent};
use outcrop::{ContentBlock, EncodeOptions, ModelRequest, ToolSpec, Transcript, UnifiedMessage};
use stats_alloc::Region;

use crate::ALLOCATOR;

/// The number of turns that are counted.
const TURNS: usize = 20;

/// Checks that turns 981 to 1000 of an agent allocate what turns 1 to 20 do, copies of the history included.
pub(crate) fn late_turn_allocates_what_an_early_one_does() {
    let (early, late) = (allocations(0), allocations(1000 - TURNS));
    println!("allocations of turns 1 to 20: {early}, of turns 981 to 1000: {late}");
    assert!(late * 100 <= early * 105, "{early} {late}");
}

/// Counts the allocations of turns in a transcript, after as many turns before them.
fn allocations(before: usize) -> usize {
    let history = history(before + TURNS);
    let mut transcript = Transcript::new();
    let mut encode = |turns: usize| {
        let messages = history.iter().take(1 + 2 * turns).cloned();
        let request =
            ModelRequest::builder("us.anthropic.claude-sonnet-4-5-20250929-v1:0").messages(messages);
        let request = request.tool(ToolSpec::without_input("read_file")).build();
        transcript.encode(&request, &EncodeOptions::converse()).unwrap()
    };
    encode(before);
    let region = Region::new(ALLOCATOR);
    for turn in before..before + TURNS {
        encode(turn + 1);
    }
    region.change().allocations
}

/// Builds the history of an agent: turns with a text, a tool call and its result.
fn history(turns: usize) -> Vec<UnifiedMessage> {
    let mut messages = vec![UnifiedMessage::user("Fix the failing test.")];
    for turn in 0..turns {
        let id = format!("call_{turn:05}");
        let call = ToolCallContent::new(id.as_str(), "read_file", "{}");
        let content = vec![ContentBlock::text("I look at the file."), call.into()];
        messages.push(UnifiedMessage::new(Role::Assistant, content));
        messages.push(UnifiedMessage::new(Role::Tool, vec![ToolResultContent::new(id, "a line").into()]));
    }
    messages
}
