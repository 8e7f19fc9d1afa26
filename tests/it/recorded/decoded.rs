//! Replies become responses of typed blocks, which are the same once they were stored.

use outcrop::converse::wire::{self, ConverseOutput, Message, ReasoningContentBlock};
use outcrop::converse::{ResponseContext, ResponseMetadata, response_from_wire};
use outcrop::{ContentBlock, UnifiedResponse};

use super::exchange::Exchange;
use super::exchanges;
use crate::support::tally::{Differences, Tally};

/// Checks the response of every reply that is none of an error.
fn each_response(check: impl Fn(&Exchange, &UnifiedResponse, &mut Differences)) {
    let Some(exchanges) = exchanges() else { return };
    let mut tally = Tally::default();
    let mut replies = 0;
    for exchange in exchanges.iter().filter(|exchange| exchange.succeeded()) {
        replies += 1;
        tally.check(&exchange.source, |differences| match exchange.decoded() {
            Ok(response) => check(exchange, &response, differences),
            Err(error) => differences.add(format!("not decoded: {error}")),
        });
    }
    tally.holds(replies);
}

#[test]
fn every_block_that_has_a_type_gets_it() {
    each_response(|exchange, _, differences| {
        let reply = exchange.wire_reply();
        for (at, block) in exchange.blocks().into_iter().enumerate() {
            let typed = has_a_type(&block);
            let generic = alone(&reply, block).iter().any(|block| matches!(block, ContentBlock::Generic(_)));
            if typed == generic {
                differences.add(format!("content[{at}]: has a type: {typed}, is generic: {generic}"));
            }
        }
    });
}

#[test]
fn words_calls_and_tokens_are_those_of_the_reply() {
    each_response(|exchange, response, differences| {
        let reply = exchange.wire_reply();
        let mut words = String::new();
        let mut calls = Vec::new();
        for block in exchange.blocks() {
            match block {
                wire::ContentBlock::Text(text) => words += &text,
                wire::ContentBlock::CitationsContent(cited) => {
                    for piece in cited.content.into_iter().flatten() {
                        if let wire::CitationGeneratedContent::Text(text) = piece {
                            words += &text;
                        }
                    }
                }
                wire::ContentBlock::ToolUse(call) if call.kind != Some(wire::ToolUseType::ServerToolUse) => {
                    calls.push(call.tool_use_id);
                }
                _ => {}
            }
        }
        let spoken: String =
            response.messages.iter().flat_map(|message| &message.content).map(text_of).collect();
        if spoken != words {
            differences.add(format!("text: {spoken:?} for {words:?}"));
        }
        let called: Vec<_> = response.tool_calls().map(|call| call.id.as_str()).collect();
        if called != calls {
            differences.add(format!("calls: {called:?} for {calls:?}"));
        }
        let usage = reply.usage.unwrap_or_default();
        let cached = usage.cache_read_input_tokens.unwrap_or(0) + usage.cache_write_input_tokens.unwrap_or(0);
        let wanted = (Some(usage.input_tokens.unwrap_or(0) + cached), Some(usage.output_tokens.unwrap_or(0)));
        let counted = (response.usage.prompt_tokens, response.usage.completion_tokens);
        if counted != wanted {
            differences.add(format!("tokens: {counted:?} for {wanted:?}"));
        }
    });
}

#[test]
fn a_response_is_the_same_once_it_was_stored() {
    each_response(|_, response, differences| {
        let stored = serde_json::to_string(response).unwrap();
        match outcrop::core::from_str::<UnifiedResponse>(&stored) {
            Ok(read) if read == *response => {}
            Ok(read) => differences.add(format!("{} for {stored}", serde_json::to_string(&read).unwrap())),
            Err(error) => differences.add(format!("not read: {error}")),
        }
    });
}

fn text_of(block: &ContentBlock) -> &str {
    if let ContentBlock::Text(text) = block { &text.text } else { "" }
}

/// The unified blocks of a reply with one block only.
fn alone(reply: &wire::ConverseResponse, block: wire::ContentBlock) -> Vec<ContentBlock> {
    let mut reply = reply.clone();
    let message = Message::from_blocks(wire::ConversationRole::Assistant, vec![block]);
    reply.output = Some(ConverseOutput::Message(message));
    let response =
        response_from_wire(reply, &ResponseContext::default(), ResponseMetadata::default()).unwrap();
    response.messages.into_iter().flat_map(|message| message.content).collect()
}

/// Whether the vocabulary has a type for a block of an answer.
fn has_a_type(block: &wire::ContentBlock) -> bool {
    use wire::ContentBlock as Block;
    match block {
        Block::ReasoningContent(reasoning) => !matches!(reasoning, ReasoningContentBlock::Unknown(_)),
        Block::Text(_)
        | Block::Image(_)
        | Block::Video(_)
        | Block::Audio(_)
        | Block::ToolUse(_)
        | Block::ToolResult(_)
        | Block::CitationsContent(_) => true,
        // What an answer has of these is kept as it is, and so is what nobody knows.
        _ => false,
    }
}
