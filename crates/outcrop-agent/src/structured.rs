//! Responses of a Rust type: parsing, validation, and the message for another try.

use std::marker::PhantomData;

use jsonschema::Validator;
use outcrop_core::{ErrorKind, ModelError, ResponseFormat, Stage, UnifiedResponse, from_str};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A Rust type as the type of a response.
pub(crate) struct OutputType<T> {
    /// `None` if the schema is one that the validator does not support. The type itself is checked in any case.
    validator: Option<Validator>,
    /// Whether its JSON is an object.
    is_object: bool,
    output: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned + JsonSchema> OutputType<T> {
    /// Compiles the schema of the type.
    pub(crate) fn new() -> Self {
        let schema = schemars::schema_for!(T);
        let kind = schema.get("type");
        Self {
            validator: jsonschema::validator_for(schema.as_value()).ok(),
            // Without a type, such as for an enum of structs, it may be one.
            is_object: kind.is_none_or(|kind| kind == "object"),
            output: PhantomData,
        }
    }
}

impl<T: DeserializeOwned> OutputType<T> {
    /// Returns the part of a value that is still being written that is of the type: services require an object, so the
    /// value of another type is its `data`. `None` if there is nothing of it yet.
    pub(crate) fn unwrap_partial(&self, value: Value) -> Option<Value> {
        match value {
            Value::Object(mut members) if !self.is_object => match members.remove("data") {
                None if !members.is_empty() => Some(Value::Object(members)),
                data => data,
            },
            value => Some(value),
        }
    }

    /// Parses a response and validates it against the schema: a provider may not enforce all of it, such as bounds.
    ///
    /// # Errors
    /// An error of kind [`InvalidOutput`](ErrorKind::InvalidOutput) with the path, without the content.
    pub(crate) fn parse(&self, response: &UnifiedResponse) -> Result<T, ModelError> {
        parse(response, self.validator.as_ref())
    }
}

/// Parses a response, and validates it if there is a validator.
pub(crate) fn parse<T: DeserializeOwned>(
    response: &UnifiedResponse,
    validator: Option<&Validator>,
) -> Result<T, ModelError> {
    let text = response.structured_text().map_or_else(|| response.text(), str::to_owned);
    let invalid =
        |path: &str, message: String| invalid_output(message).with_path(path).with_request_id(&response.id);
    // The whole text first: a string within it may look like a fence or a bracket.
    let (text, value) = match from_str::<Value>(&text) {
        Ok(value) => (text.as_str(), value),
        Err(error) => {
            let part = json_part(&text);
            let value = from_str(part)
                .map_err(|_| invalid("", format!("the response is not JSON: {}", error.message())))?;
            (part, value)
        }
    };
    if let Some(error) = validator.and_then(|validator| validator.validate(&value).err()) {
        let path = error.instance_path().to_string();
        return Err(invalid(&path, format!("the response does not match the schema: {}", error.masked())));
    }
    // From the text again, because `Value` loses digits of long numbers.
    from_str(text).map_err(|error| {
        let message = format!("the response does not match the requested type: {}", error.message());
        invalid(error.path(), message)
    })
}

/// Returns the response that a client rejected because its structured output does not match the schema: such a client
/// validates the output itself. The response was billed, and the model can correct it.
///
/// # Errors
/// Any other error.
pub(crate) fn rejected_output(error: ModelError) -> Result<UnifiedResponse, ModelError> {
    if error.kind() != ErrorKind::InvalidOutput {
        return Err(error);
    }
    match error.partial_response() {
        Some(response) => Ok(response.clone()),
        None => Err(error),
    }
}

/// Returns the error for a run without a response.
pub(crate) fn no_response() -> ModelError {
    invalid_output("there is no response of the requested type".to_owned())
}

fn invalid_output(message: String) -> ModelError {
    ModelError::new(ErrorKind::InvalidOutput, message)
        .with_code("StructuredOutputValidation")
        .with_stage(Stage::Replied)
}

/// Returns the JSON in a text: providers without structured output write it in a fenced block, or after a sentence.
fn json_part(text: &str) -> &str {
    let text = text.trim();
    // The fence first: text before it may have brackets, such as "the river [1]".
    if let Some((_, rest)) = text.split_once("```") {
        let inner = rest.split_once("```").map_or(rest, |(inner, _)| inner);
        return inner.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).trim();
    }
    match (text.find(['{', '[']), text.rfind(['}', ']'])) {
        (Some(start), Some(end)) if start < end => text.get(start..=end).unwrap_or(text),
        _ => text,
    }
}

/// Returns the message that asks a model for another response after an invalid one.
pub(crate) fn retry_message(error: &ModelError, format: Option<&ResponseFormat>) -> String {
    let place = error.path().map(|path| format!(" at `{path}`")).unwrap_or_default();
    let mut message = format!(
        "Your response was not accepted: {}{place}. Respond again, with nothing but the complete JSON.",
        error.message()
    );
    if let Some(ResponseFormat::JsonSchema(format)) = format {
        // A provider that ignores `response_format` never showed the schema to the model.
        message.push_str("\n\nThe JSON Schema of the response:\n");
        message.push_str(format.schema.as_str());
    }
    message
}

#[cfg(test)]
mod tests;
