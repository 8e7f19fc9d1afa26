//! The parameters of a chat completion, as AG2's `create` takes them.

use serde::Deserialize;
use serde_json::Number;
use serde_json::value::RawValue;

use super::chat::{Members, Message, Params, keep, string};
use super::{call_options, message, tool};
use crate::content::ContentBlock;
use crate::error::ModelError;
use crate::json::{JsonObject, RawJson};
use crate::message::UnifiedMessage;
use crate::note::{Note, NoteAction};
use crate::request::{Extensions, JsonSchemaFormat, ModelRequest, ResponseFormat, Sampling};
use crate::usage::Price;

/// Parameters of AG2 or the client itself, which are not sent to the model and get no note.
const CLIENT_ONLY_PARAMETERS: &[&str] = &[
    "agent",
    "api_key",
    "api_type",
    "api_version",
    "aws_access_key",
    "aws_profile_name",
    "aws_region",
    "aws_secret_key",
    "aws_session_token",
    "base_url",
    "cache",
    "cache_seed",
    "config_list",
    "context",
    "endpoint_url",
    "filter_func",
    "max_attempts",
    "mode",
    "model_client_cls",
    "tags",
    "timeout",
    "total_max_attempts",
];

/// Names that AG2 takes out of `additional_model_request_fields`, since they steer the client.
const RESERVED_FIELDS: &[&str] = &[
    "api_key",
    "api_type",
    "aws_access_key",
    "aws_profile_name",
    "aws_region",
    "aws_secret_key",
    "aws_session_token",
    "messages",
    "model",
    "price",
    "response_format",
    "supports_system_prompts",
    "timeout",
    "tools",
];

impl ModelRequest {
    /// Reads OpenAI-shaped parameters, as AG2's `create` takes them.
    ///
    /// Values of a wrong type are left out with a [`Note`], as AG2 leaves them out with a warning; what no reader
    /// could make sense of is an error. Parameters without a member in [`ModelRequest`] are kept in `other`.
    ///
    /// ```
    /// use outcrop_core::ModelRequest;
    ///
    /// let request = ModelRequest::from_json(
    ///     r#"{"model": "amazon.nova-lite-v1:0", "messages": [{"role": "user", "content": "hi"}], "temperature": 0.7}"#,
    /// )?;
    /// assert_eq!(request.sampling.temperature, Some(serde_json::Number::from_f64(0.7).unwrap()));
    /// # Ok::<(), outcrop_core::ModelError>(())
    /// ```
    ///
    /// # Errors
    /// Of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest), with the place: the text is not a JSON object,
    /// a message is no object, a tool has no name, and the like.
    pub fn from_json(params: &str) -> Result<Self, ModelError> {
        from_params(read_with_path(params, "the parameters are no JSON object")?)
    }

    /// Reads OpenAI-shaped parameters from a value, such as that of [`serde_json::json!`].
    ///
    /// A `serde_json::Value` sorts the members of objects unless the program turned that off; where the order in
    /// schemas counts, use [`from_json`](Self::from_json).
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    pub fn from_value(params: &serde_json::Value) -> Result<Self, ModelError> {
        Self::from_json(&params.to_string())
    }
}

impl TryFrom<serde_json::Value> for ModelRequest {
    type Error = ModelError;

    fn try_from(params: serde_json::Value) -> Result<Self, ModelError> {
        Self::from_value(&params)
    }
}

fn from_params(params: Params<'_>) -> Result<ModelRequest, ModelError> {
    let mut notes = Vec::new();
    let messages = messages(params.messages.unwrap_or_default(), &params.rest, &mut notes)?;
    let params = &params.rest;
    Ok(ModelRequest {
        model: model(params)?,
        messages,
        tools: tool::read_tools(params.given("tools"), &mut notes)?,
        tool_choice: params.given("tool_choice").map(tool::read_choice).transpose()?,
        parallel_tool_calls: typed(params, "parallel_tool_calls", "a flag", &mut notes),
        reasoning_effort: call_options::reasoning_effort(params, &mut notes),
        service_tier: call_options::service_tier(params, &mut notes),
        metadata: call_options::metadata(params, &mut notes),
        sampling: sampling(params, &mut notes)?,
        response_format: params.given("response_format").map(response_format).transpose()?,
        price: params.given("price").and_then(price),
        supports_system_prompts: params.get("supports_system_prompts").is_none_or(is_truthy),
        additional_fields: additional_fields(params, &mut notes),
        other: other(params),
        extensions: Extensions::default(),
        notes,
    })
}

