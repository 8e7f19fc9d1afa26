//! The request as it goes out.

use outcrop::converse::Encoded;
use outcrop_emulator::ReceivedRequest;
use serde_json::{Value, json};

use crate::support::json::{entries, same};
use crate::support::tally::Differences;

/// The body of a request, the model's id in it as in the SDKs' parameters.
pub(crate) fn body(encoded: &Encoded) -> Value {
    with_model(&encoded.to_bytes(), &encoded.model_id)
}

/// The body of a request that came, with the id of the model that it came for.
pub(super) fn of_received(received: &ReceivedRequest) -> Value {
    let model = received.path().strip_prefix("/model/").and_then(|path| path.strip_suffix("/converse"));
    with_model(received.body(), &decoded(model.unwrap_or_else(|| panic!("no call: {}", received.path()))))
}

fn with_model(body: &[u8], model: &str) -> Value {
    let mut body: Value = serde_json::from_slice(body).unwrap();
    body["modelId"] = json!(model);
    body
}

/// A segment of a path without its percent-encoding.
fn decoded(segment: &str) -> String {
    let mut parts = segment.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).unwrap());
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).unwrap()
}

/// Notes the members of a request that are not as they are wanted, and those that are not wanted.
pub(super) fn compare(got: Option<&Value>, want: &Value, differences: &mut Differences) {
    let Some(got) = got else { return differences.add("request: none") };
    let (got, want) = (normalized(got), normalized(want));
    for (name, wanted) in entries(&want) {
        differences.same(&format!("request.{name}"), got[name].clone(), wanted);
    }
    for (name, value) in entries(&got).filter(|(name, _)| want.get(name).is_none()) {
        differences.add(format!("request.{name}: {value} for nothing"));
    }
}

/// A request whose tools' schemas have lost what says nothing.
pub(crate) fn normalized(request: &Value) -> Value {
    let mut request = request.clone();
    let tools = request.pointer_mut("/toolConfig/tools").and_then(Value::as_array_mut);
    for tool in tools.into_iter().flatten() {
        if let Some(schema) = tool.pointer_mut("/toolSpec/inputSchema/json") {
            *schema = telling(schema);
        }
    }
    request
}

/// A schema without empty descriptions, without titles and without lists of no required properties.
fn telling(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(telling).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(name, value)| tells(name, value))
            .map(|(name, value)| {
                (name.clone(), if name == "properties" { each(value) } else { telling(value) })
            })
            .collect(),
        _ => schema.clone(),
    }
}

/// The schemas of properties, whose names are no keywords.
fn each(properties: &Value) -> Value {
    match properties {
        Value::Object(schemas) => {
            schemas.iter().map(|(name, schema)| (name.clone(), telling(schema))).collect()
        }
        _ => telling(properties),
    }
}

fn tells(keyword: &str, value: &Value) -> bool {
    match keyword {
        "description" => !same(value, &json!("")),
        "title" => !value.is_string(),
        "required" => !same(value, &json!([])),
        _ => true,
    }
}
