//! An entry of a configuration list and what a client takes from it.

use std::time::Duration;

use outcrop_converse::{Alternation, Dialect, EncodeOptions, Encoded, encode_request};
use outcrop_core::{JsonObject, ModelError, ModelRequest, Price, RawJson, ResponseFormat};
use outcrop_transport::{Credentials, Retry, RetryMode, Settings, Timeouts};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Number;

use super::api_type::ApiType;
use super::credential_names::check_unread;
use super::reader::{Reader, invalid, one_of, parse_parameters};
use crate::defaults::RequestDefaults;

/// An entry of a configuration list: AG2's `BedrockV2LLMConfigEntry` and `BedrockLLMConfigEntry`.
///
/// The fields have the names of AG2 Classic. The names of AG2 since 1.0 are read, too: `aws_access_key_id`,
/// `aws_secret_access_key`, `profile_name`, `region_name`, `max_retries` and `streaming`. A field that is `None` has the
/// default of the builder, unless its docs name another one. `Debug` shows neither secrets nor values of unknown keys.
///
/// Each other key is a parameter of the calls, as in AG2, such as `stop`, `tool_choice` or `guardrailConfig`: it is sent
/// with each request that does not set it. So is `cache`, with AG2's proposed `prompt_caching` and `prompt_cache_ttl`, see
/// [`PromptCache`](outcrop_core::PromptCache). A parameter that Converse does not have is dropped with a note in each
/// response. A key that looks like a credential, and is not known, is an error.
///
/// ```
/// use outcrop::config::ConfigEntry;
///
/// let entry = ConfigEntry::from_json(
///     r#"{"model": "amazon.nova-lite-v1:0", "aws_region": "us-east-1", "max_tokens": 500}"#)?;
/// assert_eq!(entry.aws_region.as_deref(), Some("us-east-1"));
/// # Ok::<(), outcrop::ModelError>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct ConfigEntry {
    /// The type of AG2's client; [`BedrockV2`](ApiType::BedrockV2) by default. It makes no difference here.
    pub api_type: ApiType,
    /// The id of the model, for requests that name none.
    pub model: Option<String>,
    /// The region. If it is `None`, the region comes from `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile.
    pub aws_region: Option<String>,
    /// The id of an access key; `aws_access_key_id` in AG2 since 1.0.
    pub aws_access_key: Option<SecretString>,
    /// The secret of the access key; `aws_secret_access_key` in AG2 since 1.0.
    pub aws_secret_key: Option<SecretString>,
    /// The session token of a temporary access key.
    pub aws_session_token: Option<SecretString>,
    /// A profile of the shared AWS configuration files; `profile_name` in AG2 since 1.0.
    pub aws_profile_name: Option<String>,
    /// A Bedrock API key, which is sent as a bearer token. An access key takes precedence.
    pub api_key: Option<SecretString>,
    /// The address of the service, if it is not the usual one. AG2 names it `base_url` and does not use it.
    pub endpoint_url: Option<String>,
    /// The time limit for the response of an attempt, in seconds; 60 by default and if it is 0, as in AG2.
    pub timeout: Option<Duration>,
    /// The number of attempts, the first one included. It takes precedence over `max_attempts`.
    pub total_max_attempts: Option<u32>,
    /// The number of attempts after the first one; `max_retries` in AG2 since 1.0.
    pub max_attempts: Option<u32>,
    /// The strategy for the waits between attempts.
    pub mode: Option<RetryMode>,
    /// The maximum number of tokens of a response.
    pub max_tokens: Option<Number>,
    /// The sampling temperature, 0 to 1.
    pub temperature: Option<Number>,
    /// The probability mass of nucleus sampling, 0 to 1.
    pub top_p: Option<Number>,
    /// The number of most likely tokens to sample from.
    pub top_k: Option<Number>,
    /// The seed of sampling.
    pub seed: Option<Number>,
    /// Whether the model supports system prompts; true by default. Otherwise, they are dropped with a note.
    pub supports_system_prompts: bool,
    /// The price in US dollars for 1,000 tokens of input and of output; the list price by default.
    pub price: Option<Price>,
    /// Fields for the model itself: `additionalModelRequestFields` of Converse.
    pub additional_model_request_fields: Option<JsonObject>,
    /// The structure of every response.
    pub response_format: Option<ResponseFormat>,
    /// How turns are made to alternate between user and assistant; that of the dialect by default.
    pub alternation: Option<Alternation>,
    /// The dialect; AG2 Classic's by default, or Converse's if turns are merged.
    pub dialect: Option<Dialect>,
    /// The text of inserted turns.
    pub filler: Option<String>,
    /// Tags, by which a [`Filter`](super::Filter) selects entries.
    pub tags: Vec<String>,
    /// Whether AG2 would stream responses: its parameter `stream`, or `streaming` in AG2 since 1.0.
    ///
    /// The method that is called decides, [`create`](outcrop_core::ModelClient::create) or
    /// [`create_stream`](outcrop_core::ModelClient::create_stream). If it is set, each response has a note about that.
    pub stream: Option<bool>,
    /// The keys that are not listed here: parameters of the calls, with the names that they have in
    /// [`ModelRequest::from_json`].
    pub other: JsonObject,
    /// The JSON that the entry was parsed from.
    source: JsonObject,
}

