//! The gate `mapping`: checks that `docs/mapping.md` covers every member and value of AWS's service model, and that the
//! wire types it names exist.

mod document;
mod model;
mod wire;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::outcome::{GateResult, Outcome};
use crate::source::is_test_file;
use crate::workspace::Workspace;
use document::{Document, Row, Section};
use model::{Model, Shape};
use wire::WireTypes;

/// AWS's model of the service as a JSON Schema.
const MODEL: &str = "crates/outcrop-converse/service-model/converse.schema.json";

/// The document with a table per shape.
const DOCUMENT: &str = "docs/mapping.md";

/// The folders that declare wire types. Content blocks of the provider-neutral vocabulary are declared in core.
const WIRE: &[&str] = &["crates/outcrop-converse/src/wire", "crates/outcrop-core/src/content"];

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    let mut wire = WireTypes::default();
    for folder in WIRE {
        for file in workspace.sources(Path::new(folder))? {
            if !is_test_file(&file) {
                wire.add(&workspace.read(&file)?);
            }
        }
    }
    let model = Model::parse(&workspace.read(MODEL)?)?;
    let document = Document::parse(&workspace.read(DOCUMENT)?);
    let names: usize = model.shapes.values().map(|shape| shape.names.len()).sum();
    let notes = vec![format!("{names} members and values of {} shapes", model.shapes.len())];
    Ok(Outcome::with_notes(findings(&model, &document, &wire), notes))
}

/// Reports the differences between the document, the model and the wire types.
fn findings(model: &Model, document: &Document, wire: &WireTypes) -> Vec<String> {
    let mut findings: Vec<String> =
        document.malformed.iter().map(|(line, reason)| at(*line, reason)).collect();
    let mut seen = BTreeMap::new();
    for section in &document.sections {
        match model.shapes.get(&section.shape) {
            None => findings.push(at(section.line, &format!("the model has no shape `{}`", section.shape))),
            Some(_) if seen.contains_key(section.shape.as_str()) => {
                findings.push(at(section.line, &format!("`{}` already has a table", section.shape)));
            }
            Some(shape) => {
                seen.insert(section.shape.as_str(), section);
                findings.extend(section_findings(shape, section, wire));
            }
        }
    }
    for (name, shape) in &model.shapes {
        if !seen.contains_key(name.as_str()) {
            findings.push(format!("{MODEL}:{}: `{name}` has no table in {DOCUMENT}", shape.line));
        }
    }
    findings
}

/// Reports the differences between a shape and its table.
fn section_findings(shape: &Shape, section: &Section, wire: &WireTypes) -> Vec<String> {
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    for row in &section.rows {
        for name in &row.names {
            if !shape.names.contains_key(name) {
                findings.push(at(row.line, &format!("`{}` has no `{name}` in the model", section.shape)));
            } else if !seen.insert(name.as_str()) {
                findings.push(at(row.line, &format!("`{name}` of `{}` already has a row", section.shape)));
            } else if let Some(reason) = wire.mismatch(&row.wire, name) {
                findings.push(at(row.line, &reason));
            }
        }
        findings.extend(empty_cell(row));
    }
    for (name, line) in &shape.names {
        if !seen.contains(name.as_str()) {
            let missing = format!("`{}` has no row for `{name}` ({MODEL}:{line})", section.shape);
            findings.push(at(section.line, &missing));
        }
    }
    findings
}

fn empty_cell(row: &Row) -> Option<String> {
    row.unified.is_empty().then(|| at(row.line, "the cell of the unified side is empty"))
}

fn at(line: usize, reason: &str) -> String {
    format!("{DOCUMENT}:{line}: {reason}")
}
