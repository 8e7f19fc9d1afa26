//! Lists of entries.

use std::path::Path;

use outcrop_core::{ErrorKind, JsonObject, ModelError, RawJson};
use outcrop_transport::Environment;

use super::{ApiType, ConfigEntry};

/// A list of entries, of Bedrock and of other providers; those of others are kept as they are.
#[derive(Clone, Default)]
pub struct ConfigList(Vec<JsonObject>);

/// Which entries of a list are wanted: those that fit every condition.
///
/// ```
/// use outcrop::config::Filter;
///
/// let filter = Filter::new().model("amazon.nova-lite-v1:0").model("amazon.nova-pro-v1:0").tag("cheap");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Filter {
    models: Vec<String>,
    tags: Vec<String>,
}

impl ConfigList {
    /// Reads a list, or a single entry, from JSON.
    ///
    /// # Errors
    /// Of kind `Configuration` when the text is no list of objects.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        let json =
            RawJson::parse(text).map_err(|error| unreadable("the configuration list is no JSON", error))?;
        if let Some(entry) = json.as_object() {
            return Ok(Self(vec![entry]));
        }
        json.deserialize()
            .map(Self)
            .map_err(|error| unreadable("the configuration list is no list of objects", error))
    }

    /// Reads a list from a file.
    ///
    /// # Errors
    /// Of kind `Configuration` when the file cannot be read or is no list of objects.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ModelError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let message = format!("the configuration list `{}` cannot be read", path.display());
            ModelError::new(ErrorKind::Configuration, message).with_code("InvalidConfig").with_source(error)
        })?;
        Self::from_json(&text)
    }

    /// Reads the list of the variable `OAI_CONFIG_LIST`: its text, or the file that it names.
    ///
    /// # Errors
    /// Of kind `Configuration` when the variable is not set, or as [`from_json`](Self::from_json) and
    /// [`from_file`](Self::from_file).
    pub fn from_env() -> Result<Self, ModelError> {
        Self::from_variable("OAI_CONFIG_LIST", &Environment::process())
    }

    /// Reads the list of another variable, perhaps of another environment.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_variable(name: &str, environment: &Environment) -> Result<Self, ModelError> {
        let value = environment.get(name).ok_or_else(|| {
            ModelError::new(ErrorKind::Configuration, format!("the variable {name} is not set"))
                .with_code("InvalidConfig")
                .with_hint("set it to a JSON list of entries, or to the path of a file that holds one")
        })?;
        let text = value.trim_start();
        if text.starts_with('[') || text.starts_with('{') {
            Self::from_json(text)
        } else {
            Self::from_file(value.trim())
        }
    }

    /// The entries that fit.
    #[must_use]
    pub fn filter(&self, filter: &Filter) -> Self {
        Self(self.0.iter().filter(|entry| filter.fits(entry)).cloned().collect())
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries of Bedrock, read; those of other providers are passed over.
    ///
    /// # Errors
    /// Of kind `Configuration`, with the place such as `[1].aws_region`, for an entry that cannot be read.
    pub fn bedrock_entries(&self) -> Result<Vec<ConfigEntry>, ModelError> {
        let of_bedrock = |entry: &&JsonObject| {
            let name = entry.get("api_type").and_then(|name| name.as_string().map(|name| name.into_owned()));
            name.is_some_and(|name| ApiType::from_name(&name).is_some())
        };
        let entries = self.0.iter().enumerate().filter(|(_, entry)| of_bedrock(entry));
        let read = |(index, entry): (usize, &JsonObject)| {
            ConfigEntry::from_json(RawJson::from(entry.clone()).as_str())
                .map_err(|error| error.with_path_prefix(&format!("[{index}]")))
        };
        entries.map(read).collect()
    }
}

impl Filter {
    /// Every entry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only entries of this model, or of another one that was named.
    #[must_use]
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.models.push(model.into());
        self
    }

    /// Only entries with this tag, or with another one that was named.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    fn fits(&self, entry: &JsonObject) -> bool {
        let model: Option<String> = entry.get("model").and_then(|model| model.deserialize().ok());
        let tags: Vec<String> =
            entry.get("tags").and_then(|tags| tags.deserialize().ok()).unwrap_or_default();
        let by_model = self.models.is_empty() || model.is_some_and(|model| self.models.contains(&model));
        let by_tag = self.tags.is_empty() || tags.iter().any(|tag| self.tags.contains(tag));
        by_model && by_tag
    }
}

fn unreadable(message: &'static str, error: outcrop_core::JsonError) -> ModelError {
    ModelError::new(ErrorKind::Configuration, message)
        .with_code("InvalidConfig")
        .with_path(error.path())
        .with_source(error)
}

impl std::fmt::Debug for ConfigList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ConfigList({} entries)", self.0.len())
    }
}
