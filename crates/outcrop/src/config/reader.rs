//! Reads the keys of an entry.
//!
//! Error messages name the key, never its value, because a value may be a secret.

use std::ops::RangeInclusive;
use std::time::Duration;

use outcrop_converse::{Alternation, Dialect};
use outcrop_core::{ErrorKind, JsonObject, ModelError, ModelRequest, Price, RawJson, ResponseFormat};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::Number;

use super::api_type::ApiType;

/// The keys of an entry that have not been read yet. A `null` counts as absent.
pub(super) struct Reader(JsonObject);

/// Builds the error for a key that is missing or has an invalid value.
pub(super) fn invalid(name: &str, problem: &'static str) -> ModelError {
    let message = if name.is_empty() { problem.to_owned() } else { format!("`{name}` {problem}") };
    config_error(message, name)
}

fn config_error(message: String, path: &str) -> ModelError {
    ModelError::new(ErrorKind::Configuration, message).with_code("InvalidConfig").with_path(path)
}

/// Parses the parameters of calls among the keys of an entry, as [`ModelRequest::from_json`] does.
///
/// # Errors
/// Kind `Configuration`, code `InvalidConfig`, with the path that the parameter would have in a request.
pub(super) fn parse_parameters(members: &JsonObject) -> Result<ModelRequest, ModelError> {
    ModelRequest::from_json(RawJson::from(members.clone()).as_str()).map_err(|error| {
        let path = error.path().unwrap_or_default().to_owned();
        let message = format!("a parameter of the calls is invalid: {}", error.message());
        config_error(message, &path).with_source(error)
    })
}