/// The keys that change how AG2 makes or chooses calls, and that have no counterpart here: each response has a note about them.
/// As parameters of a call they have none, because AG2's agents pass their whole configuration along.
const AG2_BEHAVIOR: &[&str] = &["cache_seed", "filter_func", "model_client_cls", "routing_method"];

impl ConfigEntry {
    /// Parses an entry that has at least a model and a region.
    ///
    /// ```
    /// use outcrop::config::ConfigEntry;
    ///
    /// let error = ConfigEntry::from_json(r#"{"model": "amazon.nova-lite-v1:0"}"#).unwrap_err();
    /// assert_eq!(error.path(), Some("aws_region"));
    /// ```
    ///
    /// # Errors
    /// Kind `Configuration`, code `InvalidConfig`, with the key as [`path`](ModelError::path): a required key is missing, a
    /// value has the wrong type or is out of range, two names of one setting have different values, or an unknown key looks
    /// like a credential.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        let entry = Self::listed(object(text)?)?;
        entry.require("aws_region", entry.aws_region.as_ref())?;
        Ok(entry)
    }

    /// Parses an entry of a list, which has at least a model. The region may come from the environment.
    pub(super) fn listed(source: JsonObject) -> Result<Self, ModelError> {
        let entry = Self::parse(source)?;
        entry.require("model", entry.model.as_ref())?;
        Ok(entry)
    }

    /// Parses an entry as [`from_json`](Self::from_json) does, but without the required keys: requests may name the model,
    /// and the environment the region.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    pub fn settings_from_json(text: &str) -> Result<Self, ModelError> {
        Self::parse(object(text)?)
    }

    fn parse(source: JsonObject) -> Result<Self, ModelError> {
        let mut reader = Reader::new(source.clone());
        let api_type = reader.api_type()?;
        let entry = Self {
            api_type,
            model: reader.text("model")?,
            aws_region: reader.text_of(["aws_region", "region_name"])?,
            aws_access_key: reader.secret_of(["aws_access_key", "aws_access_key_id"])?,
            aws_secret_key: reader.secret_of(["aws_secret_key", "aws_secret_access_key"])?,
            aws_session_token: reader.secret("aws_session_token")?,
            aws_profile_name: reader.text_of(["aws_profile_name", "profile_name"])?,
            api_key: reader.secret("api_key")?,
            endpoint_url: reader.endpoint_url()?,
            timeout: reader.timeout()?,
            total_max_attempts: reader.attempts("total_max_attempts", 1)?,
            max_attempts: one_of(
                ["max_attempts", "max_retries"],
                reader.attempts("max_attempts", 0)?,
                reader.attempts("max_retries", 0)?,
            )?,
            mode: reader.text("mode")?.map(|name| name.parse()).transpose()?,
            max_tokens: reader
                .number_of(["max_tokens", "max_completion_tokens", "maxTokens"], 0.0..=f64::MAX)?,
            // The upper limit is AG2's. A parameter of a request has none.
            temperature: reader.number_within("temperature", 0.0..=1.0)?,
            top_p: reader.number_of(["top_p", "topP"], 0.0..=1.0)?,
            top_k: reader.number_within("top_k", f64::MIN..=f64::MAX)?,
            seed: reader.number_within("seed", f64::MIN..=f64::MAX)?,
            supports_system_prompts: reader.flag("supports_system_prompts")?.unwrap_or(true),
            price: reader.price()?,
            additional_model_request_fields: reader.object("additional_model_request_fields")?,
            response_format: reader.response_format()?,
            alternation: reader.alternation()?,
            dialect: reader.dialect()?,
            filler: reader.text("filler")?,
            tags: reader.texts("tags")?,
            stream: one_of(["stream", "streaming"], reader.flag("stream")?, reader.flag("streaming")?)?,
            other: reader.into_unread(),
            source,
        };
        check_unread(&entry.other)?;
        // Checked here, so that an invalid parameter is an error of the entry and not of each call.
        parse_parameters(&entry.other)?;
        Ok(entry)
    }

    /// Returns the settings of the connection.
    ///
    /// # Errors
    /// Kind `Configuration`, code `PartialCredentials`: the entry has only one half of an access key.
    pub fn settings(&self) -> Result<Settings, ModelError> {
        let mut settings = Settings::new();
        settings.region.clone_from(&self.aws_region);
        settings.profile.clone_from(&self.aws_profile_name);
        settings.endpoint_url.clone_from(&self.endpoint_url);
        settings.credentials = self.credentials()?;
        settings.retry = self.retry();
        settings.timeouts = Timeouts::default().with_read(self.timeout.unwrap_or(Timeouts::AG2_READ));
        Ok(settings)
    }

    /// Returns the options for encoding requests: those of AG2 Classic's dialect, unless the entry has another one.
    #[must_use]
    pub fn encode_options(&self) -> EncodeOptions {
        // AG2 cannot merge turns, so an entry that does was not written for AG2's dialect.
        let is_converse = match self.dialect {
            Some(dialect) => dialect == Dialect::Converse,
            None => self.alternation == Some(Alternation::Merge),
        };
        let mut options = if is_converse { EncodeOptions::converse() } else { EncodeOptions::ag2() };
        if let Some(alternation) = self.alternation {
            options.alternation = alternation;
        }
        options.response_format.clone_from(&self.response_format);
        if let Some(filler) = &self.filler {
            options.filler.clone_from(filler);
        }
        options
    }

    /// Encodes a request as a client of this entry would, without a connection.
    ///
    /// ```
    /// use outcrop::ModelRequest;
    /// use outcrop::config::ConfigEntry;
    ///
    /// let entry = ConfigEntry::settings_from_json(r#"{"model": "amazon.nova-lite-v1:0", "max_tokens": 5}"#)?;
    /// let encoded = entry.encode(&ModelRequest::builder("").user("hi").build())?;
    /// assert_eq!(encoded.model_id, "amazon.nova-lite-v1:0");
    /// assert_eq!(
    ///     encoded.to_bytes(),
    ///     r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"inferenceConfig":{"maxTokens":5}}"#,
    /// );
    /// # Ok::<(), outcrop::ModelError>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`encode_request`], and kind `Configuration` if a parameter of [`other`](Self::other) is invalid.
    pub fn encode(&self, request: &ModelRequest) -> Result<Encoded, ModelError> {
        encode_request(&self.request_defaults()?.apply(request), &self.encode_options())
    }

    /// Returns the values for the fields that a request leaves empty.
    ///
    /// # Errors
    /// Kind `Configuration`: a parameter is invalid.
    pub(crate) fn request_defaults(&self) -> Result<RequestDefaults, ModelError> {
        let mut defaults = parse_parameters(&self.other)?;
        if let Some(model) = &self.model {
            defaults.model.clone_from(model);
        }
        let sampling = &mut defaults.sampling;
        sampling.max_tokens.clone_from(&self.max_tokens);
        sampling.temperature.clone_from(&self.temperature);
        sampling.top_p.clone_from(&self.top_p);
        sampling.top_k.clone_from(&self.top_k);
        sampling.seed.clone_from(&self.seed);
        defaults.price = self.price;
        defaults.supports_system_prompts = self.supports_system_prompts;
        defaults.additional_fields = self.additional_model_request_fields.clone().unwrap_or_default();
        if self.stream == Some(true) {
            // The encoder notes that the parameter has no effect.
            defaults.other.insert("stream", RawJson::bool(true));
        }
        for name in AG2_BEHAVIOR {
            if let Some(value) = self.other.get(name) {
                defaults.other.insert(*name, value.clone());
            }
        }
        Ok(RequestDefaults::new(defaults))
    }

    /// Returns the entry as JSON with its defaults, like AG2's `model_dump`. **The secrets are in clear.**
    #[must_use]
    pub fn to_json_with_secrets(&self) -> JsonObject {
        // AG2's defaults, whether or not they are those of a client here.
        let defaults = [
            ("api_type", RawJson::from(self.api_type.as_str())),
            ("tags", RawJson::from(serde_json::json!([]))),
            ("supports_system_prompts", RawJson::bool(true)),
            ("total_max_attempts", RawJson::from(serde_json::json!(5))),
            ("max_attempts", RawJson::from(serde_json::json!(5))),
            ("mode", RawJson::from("standard")),
        ];
        let mut dump = self.source.clone();
        dump.retain(|_, value| !value.is_null());
        for (name, value) in defaults {
            if !dump.contains(name) {
                dump.insert(name, value);
            }
        }
        if let Some(url) = self.endpoint_url.as_deref().filter(|_| dump.contains("base_url")) {
            dump.insert("base_url", RawJson::from(url));
        }
        dump
    }

    fn credentials(&self) -> Result<Option<Credentials>, ModelError> {
        let clear =
            |secret: &Option<SecretString>| secret.as_ref().map(|secret| secret.expose_secret().to_owned());
        let keys = Credentials::from_parts(
            clear(&self.aws_access_key),
            clear(&self.aws_secret_key),
            clear(&self.aws_session_token),
        )?;
        // The access key first, because AG2 never sends an `api_key` to Bedrock.
        Ok(keys.or_else(|| clear(&self.api_key).map(Credentials::bearer)))
    }

    fn retry(&self) -> Retry {
        let mut retry = Retry::new();
        retry.total_max_attempts = self.total_max_attempts;
        retry.max_attempts = self.max_attempts;
        retry.mode = self.mode;
        retry
    }

    fn require<T>(&self, name: &'static str, value: Option<&T>) -> Result<(), ModelError> {
        match value {
            Some(_) => Ok(()),
            None => Err(invalid(name, "is missing")),
        }
    }
}

/// Parses the text of an entry into its members.
fn object(text: &str) -> Result<JsonObject, ModelError> {
    let members = RawJson::parse(text).ok().and_then(|json| json.as_object());
    members.ok_or_else(|| invalid("", "the entry is not a JSON object"))
}
