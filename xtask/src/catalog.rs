//! The tables of the catalog of models: made from its data, and compared with it.

mod capabilities;
mod data;
mod facts;
mod price;
mod rates;
mod rules;
mod table;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::process::ExitCode;

use crate::Fault;
use crate::workspace::Workspace;
use data::Data;
use rates::Rates;
use rules::Rules;

/// The crate that holds the catalog.
const CRATE: &str = "crates/outcrop-converse";

/// A table of Rust, and the path of its file from the crate's folder on.
pub(crate) struct Table {
    pub(crate) path: &'static str,
    pub(crate) text: String,
}

/// Writes the tables, or says which of them are not those of the data.
pub(crate) fn run(check: bool) -> Result<ExitCode, Fault> {
    let workspace = Workspace::load()?;
    if check {
        let stale = stale(&workspace.root)?;
        stale.iter().for_each(|finding| eprintln!("error: {finding}"));
        return Ok(if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let folder = workspace.root.join(CRATE);
    for table in tables(&folder)? {
        std::fs::write(folder.join(table.path), &table.text)
            .map_err(|error| format!("{CRATE}/{} cannot be written: {error}", table.path))?;
        println!("wrote {CRATE}/{} ({} lines)", table.path, table.text.lines().count());
    }
    Ok(ExitCode::SUCCESS)
}

/// The tables that are not those of the data, with what to do about it.
pub(crate) fn stale(root: &Path) -> Result<Vec<String>, Fault> {
    let folder = root.join(CRATE);
    let is_stale =
        |table: &Table| std::fs::read_to_string(folder.join(table.path)).ok().as_ref() != Some(&table.text);
    let tell = |table: Table| {
        format!("{CRATE}/{} is not made from the data as it is: run `cargo xtask catalog`", table.path)
    };
    Ok(tables(&folder)?.into_iter().filter(is_stale).map(tell).collect())
}

/// The tables that the data of a crate's folder make.
fn tables(folder: &Path) -> Result<[Table; 2], Fault> {
    let read = |path: &str| {
        let text = std::fs::read_to_string(folder.join(path));
        text.map_err(|error| format!("{CRATE}/{path} cannot be read: {error}"))
    };
    let data = Data::parse(&read("catalog/models.json")?)
        .map_err(|error| format!("catalog/models.json: {error}"))?;
    let rules =
        Rules::parse(&read("catalog/rules.json")?).map_err(|error| format!("catalog/rules.json: {error}"))?;
    Ok(made(&data, &rules)?)
}

fn made(data: &Data, rules: &Rules) -> Result<[Table; 2], String> {
    let mut rates = Rates::default();
    let models = table::text(data, rules, &mut rates)?;
    Ok([
        Table { path: "src/catalog/table.rs", text: models },
        Table { path: "src/catalog/rates.rs", text: rates.text() },
    ])
}
