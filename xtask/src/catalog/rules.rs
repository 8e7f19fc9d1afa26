//! Parsing of `rules.json`: facts about all models whose ids have a prefix.

use std::collections::BTreeSet;

use serde_json::Value;

use super::facts::{Column, Facts};
use super::object;

/// The rules in order. A later rule replaces the facts of earlier ones.
pub(super) struct Rules(Vec<Rule>);

struct Rule {
    /// The prefixes of model ids.
    models: Vec<String>,
    facts: Facts,
    /// Whether it is meant for models that the data does not contain.
    beyond_data: bool,
}

impl Rules {
    /// Parses the document.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let rules = value.get("rules").and_then(Value::as_array).ok_or("`rules` is missing or not a list")?;
        let read = |(rule, number): (&Value, usize)| {
            Rule::parse(rule).map_err(|error| format!("rule {number}: {error}"))
        };
        Ok(Self(rules.iter().zip(1..).map(read).collect::<Result<_, _>>()?))
    }

    /// Applies the rules that match an id to its facts.
    pub(super) fn apply(&self, id: &str, mut facts: Facts) -> Facts {
        for rule in &self.0 {
            if rule.models.iter().any(|prefix| prefix_matches(prefix, id)) {
                facts.extend(&rule.facts);
            }
        }
        facts
    }

    /// Returns all prefixes, sorted.
    pub(super) fn prefixes(&self) -> BTreeSet<&str> {
        self.0.iter().flat_map(|rule| &rule.models).map(String::as_str).collect()
    }

    /// Finds a prefix that matches no id of the data although its rule is meant for models of the data.
    pub(super) fn unused_prefix<'a>(&'a self, ids: &[&str]) -> Option<&'a str> {
        let rules = self.0.iter().filter(|rule| !rule.beyond_data);
        let mut prefixes = rules.flat_map(|rule| &rule.models).map(String::as_str);
        prefixes.find(|prefix| !ids.iter().any(|id| prefix_matches(prefix, id)))
    }
}

impl Rule {
    fn parse(value: &Value) -> Result<Self, String> {
        let models = value.get("models").and_then(Value::as_array).into_iter().flatten();
        let models: Vec<String> = models.filter_map(Value::as_str).map(str::to_owned).collect();
        if models.is_empty() {
            return Err("`models` is missing or empty".to_owned());
        }
        // A rule without its source cannot be checked again when the service changes.
        for name in ["source", "as_of"] {
            if value.get(name).and_then(Value::as_str).is_none_or(str::is_empty) {
                return Err(format!("`{name}` is missing"));
            }
        }
        let mut facts = Facts::default();
        for (name, value) in object(value.get("set"), "set")? {
            let column = Column::find(name).ok_or_else(|| format!("unknown column: {name}"))?;
            let value = match value {
                Value::String(variant) if column.kind != "u32" => variant.clone(),
                Value::Number(number) if column.kind == "u32" => number.to_string(),
                _ => return Err(format!("`{name}` must be a {}", column.kind)),
            };
            facts.set(column.name, value);
        }
        let beyond_data = value.get("beyond_data").and_then(Value::as_bool).unwrap_or(false);
        Ok(Self { models, facts, beyond_data })
    }
}

/// Returns whether an id begins with a prefix and continues, if at all, with a new part.
pub(super) fn prefix_matches(prefix: &str, id: &str) -> bool {
    // The lookup of the catalog cuts ids at the same characters; a difference would make rules match at build time only.
    id.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.', ':', '[']))
}
