//! The cases of `cases/ag2.jsonl`.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

const CASES: &str = include_str!("../../cases/ag2.jsonl");

/// A case. Its values are JSON text, so that a client gets the numbers and the order of keys of the file.
pub(crate) struct Case(Members);

/// The members of an object by name.
pub(crate) type Members = BTreeMap<&'static str, &'static RawValue>;

/// Returns the cases of an operation.
pub(crate) fn cases(op: &str) -> Vec<Case> {
    let cases = CASES.lines().map(|line| Case(members(line)));
    cases.filter(|case| case.value("op") == op).collect()
}

/// Parses the members of a JSON object.
pub(crate) fn members(text: &'static str) -> Members {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("not an object: {error}: {text}"))
}

impl Case {
    pub(crate) fn name(&self) -> String {
        self.string("name")
    }

    /// Returns the rule of AG2's behaviour that the case is about.
    pub(crate) fn rule(&self) -> String {
        self.string("rule")
    }

    /// Returns the expected result: the member `want`.
    pub(crate) fn expected(&self) -> Value {
        self.value("want")
    }

    /// Returns the JSON text of a member. A `null` counts as absent.
    pub(crate) fn text(&self, member: &str) -> Option<&'static str> {
        self.0.get(member).map(|value| value.get()).filter(|text| *text != "null")
    }

    /// Returns a member, or `null` if it is absent.
    pub(crate) fn value(&self, member: &str) -> Value {
        let text = self.text(member).unwrap_or("null");
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{member}: {error}"))
    }

    fn string(&self, member: &str) -> String {
        self.value(member).as_str().unwrap_or_default().to_owned()
    }
}
