//! The parameters of the requests of a conversation.

use std::path::Path;

use outcrop::ModelRequest;
use outcrop::core::{JsonObject, RawJson};
use serde::Serialize;

use crate::args::{ChatArgs, Param};
use crate::failure::Failure;
use crate::files::{self, MAX_TOOL_BYTES};

/// The parameters that other options and the conversation set.
const OWN: [&str; 4] = ["messages", "model", "stream", "tools"];

/// Returns a request with the parameters of the command line, and without messages.
///
/// They are parsed as the JSON of a request, so that they have the same names, forms and errors everywhere.
pub(super) fn parameters(args: &ChatArgs, model: &str) -> Result<ModelRequest, Failure> {
    let mut members = JsonObject::new();
    insert(&mut members, "model", Some(model))?;
    insert(&mut members, "max_tokens", args.max_tokens)?;
    insert(&mut members, "temperature", args.temperature)?;
    insert(&mut members, "top_p", args.top_p)?;
    insert(&mut members, "stop", Some(&args.stop).filter(|stop| !stop.is_empty()))?;
    insert(&mut members, "reasoning_effort", args.reasoning_effort.as_ref())?;
    if let Some(path) = &args.schema {
        members.insert("response_format", response_format(path)?);
    }
    for Param { name, value } in &args.param {
        if OWN.contains(&name.as_str()) {
            return Err(Failure::input(format!("`--param` cannot set `{name}`: the conversation sets it")));
        }
        members.insert(name, value.clone());
    }
    let request = ModelRequest::from_json(RawJson::from(members).as_str());
    request.map_err(|error| {
        let path = error.path().map_or_else(String::new, |path| format!("{path}: "));
        Failure::input(format!("a parameter is invalid: {path}{}", error.message()))
    })
}

/// Sets a member, if it has a value.
fn insert<T: Serialize>(members: &mut JsonObject, name: &str, value: Option<T>) -> Result<(), Failure> {
    if let Some(value) = value {
        let value = RawJson::from_serialize(&value).map_err(|error| Failure::input(error.to_string()))?;
        members.insert(name, value);
    }
    Ok(())
}

/// Reads a JSON Schema, or a `response_format` of OpenAI's API or its `json_schema`, from a file.
fn response_format(path: &Path) -> Result<RawJson, Failure> {
    let text = files::read_text("schema", path, MAX_TOOL_BYTES)?;
    let schema: JsonObject = outcrop::core::from_str(&text)
        .map_err(|error| Failure::input(format!("the schema `{}` is invalid: {error}", path.display())))?;
    if schema.contains("json_schema") {
        return Ok(schema.into());
    }
    let json_schema = if schema.contains("schema") {
        schema
    } else {
        object([("name", RawJson::from("response")), ("schema", schema.into())])
    };
    Ok(object([("type", RawJson::from("json_schema")), ("json_schema", json_schema.into())]).into())
}

fn object<const N: usize>(members: [(&str, RawJson); N]) -> JsonObject {
    members.into_iter().collect()
}
