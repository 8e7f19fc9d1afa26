//! Lists of entries and their filters.

use std::fmt;
use std::path::{Path, PathBuf};

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
    /// Parses a list from JSON.
    ///
    /// A single entry counts as a list. AG2's `llm_config` does, too: an object whose `config_list` is a list or an entry,
    /// and whose other members are defaults for each of its entries.
    ///
    /// ```
    /// use outcrop::config::ConfigList;
    ///
    /// let list = ConfigList::from_json(r#"{"temperature": 0.5, "config_list": [
    ///     {"api_type": "bedrock_v2", "model": "amazon.nova-lite-v1:0"},
    ///     {"api_type": "bedrock_v2", "model": "amazon.nova-pro-v1:0", "temperature": 0}
    /// ]}"#)?;
    /// let entries = list.bedrock_entries()?;
    /// assert_eq!(entries[0].temperature, Some(serde_json::Number::from_f64(0.5).unwrap()));
    /// assert_eq!(entries[1].temperature, Some(0.into()));
    /// # Ok::<(), outcrop::ModelError>(())
    /// ```
    ///
    /// # Errors
    /// Kind `Configuration`, code `InvalidConfig`: the text is not JSON, or not a list of objects.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        let json = RawJson::parse(text)
            .map_err(|error| invalid_list("the configuration list is not JSON", error))?;
        let Some(mut members) = json.as_object() else { return entries(&json).map(Self) };
        match members.remove("config_list").filter(|list| !list.is_null()) {
            Some(list) => {
                let mut entries = entries(&list).map_err(|error| error.with_path_prefix("config_list"))?;
                entries.iter_mut().for_each(|entry| add_defaults(entry, &members));
                Ok(Self(entries))
            }
            None => Ok(Self(vec![members])),
        }
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

    /// Reads a list from the environment variable `OAI_CONFIG_LIST`, which has the JSON or the path of a file. If it is not
    /// set, reads the file `OAI_CONFIG_LIST` in the current directory, as AG2 does.
    ///
    /// # Errors
    /// Kind `Configuration`, code `InvalidConfig`: there is neither the variable nor the file; and those of
    /// [`from_json`](Self::from_json) and [`from_file`](Self::from_file).
    pub fn from_env() -> Result<Self, ModelError> {
        Self::from_variable("OAI_CONFIG_LIST", &Environment::process())
    }

    /// Reads a list from an environment variable with another name, or of another environment. If it is not set or empty,
    /// reads the file of that name in the current directory.
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
        Self::from_variable_or_file(name, environment, &PathBuf::from("."))
    }

    /// Reads the list of a variable, or of the file of that name in a directory.
    pub(super) fn from_variable_or_file(
        name: &str,
        environment: &Environment,
        directory: &Path,
    ) -> Result<Self, ModelError> {
        let Some(value) = environment.get(name).filter(|value| !value.trim().is_empty()) else {
            let file = directory.join(name);
            if file.is_file() {
                return Self::from_file(file);
            }
            let message =
                format!("the variable `{name}` is not set, and there is no file `{}`", file.display());
            return Err(ModelError::new(ErrorKind::Configuration, message)
                .with_code("InvalidConfig")
                .with_hint("set the variable to a JSON list of entries, or to the path of a file with one"));
        };
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
    /// Those of [`ConfigEntry::from_json`], with a path such as `[1].temperature`. A missing region is not an error: it may
    /// come from the environment when the client is built.
    pub fn bedrock_entries(&self) -> Result<Vec<ConfigEntry>, ModelError> {
        let is_bedrock = |entry: &&JsonObject| {
            let name = entry.get("api_type").and_then(|name| name.as_string().map(|name| name.into_owned()));
            name.is_some_and(|name| ApiType::from_name(&name).is_some())
        };
        let entries = self.0.iter().enumerate().filter(|(_, entry)| is_bedrock(entry));
        let parse = |(index, entry): (usize, &JsonObject)| {
            ConfigEntry::listed(entry.clone()).map_err(|error| error.with_path_prefix(&format!("[{index}]")))
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

/// Reads a list of objects, or one object.
fn entries(json: &RawJson) -> Result<Vec<JsonObject>, ModelError> {
    if let Some(entry) = json.as_object() {
        return Ok(vec![entry]);
    }
    json.deserialize().map_err(|error| invalid_list("the configuration list is not a list of objects", error))
}

/// Adds the members that an entry does not have. A `null` counts as absent, as in entries.
fn add_defaults(entry: &mut JsonObject, defaults: &JsonObject) {
    for (name, value) in defaults.iter() {
        if entry.get(name).is_none_or(RawJson::is_null) {
            entry.insert(name, value.clone());
        }
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
