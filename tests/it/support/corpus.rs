//! The cases, read.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

const CASES: &str = include_str!("../../cases/ag2.jsonl");

/// One case. Its values are texts, so that a client gets them as they are written.
pub(crate) struct Case(Members);

/// The members of an object, by name.
pub(crate) type Members = BTreeMap<&'static str, &'static RawValue>;

/// The cases of an operation.
pub(crate) fn of(op: &str) -> Vec<Case> {
    let cases = CASES.lines().map(|line| Case(members(line)));
    cases.filter(|case| case.value("op") == op).collect()
}

/// The members of a JSON object.
pub(crate) fn members(text: &'static str) -> Members {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("no object: {error}: {text}"))
}

impl Case {
    pub(crate) fn name(&self) -> String {
        self.string("name")
    }

    /// The rule of AG2's behaviour that the case belongs to.
    pub(crate) fn rule(&self) -> String {
        self.string("rule")
    }

    /// What the operation shall give.
    pub(crate) fn want(&self) -> Value {
        self.value("want")
    }

    /// The JSON text of a member; `null` counts as absent.
    pub(crate) fn text(&self, member: &str) -> Option<&'static str> {
        self.0.get(member).map(|value| value.get()).filter(|text| *text != "null")
    }

    /// A member; `null` when the case has none of that name.
    pub(crate) fn value(&self, member: &str) -> Value {
        let text = self.text(member).unwrap_or("null");
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{member}: {error}"))
    }

    fn string(&self, member: &str) -> String {
        self.value(member).as_str().unwrap_or_default().to_owned()
    }
}
