//! Recorded responses are sent back unchanged as history.

use outcrop::converse::catalog::{Catalog, Reasoning, ReasoningReplay};
use outcrop::converse::{EncodeOptions, Encoded, encode_request, wire};
use outcrop::core::ToolSpec;
use outcrop::{ModelRequest, UnifiedMessage, UnifiedResponse};
use outcrop_emulator::Emulator;
use serde_json::Value;

use super::exchange::Exchange;
use super::exchanges;
use super::transport::connect;
use crate::support::case_report::{CaseReport, Differences};

#[test]
fn response_is_sent_back_block_for_block() {
    let Some(exchanges) = exchanges() else { return };
    let mut report = CaseReport::default();
    let mut count = 0;
    for exchange in exchanges.iter().filter(|exchange| exchange.succeeded()) {
        count += 1;
        report.check(&exchange.source, |differences| {
            let response = exchange.decode().unwrap();
            compare("directly", exchange, &response, differences);
            let stored = serde_json::to_string(&response).unwrap();
            compare("stored", exchange, &outcrop::core::from_str(&stored).unwrap(), differences);
        });
    }
    report.assert_all_pass(count);
}

#[tokio::test]
async fn request_after_response_is_accepted() {
    let Some(exchanges) = exchanges() else { return };
    let emulator = Emulator::builder().any_model(true).start().await.expect("a port is free");
    let transport = connect(&emulator).await;
    let mut report = CaseReport::default();
    let mut count = 0;
    for exchange in exchanges.iter().filter(|exchange| exchange.succeeded()) {
        count += 1;
        let next = next_request(exchange, exchange.decode().unwrap(), &EncodeOptions::ag2()).unwrap();
        let outcome = transport.converse(&next.model_id, next.to_bytes()).await;
        report.check(&exchange.source, |differences| {
            if let Err(error) = outcome {
                differences.add(error.to_string());
            }
        });
    }
    report.assert_all_pass(count);
}

/// Compares the blocks that are sent back with those of the response, in both dialects.
fn compare(
    description: &str,
    exchange: &Exchange,
    response: &UnifiedResponse,
    differences: &mut Differences,
) {
    let mut expected = expected_blocks(exchange.blocks());
    if rejects_reasoning(&exchange.model_id) {
        expected.retain(|block| !matches!(block, wire::ContentBlock::ReasoningContent(_)));
    }
    for (dialect, options) in [("ag2", EncodeOptions::ag2()), ("converse", EncodeOptions::converse())] {
        match next_request(exchange, response.clone(), &options) {
            Ok(encoded) => {
                let sent = encoded.body.messages.unwrap_or_default();
                let turn = sent.iter().find(|turn| turn.role == wire::ConversationRole::Assistant);
                let sent: Vec<_> = turn.map(|turn| values(turn.blocks())).unwrap_or_default();
                if sent != values(&expected) {
                    let expected = values(&expected);
                    differences.add(format!("{description}, {dialect}: {sent:?} instead of {expected:?}"));
                }
            }
            Err(error) => differences.add(format!("{description}, {dialect}: {error}")),
        }
    }
}

/// Returns whether a model rejects reasoning in a history, or has none.
fn rejects_reasoning(model: &str) -> bool {
    let model = *Catalog::builtin().capabilities(model);
    match model.reasoning_replay {
        ReasoningReplay::Unsupported => true,
        ReasoningReplay::Unknown => model.reasoning == Reasoning::Unsupported,
        _ => false,
    }
}

/// Builds the request after a response: with the results of its calls and another message of the user.
fn next_request(
    exchange: &Exchange,
    response: UnifiedResponse,
    options: &EncodeOptions,
) -> Result<Encoded, outcrop::ModelError> {
    let results: Vec<_> =
        response.tool_calls().map(|call| UnifiedMessage::tool_result(call.id.as_str(), "done")).collect();
    let model = exchange.model_id.as_str();
    let supports_tools = !Catalog::builtin().capabilities(model).tools.is_unsupported();
    let request = ModelRequest::builder(model)
        .user("hi")
        .messages(response.into_messages())
        .messages(results)
        .user("Continue.")
        .tools(supports_tools.then(|| ToolSpec::without_input("some_tool")))
        .build();
    encode_request(&request, options)
}

/// Returns the blocks that must be sent back: all but blank text, and calls of the caller's tools without the type, which
/// only responses have.
fn expected_blocks(mut blocks: Vec<wire::ContentBlock>) -> Vec<wire::ContentBlock> {
    blocks.retain(|block| !matches!(block, wire::ContentBlock::Text(text) if text.trim().is_empty()));
    for block in &mut blocks {
        if let wire::ContentBlock::ToolUse(call) = block {
            call.kind.take_if(|kind| kind.as_str() == "tool_use");
        }
    }
    blocks
}

fn values(blocks: &[wire::ContentBlock]) -> Vec<Value> {
    blocks.iter().map(|block| serde_json::to_value(block).unwrap()).collect()
}
