//! Parsing the parameters of a chat completion: `ModelRequest::from_json`.
//!
//! The accepted parameters are those of OpenAI's API, <https://platform.openai.com/docs/api-reference/chat/create>, and
//! those of AG2's Bedrock clients, <https://github.com/ag2ai/ag2-classic/blob/main/autogen/llm_clients/bedrock_v2.py>.

use serde::Deserialize;
use serde_json::Number;
use serde_json::value::RawValue;

use super::raw::{Members, Message, Params, string, to_raw_json, wrong_type};
use super::{call_options, message, part, tool};
use crate::content::ContentBlock;
use crate::error::ModelError;
use crate::json::{JsonObject, RawJson, locate, replace_lone_surrogates};
use crate::message::UnifiedMessage;
use crate::note::{Note, NoteAction};
use crate::request::{Extensions, JsonSchemaFormat, ModelRequest, ResponseFormat, Sampling};
use crate::usage::Price;

/// The parameters of AG2 and the client itself, which are not sent to the model and get no note.
///
/// AG2 passes its whole configuration to `create`, after `OpenAIWrapper` removed some of it:
/// <https://github.com/ag2ai/ag2-classic/blob/main/autogen/oai/client.py>. The names of AG2 since 1.0 are settings, too.
const CLIENT_ONLY_PARAMETERS: &[&str] = &[
    "agent",
    "api_key",
    "api_type",
    "api_version",
    "aws_access_key",
    "aws_access_key_id",
    "aws_profile_name",
    "aws_region",
    "aws_secret_access_key",
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
    "max_retries",
    "mode",
    "model_client_cls",
    "profile_name",
    "region_name",
    "routing_method",
    "tags",
    "timeout",
    "total_max_attempts",
];

/// The names that AG2 removes from `additional_model_request_fields`, because they are settings of the client, and those of
/// access keys in AG2 since 1.0, which must not reach a model.
///
/// AG2's tests require it, so a model field with such a name cannot be sent, see `parse_custom_params` in
/// <https://github.com/ag2ai/ag2-classic/blob/main/autogen/llm_clients/bedrock_v2.py>.
const RESERVED_FIELDS: &[&str] = &[
    "api_key",
    "api_type",
    "aws_access_key",
    "aws_access_key_id",
    "aws_profile_name",
    "aws_region",
    "aws_secret_access_key",
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
    /// Parses the parameters of an OpenAI chat completion, which are also those of AG2's `create`.
    ///
    /// A parameter with a value of the wrong type is dropped with a [`Note`], as AG2 drops it with a warning. Half a
    /// character, such as the escape `\ud83d` alone, is replaced by U+FFFD with a note. A message
    /// or tool that cannot be interpreted is an error. Parameters without a field in [`ModelRequest`] are kept in
    /// `other`. A missing model or missing messages are not an error here; the provider rejects them.
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
    /// An error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest), with the path: the text is not a JSON
    /// object, an object has a duplicate member, a message is not an object, a tool has no name, and the like.
    pub fn from_json(params: &str) -> Result<Self, ModelError> {
        // Programs that cut a text at a length write half an emoji, and the request as a whole must not fail for it:
        // https://github.com/elizaOS/eliza/issues/18079.
        let Some(replaced) = replace_lone_surrogates(params) else {
            return from_params(parse_params(params)?);
        };
        let mut request = from_params(parse_params(&replaced.text)?)?;
        request.notes.extend(replaced.paths.into_iter().map(Note::lone_surrogate));
        Ok(request)
    }

    /// Parses the parameters from a value, such as that of [`serde_json::json!`].
    ///
    /// A `serde_json::Value` sorts the members of objects unless its feature `preserve_order` is enabled. Use
    /// [`from_json`](Self::from_json) if the order of members in schemas matters.
    ///
    /// # Errors
    /// The errors of [`from_json`](Self::from_json).
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
        tools: tool::parse_tools(params.get_non_null("tools"), &mut notes)?,
        tool_choice: params.get_non_null("tool_choice").map(tool::parse_choice).transpose()?,
        parallel_tool_calls: parse_typed(params, "parallel_tool_calls", "a boolean", &mut notes),
        reasoning_effort: call_options::reasoning_effort(params, &mut notes),
        service_tier: call_options::service_tier(params, &mut notes),
        metadata: call_options::metadata(params, &mut notes),
        sampling: sampling(params, &mut notes)?,
        response_format: params.get_non_null("response_format").map(response_format).transpose()?,
        price: params.get_non_null("price").and_then(price),
        supports_system_prompts: params.get("supports_system_prompts").is_none_or(is_truthy),
        additional_fields: additional_fields(params, &mut notes),
        other: other(params),
        extensions: Extensions::default(),
        conversation: None,
        notes,
    })
}

