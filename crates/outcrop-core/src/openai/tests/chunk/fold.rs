//! Merging chunks as OpenAI's libraries do: strings are joined, and list items are merged by their `index`.

use serde_json::{Map, Value};

use crate::openai::ChatCompletionChunk;

/// Returns the message and the finish reason that chunks merge to, without reasoning.
pub(super) fn merge_chunks(chunks: &[ChatCompletionChunk]) -> (Value, Value) {
    let mut message = Map::new();
    let mut finish_reason = Value::Null;
    for chunk in chunks {
        let chunk = serde_json::to_value(chunk).unwrap();
        let Some(choice) = chunk["choices"].get(0) else { continue };
        add(&mut message, choice["delta"].as_object().unwrap());
        if !choice["finish_reason"].is_null() {
            finish_reason = choice["finish_reason"].clone();
        }
    }
    for call in message.get_mut("tool_calls").and_then(Value::as_array_mut).into_iter().flatten() {
        call.as_object_mut().unwrap().remove("index");
    }
    (Value::Object(message), finish_reason)
}

fn add(whole: &mut Map<String, Value>, delta: &Map<String, Value>) {
    for (name, new) in delta {
        match (whole.get_mut(name), new) {
            (None, Value::Array(items)) => {
                let list = whole.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
                items.iter().for_each(|item| add_item(list, item));
            }
            (None, _) => {
                whole.insert(name.clone(), new.clone());
            }
            (Some(Value::String(text)), Value::String(new)) => text.push_str(new),
            (Some(Value::Object(members)), Value::Object(new)) => add(members, new),
            (Some(list @ Value::Array(_)), Value::Array(items)) => {
                items.iter().for_each(|item| add_item(list, item));
            }
            (Some(old), new) => *old = new.clone(),
        }
    }
}

fn add_item(list: &mut Value, item: &Value) {
    let list = list.as_array_mut().unwrap();
    match list.iter_mut().find(|old| old["index"] == item["index"]) {
        Some(old) => {
            // The index stays, and all other members are merged.
            let mut new = item.as_object().unwrap().clone();
            new.remove("index");
            add(old.as_object_mut().unwrap(), &new);
        }
        None => list.push(item.clone()),
    }
}
