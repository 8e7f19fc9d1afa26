//! The conversion of AWS's shapes to definitions of a JSON Schema.
//!
//! The schema has the names of enums, lengths, ranges, patterns, required members, and exactly one member per union, as AWS
//! has them. Members that the model does not have are rejected, so that misspelled names are found.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The operations whose bodies are described.
const OPERATIONS: &[&str] =
    &["Converse", "ConverseStream", "CountTokens", "ApplyGuardrail", "InvokeGuardrailChecks"];

/// The shape of the events of a stream, which is the output of `ConverseStream`.
const EVENTS: &str = "ConverseStreamOutput";

/// Where members are that are not in the body.
const IN_THE_HEAD: &[&str] = &["uri", "header", "headers", "querystring"];

/// Converts a service model.
pub(super) fn schema(model: &Value) -> Result<Value, String> {
    let operations = object(member(model, "operations"), "operations")?;
    let shapes = object(member(model, "shapes"), "shapes")?;
    let mut converter = Converter { shapes, definitions: BTreeMap::new() };
    for name in OPERATIONS {
        let operation =
            operations.get(*name).ok_or_else(|| format!("the model has no operation `{name}`"))?;
        converter.reference(member(operation, "input"))?;
        if *name != "ConverseStream" {
            converter.reference(member(operation, "output"))?;
        }
    }
    let events = converter.shape(EVENTS)?;
    for event in object(member(events, "members"), EVENTS)?.values() {
        converter.reference(event)?;
    }
    let definitions: Map<String, Value> = converter.definitions.into_iter().collect();
    Ok(json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": definitions}))
}

struct Converter<'m> {
    shapes: &'m Map<String, Value>,
    definitions: BTreeMap<String, Value>,
}

impl<'m> Converter<'m> {
    fn shape(&self, name: &str) -> Result<&'m Value, String> {
        self.shapes.get(name).ok_or_else(|| format!("the model has no shape `{name}`"))
    }

    /// Returns a reference to the definition of a shape, and adds it if it is new.
    fn reference(&mut self, target: &Value) -> Result<Value, String> {
        let name = member(target, "shape").as_str().ok_or("a member or an operation has no shape")?;
        if !self.definitions.contains_key(name) {
            // Shapes may contain themselves.
            self.definitions.insert(name.to_owned(), Value::Null);
            let definition = self.definition(name)?;
            self.definitions.insert(name.to_owned(), Value::Object(definition));
        }
        Ok(json!({"$ref": format!("#/$defs/{name}")}))
    }

    fn definition(&mut self, name: &str) -> Result<Map<String, Value>, String> {
        let shape = self.shape(name)?;
        if *member(shape, "document") == true {
            return Ok(Map::new());
        }
        let (mut schema, limits) = match member(shape, "type").as_str() {
            Some("structure") => return self.structure(shape, name),
            Some("boolean") => return Ok(members([("type", "boolean".into())])),
            Some("blob") => {
                let mut schema = members([
                    ("type", "string".into()),
                    ("contentEncoding", "base64".into()),
                    ("pattern", "^[A-Za-z0-9+/]*={0,2}$".into()),
                ]);
                if member(shape, "min").as_u64().is_some_and(|minimum| minimum > 0) {
                    schema.insert("minLength".to_owned(), 4.into());
                }
                return Ok(schema);
            }
            Some("list") => {
                let items = self.reference(member(shape, "member"))?;
                (members([("type", "array".into()), ("items", items)]), ("minItems", "maxItems"))
            }
            Some("map") => {
                let names = self.reference(member(shape, "key"))?;
                let values = self.reference(member(shape, "value"))?;
                let kind = ("type", "object".into());
                let schema = members([kind, ("propertyNames", names), ("additionalProperties", values)]);
                (schema, ("minProperties", "maxProperties"))
            }
            Some("string") => (members([("type", "string".into())]), ("minLength", "maxLength")),
            Some("integer" | "long") => (members([("type", "integer".into())]), ("minimum", "maximum")),
            Some("float" | "double") => (members([("type", "number".into())]), ("minimum", "maximum")),
            other => return Err(format!("the shape `{name}` has the type {other:?}, which is not known")),
        };
        for (limit, keyword) in [("min", limits.0), ("max", limits.1), ("enum", "enum")] {
            if let Some(value) = shape.get(limit) {
                schema.insert(keyword.to_owned(), value.clone());
            }
        }
        if let Some(pattern) = member(shape, "pattern").as_str() {
            let anchored =
                if pattern.starts_with('^') { pattern.to_owned() } else { format!("^(?:{pattern})$") };
            schema.insert("pattern".to_owned(), anchored.into());
        }
        Ok(schema)
    }

    fn structure(&mut self, shape: &Value, name: &str) -> Result<Map<String, Value>, String> {
        let is_in_body = |target: &Value| {
            member(target, "location").as_str().is_none_or(|location| !IN_THE_HEAD.contains(&location))
        };
        let mut properties = Map::new();
        for (member, target) in object(member(shape, "members"), name)? {
            if is_in_body(target) {
                properties.insert(member.clone(), self.reference(target)?);
            }
        }
        let required = member(shape, "required").as_array().into_iter().flatten();
        let required: Vec<Value> = required
            .filter(|name| name.as_str().is_some_and(|name| properties.contains_key(name)))
            .cloned()
            .collect();
        let mut schema = members([("type", "object".into()), ("additionalProperties", false.into())]);
        if !required.is_empty() {
            schema.insert("required".to_owned(), required.into());
        }
        if *member(shape, "union") == true {
            schema.insert("minProperties".to_owned(), 1.into());
            schema.insert("maxProperties".to_owned(), 1.into());
        }
        schema.insert("properties".to_owned(), properties.into());
        Ok(schema)
    }
}

/// Returns a member of an object. Null if it is missing.
fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    value.get(name).unwrap_or(&Value::Null)
}

fn members<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn object<'v>(value: &'v Value, name: &str) -> Result<&'v Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("`{name}` has no members"))
}