fn model(params: &Members<'_>) -> Result<String, ModelError> {
    match params.given("model") {
        None => Ok(String::new()),
        Some(value) => string(value).ok_or_else(|| {
            ModelError::invalid_request("InvalidParameter", "model", "the model's id is no string")
        }),
    }
}

fn messages(
    list: Vec<Message<'_>>,
    params: &Members<'_>,
    notes: &mut Vec<Note>,
) -> Result<Vec<UnifiedMessage>, ModelError> {
    let mut messages = Vec::with_capacity(list.len());
    let mut open = None;
    for (index, raw) in list.into_iter().enumerate() {
        let read = message::read(raw, index, &mut open, notes);
        messages.push(read.map_err(|e| e.with_path_prefix(&format!("messages[{index}]")))?);
    }
    if let Some(control) = params.given("cache_control") {
        message::mark_last(&mut messages, ContentBlock::from(super::part::cache_point(control)));
    }
    Ok(messages)
}

fn sampling(params: &Members<'_>, notes: &mut Vec<Note>) -> Result<Sampling, ModelError> {
    Ok(Sampling {
        max_tokens: first_number(
            params,
            &["max_tokens", "max_completion_tokens", "maxTokens"],
            is_whole,
            notes,
        ),
        temperature: first_number(params, &["temperature"], |_| true, notes),
        top_p: first_number(params, &["top_p", "topP"], |_| true, notes),
        top_k: first_number(params, &["top_k"], is_whole, notes),
        stop: stop_sequences(params)?,
        seed: first_number(params, &["seed"], is_whole, notes),
    })
}

/// The first of several spellings that is given; a value of a wrong type counts as given, and is left out.
fn first_number(
    params: &Members<'_>,
    names: &[&'static str],
    fits: impl Fn(&Number) -> bool,
    notes: &mut Vec<Note>,
) -> Option<Number> {
    let name = *names.iter().find(|name| params.given(name).is_some())?;
    let value = params.given(name)?;
    match serde_json::from_str::<Number>(value.get()) {
        Ok(number) if fits(&number) => Some(number),
        _ => {
            notes.push(wrong_type(name, "a number of the right kind"));
            None
        }
    }
}

fn is_whole(number: &Number) -> bool {
    number.is_u64() || number.is_i64()
}

fn typed<T: for<'de> Deserialize<'de>>(
    params: &Members<'_>,
    name: &'static str,
    kind: &'static str,
    notes: &mut Vec<Note>,
) -> Option<T> {
    let value = params.given(name)?;
    let read = serde_json::from_str(value.get()).ok();
    if read.is_none() {
        notes.push(wrong_type(name, kind));
    }
    read
}

pub(super) fn wrong_type(name: &'static str, kind: &str) -> Note {
    Note::new("params.type", NoteAction::Dropped, name, format!("left out, since its value is not {kind}"))
}

fn stop_sequences(params: &Members<'_>) -> Result<Vec<String>, ModelError> {
    let Some((name, value)) =
        ["stop_sequences", "stop"].into_iter().find_map(|n| params.given(n).map(|v| (n, v)))
    else {
        return Ok(Vec::new());
    };
    let list = match string(value) {
        Some(one) => vec![one],
        None => serde_json::from_str(value.get()).map_err(|_| {
            ModelError::invalid_request(
                "InvalidParameter",
                name,
                "stop sequences are a string or a list of strings",
            )
        })?,
    };
    Ok(list.into_iter().filter(|sequence| !sequence.is_empty()).collect())
}

fn response_format(value: &RawValue) -> Result<ResponseFormat, ModelError> {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow, default)]
        schema: Option<&'a RawValue>,
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        description: Option<String>,
        #[serde(default)]
        strict: Option<bool>,
    }

    let invalid =
        |why: &'static str| ModelError::invalid_request("InvalidResponseFormat", "response_format", why);
    let members: Members<'_> = serde_json::from_str(value.get())
        .map_err(|_| invalid("the format is no JSON Schema and no OpenAI format object"))?;
    match members.given("type").and_then(string).as_deref() {
        Some("text") => Ok(ResponseFormat::Text),
        Some("json_object") => Ok(ResponseFormat::JsonObject),
        Some("json_schema") if members.given("json_schema").is_some() => {
            let text = members.given("json_schema").map_or("null", RawValue::get);
            let named: Named<'_> = serde_json::from_str(text)
                .map_err(|_| invalid("`json_schema` is not what OpenAI's API says"))?;
            Ok(ResponseFormat::JsonSchema(JsonSchemaFormat {
                schema: named.schema.map_or_else(|| RawJson::from(JsonObject::new()), keep),
                name: named.name,
                description: named.description,
                strict: named.strict,
            }))
        }
        _ => Ok(ResponseFormat::schema(keep(value))),
    }
}

