//! Properties of generated histories: whatever an agent has collected, the service's rules for turns hold.

use std::collections::BTreeSet;

use outcrop_core::{
    CitationContent, ContentBlock, GenericContent, JsonContent, JsonObject, ModelRequest, RawJson,
    ReasoningContent, Role, TextContent, ToolCallContent, ToolResultContent, ToolSpec, UnifiedMessage,
};
use proptest::prelude::*;

use crate::encode::{Encoded, encode_request};
use crate::options::EncodeOptions;
use crate::tests::choices::{self, Choices};
use crate::wire::{ContentBlock as Block, ConversationRole, Message};

/// Generates a block as agents store them: also blank texts, and calls and results with few ids, so that they collide.
fn block(choices: &mut Choices<'_>) -> ContentBlock {
    const IDS: &[&str] = &["a", "b", "c"];
    match choices.below(13) {
        0..3 => ContentBlock::text(choices.pick(&["hi", "", " \n", "what?"])),
        3..6 => {
            ToolCallContent::new(choices.pick(IDS), "f", choices.pick(&["{}", "", "[1]", "{\"a\": 1.0}"]))
                .into()
        }
        6..9 => ToolResultContent::new(choices.pick(IDS), choices.pick(&["out", ""])).into(),
        9 => ReasoningContent::signed(choices.pick(&["hm", ""]), "s").into(),
        10 => {
            let mut text = TextContent::new(choices.pick(&["hi", ""]));
            text.cited_by = Some(choices.below(2));
            text.into()
        }
        11 => CitationContent::new("u", "t", "s").into(),
        _ if choices.chance(50) => GenericContent::new("mood", JsonObject::new()).into(),
        _ => JsonContent::new(RawJson::parse("[1.0]").unwrap()).into(),
    }
}

/// Generates the messages of a history.
fn history(choices: &mut Choices<'_>) -> Vec<UnifiedMessage> {
    (0..choices.below(9) + 1)
        .map(|_| {
            let role = Role::from(choices.pick(&["user", "assistant", "tool", "system", "critic"]));
            UnifiedMessage::new(role, (0..choices.below(5)).map(|_| block(choices)).collect())
        })
        .collect()
}

fn ids<'a>(turn: &'a Message, of: fn(&'a Block) -> Option<&'a str>) -> Vec<&'a str> {
    turn.blocks().iter().filter_map(of).collect()
}

fn call_id(block: &Block) -> Option<&str> {
    if let Block::ToolUse(call) = block { Some(&call.tool_use_id) } else { None }
}

fn result_id(block: &Block) -> Option<&str> {
    if let Block::ToolResult(result) = block { Some(&result.tool_use_id) } else { None }
}

/// Asserts the service's rules for turns.
fn assert_valid_turns(encoded: &Encoded) -> Result<(), TestCaseError> {
    let turns = encoded.body.messages.as_deref().unwrap();
    prop_assert!(turns.len() % 2 == 1, "{} turns", turns.len());
    for (index, turn) in turns.iter().enumerate() {
        let role = if index % 2 == 0 { ConversationRole::User } else { ConversationRole::Assistant };
        prop_assert_eq!(&turn.role, &role, "turn {}", index);
        prop_assert!(!turn.blocks().is_empty(), "turn {} is empty", index);
        for block in turn.blocks() {
            prop_assert!(
                !matches!(block, Block::Text(text) if text.trim().is_empty()),
                "turn {} has blank text",
                index
            );
        }
        let (calls, results) = (ids(turn, call_id), ids(turn, result_id));
        prop_assert!(calls.is_empty() || role == ConversationRole::Assistant);
        prop_assert!(results.is_empty() || role == ConversationRole::User);
        let next_results = turns.get(index + 1).map(|next| ids(next, result_id)).unwrap_or_default();
        let previous_calls =
            index.checked_sub(1).map(|before| ids(&turns[before], call_id)).unwrap_or_default();
        for ids in [&calls, &results] {
            prop_assert_eq!(
                ids.iter().collect::<BTreeSet<_>>().len(),
                ids.len(),
                "a repeated id in turn {}",
                index
            );
        }
        for id in calls {
            prop_assert!(next_results.contains(&id), "call {} of turn {} has no result", id, index);
        }
        for id in results {
            prop_assert!(previous_calls.contains(&id), "result {} of turn {} has no call", id, index);
        }
    }
    Ok(())
}

fn request(messages: Vec<UnifiedMessage>, tools: bool) -> ModelRequest {
    let request = ModelRequest::builder("m").messages(messages);
    if tools { request.tool(ToolSpec::without_input("f")).build() } else { request.build() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_history_is_repaired(bytes in choices::bytes(), tools in any::<bool>(), supported in any::<bool>()) {
        let mut request = request(history(&mut Choices::new(&bytes)), tools);
        request.supports_system_prompts = supported;
        for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
            let encoded = encode_request(&request, &options).unwrap();
            assert_valid_turns(&encoded)?;
            if !tools && options == EncodeOptions::ag2() {
                let turns = encoded.body.messages.as_deref().unwrap();
                let has_tool_blocks =
                    turns.iter().flat_map(Message::blocks).any(|block| call_id(block).is_some() || result_id(block).is_some());
                prop_assert!(!has_tool_blocks && encoded.body.tool_config.is_none());
            }
        }
    }

    #[test]
    fn changes_are_noted_and_nothing_else_changes(bytes in choices::bytes()) {
        let request = request(history(&mut Choices::new(&bytes)), true);
        let encoded = encode_request(&request, &EncodeOptions::ag2()).unwrap();
        let strict = encode_request(&request, &EncodeOptions::ag2().strict());
        prop_assert_eq!(strict.is_ok(), encoded.notes.is_empty());
        if encoded.notes.is_empty() {
            let messages = request.messages.iter().filter(|message| message.role != Role::System);
            let given: Vec<_> = messages.flat_map(|message| &message.content).collect();
            let sent: Vec<_> = encoded.body.messages.iter().flatten().flat_map(Message::blocks).collect();
            let calls = given.iter().filter(|block| block.as_tool_call().is_some()).count();
            let results = given.iter().filter(|block| matches!(block, ContentBlock::ToolResult(_))).count();
            prop_assert_eq!(sent.iter().filter_map(|block| call_id(block)).count(), calls);
            prop_assert_eq!(sent.iter().filter_map(|block| result_id(block)).count(), results);
            let text = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
            for part in given.iter().filter_map(|block| block.as_text()) {
                prop_assert!(text.contains(part));
            }
        }
        if let Some((note, error)) = encoded.notes.first().zip(strict.err()) {
            prop_assert_eq!(error.code(), Some("StrictMode"));
            prop_assert_eq!(error.message(), note.message.as_ref());
            prop_assert_eq!(error.path().unwrap_or_default(), note.path.as_str());
        }
    }

    #[test]
    fn same_history_gives_the_same_bytes(bytes in choices::bytes()) {
        let request = request(history(&mut Choices::new(&bytes)), true);
        let encode = || encode_request(&request, &EncodeOptions::ag2()).unwrap();
        let first = encode();
        prop_assert_eq!(serde_json::to_vec(&first.body).unwrap(), first.to_bytes());
        for _ in 0..3 {
            let again = encode();
            prop_assert_eq!(again.to_bytes(), first.to_bytes());
            prop_assert_eq!(&again.notes, &first.notes);
        }
    }
}
