//! The public API of each published library as text, so that review sees every change of it.
//!
//! The text is extracted from the HTML of `cargo doc`, because macros such as `open_struct!` define types that a scan of
//! the sources would miss, and rustdoc's JSON output requires a nightly toolchain. The HTML differs between versions of
//! rustdoc, so a snapshot records its version and is compared with that version only.

mod diff;
mod html;
mod item;
mod module;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::error::TaskError;
use crate::process;
use crate::workspace::{Package, RustVersion, Workspace};
use item::Item;

/// The folder of the snapshots.
const FOLDER: &str = "tests/golden/api";

/// The start of the line of a snapshot that records the version of rustdoc.
const VERSION: &str = "# rustdoc ";

/// The result of comparing the API with the snapshots.
pub(crate) enum Comparison {
    /// The snapshots were made with this version, which is not the installed one.
    OtherVersion(String),
    /// The differences, one per line.
    Differences(Vec<String>),
}

/// Runs the task `api`: writes the snapshots, or with `check` reports the differences.
pub(crate) fn run(check: bool) -> Result<ExitCode, TaskError> {
    let workspace = Workspace::load()?;
    if check {
        return Ok(match compare(&workspace)? {
            Comparison::OtherVersion(reason) => {
                println!("skipped: {reason}");
                ExitCode::SUCCESS
            }
            Comparison::Differences(lines) => {
                lines.iter().for_each(|line| eprintln!("{line}"));
                if lines.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
        });
    }
    let (version, html) = (rustdoc_version()?, build(&workspace)?);
    std::fs::create_dir_all(workspace.root.join(FOLDER))?;
    for package in workspace.libraries() {
        let items = module::items(&html, &package.name)?;
        let path = snapshot_path(package);
        std::fs::write(workspace.root.join(&path), render(package, version, &items))
            .map_err(|error| format!("{path} cannot be written: {error}"))?;
        println!("wrote {path} ({} items)", items.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// Compares the API of each published library with its snapshot.
pub(crate) fn compare(workspace: &Workspace) -> Result<Comparison, TaskError> {
    let version = rustdoc_version()?;
    let mut snapshots = Vec::new();
    for package in workspace.libraries() {
        let text = workspace.read(snapshot_path(package)).unwrap_or_default();
        if let Some(other) = recorded_version(&text).filter(|recorded| *recorded != version.to_string()) {
            return Ok(Comparison::OtherVersion(format!(
                "the snapshots were made with rustdoc {other}, and this is {version}; to update them, run \
                 `cargo xtask api` with {version} on a commit whose API is accepted"
            )));
        }
        snapshots.push((package, text));
    }
    let html = build(workspace)?;
    let mut lines = Vec::new();
    for (package, snapshot) in snapshots {
        let current = render(package, version, &module::items(&html, &package.name)?);
        lines.extend(
            diff::lines(&snapshot, &current).into_iter().map(|line| format!("{}: {line}", package.name)),
        );
    }
    Ok(Comparison::Differences(lines))
}

fn snapshot_path(package: &Package) -> String {
    format!("{FOLDER}/{}.txt", package.name)
}

/// Returns the text of a snapshot.
fn render(package: &Package, version: RustVersion, items: &[Item]) -> String {
    let mut text = format!(
        "# The public API of {}. To accept a change, run `cargo xtask api`.\n{VERSION}{version}\n",
        package.name
    );
    for item in items {
        text += &format!("\n{}\n", item.path);
        for line in &item.lines {
            text += &format!("    {line}\n");
        }
    }
    text
}

/// Returns the version of rustdoc that a snapshot records.
fn recorded_version(snapshot: &str) -> Option<&str> {
    snapshot.lines().find_map(|line| line.strip_prefix(VERSION))
}

/// Returns the version of the installed rustdoc.
fn rustdoc_version() -> Result<RustVersion, TaskError> {
    let program = std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    let printed = process::output(&mut process::command(".".as_ref(), program, ["--version"]))?;
    let number = printed.split(' ').nth(1).ok_or_else(|| format!("rustdoc printed `{printed}`"))?;
    Ok(number.parse()?)
}

/// Builds the documentation of the published libraries and returns its folder.
fn build(workspace: &Workspace) -> Result<PathBuf, TaskError> {
    let folder = workspace.target_directory.join("doc");
    let mut arguments = vec!["doc", "--quiet", "--no-deps", "--all-features", "--lib"];
    for package in workspace.libraries() {
        arguments.extend(["--package", package.name.as_str()]);
        // Cargo considers the documentation fresh while this file exists, even if the documentation of the binary
        // `outcrop` has replaced that of the library. See https://github.com/rust-lang/cargo/issues/6313.
        let index = folder.join(module::crate_name(&package.name)).join("index.html");
        if index.exists() {
            std::fs::remove_file(&index)?;
        }
    }
    process::output(&mut process::cargo(&workspace.root, arguments))?;
    Ok(folder)
}