/// A pair of numbers; anything else is no price, as in AG2.
fn price(value: &RawValue) -> Option<Price> {
    serde_json::from_str::<(f64, f64)>(value.get()).ok().map(Price::from)
}

/// Python's idea of truth, which AG2 applies to flags.
fn is_truthy(value: &RawValue) -> bool {
    match value.get() {
        "null" | "false" | "\"\"" | "[]" | "{}" => false,
        text => !text.parse::<f64>().is_ok_and(|number| number == 0.0),
    }
}

fn additional_fields(params: &Members<'_>, notes: &mut Vec<Note>) -> JsonObject {
    let fields: Option<JsonObject> = typed(params, "additional_model_request_fields", "an object", notes);
    let mut fields = fields.unwrap_or_default();
    for name in RESERVED_FIELDS {
        if fields.remove(name).is_some() {
            let place = format!("additional_model_request_fields.{name}");
            notes.push(Note::new(
                "params.reserved",
                NoteAction::Dropped,
                place,
                "left out, since it is a setting of the client",
            ));
        }
    }
    fields
}

fn other(params: &Members<'_>) -> JsonObject {
    const READ: &[&str] = &[
        "additional_model_request_fields",
        "cache_control",
        "maxTokens",
        "max_completion_tokens",
        "max_tokens",
        "metadata",
        "model",
        "parallel_tool_calls",
        "price",
        "reasoning_effort",
        "response_format",
        "seed",
        "service_tier",
        "stop",
        "stop_sequences",
        "supports_system_prompts",
        "temperature",
        "tool_choice",
        "tools",
        "topP",
        "top_k",
        "top_p",
    ];
    let is_other = |name: &str| !READ.contains(&name) && !CLIENT_ONLY_PARAMETERS.contains(&name);
    params.iter().filter(|(name, _)| is_other(name)).map(|(name, value)| (name, keep(value))).collect()
}

/// Reads a text; an error names the place, and says `what` when the text as a whole is of the wrong kind.
fn read_with_path<'a, T: Deserialize<'a>>(text: &'a str, what: &'static str) -> Result<T, ModelError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = T::deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|_| match crate::json::locate::<T>(text) {
        Some(error) if error.path().is_empty() => {
            ModelError::invalid_request("InvalidRequest", "", format!("{what}: {}", error.message()))
        }
        Some(error) => {
            let code = if error.path().starts_with("messages") { "InvalidMessage" } else { "InvalidRequest" };
            ModelError::invalid_request(code, error.path().to_owned(), error.message().to_owned())
        }
        None => ModelError::invalid_request("InvalidRequest", "", what),
    })
}
