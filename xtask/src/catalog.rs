//! The generator of the model catalog: turns `catalog/*.json` of outcrop-converse into its Rust tables and docs/models.md.
//!
//! The output depends on the data alone, so the gate `catalog` can compare it with the committed files.

mod capabilities;
mod data;
mod facts;
mod model_table;
mod models_page;
mod price;
mod price_table;
mod rules;

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use serde_json::{Map, Value};

use crate::error::TaskError;
use crate::workspace::Workspace;
use data::CatalogData;
use price_table::PriceTable;
use rules::Rules;

/// The folder of the crate that contains the catalog.
const CRATE: &str = "crates/outcrop-converse";

/// A generated file and its path in the repository.
struct GeneratedFile {
    path: &'static str,
    text: String,
}

/// Runs the task `catalog`: writes the tables, or with `check` reports the outdated ones.
pub(crate) fn run(check: bool) -> Result<ExitCode, TaskError> {
    let workspace = Workspace::load()?;
    if check {
        let outdated = outdated(&workspace)?;
        outdated.iter().for_each(|finding| eprintln!("error: {finding}"));
        return Ok(if outdated.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    for file in generate(&workspace)? {
        std::fs::write(workspace.root.join(file.path), &file.text)
            .map_err(|error| format!("{} cannot be written: {error}", file.path))?;
        println!("wrote {} ({} lines)", file.path, file.text.lines().count());
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns a finding for each committed table that differs from the generated one.
pub(crate) fn outdated(workspace: &Workspace) -> Result<Vec<String>, TaskError> {
    let differs = |file: &GeneratedFile| workspace.read(file.path).as_ref() != Ok(&file.text);
    let finding = |file: GeneratedFile| format!("{} is outdated: run `cargo xtask catalog`", file.path);
    Ok(generate(workspace)?.into_iter().filter(differs).map(finding).collect())
}

/// Generates the tables from the data in the repository.
fn generate(workspace: &Workspace) -> Result<[GeneratedFile; 3], String> {
    let read = |path: &str| workspace.read(format!("{CRATE}/{path}"));
    let data = CatalogData::parse(&read("catalog/models.json")?)
        .map_err(|error| format!("catalog/models.json: {error}"))?;
    let rules =
        Rules::parse(&read("catalog/rules.json")?).map_err(|error| format!("catalog/rules.json: {error}"))?;
    generate_from(&data, &rules)
}

fn generate_from(data: &CatalogData, rules: &Rules) -> Result<[GeneratedFile; 3], String> {
    let mut prices = PriceTable::default();
    let models = model_table::render(data, rules, &mut prices)?;
    Ok([
        GeneratedFile { path: "crates/outcrop-converse/src/catalog/data/models.rs", text: models },
        GeneratedFile { path: "crates/outcrop-converse/src/catalog/data/prices.rs", text: prices.render() },
        GeneratedFile { path: "docs/models.md", text: models_page::render(data, rules) },
    ])
}

/// Returns a required object.
fn object<'a>(value: Option<&'a Value>, name: &str) -> Result<&'a Map<String, Value>, String> {
    value.and_then(Value::as_object).ok_or_else(|| format!("`{name}` is missing or not an object"))
}
