//! Messages as the attributes of OpenTelemetry's conventions for generative AI.
//!
//! They are content: record them only if the user of the program requested it. The format is the JSON of
//! <https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-input-messages.json>. Media are
//! described and not included, because collectors reject attributes of their size.

use serde_json::{Value, json};

use crate::content::ContentBlock;
use crate::message::UnifiedMessage;
use crate::response::UnifiedResponse;

/// Returns the messages of a request as the JSON of `gen_ai.input.messages`, without instructions.
///
/// ```
/// use outcrop_core::{UnifiedMessage, gen_ai};
///
/// let messages = [UnifiedMessage::system("Be brief."), UnifiedMessage::user("Name a river.")];
/// let input: serde_json::Value = serde_json::from_str(&gen_ai::input_messages(&messages))?;
/// assert_eq!(input, serde_json::json!([{"role": "user", "parts": [{"type": "text", "content": "Name a river."}]}]));
/// assert!(gen_ai::system_instructions(&messages).is_some_and(|json| json.contains("Be brief.")));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn input_messages(messages: &[UnifiedMessage]) -> String {
    let messages = messages.iter().filter(|message| !message.role.is_instruction()).map(|message| {
        let parts: Vec<Value> = message.content.iter().map(part).collect();
        json!({"role": message.role.as_str(), "parts": parts})
    });
    Value::Array(messages.collect()).to_string()
}

/// Returns the instructions of a request as the JSON of `gen_ai.system_instructions`. `None` if there are none.
#[must_use]
pub fn system_instructions(messages: &[UnifiedMessage]) -> Option<String> {
    let instructions = messages.iter().filter(|message| message.role.is_instruction());
    let parts: Vec<Value> = instructions.flat_map(|message| &message.content).map(part).collect();
    (!parts.is_empty()).then(|| Value::Array(parts).to_string())
}

/// Returns a response as the JSON of `gen_ai.output.messages`: one message.
#[must_use]
pub fn output_messages(response: &UnifiedResponse) -> String {
    let parts: Vec<Value> = response.messages.iter().flat_map(|message| &message.content).map(part).collect();
    let mut message = json!({"role": "assistant", "parts": parts});
    if let (Some(reason), Some(members)) = (&response.finish_reason, message.as_object_mut()) {
        members.insert("finish_reason".to_owned(), reason.as_str().into());
    }
    Value::Array(vec![message]).to_string()
}

fn part(block: &ContentBlock) -> Value {
    match block {
        ContentBlock::Text(block) => json!({"type": "text", "content": block.text}),
        ContentBlock::Reasoning(block) => json!({"type": "reasoning", "content": block.reasoning}),
        ContentBlock::ToolCall(call) => {
            let arguments: Value =
                serde_json::from_str(&call.arguments).unwrap_or_else(|_| call.arguments.as_str().into());
            json!({"type": "tool_call", "id": call.id, "name": call.name, "arguments": arguments})
        }
        ContentBlock::ToolResult(result) => {
            json!({"type": "tool_call_response", "id": result.tool_call_id, "response": result.output})
        }
        ContentBlock::Json(block) => json!({"type": "text", "content": block.json.as_str()}),
        other => json!({"type": other.block_type()}),
    }
}
