//! Reading the keys of an entry.

use std::ops::RangeInclusive;
use std::time::Duration;

use outcrop_converse::{Alternation, Dialect};
use outcrop_core::{ErrorKind, JsonObject, ModelError, ModelRequest, Price, RawJson, ResponseFormat};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::Number;

use super::ApiType;

/// Takes the keys of an entry one by one; `null` counts as absent.
pub(super) struct Reader(JsonObject);

/// A key that cannot be read. Values are not repeated: they may be secrets.
pub(super) fn invalid(name: &str, why: &'static str) -> ModelError {
    let message = if name.is_empty() { why.to_owned() } else { format!("`{name}` {why}") };
    ModelError::new(ErrorKind::Configuration, message).with_code("InvalidConfig").with_path(name)
}

impl Reader {
    pub(super) fn new(mut members: JsonObject) -> Self {
        members.retain(|_, value| !value.is_null());
        Self(members)
    }

    /// The keys that nobody has asked for.
    pub(super) fn rest(self) -> JsonObject {
        self.0
    }

    pub(super) fn api_type(&mut self) -> Result<ApiType, ModelError> {
        match self.text("api_type")? {
            None => Ok(ApiType::BedrockV2),
            Some(name) => ApiType::from_name(&name)
                .ok_or_else(|| invalid("api_type", "is neither `bedrock` nor `bedrock_v2`")),
        }
    }

    /// A text; an empty one counts as absent.
    pub(super) fn text(&mut self, name: &'static str) -> Result<Option<String>, ModelError> {
        let text: Option<String> = self.read(name, "is no string")?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    pub(super) fn secret(&mut self, name: &'static str) -> Result<Option<SecretString>, ModelError> {
        Ok(self.text(name)?.map(SecretString::from))
    }

    pub(super) fn texts(&mut self, name: &'static str) -> Result<Vec<String>, ModelError> {
        Ok(self.read(name, "is no list of strings")?.unwrap_or_default())
    }

    pub(super) fn flag(&mut self, name: &'static str) -> Result<Option<bool>, ModelError> {
        self.read(name, "is neither true nor false")
    }

    pub(super) fn object(&mut self, name: &'static str) -> Result<Option<JsonObject>, ModelError> {
        self.read(name, "is no object")
    }

    pub(super) fn number_within(
        &mut self,
        name: &'static str,
        range: RangeInclusive<f64>,
    ) -> Result<Option<Number>, ModelError> {
        let number: Option<Number> = self.read(name, "is no number")?;
        match number {
            Some(number) if !number.as_f64().is_some_and(|value| range.contains(&value)) => {
                Err(invalid(name, "is out of range"))
            }
            number => Ok(number),
        }
    }

    pub(super) fn attempts(&mut self, name: &'static str, least: u32) -> Result<Option<u32>, ModelError> {
        let count: Option<u32> = self.read(name, "is no number of attempts")?;
        if count.is_some_and(|count| count < least) {
            return Err(invalid(name, "is too low: there must be at least one attempt"));
        }
        Ok(count)
    }

    /// Seconds; 0 counts as absent, as in AG2.
    pub(super) fn timeout(&mut self) -> Result<Option<Duration>, ModelError> {
        let seconds: Option<f64> = self.read("timeout", "is no number of seconds")?;
        match seconds {
            None | Some(0.0) => Ok(None),
            Some(seconds) => Duration::try_from_secs_f64(seconds)
                .map(Some)
                .map_err(|_| invalid("timeout", "is no time to wait")),
        }
    }

    /// `endpoint_url`, or AG2's `base_url`, which may leave the scheme out.
    pub(super) fn endpoint_url(&mut self) -> Result<Option<String>, ModelError> {
        let base_url = self.text("base_url")?;
        let endpoint_url = self.text("endpoint_url")?;
        Ok(endpoint_url.or(base_url).map(|url| {
            let url = if url.contains("://") { url } else { format!("http://{url}") };
            let has_path = url.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
            if has_path { url } else { format!("{url}/") }
        }))
    }

    pub(super) fn price(&mut self) -> Result<Option<Price>, ModelError> {
        let pair: Option<(f64, f64)> =
            self.read("price", "is not the price of input and output, two numbers")?;
        Ok(pair.map(Price::from))
    }

    pub(super) fn alternation(&mut self) -> Result<Option<Alternation>, ModelError> {
        match self.text("alternation")?.as_deref() {
            None => Ok(None),
            Some("insert") => Ok(Some(Alternation::Insert)),
            Some("merge") => Ok(Some(Alternation::Merge)),
            Some(_) => Err(invalid("alternation", "is neither `insert` nor `merge`")),
        }
    }

    pub(super) fn dialect(&mut self) -> Result<Option<Dialect>, ModelError> {
        match self.text("dialect")?.as_deref() {
            None => Ok(None),
            Some("ag2") => Ok(Some(Dialect::Ag2)),
            Some("converse") => Ok(Some(Dialect::Converse)),
            Some(_) => Err(invalid("dialect", "is neither `ag2` nor `converse`")),
        }
    }

    /// The format, by the same reader as that of a request.
    pub(super) fn response_format(&mut self) -> Result<Option<ResponseFormat>, ModelError> {
        let Some(format) = self.0.remove("response_format") else { return Ok(None) };
        let params = RawJson::from([("response_format", format)].into_iter().collect::<JsonObject>());
        ModelRequest::from_json(params.as_str()).map(|request| request.response_format)
    }

    fn read<T: DeserializeOwned>(
        &mut self,
        name: &'static str,
        why: &'static str,
    ) -> Result<Option<T>, ModelError> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(value) => value.deserialize().map(Some).map_err(|_| invalid(name, why)),
        }
    }
}
