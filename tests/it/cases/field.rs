//! The cases from the field: what other clients' users reported, in our own copies.
//!
//! `field.jsonl` has an input and what is right about the output. The inputs of a handed file with the same ids are checked
//! in the same way.

mod output;

use outcrop::core::{JsonObject, RawJson};
use serde_json::Value;

use crate::support::case_report::{CaseReport, Differences};
use crate::support::json::{items, members};
use crate::support::shared_data;

const CASES: &str = include_str!("../../cases/field.jsonl");

/// The number of cases.
const COUNT: usize = 157;

/// A case: its members as JSON, because texts with lone surrogates are not Unicode.
struct Case {
    id: String,
    op: String,
    input: RawJson,
    want: Value,
}

fn cases() -> Vec<Case> {
    CASES.lines().map(Case::parse).collect()
}

impl Case {
    fn parse(line: &str) -> Self {
        let mut members: JsonObject = outcrop::core::from_str(line).unwrap();
        let text = |value: Option<RawJson>| value.unwrap().as_string().unwrap().into_owned();
        Self {
            id: text(members.remove("id")),
            op: text(members.remove("op")),
            input: members.remove("input").unwrap(),
            want: members.remove("want").unwrap().deserialize().unwrap(),
        }
    }
}

#[test]
fn field_cases_hold() {
    let mut report = CaseReport::default();
    for case in cases() {
        report.check(case.id.as_str(), |differences| check(&case, &case.input, differences));
    }
    report.assert_no_others_fail(&[], COUNT);
}

/// The same with inputs that are handed to the project and are not part of it.
#[test]
fn handed_field_cases_hold() {
    let Some(file) = shared_data::path("cases/field-reports.jsonl", "handed field cases") else { return };
    let handed = std::fs::read_to_string(file).unwrap();
    let mut report = CaseReport::default();
    let known = cases();
    let mut count = 0;
    for line in handed.lines() {
        let members: JsonObject = outcrop::core::from_str(line).unwrap();
        let id = members.get("id").unwrap().as_string().unwrap().into_owned();
        let Some(case) = known.iter().find(|case| case.id == id) else { continue };
        let input = members.get("input").unwrap();
        // Texts that are not quite Unicode are handed as the text of their JSON, some of them abbreviated.
        let input = match input.as_string().map(|text| RawJson::parse(text.into_owned())) {
            Some(Ok(input)) => input,
            Some(Err(_)) => continue,
            None => input.clone(),
        };
        count += 1;
        report.check(id, |differences| check(case, &input, differences));
    }
    report.assert_no_others_fail(&[], count);
    assert!(count > 50, "{count}");
}

/// Compares the output for an input with what is right about it.
fn check(case: &Case, input: &RawJson, differences: &mut Differences) {
    let output = output::run(&case.op, input);
    let text = output.to_string();
    for (name, expected) in members(&case.want) {
        match name {
            "error" => differences.compare("error", output["error"]["code"].clone(), expected),
            "has" => {
                for (pointer, value) in members(expected) {
                    let actual = output.pointer(pointer).cloned().unwrap_or_default();
                    differences.compare(pointer, actual, value);
                }
            }
            "lacks" => {
                for pointer in items(expected).iter().filter_map(Value::as_str) {
                    if let Some(value) = output.pointer(pointer).filter(|value| !value.is_null()) {
                        differences.add(format!("{pointer}: {value}"));
                    }
                }
            }
            "contains" | "without" => {
                for part in items(expected).iter().filter_map(Value::as_str) {
                    if text.contains(part) != (name == "contains") {
                        differences.add(format!("{name} {part}: {text}"));
                    }
                }
            }
            _ => check_notes(name, expected, &output, differences),
        }
    }
    if case.want.get("error").is_none() && case.op == "request" && !output["error"].is_null() {
        differences.add(format!("error: {}", output["error"]));
    }
}

/// Compares the notes or the findings of an output.
fn check_notes(name: &str, expected: &Value, output: &Value, differences: &mut Differences) {
    let notes = items(if name == "findings" { &output["findings"] } else { &output["notes"] });
    let has_rule = |rule: &Value| notes.iter().any(|note| note["rule"] == *rule);
    let at = |path: &str| {
        notes.iter().any(|note| note["place"].as_str().is_some_and(|place| place.starts_with(path)))
    };
    for item in items(expected) {
        let holds = match name {
            "notes" => has_rule(item),
            "no_notes" => !has_rule(item),
            "noted" | "findings" => at(item.as_str().unwrap()),
            "noted_or_has" => {
                let path = item.as_str().unwrap();
                at(path) || output.to_string().contains(path)
            }
            name => panic!("unknown expectation: {name}"),
        };
        if !holds {
            differences.add(format!("{name} {item}: {notes:?}"));
        }
    }
    if name == "clean" && !notes.is_empty() {
        differences.add(format!("notes: {notes:?}"));
    }
}
