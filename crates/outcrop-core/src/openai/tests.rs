//! Tests of the parameters, and of responses, chunks and errors in OpenAI's form.

mod chunk;
mod completion;
mod errors;
mod messages;
mod params;
mod parts;
mod request_json;
mod response_format;
mod retrieved;
mod robustness;
mod shapes;
mod short_messages;
mod tools;

use crate::{ModelError, ModelRequest, UnifiedMessage};

/// Parses parameters with a model, a message and these members.
fn read(members: &str) -> Result<ModelRequest, ModelError> {
    let comma = if members.is_empty() { "" } else { "," };
    ModelRequest::from_json(&format!(
        r#"{{"model":"m","messages":[{{"role":"user","content":"hi"}}]{comma}{members}}}"#
    ))
}

/// Parses messages. The notes are formatted as `path [rule]`.
fn messages(list: &str) -> Result<(Vec<UnifiedMessage>, Vec<String>), ModelError> {
    let request = ModelRequest::from_json(&format!(r#"{{"model":"m","messages":{list}}}"#))?;
    Ok((request.messages.clone(), notes(&request)))
}

fn notes(request: &ModelRequest) -> Vec<String> {
    request.notes.iter().map(|note| format!("{} [{}]", note.path, note.rule)).collect()
}

/// Formats a message as JSON without its empty members.
fn shown(message: &UnifiedMessage) -> String {
    let text = serde_json::to_string(message).unwrap();
    [r#","name":null"#, r#","metadata":{}"#, r#""extra":{},"#, r#","detail":null"#, r#""image_url":null,"#]
        .iter()
        .fold(text, |text, empty| text.replace(empty, ""))
}