/// Returns the value of a setting that has two names.
///
/// # Errors
/// Both names have values, and they differ.
pub(super) fn one_of<T: PartialEq>(
    [first, second]: [&'static str; 2],
    own: Option<T>,
    other: Option<T>,
) -> Result<Option<T>, ModelError> {
    match (own, other) {
        (Some(own), Some(other)) if own != other => {
            let message = format!("`{second}` contradicts `{first}`: they are two names of one setting");
            Err(config_error(message, second))
        }
        (own, other) => Ok(own.or(other)),
    }
}

impl Reader {
    pub(super) fn new(mut members: JsonObject) -> Self {
        members.retain(|_, value| !value.is_null());
        Self(members)
    }

    /// Returns the keys that were not read.
    pub(super) fn into_unread(self) -> JsonObject {
        self.0
    }

    pub(super) fn api_type(&mut self) -> Result<ApiType, ModelError> {
        match self.text("api_type")? {
            None => Ok(ApiType::BedrockV2),
            Some(name) => ApiType::from_name(&name)
                .ok_or_else(|| invalid("api_type", "must begin with `bedrock` or `bedrock_v2`")),
        }
    }

    /// Reads a string that has several names. The first name has precedence.
    ///
    /// # Errors
    /// Two names have different strings: one of two identities or regions would be ignored.
    pub(super) fn text_of(&mut self, names: [&'static str; 2]) -> Result<Option<String>, ModelError> {
        let [first, second] = names;
        one_of(names, self.text(first)?, self.text(second)?)
    }

    /// Reads a secret that has several names.
    ///
    /// # Errors
    /// Those of [`text_of`](Self::text_of).
    pub(super) fn secret_of(&mut self, names: [&'static str; 2]) -> Result<Option<SecretString>, ModelError> {
        Ok(self.text_of(names)?.map(SecretString::from))
    }

    /// Reads a string. An empty one counts as absent, as in AG2, where it is falsy.
    pub(super) fn text(&mut self, name: &'static str) -> Result<Option<String>, ModelError> {
        let text: Option<String> = self.read(name, "must be a string")?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    pub(super) fn secret(&mut self, name: &'static str) -> Result<Option<SecretString>, ModelError> {
        Ok(self.text(name)?.map(SecretString::from))
    }

    pub(super) fn texts(&mut self, name: &'static str) -> Result<Vec<String>, ModelError> {
        Ok(self.read(name, "must be a list of strings")?.unwrap_or_default())
    }

    pub(super) fn flag(&mut self, name: &'static str) -> Result<Option<bool>, ModelError> {
        self.read(name, "must be true or false")
    }

    pub(super) fn object(&mut self, name: &'static str) -> Result<Option<JsonObject>, ModelError> {
        self.read(name, "must be an object")
    }

    /// Reads a number within a range. It keeps its spelling, so that the request has the digits of the entry.
    pub(super) fn number_within(
        &mut self,
        name: &'static str,
        range: RangeInclusive<f64>,
    ) -> Result<Option<Number>, ModelError> {
        let number: Option<Number> = self.read(name, "must be a number")?;
        match number {
            Some(number) if !number.as_f64().is_some_and(|value| range.contains(&value)) => {
                Err(invalid(name, "is out of range"))
            }
            number => Ok(number),
        }
    }

    /// Reads a number within a range that has several names.
    ///
    /// # Errors
    /// Those of [`number_within`](Self::number_within), and two names have different numbers.
    pub(super) fn number_of<const N: usize>(
        &mut self,
        names: [&'static str; N],
        range: RangeInclusive<f64>,
    ) -> Result<Option<Number>, ModelError> {
        let mut first: Option<(&'static str, Number)> = None;
        for name in names {
            // All of them are read, so that none is among the unread keys.
            let number = self.number_within(name, range.clone())?;
            match &first {
                Some((own, given)) => {
                    one_of([own, name], Some(given), number.as_ref())?;
                }
                None => first = number.map(|number| (name, number)),
            }
        }
        Ok(first.map(|(_, number)| number))
    }

    /// Reads a number of attempts.
    pub(super) fn attempts(&mut self, name: &'static str, min: u32) -> Result<Option<u32>, ModelError> {
        let count: Option<u32> = self.read(name, "must be a whole number of attempts")?;
        if count.is_some_and(|count| count < min) {
            return Err(invalid(name, "is too low: there must be at least one attempt"));
        }
        Ok(count)
    }

    /// Reads the time limit in seconds. Zero counts as absent, as in AG2, which replaces falsy limits by its default.
    pub(super) fn timeout(&mut self) -> Result<Option<Duration>, ModelError> {
        let seconds: Option<f64> = self.read("timeout", "must be a number of seconds")?;
        match seconds {
            None | Some(0.0) => Ok(None),
            Some(seconds) => Duration::try_from_secs_f64(seconds)
                .map(Some)
                .map_err(|_| invalid("timeout", "must be a positive number of seconds")),
        }
    }

    /// Reads `endpoint_url`, or AG2's `base_url`, and completes its scheme and path.
    pub(super) fn endpoint_url(&mut self) -> Result<Option<String>, ModelError> {
        // Both are read, so that neither is among the unread keys.
        let base_url = self.text("base_url")?;
        let endpoint_url = self.text("endpoint_url")?;
        Ok(endpoint_url.or(base_url).map(|url| {
            // AG2 adds the scheme `http`, and pydantic the path `/`.
            let url = if url.contains("://") { url } else { format!("http://{url}") };
            let has_path = url.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
            if has_path { url } else { format!("{url}/") }
        }))
    }

    pub(super) fn price(&mut self) -> Result<Option<Price>, ModelError> {
        let pair: Option<(f64, f64)> =
            self.read("price", "must be a list of two numbers: the prices of input and output")?;
        Ok(pair.map(Price::from))
    }

    pub(super) fn alternation(&mut self) -> Result<Option<Alternation>, ModelError> {
        match self.text("alternation")?.as_deref() {
            None => Ok(None),
            Some("insert") => Ok(Some(Alternation::Insert)),
            Some("merge") => Ok(Some(Alternation::Merge)),
            Some(_) => Err(invalid("alternation", "must be `insert` or `merge`")),
        }
    }

    pub(super) fn dialect(&mut self) -> Result<Option<Dialect>, ModelError> {
        match self.text("dialect")?.as_deref() {
            None => Ok(None),
            Some("ag2") => Ok(Some(Dialect::Ag2)),
            Some("converse") => Ok(Some(Dialect::Converse)),
            Some(_) => Err(invalid("dialect", "must be `ag2` or `converse`")),
        }
    }

    pub(super) fn response_format(&mut self) -> Result<Option<ResponseFormat>, ModelError> {
        let Some(format) = self.0.remove("response_format") else { return Ok(None) };
        // Parsed as the parameter of a request, so that both have the same forms and errors.
        let params = RawJson::from([("response_format", format)].into_iter().collect::<JsonObject>());
        ModelRequest::from_json(params.as_str()).map(|request| request.response_format)
    }

    /// Reads a key and removes it.
    fn read<T: DeserializeOwned>(
        &mut self,
        name: &'static str,
        problem: &'static str,
    ) -> Result<Option<T>, ModelError> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(value) => value.deserialize().map(Some).map_err(|_| invalid(name, problem)),
        }
    }
}
