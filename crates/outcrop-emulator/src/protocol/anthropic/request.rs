//! A request in Anthropic's format as a Converse request.

use outcrop_converse::wire::ConverseRequest;
use outcrop_core::Blob;
use serde_json::{Map, Value, json};

use crate::protocol::error::ServiceError;

/// The members that Converse has under other names. All others are additional fields of the model.
const MAPPED: &[&str] = &[
    "anthropic_version",
    "max_tokens",
    "messages",
    "stop_sequences",
    "system",
    "temperature",
    "tool_choice",
    "tools",
    "top_p",
];

/// Parses a body in Anthropic's format as a Converse request.
///
/// Members of a wrong type are left out. The rules report those that Anthropic's API rejects.
pub(crate) fn parse_request(body: &[u8]) -> Result<ConverseRequest, ServiceError> {
    let Ok(Value::Object(mut members)) = serde_json::from_slice::<Value>(body) else {
        return Err(ServiceError::malformed_input(""));
    };
    let mut request = Map::new();
    request.insert("messages".to_owned(), messages(members.remove("messages")));
    if let Some(system) = members.remove("system") {
        request.insert("system".to_owned(), system_blocks(system));
    }
    let mut inference = Map::new();
    for (name, converse_name) in [
        ("max_tokens", "maxTokens"),
        ("temperature", "temperature"),
        ("top_p", "topP"),
        ("stop_sequences", "stopSequences"),
    ] {
        if let Some(value) = members.remove(name) {
            inference.insert(converse_name.to_owned(), value);
        }
    }
    request.insert("inferenceConfig".to_owned(), Value::Object(inference));
    if let Some(config) = tool_config(members.remove("tools"), members.remove("tool_choice")) {
        request.insert("toolConfig".to_owned(), config);
    }
    let others: Map<_, _> =
        members.into_iter().filter(|(name, _)| !MAPPED.contains(&name.as_str())).collect();
    if !others.is_empty() {
        request.insert("additionalModelRequestFields".to_owned(), Value::Object(others));
    }
    let request = Value::Object(request).to_string();
    outcrop_core::from_str(&request).map_err(|error| ServiceError::malformed_input(error.path()))
}

fn messages(messages: Option<Value>) -> Value {
    let Some(Value::Array(messages)) = messages else { return json!([]) };
    let messages = messages.into_iter().map(|mut message| {
        let role = take(&mut message, "role");
        json!({"role": role, "content": blocks(take(&mut message, "content"))})
    });
    messages.collect()
}

/// Converts the content of a message: a text, or a list of blocks.
fn blocks(content: Value) -> Value {
    match content {
        Value::String(text) => json!([{ "text": text }]),
        Value::Array(blocks) => blocks.into_iter().flat_map(block).collect(),
        _ => json!([]),
    }
}

/// Converts a block to one of Converse, with a cache point after it if it has a `cache_control`.
fn block(mut block: Value) -> Vec<Value> {
    let point = cache_point(&block);
    let converted = match text_member(&block, "type") {
        "text" => Some(json!({ "text": take(&mut block, "text") })),
        "image" => image(take(&mut block, "source")),
        "document" => document(take(&mut block, "source"), text_member(&block, "title")),
        "tool_use" => {
            let (id, name) = (take(&mut block, "id"), take(&mut block, "name"));
            Some(json!({"toolUse": {"toolUseId": id, "name": name, "input": take(&mut block, "input")}}))
        }
        "tool_result" => Some(json!({ "toolResult": tool_result(block) })),
        "thinking" => Some(json!({"reasoningContent": {"reasoningText": reasoning(block)}})),
        "redacted_thinking" => {
            // The data is text here and bytes in Converse.
            let data = Blob::from_bytes(text_member(&block, "data").to_owned());
            Some(json!({"reasoningContent": {"redactedContent": data}}))
        }
        // Blocks of tools that the service runs. The default model has none.
        _ => None,
    };
    converted.into_iter().chain(point).collect()
}

fn image(mut source: Value) -> Option<Value> {
    let format = text_member(&source, "media_type").strip_prefix("image/")?.to_owned();
    let bytes = take(&mut source, "data");
    Some(json!({"image": {"format": format, "source": {"bytes": bytes}}}))
}

fn document(mut source: Value, title: &str) -> Option<Value> {
    let name = if title.is_empty() { "document" } else { title };
    let is_text = text_member(&source, "type") == "text";
    let data = take(&mut source, "data");
    let (format, kind) = if is_text { ("txt", "text") } else { ("pdf", "bytes") };
    data.is_string().then(|| json!({"document": {"format": format, "name": name, "source": {kind: data}}}))
}

fn tool_result(mut block: Value) -> Map<String, Value> {
    let mut result = Map::new();
    result.insert("toolUseId".to_owned(), take(&mut block, "tool_use_id"));
    let Value::Array(content) = blocks(take(&mut block, "content")) else { return result };
    let is_content = |block: &Value| block.get("cachePoint").is_none();
    result.insert("content".to_owned(), content.into_iter().filter(is_content).collect());
    if take(&mut block, "is_error") == Value::Bool(true) {
        result.insert("status".to_owned(), json!("error"));
    }
    result
}

