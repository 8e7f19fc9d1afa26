//! Building with the oldest Rust that is promised, where it is installed.

use crate::workspace::{RustVersion, Workspace};
use crate::{Fault, process};

/// What came of building with the lowest version.
pub(super) enum Built {
    /// What was built, and with what.
    Well(String),
    /// What does not build.
    Badly(String),
    /// Why nothing was built.
    NotAtAll(String),
}

/// Checks the library crates that promise the lowest version of Rust with a toolchain of that version.
pub(super) fn build_lowest(workspace: &Workspace) -> Result<Built, Fault> {
    let Some(version) = workspace.libraries().filter_map(|package| package.rust_version).min() else {
        return Ok(Built::NotAtAll("no library declares a Rust version".to_owned()));
    };
    let promise = workspace.libraries().filter(|package| package.rust_version == Some(version));
    let names: Vec<&str> = promise.map(|package| package.name.as_str()).collect();

    // Without rustup there is one toolchain, and it is not that one.
    let installed = process::read(&mut process::command(&workspace.root, "rustup", ["toolchain", "list"]));
    let Some(toolchain) = installed.as_deref().ok().and_then(|listed| of_version(listed, version)) else {
        return Ok(Built::NotAtAll(format!(
            "no toolchain {version} is installed, so {} were not built with it",
            names.join(", ")
        )));
    };
    let arguments = ["run", toolchain, "cargo", "check", "--quiet"];
    let packages = names.iter().flat_map(|name| ["-p", name]);
    let mut check = process::command(&workspace.root, "rustup", arguments.into_iter().chain(packages));
    Ok(if process::succeeds(&mut check)? {
        Built::Well(format!("{} build with {toolchain}", names.join(", ")))
    } else {
        Built::Badly(format!("`{}` failed", process::shown(&check)))
    })
}

/// The toolchain of a version in what `rustup toolchain list` prints.
fn of_version(listed: &str, version: RustVersion) -> Option<&str> {
    let is_of_version = |name: &str| {
        let rest = name.strip_prefix(&version.to_string());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
    };
    listed.lines().filter_map(|line| line.split_whitespace().next()).find(|name| is_of_version(name))
}

#[cfg(test)]
mod tests {
    use super::of_version;

    #[test]
    fn a_toolchain_is_found_by_its_version_whatever_its_patch() {
        let listed = "stable-x86_64-unknown-linux-gnu (active, default)\n1.850.0-x86_64-unknown-linux-gnu\n\
                      1.85.1-x86_64-unknown-linux-gnu\n";
        let found = |version: &str| of_version(listed, version.parse().unwrap());
        assert_eq!(found("1.85"), Some("1.85.1-x86_64-unknown-linux-gnu"));
        assert_eq!(found("1.8"), None);
    }
}