fn model(params: &Members<'_>) -> Result<String, ModelError> {
    match params.get_non_null("model") {
        None => Ok(String::new()),
        Some(value) => string(value).ok_or_else(|| {
            ModelError::invalid_request("InvalidParameter", "model", "the id of the model is not a string")
        }),
    }
}

fn messages(
    list: Vec<Message<'_>>,
    params: &Members<'_>,
    notes: &mut Vec<Note>,
) -> Result<Vec<UnifiedMessage>, ModelError> {
    let mut messages = Vec::with_capacity(list.len());
    let mut pending = None;
    for (index, raw) in list.into_iter().enumerate() {
        let parsed = message::parse_message(raw, index, &mut pending, notes);
        messages.push(parsed.map_err(|e| e.with_path_prefix(&format!("messages[{index}]")))?);
    }
    if let Some(control) = params.get_non_null("cache_control") {
        // Anthropic's API caches the whole prompt for it. Ignoring it makes callers pay for every token again, see
        // https://github.com/BerriAI/litellm/issues/26320 (L66).
        message::push_to_last(&mut messages, ContentBlock::from(part::cache_point(control)));
    }
    Ok(messages)
}

fn sampling(params: &Members<'_>, notes: &mut Vec<Note>) -> Result<Sampling, ModelError> {
    Ok(Sampling {
        // OpenAI renamed `max_tokens`; AG2's documentation has `maxTokens` and `topP`, which are the names of Converse.
        max_tokens: first_integer(params, &["max_tokens", "max_completion_tokens", "maxTokens"], notes),
        temperature: first_number(params, &["temperature"], notes),
        top_p: first_number(params, &["top_p", "topP"], notes),
        top_k: first_integer(params, &["top_k"], notes),
        stop: stop_sequences(params)?,
        seed: first_integer(params, &["seed"], notes),
    })
}

/// Returns the first present of several spellings of a parameter, if it is a number.
fn first_number(params: &Members<'_>, names: &[&'static str], notes: &mut Vec<Note>) -> Option<Number> {
    first_matching(params, names, |_| true, "a number", notes)
}

/// Returns the first present of several spellings of a parameter, if it is an integer.
fn first_integer(params: &Members<'_>, names: &[&'static str], notes: &mut Vec<Note>) -> Option<Number> {
    first_matching(params, names, |number| number.is_u64() || number.is_i64(), "an integer", notes)
}

/// Returns the first present of several spellings of a parameter, if it is a number that matches. Otherwise it is
/// dropped with a note, and the other spellings are not tried.
fn first_matching(
    params: &Members<'_>,
    names: &[&'static str],
    matches: impl Fn(&Number) -> bool,
    expected: &str,
    notes: &mut Vec<Note>,
) -> Option<Number> {
    let name = *names.iter().find(|name| params.get_non_null(name).is_some())?;
    let value = params.get_non_null(name)?;
    match serde_json::from_str::<Number>(value.get()) {
        Ok(number) if matches(&number) => Some(number),
        _ => {
            notes.push(wrong_type(name, expected));
            None
        }
    }
}

/// Parses a parameter. A value of another type is dropped with a note.
fn parse_typed<T: for<'de> Deserialize<'de>>(
    params: &Members<'_>,
    name: &'static str,
    expected: &'static str,
    notes: &mut Vec<Note>,
) -> Option<T> {
    let value = params.get_non_null(name)?;
    let parsed = serde_json::from_str(value.get()).ok();
    if parsed.is_none() {
        notes.push(wrong_type(name, expected));
    }
    parsed
}

/// Parses `stop_sequences`, the name of Anthropic's API and Converse, or `stop`. Empty sequences are dropped, because
/// services reject them and they cannot occur.
fn stop_sequences(params: &Members<'_>) -> Result<Vec<String>, ModelError> {
    let Some((name, value)) =
        ["stop_sequences", "stop"].into_iter().find_map(|n| params.get_non_null(n).map(|v| (n, v)))
    else {
        return Ok(Vec::new());
    };
    let list = match string(value) {
        Some(one) => vec![one],
        None => serde_json::from_str(value.get()).map_err(|_| {
            let message = "the stop sequences are neither a string nor a list of strings";
            ModelError::invalid_request("InvalidParameter", name, message)
        })?,
    };
    Ok(list.into_iter().filter(|sequence| !sequence.is_empty()).collect())
}

/// Parses `response_format`: OpenAI's forms, or a JSON Schema itself, which AG2 accepts.
fn response_format(value: &RawValue) -> Result<ResponseFormat, ModelError> {
    #[derive(Deserialize)]
    struct JsonSchema<'a> {
        #[serde(borrow, default)]
        schema: Option<&'a RawValue>,
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        description: Option<String>,
        #[serde(default)]
        strict: Option<bool>,
    }

    let invalid = |reason: &'static str| {
        ModelError::invalid_request("InvalidResponseFormat", "response_format", reason)
    };
    let members: Members<'_> = serde_json::from_str(value.get())
        .map_err(|_| invalid("the response format is not an object, or it has a duplicate member"))?;
    match members.get_non_null("type").and_then(string).as_deref() {
        Some("text") => Ok(ResponseFormat::Text),
        Some("json_object") => Ok(ResponseFormat::JsonObject),
        // A schema may have any `type`, so only the member `json_schema` makes it OpenAI's form.
        Some("json_schema") if members.get_non_null("json_schema").is_some() => {
            let text = members.get_non_null("json_schema").map_or("null", RawValue::get);
            let format: JsonSchema<'_> = serde_json::from_str(text)
                .map_err(|_| invalid("`json_schema` does not have the form of OpenAI's API"))?;
            Ok(ResponseFormat::JsonSchema(JsonSchemaFormat {
                // OpenAI requires the schema. An empty one, which accepts any JSON, is the closest to what is missing.
                schema: format.schema.map_or_else(|| RawJson::from(JsonObject::new()), to_raw_json),
                name: format.name,
                description: format.description,
                strict: format.strict,
            }))
        }
        _ => Ok(ResponseFormat::schema(to_raw_json(value))),
    }
}

