//! The build with the lowest declared Rust version, if its toolchain is installed.

use crate::error::TaskError;
use crate::process;
use crate::workspace::{RustVersion, Workspace};

/// The status of the build.
pub(super) enum BuildStatus {
    /// The build passed; the note names the crates and the toolchain.
    Passed(String),
    /// The build failed, with the finding.
    Failed(String),
    /// Nothing was built, for this reason.
    Skipped(String),
}

/// Builds the libraries that declare the lowest Rust version with a toolchain of that version.
pub(super) fn build_lowest(workspace: &Workspace) -> Result<BuildStatus, TaskError> {
    let Some(version) = workspace.libraries().filter_map(|package| package.rust_version).min() else {
        return Ok(BuildStatus::Skipped("no library declares a Rust version".to_owned()));
    };
    let lowest = workspace.libraries().filter(|package| package.rust_version == Some(version));
    let names: Vec<&str> = lowest.map(|package| package.name.as_str()).collect();

    // Without rustup there is only the current toolchain, which the other gates use.
    let installed = process::output(&mut process::command(&workspace.root, "rustup", ["toolchain", "list"]));
    let Some(toolchain) = installed.as_deref().ok().and_then(|list| toolchain_of(list, version)) else {
        return Ok(BuildStatus::Skipped(format!(
            "no toolchain {version} is installed for {}",
            names.join(", ")
        )));
    };
    let arguments = ["run", toolchain, "cargo", "check", "--quiet"];
    let packages = names.iter().flat_map(|name| ["-p", name]);
    let mut check = process::command(&workspace.root, "rustup", arguments.into_iter().chain(packages));
    Ok(if process::succeeds(&mut check)? {
        BuildStatus::Passed(format!("{} build with {toolchain}", names.join(", ")))
    } else {
        BuildStatus::Failed(format!("`{}` failed", process::display(&check)))
    })
}

/// Finds the toolchain of a version in the output of `rustup toolchain list`.
fn toolchain_of(list: &str, version: RustVersion) -> Option<&str> {
    let has_version = |name: &str| {
        let rest = name.strip_prefix(&version.to_string());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
    };
    list.lines().filter_map(|line| line.split_whitespace().next()).find(|name| has_version(name))
}

#[cfg(test)]
mod tests {
    use super::toolchain_of;

    #[test]
    fn toolchain_is_found_by_minor_version() {
        let list = "stable-x86_64-unknown-linux-gnu (active, default)\n1.850.0-x86_64-unknown-linux-gnu\n\
                      1.85.1-x86_64-unknown-linux-gnu\n";
        let found = |version: &str| toolchain_of(list, version.parse().unwrap());
        assert_eq!(found("1.85"), Some("1.85.1-x86_64-unknown-linux-gnu"));
        assert_eq!(found("1.8"), None);
    }
}
