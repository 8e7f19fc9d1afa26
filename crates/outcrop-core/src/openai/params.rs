//! Parsing the parameters of a chat completion: `ModelRequest::from_json`.
//!
//! The accepted parameters are those of OpenAI's API, <https://platform.openai.com/docs/api-reference/chat/create>, and
//! those of AG2's Bedrock clients, <https://github.com/ag2ai/ag2-classic/blob/main/autogen/llm_clients/bedrock_v2.py>.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::cache_control::cache_point;
use super::fields::Reader;
use super::history::{HistoryParser, push_to_last};
use super::path::Path;
use super::raw::{Members, Message, Params, lone_surrogate, string, to_raw_json, wrong_type};
use super::{call_options, prompt_cache, response_format, sampling, tool, tool_choice};
use crate::content::ContentBlock;
use crate::error::ModelError;
use crate::json::{JsonError, JsonObject, RawJson, has_lone_surrogate, replace_lone_surrogates};
use crate::message::UnifiedMessage;
use crate::note::{Note, NoteAction};
use crate::request::{Extensions, ModelRequest};
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
        let error = match parse_params(params).and_then(from_params) {
            Ok(request) => return Ok(request),
            Err(error) => error,
        };
        // Programs that cut a text at a length write half an emoji, and the request as a whole must not fail for it:
        // https://github.com/elizaOS/eliza/issues/18079. Looking for it in every request would read each byte once more.
        let Some(replaced) = replace_lone_surrogates(params) else { return Err(error) };
        let mut request = parse_params(&replaced.text).and_then(from_params)?;
        let notes = replaced.paths.into_iter().map(Note::lone_surrogate);
        request.notes.splice(0..0, notes);
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

fn from_params(mut params: Params<'_>) -> Result<ModelRequest, ModelError> {
    let mut notes = Vec::new();
    merge_extra_body(&mut params.rest, &mut notes);
    let messages = messages(params.messages.unwrap_or_default(), &params.rest, &mut notes)?;
    let params = &params.rest;
    let tools = tool::parse_tools(params, &mut notes)?;
    let (tool_choice, is_single) = tool_choice::parse_choice(params, &mut notes)?;
    let parallel = parse_typed(params, "parallel_tool_calls", "a boolean", &mut notes);
    Ok(ModelRequest {
        model: model(params)?,
        messages,
        tools,
        tool_choice,
        parallel_tool_calls: parallel.or_else(|| is_single.then_some(false)),
        reasoning_effort: call_options::reasoning_effort(params, &mut notes)?,
        service_tier: call_options::service_tier(params, &mut notes)?,
        metadata: call_options::metadata(params, &mut notes)?,
        sampling: sampling::parse_sampling(params, &mut notes)?,
        response_format: response_format::parse_response_format(params, &mut notes)?,
        cache: prompt_cache::parse_cache(params, &mut notes)?,
        price: price(params, &mut notes),
        supports_system_prompts: params.get("supports_system_prompts").is_none_or(is_truthy),
        additional_fields: additional_fields(params, &mut notes)?,
        other: with_thinking_budget(other(params)?, params),
        extensions: Extensions::default(),
        conversation: None,
        notes,
    })
}

/// Merges the members of `extra_body` into the parameters, which OpenAI's Python library does before it sends them:
/// <https://github.com/openai/openai-python#undocumented-request-params>.
fn merge_extra_body(params: &mut Members<'_>, notes: &mut Vec<Note>) {
    let Some(value) = params.get_non_null("extra_body") else { return };
    match serde_json::from_str::<Members<'_>>(value.get()) {
        Ok(extra) => params.merge(extra),
        Err(_) => notes.push(wrong_type("extra_body", "an object")),
    }
}

fn model(params: &Members<'_>) -> Result<String, ModelError> {
    match params.get_non_null("model") {
        None => Ok(String::new()),
        Some(value) => string(value)?.ok_or_else(|| {
            ModelError::invalid_request("InvalidParameter", "model", "the id of the model is not a string")
        }),
    }
}

fn messages(
    list: Vec<Message<'_>>,
    params: &Members<'_>,
    notes: &mut Vec<Note>,
) -> Result<Vec<UnifiedMessage>, ModelError> {
    let mut parser = HistoryParser::with_capacity(list.len());
    let mut reader = Reader::new(notes);
    let path = Path::parameter("messages");
    for (index, raw) in list.into_iter().enumerate() {
        parser.add(raw, index, &path.index(index), &mut reader)?;
    }
    let mut messages = parser.into_messages();
    if let Some(control) = params.get_non_null("cache_control") {
        // Anthropic's API caches the whole prompt for it. Ignoring it makes callers pay for every token again, see
        // https://github.com/BerriAI/litellm/issues/26320 (L66).
        let point = cache_point(control, &Path::parameter("cache_control"), &mut reader)?;
        push_to_last(&mut messages, ContentBlock::from(point));
    }
    reader.finish(&path);
    Ok(messages)
}