/// Parses `price`: an array of two numbers. As in AG2, anything else is ignored.
fn price(value: &RawValue) -> Option<Price> {
    serde_json::from_str::<(f64, f64)>(value.get()).ok().map(Price::from)
}

/// Returns whether a value is true in Python, which is how AG2 evaluates `supports_system_prompts`.
fn is_truthy(value: &RawValue) -> bool {
    match value.get() {
        "null" | "false" | "\"\"" | "[]" | "{}" => false,
        // `0`, `0.0` and `-0` are all false.
        text => !text.parse::<f64>().is_ok_and(|number| number == 0.0),
    }
}

/// Parses `additional_model_request_fields`, and drops reserved names with a note each.
fn additional_fields(params: &Members<'_>, notes: &mut Vec<Note>) -> JsonObject {
    let fields: Option<JsonObject> =
        parse_typed(params, "additional_model_request_fields", "an object", notes);
    let mut fields = fields.unwrap_or_default();
    for name in RESERVED_FIELDS {
        if fields.remove(name).is_some() {
            let path = format!("additional_model_request_fields.{name}");
            let message = format!("dropped `{name}`: it is a setting of the client");
            notes.push(Note::new("params.reserved", NoteAction::Dropped, path, message));
        }
    }
    fields
}

/// Returns the parameters that have no field in [`ModelRequest`] and are not settings of the client.
fn other(params: &Members<'_>) -> JsonObject {
    const PARSED: &[&str] = &[
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
    let is_other = |name: &str| !PARSED.contains(&name) && !CLIENT_ONLY_PARAMETERS.contains(&name);
    params.iter().filter(|(name, _)| is_other(name)).map(|(name, value)| (name, to_raw_json(value))).collect()
}

/// Parses the text of the parameters. Errors have a path, unless the text as a whole is invalid.
fn parse_params(text: &str) -> Result<Params<'_>, ModelError> {
    const INVALID: &str = "the parameters are not a JSON object";
    let mut reader = serde_json::Deserializer::from_str(text);
    let parsed = Params::deserialize(&mut reader).and_then(|params| reader.end().map(|()| params));
    parsed.map_err(|_| match locate::<Params<'_>>(text) {
        Some(error) if error.path().is_empty() => {
            ModelError::invalid_request("InvalidRequest", "", format!("{INVALID}: {}", error.message()))
        }
        Some(error) => {
            let code = if error.path().starts_with("messages") { "InvalidMessage" } else { "InvalidRequest" };
            ModelError::invalid_request(code, error.path().to_owned(), error.message().to_owned())
        }
        // Only the end of the text is invalid, such as `{} {}`, which `locate` does not check.
        None => ModelError::invalid_request("InvalidRequest", "", INVALID),
    })
}
