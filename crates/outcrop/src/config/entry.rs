//! One entry of a configuration list.

use std::fmt;
use std::time::Duration;

use outcrop_converse::{Alternation, Dialect, EncodeOptions, Encoded, encode_request};
use outcrop_core::{JsonObject, ModelError, ModelRequest, Price, RawJson, ResponseFormat};
use outcrop_transport::{Credentials, Retry, RetryMode, Settings, Timeouts};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Number;

use super::read::Reader;
use crate::client::RequestDefaults;

/// One entry of a configuration list: AG2's `BedrockV2LLMConfigEntry` and `BedrockLLMConfigEntry`.
///
/// `Debug` masks the secrets. Keys that are not listed here are kept in `other` and are not sent anywhere.
#[derive(Clone)]
#[non_exhaustive]
pub struct ConfigEntry {
    /// Which of AG2's clients the entry is for; both are one here.
    pub api_type: ApiType,
    /// The model's id.
    pub model: Option<String>,
    /// The region.
    pub aws_region: Option<String>,
    /// The id of the access key.
    pub aws_access_key: Option<SecretString>,
    /// The secret of the access key.
    pub aws_secret_key: Option<SecretString>,
    /// The token of the access key's session.
    pub aws_session_token: Option<SecretString>,
    /// A profile of the shared configuration files.
    pub aws_profile_name: Option<String>,
    /// A Bedrock API key; AG2's `api_key`.
    pub api_key: Option<SecretString>,
    /// Where the service is, if not at its usual address; AG2 calls it `base_url` and never uses it.
    pub endpoint_url: Option<String>,
    /// The limit for the reply in seconds; 60 when absent or 0, as in AG2.
    pub timeout: Option<Duration>,
    /// How many attempts there are in all.
    pub total_max_attempts: Option<u32>,
    /// How many attempts there are after the first one.
    pub max_attempts: Option<u32>,
    /// How attempts are spaced.
    pub mode: Option<RetryMode>,
    /// The most tokens that answers may take.
    pub max_tokens: Option<Number>,
    /// The temperature, 0 to 1.
    pub temperature: Option<Number>,
    /// The probability mass, 0 to 1.
    pub top_p: Option<Number>,
    /// How many of the most likely tokens are drawn from.
    pub top_k: Option<Number>,
    /// A seed.
    pub seed: Option<Number>,
    /// Whether the model knows system prompts.
    pub supports_system_prompts: bool,
    /// US dollars for 1,000 tokens of input and of output.
    pub price: Option<Price>,
    /// Fields for the model itself.
    pub additional_model_request_fields: Option<JsonObject>,
    /// The structure of every answer.
    pub response_format: Option<ResponseFormat>,
    /// How turns are made to alternate.
    pub alternation: Option<Alternation>,
    /// Whose habits are kept.
    pub dialect: Option<Dialect>,
    /// What inserted turns say.
    pub filler: Option<String>,
    /// Marks to filter a list by.
    pub tags: Vec<String>,
    /// Keys that are not listed here.
    pub other: JsonObject,
    /// The entry as it was given.
    given: JsonObject,
}

/// Which of AG2's clients an entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiType {
    /// `BedrockClient`, AG2's first one.
    Bedrock,
    /// `BedrockV2Client`.
    BedrockV2,
}

impl ApiType {
    /// The type as AG2 spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bedrock => "bedrock",
            Self::BedrockV2 => "bedrock_v2",
        }
    }

    /// The type of that name: any that starts with one of AG2's, as AG2 has it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name.starts_with("bedrock_v2") {
            Some(Self::BedrockV2)
        } else if name.starts_with("bedrock") {
            Some(Self::Bedrock)
        } else {
            None
        }
    }
}

