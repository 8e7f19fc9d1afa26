//! Environment variables, and the error for a setting that cannot be used.
//!
//! A client reads its variables through [`Environment`] alone, so that a test can give it a set of its own.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use outcrop_core::{ErrorKind, ModelError};

/// The environment variables that settings are read from: those of the process, or a given set in tests.
///
/// An empty variable counts as one that is not set. Variables that the SDK reads itself (shared configuration files, web
/// identities, containers, instances, proxies) always come from the process.
#[derive(Clone, Default)]
pub struct Environment(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    Process,
    Given(BTreeMap<String, String>),
}

impl Environment {
    /// Returns the variables of the process.
    #[must_use]
    pub fn process() -> Self {
        Self(Source::Process)
    }

    /// Builds an environment with these variables and no others.
    ///
    /// ```
    /// use outcrop_transport::Environment;
    ///
    /// let environment = Environment::from_variables([("AWS_REGION", "eu-west-1"), ("AWS_PROFILE", "")]);
    /// assert_eq!(environment.get("AWS_REGION").as_deref(), Some("eu-west-1"));
    /// assert_eq!(environment.get("AWS_PROFILE"), None);
    /// ```
    #[must_use]
    pub fn from_variables<N: Into<String>, V: Into<String>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        Self(Source::Given(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect()))
    }

    /// Returns the value of a variable; `None` if it is empty or not set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        let value = match &self.0 {
            Source::Process => std::env::var(name).ok(),
            Source::Given(variables) => variables.get(name).cloned(),
        };
        // Container definitions often set a variable to nothing instead of leaving it out.
        value.filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Process => f.write_str("Environment(process)"),
            // Names only: the values may be secrets.
            Source::Given(variables) => f.debug_tuple("Environment").field(&variables.keys()).finish(),
        }
    }
}

/// Builds the error for a setting that cannot be used; `path` is the name of the setting or variable.
pub(crate) fn setting_error(
    code: &'static str,
    path: &'static str,
    message: impl Into<Cow<'static, str>>,
) -> ModelError {
    ModelError::new(ErrorKind::Configuration, message).with_code(code).with_path(path)
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn empty_variable_counts_as_not_set() {
        let env = Environment::from_variables([("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "eu-west-3")]);
        assert_eq!(env.get("AWS_REGION"), None);
        assert_eq!(env.get("AWS_DEFAULT_REGION").as_deref(), Some("eu-west-3"));
    }

    #[test]
    fn debug_output_contains_no_values() {
        let env = Environment::from_variables([("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")]);
        assert!(!format!("{env:?}").contains("wJalr"));
    }
}
