//! Recorded responses decode to typed blocks, which survive being stored.

use outcrop::converse::wire::{self, ConverseOutput, Message, ReasoningContentBlock};
use outcrop::converse::{ResponseContext, ResponseMetadata, response_from_wire};
use outcrop::{ContentBlock, UnifiedResponse};

use super::exchange::Exchange;
use super::exchanges;
use crate::support::case_report::{CaseReport, Differences};

/// Checks the decoded response of every successful exchange.
fn each_response(check: impl Fn(&Exchange, &UnifiedResponse, &mut Differences)) {
    let Some(exchanges) = exchanges() else { return };
    let mut report = CaseReport::default();
    let mut count = 0;
    for exchange in exchanges.iter().filter(|exchange| exchange.succeeded()) {
        count += 1;
        report.check(&exchange.source, |differences| match exchange.decode() {
            Ok(response) => check(exchange, &response, differences),
            Err(error) => differences.add(format!("cannot be decoded: {error}")),
        });
    }
    report.assert_all_pass(count);
}

#[test]
fn blocks_of_known_kinds_decode_to_their_type() {
    each_response(|exchange, _, differences| {
        let response = exchange.wire_response();
        for (index, block) in exchange.blocks().into_iter().enumerate() {
            let has_type = has_type(&block);
            let is_generic =
                decode_alone(&response, block).iter().any(|block| matches!(block, ContentBlock::Generic(_)));
            if has_type == is_generic {
                differences
                    .add(format!("content[{index}]: has a type: {has_type}, is generic: {is_generic}"));
            }
        }
    });
}

#[test]
fn text_calls_and_tokens_equal_those_of_the_body() {
    each_response(|exchange, response, differences| {
        let body = exchange.wire_response();
        let mut expected_text = String::new();
        let mut expected_calls = Vec::new();
        for block in exchange.blocks() {
            match block {
                wire::ContentBlock::Text(text) => expected_text += &text,
                wire::ContentBlock::CitationsContent(cited) => {
                    for piece in cited.content.into_iter().flatten() {
                        if let wire::CitationGeneratedContent::Text(text) = piece {
                            expected_text += &text;
                        }
                    }
                }
                wire::ContentBlock::ToolUse(call) if call.kind != Some(wire::ToolUseType::ServerToolUse) => {
                    expected_calls.push(call.tool_use_id);
                }
                _ => {}
            }
        }
        let text: String =
            response.messages.iter().flat_map(|message| &message.content).map(text_of).collect();
        if text != expected_text {
            differences.add(format!("text: {text:?} instead of {expected_text:?}"));
        }
        let calls: Vec<_> = response.tool_calls().map(|call| call.id.as_str()).collect();
        if calls != expected_calls {
            differences.add(format!("calls: {calls:?} instead of {expected_calls:?}"));
        }
        let usage = body.usage.unwrap_or_default();
        let cached = usage.cache_read_input_tokens.unwrap_or(0) + usage.cache_write_input_tokens.unwrap_or(0);
        let expected =
            (Some(usage.input_tokens.unwrap_or(0) + cached), Some(usage.output_tokens.unwrap_or(0)));
        let tokens = (response.usage.prompt_tokens, response.usage.completion_tokens);
        if tokens != expected {
            differences.add(format!("tokens: {tokens:?} instead of {expected:?}"));
        }
    });
}

#[test]
fn stored_response_parses_to_equal_one() {
    each_response(|_, response, differences| {
        let stored = serde_json::to_string(response).unwrap();
        match outcrop::core::from_str::<UnifiedResponse>(&stored) {
            Ok(parsed) if parsed == *response => {}
            Ok(parsed) => {
                differences.add(format!("{} instead of {stored}", serde_json::to_string(&parsed).unwrap()));
            }
            Err(error) => differences.add(format!("cannot be parsed: {error}")),
        }
    });
}

fn text_of(block: &ContentBlock) -> &str {
    if let ContentBlock::Text(text) = block { &text.text } else { "" }
}

/// Decodes a response with only one of its blocks.
fn decode_alone(response: &wire::ConverseResponse, block: wire::ContentBlock) -> Vec<ContentBlock> {
    let mut response = response.clone();
    let message = Message::from_blocks(wire::ConversationRole::Assistant, vec![block]);
    response.output = Some(ConverseOutput::Message(message));
    let response =
        response_from_wire(response, &ResponseContext::default(), ResponseMetadata::default()).unwrap();
    response.messages.into_iter().flat_map(|message| message.content).collect()
}

/// Returns whether the unified vocabulary has a type for a block of a response.
fn has_type(block: &wire::ContentBlock) -> bool {
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
        // All other blocks, unknown ones included, are preserved as generic ones.
        _ => false,
    }
}
