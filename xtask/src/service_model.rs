//! The task `service-model`: writes AWS's model of the bodies as a JSON Schema, from the model that botocore contains.
//!
//! The output depends on the given file alone, and the difference from the current schema is printed, so that a new version
//! shows what has to be mapped.

mod convert;
mod difference;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

use crate::error::TaskError;
use crate::process;
use crate::workspace::Workspace;

/// The schema that is written.
const SCHEMA: &str = "crates/outcrop-converse/service-model/converse.schema.json";

/// Runs the task: reads `service-2.json` or `service-2.json.gz`, prints the difference and writes the schema.
pub(crate) fn run(file: &str) -> Result<ExitCode, TaskError> {
    let workspace = Workspace::load()?;
    let model = read_model(&workspace, file)?;
    let current: Value = serde_json::from_str(&workspace.read(SCHEMA)?)?;
    let schema = convert::schema(&model)?;
    let lines = difference::lines(&current, &schema);
    lines.iter().for_each(|line| println!("{line}"));
    if lines.is_empty() {
        println!("{SCHEMA} is current");
        return Ok(ExitCode::SUCCESS);
    }
    std::fs::write(workspace.root.join(SCHEMA), to_text(&schema)?)
        .map_err(|error| format!("{SCHEMA} cannot be written: {error}"))?;
    println!(
        "wrote {SCHEMA}: {} differences; `cargo xtask ci mapping` lists what is not mapped",
        lines.len()
    );
    Ok(ExitCode::SUCCESS)
}

/// Reads the model. Wheels of botocore contain it compressed.
fn read_model(workspace: &Workspace, file: &str) -> Result<Value, TaskError> {
    let file = std::env::current_dir()?.join(file);
    let text = if file.extension().is_some_and(|extension| extension == "gz") {
        let name = file.to_str().ok_or("the name of the file is not Unicode")?;
        process::output(&mut process::command(&workspace.root, "gzip", ["-dc", name]))?
    } else {
        read(&file)?
    };
    Ok(serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?)
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

/// Writes the schema as the file has it: sorted, with one space for each level.
fn to_text(schema: &Value) -> Result<String, TaskError> {
    let pretty = serde_json::to_string_pretty(schema)?;
    // `serde_json` writes two spaces, and strings of JSON have no line breaks.
    let lines = pretty.lines().map(|line| {
        let text = line.trim_start_matches(' ');
        let level = line.len().saturating_sub(text.len()) / 2;
        format!("{}{text}", " ".repeat(level))
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}
