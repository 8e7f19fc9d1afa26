//! Reading `rules.json`: what counts for lines of models.

use std::collections::BTreeSet;

use serde_json::Value;

use super::data::object;
use super::facts::{Column, Facts};

/// The rules, in order: a later one has the last word.
pub(super) struct Rules(Vec<Rule>);

struct Rule {
    models: Vec<String>,
    facts: Facts,
    /// Whether it is for models that the data does not have.
    beyond_data: bool,
}

impl Rules {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let rules = value.get("rules").and_then(Value::as_array).ok_or("`rules` is missing or no list")?;
        let read = |(rule, number): (&Value, usize)| {
            Rule::of(rule).map_err(|error| format!("rule {number}: {error}"))
        };
        Ok(Self(rules.iter().zip(1..).map(read).collect::<Result<_, _>>()?))
    }

    /// What the rules make of what is known of an id.
    pub(super) fn applied(&self, id: &str, mut facts: Facts) -> Facts {
        for rule in &self.0 {
            if rule.models.iter().any(|prefix| covers(prefix, id)) {
                facts.extend(&rule.facts);
            }
        }
        facts
    }

    /// All lines of models that a rule names, in order.
    pub(super) fn lines(&self) -> BTreeSet<&str> {
        self.0.iter().flat_map(|rule| &rule.models).map(String::as_str).collect()
    }

    /// A line for which no id of the data begins so, although its rule is for models of the data: a slip of the pen.
    pub(super) fn idle<'a>(&'a self, ids: &[&str]) -> Option<&'a str> {
        let rules = self.0.iter().filter(|rule| !rule.beyond_data);
        let mut lines = rules.flat_map(|rule| &rule.models).map(String::as_str);
        lines.find(|line| !ids.iter().any(|id| covers(line, id)))
    }
}

impl Rule {
    fn of(value: &Value) -> Result<Self, String> {
        let models = value.get("models").and_then(Value::as_array).into_iter().flatten();
        let models: Vec<String> = models.filter_map(Value::as_str).map(str::to_owned).collect();
        if models.is_empty() {
            return Err("`models` is missing or names none".to_owned());
        }
        // What nobody can look up again, nobody can correct.
        for name in ["source", "as_of"] {
            if value.get(name).and_then(Value::as_str).is_none_or(str::is_empty) {
                return Err(format!("`{name}` is missing"));
            }
        }
        let mut facts = Facts::default();
        for (name, word) in object(value.get("set"), "set")? {
            let column = Column::named(name).ok_or_else(|| format!("no such column: {name}"))?;
            let word = match word {
                Value::String(word) if column.kind != "u32" => word.clone(),
                Value::Number(number) if column.kind == "u32" => number.to_string(),
                _ => return Err(format!("`{name}` wants a {}", column.kind)),
            };
            facts.set(column.name, word);
        }
        let beyond_data = value.get("beyond_data").and_then(Value::as_bool).unwrap_or(false);
        Ok(Self { models, facts, beyond_data })
    }
}

/// Whether an id begins with a line: what follows, if anything, begins a new part of the id. The catalog's lookup cuts ids
/// at the same marks.
pub(super) fn covers(line: &str, id: &str) -> bool {
    id.strip_prefix(line).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.', ':', '[']))
}
