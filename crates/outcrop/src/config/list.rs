//! Lists of entries and their filters.

use std::fmt;
use std::path::Path;

use outcrop_core::{ErrorKind, JsonError, JsonObject, ModelError, RawJson};
use outcrop_transport::Environment;

use super::api_type::ApiType;
use super::entry::ConfigEntry;

/// A list of entries. Those of other providers are kept, but not read.
#[derive(Clone, Default)]
pub struct ConfigList(Vec<JsonObject>);

/// A condition on the entries of a list, by model and by tag. An entry must match both.
///
/// ```
/// use outcrop::config::{ConfigList, Filter};
///
/// let list = ConfigList::from_json(r#"[
///     {"model": "amazon.nova-lite-v1:0", "tags": ["cheap"]},
///     {"model": "amazon.nova-pro-v1:0"}
/// ]"#)?;
/// let filter = Filter::new().model("amazon.nova-lite-v1:0").model("amazon.nova-pro-v1:0").tag("cheap");
/// assert_eq!(list.filter(&filter).len(), 1);
/// # Ok::<(), outcrop::ModelError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Filter {
    models: Vec<String>,
    tags: Vec<String>,
}

impl ConfigList {
    /// Parses a list from JSON. A single entry counts as a list.
    ///
    /// # Errors
    /// Kind `Configuration`, code `InvalidConfig`: the text is not JSON, or not a list of objects.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        let json = RawJson::parse(text)
            .map_err(|error| invalid_list("the configuration list is not JSON", error))?;
        if let Some(entry) = json.as_object() {
            return Ok(Self(vec![entry]));
        }
        json.deserialize()
            .map(Self)
            .map_err(|error| invalid_list("the configuration list is not a list of objects", error))
    }

    /// Reads a list from a file.
    ///
    /// # Errors
    /// Kind `Configuration`, code `InvalidConfig`: the file cannot be read; and those of [`from_json`](Self::from_json).
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ModelError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let message = format!("the configuration list `{}` cannot be read: {error}", path.display());
            ModelError::new(ErrorKind::Configuration, message).with_code("InvalidConfig").with_source(error)
        })?;
        Self::from_json(&text)
    }

    /// Reads a list from the environment variable `OAI_CONFIG_LIST`, which has the JSON or the path of a file.
    ///
    /// # Errors
    /// Kind `Configuration`, code `InvalidConfig`: the variable is not set; and those of [`from_json`](Self::from_json) and
    /// [`from_file`](Self::from_file).
    pub fn from_env() -> Result<Self, ModelError> {
        Self::from_variable("OAI_CONFIG_LIST", &Environment::process())
    }

    /// Reads a list from an environment variable with another name, or of another environment.
    ///
    /// ```
    /// use outcrop::config::ConfigList;
    /// use outcrop::transport::Environment;
    ///
    /// let environment = Environment::from_variables([("MODELS", r#"[{"model": "amazon.nova-lite-v1:0"}]"#)]);
    /// assert_eq!(ConfigList::from_variable("MODELS", &environment)?.len(), 1);
    /// # Ok::<(), outcrop::ModelError>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_variable(name: &str, environment: &Environment) -> Result<Self, ModelError> {
        let value = environment.get(name).ok_or_else(|| {
            ModelError::new(ErrorKind::Configuration, format!("the variable `{name}` is not set"))
                .with_code("InvalidConfig")
                .with_hint("set it to a JSON list of entries, or to the path of a file with one")
        })?;
        // No path of a file begins like this.
        let text = value.trim_start();
        if text.starts_with('[') || text.starts_with('{') {
            Self::from_json(text)
        } else {
            Self::from_file(value.trim())
        }
    }

    /// Returns the entries that match a filter.
    #[must_use]
    pub fn filter(&self, filter: &Filter) -> Self {
        Self(self.0.iter().filter(|entry| filter.matches(entry)).cloned().collect())
    }

    /// Returns the number of entries, those of other providers included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether the list has no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Parses the entries whose `api_type` is one of Bedrock. All others are ignored.
    ///
    /// # Errors
    /// Those of [`ConfigEntry::from_json`], with a path such as `[1].aws_region`.
    pub fn bedrock_entries(&self) -> Result<Vec<ConfigEntry>, ModelError> {
        let is_bedrock = |entry: &&JsonObject| {
            let name = entry.get("api_type").and_then(|name| name.as_string().map(|name| name.into_owned()));
            name.is_some_and(|name| ApiType::from_name(&name).is_some())
        };
        let entries = self.0.iter().enumerate().filter(|(_, entry)| is_bedrock(entry));
        let parse = |(index, entry): (usize, &JsonObject)| {
            ConfigEntry::from_json(RawJson::from(entry.clone()).as_str())
                .map_err(|error| error.with_path_prefix(&format!("[{index}]")))
        };
        entries.map(parse).collect()
    }
}

impl Filter {
    /// Creates a filter that matches every entry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a model. An entry must have one of the filter's models, if there are any.
    #[must_use]
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.models.push(model.into());
        self
    }

    /// Adds a tag. An entry must have one of the filter's tags, if there are any.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Returns whether an entry matches. A member of the wrong type matches nothing: the entry may be another provider's.
    fn matches(&self, entry: &JsonObject) -> bool {
        let model: Option<String> = entry.get("model").and_then(|model| model.deserialize().ok());
        let tags: Vec<String> =
            entry.get("tags").and_then(|tags| tags.deserialize().ok()).unwrap_or_default();
        let by_model = self.models.is_empty() || model.is_some_and(|model| self.models.contains(&model));
        let by_tag = self.tags.is_empty() || tags.iter().any(|tag| self.tags.contains(tag));
        by_model && by_tag
    }
}

/// Builds the error for a text that is not a list.
fn invalid_list(message: &'static str, error: JsonError) -> ModelError {
    ModelError::new(ErrorKind::Configuration, message)
        .with_code("InvalidConfig")
        .with_path(error.path())
        .with_source(error)
}

impl fmt::Debug for ConfigList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Entries of other providers have secrets under names that are not known here.
        write!(f, "ConfigList({} entries)", self.0.len())
    }
}
