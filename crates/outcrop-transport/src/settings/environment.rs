//! Environment variables.

use std::collections::BTreeMap;
use std::fmt;

/// The environment variables that settings look at: those of the process, or a set of one's own for tests.
///
/// An empty variable counts as one that is not set. What the SDK reads by itself (profiles, web identities, containers,
/// instances, proxies) it reads from the process in any case.
#[derive(Clone, Default)]
pub struct Environment(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    Process,
    Given(BTreeMap<String, String>),
}

impl Environment {
    /// The variables of the process.
    #[must_use]
    pub fn process() -> Self {
        Self(Source::Process)
    }

    /// Builds an environment with these variables and no others.
    #[must_use]
    pub fn from_variables<N: Into<String>, V: Into<String>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        Self(Source::Given(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect()))
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        let value = match &self.0 {
            Source::Process => std::env::var(name).ok(),
            Source::Given(variables) => variables.get(name).cloned(),
        };
        value.filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Process => f.write_str("Environment(process)"),
            Source::Given(variables) => f.debug_tuple("Environment").field(&variables.keys()).finish(),
        }
    }
}
