//! The gate `mapping`: `docs/mapping.md` tells of every member and every name of AWS's service model where it goes, and
//! the wire types that it names are there.

mod document;
mod model;
mod wire;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::verdict::{Outcome, Verdict};
use crate::workspace::Workspace;
use document::{Document, Row, Section};
use model::{Model, Shape};
use wire::WireTypes;

/// AWS's model of the service.
const MODEL: &str = "crates/outcrop-converse/service-model/converse.schema.json";

/// The tables.
const DOCUMENT: &str = "docs/mapping.md";

/// Where wire types are declared: in their own folder, and those that are part of the vocabulary, too, in core.
const WIRE: &[&str] = &["crates/outcrop-converse/src/wire", "crates/outcrop-core/src/content"];

pub(super) fn run(workspace: &Workspace) -> Outcome {
    let read = |file: &str| {
        let text = std::fs::read_to_string(workspace.root.join(file));
        text.map_err(|error| format!("{file} cannot be read: {error}"))
    };
    let mut wire = WireTypes::default();
    for folder in WIRE {
        for file in workspace.sources(Path::new(folder))? {
            if !file.contains("/tests") {
                wire.add(&read(&file)?);
            }
        }
    }
    let model = Model::parse(&read(MODEL)?)?;
    let document = Document::parse(&read(DOCUMENT)?);
    let names: usize = model.shapes.values().map(|shape| shape.names.len()).sum();
    let notes = vec![format!("{names} members and values of {} shapes", model.shapes.len())];
    Ok(Verdict::with_notes(findings(&model, &document, &wire), notes))
}

/// Everything in which the tables, the model and the wire types differ.
fn findings(model: &Model, document: &Document, wire: &WireTypes) -> Vec<String> {
    let mut findings: Vec<String> =
        document.broken.iter().map(|(line, reason)| format!("{DOCUMENT}:{line}: {reason}")).collect();
    let mut told = BTreeMap::new();
    for section in &document.sections {
        match model.shapes.get(&section.shape) {
            None => findings.push(at(section.line, &format!("the model has no shape `{}`", section.shape))),
            Some(_) if told.contains_key(section.shape.as_str()) => {
                findings.push(at(section.line, &format!("`{}` has a table already", section.shape)));
            }
            Some(shape) => {
                told.insert(section.shape.as_str(), section);
                findings.extend(differences(shape, section, wire));
            }
        }
    }
    for (name, shape) in &model.shapes {
        if !told.contains_key(name.as_str()) {
            findings.push(format!("{MODEL}:{}: `{name}` has no table in {DOCUMENT}", shape.line));
        }
    }
    findings
}

/// In what the table of a shape differs from it.
fn differences(shape: &Shape, section: &Section, wire: &WireTypes) -> Vec<String> {
    let mut findings = Vec::new();
    let mut told = BTreeSet::new();
    for row in &section.rows {
        for name in &row.names {
            if !shape.names.contains_key(name) {
                findings.push(at(row.line, &format!("`{}` has no `{name}` in the model", section.shape)));
            } else if !told.insert(name.as_str()) {
                findings.push(at(row.line, &format!("`{name}` of `{}` has a row already", section.shape)));
            } else if let Some(reason) = wire.lacks(&row.wire, name) {
                findings.push(at(row.line, &reason));
            }
        }
        findings.extend(emptiness(row));
    }
    for (name, line) in &shape.names {
        if !told.contains(name.as_str()) {
            let missing = format!("`{}` has no row for `{name}` ({MODEL}:{line})", section.shape);
            findings.push(at(section.line, &missing));
        }
    }
    findings
}

fn emptiness(row: &Row) -> Option<String> {
    row.unified.is_empty().then(|| at(row.line, "the row does not say where it is on the unified side"))
}

fn at(line: usize, reason: &str) -> String {
    format!("{DOCUMENT}:{line}: {reason}")
}