impl ConfigEntry {
    /// Reads an entry of a list: a model and a region must be in it.
    ///
    /// ```
    /// use outcrop::config::ConfigEntry;
    ///
    /// let error = ConfigEntry::from_json(r#"{"model": "amazon.nova-lite-v1:0"}"#).unwrap_err();
    /// assert_eq!(error.path(), Some("aws_region"));
    /// ```
    ///
    /// # Errors
    /// Of kind `Configuration`, with the name of the key: a key that must be there is missing, a value is of the
    /// wrong kind or out of range.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        let entry = Self::settings_from_json(text)?;
        entry.require("model", entry.model.as_ref())?;
        entry.require("aws_region", entry.aws_region.as_ref())?;
        Ok(entry)
    }

    /// Reads the settings of a client: as [`from_json`](Self::from_json), but model and region may come from elsewhere.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    pub fn settings_from_json(text: &str) -> Result<Self, ModelError> {
        let members = RawJson::parse(text).ok().and_then(|json| json.as_object());
        members.map_or_else(|| Err(super::read::invalid("", "the entry is no JSON object")), Self::read)
    }

    pub(super) fn read(given: JsonObject) -> Result<Self, ModelError> {
        let mut reader = Reader::new(given.clone());
        let api_type = reader.api_type()?;
        Ok(Self {
            api_type,
            model: reader.text("model")?,
            aws_region: reader.text("aws_region")?,
            aws_access_key: reader.secret("aws_access_key")?,
            aws_secret_key: reader.secret("aws_secret_key")?,
            aws_session_token: reader.secret("aws_session_token")?,
            aws_profile_name: reader.text("aws_profile_name")?,
            api_key: reader.secret("api_key")?,
            endpoint_url: reader.endpoint_url()?,
            timeout: reader.timeout()?,
            total_max_attempts: reader.attempts("total_max_attempts", 1)?,
            max_attempts: reader.attempts("max_attempts", 0)?,
            mode: reader.text("mode")?.map(|name| name.parse()).transpose()?,
            max_tokens: reader.number_within("max_tokens", 0.0..=f64::MAX)?,
            temperature: reader.number_within("temperature", 0.0..=1.0)?,
            top_p: reader.number_within("top_p", 0.0..=1.0)?,
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
            other: reader.rest(),
            given,
        })
    }

    /// The settings of the connection.
    ///
    /// # Errors
    /// Code `PartialCredentials` for half an access key.
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

    /// How requests are encoded.
    #[must_use]
    pub fn encode_options(&self) -> EncodeOptions {
        let alternation = self.alternation.unwrap_or_default();
        // Whoever has turns merged wants Converse's habits, unless it says otherwise.
        let habits = if alternation == Alternation::Merge { Dialect::Converse } else { Dialect::Ag2 };
        let mut options = EncodeOptions::default();
        options.alternation = alternation;
        options.dialect = self.dialect.unwrap_or(habits);
        options.response_format.clone_from(&self.response_format);
        if let Some(filler) = &self.filler {
            options.filler.clone_from(filler);
        }
        options
    }

    /// A request as a client of this entry would send it, without connecting anywhere.
    ///
    /// # Errors
    /// As [`encode_request`].
    pub fn encode(&self, request: &ModelRequest) -> Result<Encoded, ModelError> {
        encode_request(&RequestDefaults::from_config(self).apply(request), &self.encode_options())
    }

    /// The entry as JSON, defaults filled in, **secrets in clear**: AG2's `model_dump`.
    #[must_use]
    pub fn to_json_with_secrets(&self) -> JsonObject {
        let defaults = [
            ("api_type", RawJson::from(self.api_type.as_str())),
            ("tags", RawJson::from(serde_json::json!([]))),
            ("supports_system_prompts", RawJson::bool(true)),
            ("total_max_attempts", RawJson::from(serde_json::json!(5))),
            ("max_attempts", RawJson::from(serde_json::json!(5))),
            ("mode", RawJson::from("standard")),
        ];
        let mut dump = self.given.clone();
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
            None => Err(super::read::invalid(name, "is missing")),
        }
    }
}

impl fmt::Debug for ConfigEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ConfigEntry");
        for (name, value) in self.to_json_with_secrets().iter() {
            if name.ends_with("_key") || name.ends_with("_token") {
                shown.field(name, &"**********");
            } else {
                shown.field(name, &format_args!("{}", value.as_str()));
            }
        }
        shown.finish()
    }
}
