//! Tests.

mod chunk;
mod completion;
mod errors;
mod messages;
mod params;
mod parts;
mod response_format;
mod retrieved;
mod strangers;
mod tools;

use crate::{ModelError, ModelRequest, UnifiedMessage};

/// Parameters with these members beside model and messages.
fn read(members: &str) -> Result<ModelRequest, ModelError> {
    let comma = if members.is_empty() { "" } else { "," };
    ModelRequest::from_json(&format!(
        r#"{{"model":"m","messages":[{{"role":"user","content":"hi"}}]{comma}{members}}}"#
    ))
}

/// A request with these messages, and its notes as `place [rule]`.
fn messages(list: &str) -> Result<(Vec<UnifiedMessage>, Vec<String>), ModelError> {
    let request = ModelRequest::from_json(&format!(r#"{{"model":"m","messages":{list}}}"#))?;
    Ok((request.messages.clone(), notes(&request)))
}

fn notes(request: &ModelRequest) -> Vec<String> {
    request.notes.iter().map(|note| format!("{} [{}]", note.path, note.rule)).collect()
}

/// A message as its JSON, without what is empty.
fn shown(message: &UnifiedMessage) -> String {
    let text = serde_json::to_string(message).unwrap();
    [r#","name":null"#, r#","metadata":{}"#, r#""extra":{},"#, r#","detail":null"#, r#""image_url":null,"#]
        .iter()
        .fold(text, |text, empty| text.replace(empty, ""))
}
