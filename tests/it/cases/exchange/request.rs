//! The request that is sent.

use outcrop::converse::Encoded;
use outcrop_emulator::ReceivedRequest;
use serde_json::{Value, json};

use crate::support::case_report::Differences;
use crate::support::json::{equal, members};

/// Returns the body of a request with the id of the model, as in the parameters of the SDKs.
pub(crate) fn body(encoded: &Encoded) -> Value {
    with_model(&encoded.to_bytes(), &encoded.model_id)
}

/// Returns the body of a received request with the id of the model in its path.
pub(super) fn received_body(received: &ReceivedRequest) -> Value {
    let model = received.path().strip_prefix("/model/").and_then(|path| path.strip_suffix("/converse"));
    with_model(received.body(), &percent_decoded(model.unwrap_or_else(|| panic!("{}", received.path()))))
}

fn with_model(body: &[u8], model: &str) -> Value {
    let mut body: Value = serde_json::from_slice(body).unwrap();
    body["modelId"] = json!(model);
    body
}

/// Decodes a segment of a path.
fn percent_decoded(segment: &str) -> String {
    let mut parts = segment.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).unwrap());
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).unwrap()
}

/// Compares a request. It must have no other members.
pub(super) fn compare(actual: Option<&Value>, expected: &Value, differences: &mut Differences) {
    let Some(actual) = actual else { return differences.add("no request") };
    let (actual, expected) = (normalized(actual), normalized(expected));
    for (name, value) in members(&expected) {
        differences.compare(&format!("request.{name}"), actual[name].clone(), value);
    }
    for (name, value) in members(&actual).filter(|(name, _)| expected.get(name).is_none()) {
        differences.add(format!("request.{name}: unexpected {value}"));
    }
}

/// Removes from the schemas of tools what has no meaning.
pub(crate) fn normalized(request: &Value) -> Value {
    let mut request = request.clone();
    let tools = request.pointer_mut("/toolConfig/tools").and_then(Value::as_array_mut);
    for tool in tools.into_iter().flatten() {
        if let Some(schema) = tool.pointer_mut("/toolSpec/inputSchema/json") {
            *schema = normalized_schema(schema);
        }
    }
    request
}

/// Removes empty descriptions, titles and empty lists of required properties from a schema.
fn normalized_schema(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(normalized_schema).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(name, value)| has_meaning(name, value))
            .map(|(name, value)| {
                (
                    name.clone(),
                    if name == "properties" {
                        normalized_properties(value)
                    } else {
                        normalized_schema(value)
                    },
                )
            })
            .collect(),
        _ => schema.clone(),
    }
}

/// Normalizes the schemas of properties, whose names are not keywords.
fn normalized_properties(properties: &Value) -> Value {
    match properties {
        Value::Object(schemas) => {
            schemas.iter().map(|(name, schema)| (name.clone(), normalized_schema(schema))).collect()
        }
        _ => normalized_schema(properties),
    }
}

fn has_meaning(keyword: &str, value: &Value) -> bool {
    match keyword {
        "description" => !equal(value, &json!("")),
        "title" => !value.is_string(),
        "required" => !equal(value, &json!([])),
        _ => true,
    }
}
