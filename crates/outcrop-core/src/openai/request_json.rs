//! Writing a request as the parameters of an OpenAI chat completion: the inverse of `ModelRequest::from_json`.
//!
//! Everything that OpenAI's API can express has its form, and what it cannot express has a form that
//! [`ModelRequest::from_json`] parses: the parameters that gateways added, and blocks of this crate.

use serde::de::Error as _;
use serde::ser::{Error as _, SerializeMap as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::message_json::{CacheControl, messages};
use crate::error::ModelError;
use crate::json::{JsonError, JsonObject, RawJson};
use crate::request::{
    AutoCache, JsonSchemaFormat, ModelRequest, PromptCache, ResponseFormat, ToolChoice, ToolSpec,
};

impl ModelRequest {
    /// Returns the request as the parameters of an OpenAI chat completion, in JSON.
    ///
    /// [`from_json`](Self::from_json) parses them into an equal request, with these exceptions. A message with several tool
    /// results becomes a message for each, as OpenAI's API requires. The text of a document becomes its bytes. Tool calls follow the text of their message, and
    /// their data for a provider (`extra`) is lost, as is that of text and images. `extensions`, `conversation` and
    /// `notes` have no JSON form.
    ///
    /// ```
    /// use outcrop_core::ModelRequest;
    ///
    /// let request = ModelRequest::builder("some-model").user("Name a river.").max_tokens(50).build();
    /// let json = request.to_openai_json()?;
    /// assert_eq!(json, r#"{"model":"some-model","messages":[{"role":"user","content":"Name a river."}],"max_tokens":50}"#);
    /// assert_eq!(ModelRequest::from_json(&json)?, request);
    /// # Ok::<(), outcrop_core::ModelError>(())
    /// ```
    ///
    /// # Errors
    /// An error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if a block has no JSON form.
    pub fn to_openai_json(&self) -> Result<String, ModelError> {
        match RawJson::from_serialize(self) {
            Ok(json) => Ok(json.as_str().to_owned()),
            Err(error) => Err(ModelError::invalid_request("InvalidRequest", "", error.message().to_owned())),
        }
    }
}

/// The parameters of an OpenAI chat completion. See [`ModelRequest::to_openai_json`].
impl Serialize for ModelRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("model", &self.model)?;
        map.serialize_entry("messages", &messages(&self.messages))?;
        // Empty lists and maps are left out, because services reject an empty `tools`, for example.
        if !self.tools.is_empty() {
            map.serialize_entry("tools", &self.tools.iter().map(tool).collect::<Vec<_>>())?;
        }
        if let Some(choice) = &self.tool_choice {
            map.serialize_entry("tool_choice", &tool_choice(choice).map_err(S::Error::custom)?)?;
        }
        let sampling = &self.sampling;
        let numbers = [
            ("max_tokens", &sampling.max_tokens),
            ("temperature", &sampling.temperature),
            ("top_p", &sampling.top_p),
            ("top_k", &sampling.top_k),
            ("seed", &sampling.seed),
        ];
        for (name, number) in numbers {
            if let Some(number) = number {
                map.serialize_entry(name, number)?;
            }
        }
        if !sampling.stop.is_empty() {
            map.serialize_entry("stop", &sampling.stop)?;
        }
        if let Some(parallel) = self.parallel_tool_calls {
            map.serialize_entry("parallel_tool_calls", &parallel)?;
        }
        if let Some(effort) = &self.reasoning_effort {
            map.serialize_entry("reasoning_effort", effort.as_str())?;
        }
        if let Some(tier) = &self.service_tier {
            map.serialize_entry("service_tier", tier.as_str())?;
        }
        if !self.metadata.is_empty() {
            map.serialize_entry("metadata", &self.metadata)?;
        }
        if let Some(format) = &self.response_format {
            map.serialize_entry("response_format", &Format::from(format))?;
        }
        match &self.cache {
            Some(PromptCache::Auto(AutoCache { ttl: Some(ttl) })) => {
                map.serialize_entry("cache", &AutoCacheJson { r#type: "auto", ttl })?;
            }
            Some(PromptCache::Auto(_)) => map.serialize_entry("cache", "auto")?,
            Some(PromptCache::Off) => map.serialize_entry("cache", "off")?,
            None => {}
        }
        if let Some(price) = &self.price {
            map.serialize_entry("price", price)?;
        }
        // AG2's default is `true`, so that only `false` is written.
        if !self.supports_system_prompts {
            map.serialize_entry("supports_system_prompts", &false)?;
        }
        if !self.additional_fields.is_empty() {
            map.serialize_entry("additional_model_request_fields", &self.additional_fields)?;
        }
        for (name, value) in self.other.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Parses the parameters of an OpenAI chat completion. See [`ModelRequest::from_json`].
impl<'de> Deserialize<'de> for ModelRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let params = <RawJson as Deserialize>::deserialize(deserializer)?;
        Self::from_json(params.as_str()).map_err(D::Error::custom)
    }
}

#[derive(Serialize)]
struct AutoCacheJson<'a> {
    r#type: &'static str,
    ttl: &'a str,
}

#[derive(Serialize)]
struct Tool<'a> {
    r#type: &'static str,
    function: Function<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<CacheControl<'a>>,
    #[serde(flatten)]
    other: Flat<'a>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<&'a RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
}

/// Further members of an object.
struct Flat<'a>(&'a JsonObject);

impl Serialize for Flat<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter())
    }
}

fn tool(spec: &ToolSpec) -> Tool<'_> {
    Tool {
        r#type: "function",
        function: Function {
            name: &spec.name,
            description: spec.description.as_deref(),
            parameters: spec.parameters.as_ref(),
            strict: spec.strict,
        },
        cache_control: spec.cache_point.as_ref().map(CacheControl::from),
        other: Flat(&spec.other),
    }
}

fn tool_choice(choice: &ToolChoice) -> Result<RawJson, JsonError> {
    #[derive(Serialize)]
    struct Named<'a> {
        r#type: &'static str,
        function: Function<'a>,
    }

    match choice {
        ToolChoice::Auto => Ok(RawJson::from("auto")),
        ToolChoice::Required => Ok(RawJson::from("required")),
        ToolChoice::None => Ok(RawJson::from("none")),
        ToolChoice::Tool(name) => {
            let function = Function { name, description: None, parameters: None, strict: None };
            RawJson::from_serialize(&Named { r#type: "function", function })
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Format<'a> {
    Text,
    JsonObject,
    JsonSchema { json_schema: Schema<'a> },
}

#[derive(Serialize)]
struct Schema<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    schema: &'a RawJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
}

impl<'a> From<&'a ResponseFormat> for Format<'a> {
    fn from(format: &'a ResponseFormat) -> Self {
        match format {
            ResponseFormat::Text => Self::Text,
            ResponseFormat::JsonObject => Self::JsonObject,
            ResponseFormat::JsonSchema(JsonSchemaFormat { schema, name, description, strict, .. }) => {
                let (name, description) = (name.as_deref(), description.as_deref());
                Self::JsonSchema { json_schema: Schema { name, description, schema, strict: *strict } }
            }
        }
    }
}