fn reasoning(mut block: Value) -> Map<String, Value> {
    let mut reasoning = Map::new();
    reasoning.insert("text".to_owned(), take(&mut block, "thinking"));
    if let signature @ Value::String(_) = take(&mut block, "signature") {
        reasoning.insert("signature".to_owned(), signature);
    }
    reasoning
}

fn system_blocks(system: Value) -> Value {
    match system {
        Value::Array(blocks) => blocks.into_iter().flat_map(block).collect(),
        text => json!([{ "text": text }]),
    }
}

/// Returns the cache point for the `cache_control` of a block or tool.
fn cache_point(block: &Value) -> Option<Value> {
    let control = block.get("cache_control")?.as_object()?;
    let mut point = Map::new();
    point.insert("type".to_owned(), json!("default"));
    if let Some(ttl) = control.get("ttl") {
        point.insert("ttl".to_owned(), ttl.clone());
    }
    Some(json!({ "cachePoint": point }))
}

/// Converts the tools of the caller. Those that the service or the model brings along have a type of their own.
fn tool_config(tools: Option<Value>, choice: Option<Value>) -> Option<Value> {
    let Some(Value::Array(tools)) = tools else { return None };
    let is_own = |tool: &Value| tool.get("type").is_none_or(|kind| kind == "custom");
    let tools: Vec<Value> = tools.into_iter().filter(is_own).flat_map(tool).collect();
    if tools.is_empty() {
        return None;
    }
    let mut choice = choice.unwrap_or_default();
    let name = take(&mut choice, "name");
    let choice = match text_member(&choice, "type") {
        "any" => Some(json!({"any": {}})),
        "tool" => Some(json!({"tool": {"name": name}})),
        // Converse has no such choice. To the default model, a request without tools is the same.
        "none" => return None,
        _ => None,
    };
    let mut config = Map::new();
    config.insert("tools".to_owned(), Value::Array(tools));
    config.extend(choice.map(|choice| ("toolChoice".to_owned(), choice)));
    Some(Value::Object(config))
}

/// Converts a tool, with a cache point after it if it has a `cache_control`.
fn tool(mut tool: Value) -> Vec<Value> {
    let point = cache_point(&tool);
    let mut specification = Map::new();
    specification.insert("name".to_owned(), take(&mut tool, "name"));
    if let description @ Value::String(_) = take(&mut tool, "description") {
        specification.insert("description".to_owned(), description);
    }
    specification.insert("inputSchema".to_owned(), json!({"json": take(&mut tool, "input_schema")}));
    std::iter::once(json!({ "toolSpec": specification })).chain(point).collect()
}

/// Takes a member out of an object. A missing one is `null`.
fn take(object: &mut Value, name: &str) -> Value {
    object.get_mut(name).map(Value::take).unwrap_or_default()
}

/// Returns the text of a member. A missing one, or one of another type, is empty.
fn text_member<'v>(object: &'v Value, name: &str) -> &'v str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_those_of_converse() {
        let body = json!({"anthropic_version": "v", "max_tokens": 5, "temperature": 0.5, "top_k": 3,
            "system": [{"type": "text", "text": "s", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
            "tools": [{"name": "f", "description": "d", "input_schema": {"type": "object"}},
                {"type": "web_search_20250305", "name": "web_search"}],
            "tool_choice": {"type": "any"},
            "messages": [
                {"role": "user", "content": [
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}},
                    {"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}]},
                {"role": "assistant", "content": [
                    {"type": "thinking", "thinking": "hm", "signature": "s"},
                    {"type": "redacted_thinking", "data": "xyz"},
                    {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}}]},
                {"role": "user", "content": [
                    {"type": "tool_result", "tool_use_id": "t", "is_error": true, "content": [{"type": "text", "text": "no"}]}]}]});
        let request = parse_request(body.to_string().as_bytes()).expect("a request");
        let found = serde_json::to_value(&request).expect("JSON");
        assert_eq!(
            found,
            json!({
                "system": [{"text": "s"}, {"cachePoint": {"type": "default", "ttl": "1h"}}],
                "inferenceConfig": {"maxTokens": 5, "temperature": 0.5},
                "additionalModelRequestFields": {"top_k": 3},
                "toolConfig": {"toolChoice": {"any": {}}, "tools": [{"toolSpec": {"name": "f", "description": "d",
                    "inputSchema": {"json": {"type": "object"}}}}]},
                "messages": [
                    {"role": "user", "content": [{"image": {"format": "png", "source": {"bytes": "aGk="}}},
                        {"text": "a"}, {"cachePoint": {"type": "default"}}]},
                    {"role": "assistant", "content": [
                        {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}},
                        {"reasoningContent": {"redactedContent": "eHl6"}},
                        {"toolUse": {"toolUseId": "t", "name": "f", "input": {"a": 1}}}]},
                    {"role": "user", "content": [
                        {"toolResult": {"toolUseId": "t", "status": "error", "content": [{"text": "no"}]}}]}]})
        );
    }

    #[test]
    fn choice_of_no_tool_leaves_no_tools() {
        let body = r#"{"messages": [], "tools": [{"name": "f", "input_schema": {}}], "tool_choice": {"type": "none"}}"#;
        assert_eq!(parse_request(body.as_bytes()).expect("a request").tool_config, None);
    }
}
