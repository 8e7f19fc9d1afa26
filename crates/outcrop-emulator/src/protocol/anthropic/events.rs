//! The events of a streamed message: Anthropic's events, each in a frame `chunk`.

use bytes::Bytes;
use outcrop_core::{Blob, JsonError, JsonObject, RawJson};
use serde_json::{Value, json};

use super::response::{AnthropicMessage, AnthropicUsage};
use crate::protocol::stream::{StreamItem, chunks_of_input, text_chunks};

/// Splits a message into the events of a stream, with the latency in milliseconds that the last one reports.
pub(crate) fn message_events(
    message: &AnthropicMessage,
    latency_ms: u64,
) -> Result<Vec<StreamItem>, JsonError> {
    let mut items = Vec::new();
    let usage = message.usage();
    let mut push = |event: &Value| -> Result<(), JsonError> {
        items.push(chunk(event.to_string().into_bytes())?);
        Ok(())
    };
    let begun = AnthropicMessage {
        content: Vec::new(),
        stop_reason: None,
        stop_sequence: None,
        usage: AnthropicUsage { output_tokens: 1, ..usage },
        ..message.clone()
    };
    push(&json!({"type": "message_start", "message": begun}))?;
    for (index, block) in message.content.iter().enumerate() {
        let (start, deltas) = split_block(block);
        push(&json!({"type": "content_block_start", "index": index, "content_block": start}))?;
        for delta in deltas {
            push(&json!({"type": "content_block_delta", "index": index, "delta": delta}))?;
        }
        push(&json!({"type": "content_block_stop", "index": index}))?;
    }
    push(&json!({
        "type": "message_delta",
        "delta": {"stop_reason": message.stop_reason, "stop_sequence": message.stop_sequence},
        "usage": {"output_tokens": usage.output_tokens},
    }))?;
    push(&json!({
        "type": "message_stop",
        "amazon-bedrock-invocationMetrics": {
            "inputTokenCount": usage.input_tokens,
            "outputTokenCount": usage.output_tokens,
            "invocationLatency": latency_ms,
            "firstByteLatency": latency_ms.min(100),
        },
    }))?;
    Ok(items)
}

/// Splits a block into its beginning and its deltas. A block of another type begins whole and has none.
fn split_block(block: &JsonObject) -> (Value, Vec<Value>) {
    let text = |name: &str| {
        block.get(name).and_then(RawJson::as_string).map(|text| text.into_owned()).unwrap_or_default()
    };
    match text("type").as_str() {
        "text" => {
            let text = text("text");
            let deltas = text_chunks(&text).map(|text| json!({"type": "text_delta", "text": text}));
            (json!({"type": "text", "text": ""}), deltas.collect())
        }
        "thinking" => {
            let thinking = text("thinking");
            let deltas =
                text_chunks(&thinking).map(|text| json!({"type": "thinking_delta", "thinking": text}));
            let signature = json!({"type": "signature_delta", "signature": text("signature")});
            (
                json!({"type": "thinking", "thinking": "", "signature": ""}),
                deltas.chain([signature]).collect(),
            )
        }
        "tool_use" => {
            let input = block.get("input").map(RawJson::as_str).unwrap_or("{}");
            // The first delta is empty. A call without arguments has no other, and clients must read `{}` from it.
            let chunks = std::iter::once(String::new())
                .chain(chunks_of_input(input).filter(|_| input != "{}"))
                .map(|json| json!({"type": "input_json_delta", "partial_json": json}));
            let start = json!({"type": "tool_use", "id": text("id"), "name": text("name"), "input": {}});
            (start, chunks.collect())
        }
        _ => (RawJson::from(block.clone()).to_value(), Vec::new()),
    }
}

/// Builds the frame of an event, whose JSON is Base64 in the payload.
pub(crate) fn chunk(event: impl Into<Bytes>) -> Result<StreamItem, JsonError> {
    let payload = json!({ "bytes": Blob::from_bytes(event) }).to_string();
    StreamItem::event("chunk", payload.as_bytes())
}