/// Parses a parameter. A value of another type is dropped with a note.
pub(super) fn parse_typed<T: for<'de> Deserialize<'de>>(
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

/// Parses `price`: an array of two numbers. As in AG2, anything else is dropped.
fn price(params: &Members<'_>, notes: &mut Vec<Note>) -> Option<Price> {
    parse_typed::<(f64, f64)>(params, "price", "a list of two numbers", notes).map(Price::from)
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
fn additional_fields(params: &Members<'_>, notes: &mut Vec<Note>) -> Result<JsonObject, ModelError> {
    let name = "additional_model_request_fields";
    if params.get_non_null(name).is_some_and(|value| has_lone_surrogate(value.get())) {
        return Err(lone_surrogate());
    }
    let fields: Option<JsonObject> = parse_typed(params, name, "an object", notes);
    let mut fields = fields.unwrap_or_default();
    for name in RESERVED_FIELDS {
        if fields.remove(name).is_some() {
            let path = format!("additional_model_request_fields.{name}");
            let message = format!("dropped `{name}`: it is a setting of the client");
            notes.push(Note::new("params.reserved", NoteAction::Dropped, path, message));
        }
    }
    Ok(fields)
}

/// Adds the budget in OpenRouter's `reasoning` in Anthropic's form, unless there is one.
fn with_thinking_budget(mut other: JsonObject, params: &Members<'_>) -> JsonObject {
    let thinking = call_options::thinking(params).filter(|_| !other.contains("thinking"));
    if let Some(thinking) = thinking {
        other.insert("thinking", thinking);
    }
    other
}

/// Returns the parameters that have no field in [`ModelRequest`] and are not settings of the client.
fn other(params: &Members<'_>) -> Result<JsonObject, ModelError> {
    const PARSED: &[&str] = &[
        "additional_model_request_fields",
        "cache_control",
        "extra_body",
        "function_call",
        "functions",
        "maxOutputTokens",
        "maxTokens",
        "max_completion_tokens",
        "max_output_tokens",
        "max_tokens",
        "metadata",
        "model",
        "parallel_tool_calls",
        "price",
        "prompt_cache_ttl",
        "prompt_caching",
        "reasoning_effort",
        "response_format",
        "seed",
        "service_tier",
        "stop",
        "stopSequences",
        "stop_sequences",
        "supports_system_prompts",
        "temperature",
        "tool_choice",
        "tools",
        "topK",
        "topP",
        "top_k",
        "top_p",
    ];
    let is_other = |name: &str| {
        let read = [PARSED, &call_options::REASONING, &response_format::OTHER_NAMES, CLIENT_ONLY_PARAMETERS];
        !read.iter().any(|names| names.contains(&name))
    };
    let mut other = JsonObject::new();
    for (name, value) in params.iter().filter(|(name, _)| is_other(name)) {
        let mut value = to_raw_json(value)?;
        if name == response_format::OUTPUT_CONFIG {
            // The format in it was read. What remains are settings of Converse's of the same name.
            let settings = value.as_object().filter(|settings| settings.contains("format"));
            if let Some(mut settings) = settings {
                settings.remove("format");
                if settings.is_empty() {
                    continue;
                }
                value = RawJson::from(settings);
            }
        }
        other.insert(name, value);
    }
    Ok(other)
}

/// Parses the text of the parameters. Errors have a path, unless the text as a whole is invalid.
fn parse_params(text: &str) -> Result<Params<'_>, ModelError> {
    const INVALID: &str = "the parameters are not a JSON object";
    let mut reader = serde_json::Deserializer::from_str(text);
    let parsed = Params::deserialize(&mut reader).map_err(|error| {
        let error = JsonError::located(text, &error);
        if error.path().is_empty() {
            return ModelError::invalid_request(
                "InvalidRequest",
                "",
                format!("{INVALID}: {}", error.message()),
            );
        }
        let code = if error.path().starts_with("messages") { "InvalidMessage" } else { "InvalidRequest" };
        ModelError::invalid_request(code, error.path().to_owned(), error.message().to_owned())
    });
    let params = parsed?;
    reader.end().map_err(|_| ModelError::invalid_request("InvalidRequest", "", INVALID))?;
    Ok(params)
}
