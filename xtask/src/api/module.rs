//! The modules of a crate in the output of rustdoc.

use std::path::Path;

use serde_json::Value;

use super::html::{one_line, section, text};
use super::item::{self, Item};

/// Returns the name of a package's library in paths.
pub(super) fn crate_name(package: &str) -> String {
    package.replace('-', "_")
}

/// Returns the items of a library, sorted by their paths.
pub(super) fn items(html: &Path, package: &str) -> Result<Vec<Item>, String> {
    let name = crate_name(package);
    let mut items = Vec::new();
    collect(&html.join(&name), &name, &mut items)?;
    items.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(items)
}

/// Collects the items of a module and of the modules in it.
fn collect(folder: &Path, path: &str, items: &mut Vec<Item>) -> Result<(), String> {
    let index = read(&folder.join("index.html"))?;
    // A crate that is re-exported as a module has a snapshot of its own.
    let is_other_crate = path.contains("::") && index.contains("<h1>Crate ");
    if is_other_crate {
        items.push(Item { path: format!("mod {path}"), lines: vec!["a re-exported crate".to_owned()] });
        return Ok(());
    }
    items.push(Item { path: format!("mod {path}"), lines: reexports(&index) });
    // Only what this run of rustdoc found: the folder may contain pages of items that were removed since.
    for (kind, names) in listed(&folder.join("sidebar-items.js"))? {
        for name in names {
            let path = format!("{path}::{name}");
            if kind == "mod" {
                collect(&folder.join(&name), &path, items)?;
            } else {
                let page = read(&folder.join(format!("{kind}.{name}.html")))?;
                items.push(item::parse(format!("{kind} {path}"), &page)?);
            }
        }
    }
    Ok(())
}

/// Returns the re-exports that are not inlined.
fn reexports(index: &str) -> Vec<String> {
    let listed = section(index, "reexports").unwrap_or_default();
    let lines = listed.split("<code>").skip(1).filter_map(|rest| rest.split_once("</code>"));
    let mut lines: Vec<String> = lines.map(|(line, _)| one_line(&text(line))).collect();
    lines.retain(|line| line.starts_with("pub use "));
    lines.sort();
    lines
}

/// Returns the names in a module by their kinds, from the list that rustdoc writes for the sidebar.
fn listed(path: &Path) -> Result<Vec<(String, Vec<String>)>, String> {
    let script = read(path)?;
    let json = script.trim().strip_prefix("window.SIDEBAR_ITEMS = ").and_then(|json| json.strip_suffix(';'));
    let kinds: Value = json
        .and_then(|json| serde_json::from_str(json).ok())
        .ok_or_else(|| format!("{} is not a list of items", path.display()))?;
    let kinds = kinds.as_object().into_iter().flatten();
    Ok(kinds
        .map(|(kind, names)| {
            let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
            (kind.clone(), names.map(str::to_owned).collect())
        })
        .collect())
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}
