//! What the model said goes back to it as it said it.

use outcrop::converse::catalog::{Catalog, Reasoning, ReasoningReplay};
use outcrop::converse::{EncodeOptions, Encoded, encode_request, wire};
use outcrop::core::ToolSpec;
use outcrop::{ModelRequest, UnifiedMessage, UnifiedResponse};
use outcrop_emulator::Emulator;
use serde_json::Value;

use super::exchange::Exchange;
use super::exchanges;
use super::sent::connect;
use crate::support::tally::{Differences, Tally};

#[test]
fn an_answer_is_history_block_for_block() {
    let Some(exchanges) = exchanges() else { return };
    let mut tally = Tally::default();
    let mut answers = 0;
    for exchange in exchanges.iter().filter(|exchange| exchange.succeeded()) {
        answers += 1;
        tally.check(&exchange.source, |differences| {
            let response = exchange.decoded().unwrap();
            compare("at once", exchange, &response, differences);
            let stored = serde_json::to_string(&response).unwrap();
            compare("stored", exchange, &outcrop::core::from_str(&stored).unwrap(), differences);
        });
    }
    tally.holds(answers);
}

#[tokio::test]
async fn the_next_request_is_one_that_the_service_takes() {
    let Some(exchanges) = exchanges() else { return };
    let emulator = Emulator::builder().any_model(true).start().await.expect("a port is free");
    let transport = connect(&emulator).await;
    let mut tally = Tally::default();
    let mut answers = 0;
    for exchange in exchanges.iter().filter(|exchange| exchange.succeeded()) {
        answers += 1;
        let next = next_request(exchange, exchange.decoded().unwrap(), &EncodeOptions::default()).unwrap();
        let outcome = transport.converse(&next.model_id, next.to_bytes()).await;
        tally.check(&exchange.source, |differences| {
            if let Err(error) = outcome {
                differences.add(error.to_string());
            }
        });
    }
    tally.holds(answers);
}

/// Notes what of an answer is not sent back, in either way to encode.
fn compare(how: &str, exchange: &Exchange, response: &UnifiedResponse, differences: &mut Differences) {
    let mut wanted = accepted_back(exchange.blocks());
    if takes_no_reasoning(&exchange.model_id) {
        wanted.retain(|block| !matches!(block, wire::ContentBlock::ReasoningContent(_)));
    }
    for (dialect, options) in [("ag2", EncodeOptions::default()), ("converse", EncodeOptions::converse())] {
        match next_request(exchange, response.clone(), &options) {
            Ok(encoded) => {
                let sent = encoded.body.messages.unwrap_or_default();
                let turn = sent.iter().find(|turn| turn.role == wire::ConversationRole::Assistant);
                let sent: Vec<_> = turn.map(|turn| values(turn.blocks())).unwrap_or_default();
                if sent != values(&wanted) {
                    differences.add(format!("{how}, {dialect}: {sent:?} for {:?}", values(&wanted)));
                }
            }
            Err(error) => differences.add(format!("{how}, {dialect}: {error}")),
        }
    }
}

/// Whether a model refuses all reasoning in a history, or has none of its own.
fn takes_no_reasoning(model: &str) -> bool {
    let model = *Catalog::builtin().capabilities(model);
    match model.reasoning_replay {
        ReasoningReplay::Unsupported => true,
        ReasoningReplay::Unknown => model.reasoning == Reasoning::Unsupported,
        _ => false,
    }
}

/// The request after an answer: its calls are answered, and the user goes on.
fn next_request(
    exchange: &Exchange,
    response: UnifiedResponse,
    options: &EncodeOptions,
) -> Result<Encoded, outcrop::ModelError> {
    let results: Vec<_> =
        response.tool_calls().map(|call| UnifiedMessage::tool_result(call.id.as_str(), "done")).collect();
    let model = exchange.model_id.as_str();
    let takes_tools = !Catalog::builtin().capabilities(model).tools.is_unsupported();
    let request = ModelRequest::builder(model)
        .user("hi")
        .messages(response.into_messages())
        .messages(results)
        .user("go on")
        .tools(takes_tools.then(|| ToolSpec::without_input("some_tool")))
        .build();
    encode_request(&request, options)
}

/// The blocks as the service takes them back: without text that is blank, and calls of the caller's own tools without
/// the type that only replies have.
fn accepted_back(mut blocks: Vec<wire::ContentBlock>) -> Vec<wire::ContentBlock> {
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
