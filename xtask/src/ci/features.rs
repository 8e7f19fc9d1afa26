//! The gate `features`: builds every library and the command without features, with each feature alone and with all of them.
//!
//! Warnings are errors, so code that is unused without a feature is found, too.

use super::outcome::{GateResult, Outcome};
use crate::process;
use crate::workspace::{Package, TargetKind, Workspace};

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    let (mut findings, mut builds) = (Vec::new(), 0_usize);
    for package in workspace.packages.iter().filter(|package| package.published) {
        let has_library = package.targets.iter().any(|target| target.kind == TargetKind::Library);
        let target = if has_library { "--lib" } else { "--bins" };
        for set in feature_sets(package) {
            // `cargo rustc --profile check` passes `-D warnings` to this crate only, not to its dependencies.
            let arguments = ["rustc", "--quiet", "--profile", "check", target, "-p", &package.name]
                .into_iter()
                .chain(set.iter().map(String::as_str))
                .chain(["--", "-D", "warnings"]);
            builds += 1;
            if !process::succeeds(&mut process::cargo(&workspace.root, arguments))? {
                findings.push(format!("{} does not build with {}", package.name, set.join(" ")));
            }
        }
    }
    Ok(Outcome::with_notes(findings, vec![format!("{builds} sets of features")]))
}

/// Returns the sets of features to build, as arguments of cargo.
fn feature_sets(package: &Package) -> Vec<Vec<String>> {
    const NONE: &str = "--no-default-features";
    let mut sets = vec![vec![NONE.to_owned()]];
    // Features that begin with underscores are parts of others, as in reqwest, and need not build alone.
    for feature in package.features.iter().filter(|feature| !feature.starts_with("__")) {
        sets.push(vec![NONE.to_owned(), "--features".to_owned(), feature.clone()]);
    }
    // For a package without features, all of them would repeat the first set.
    if !package.features.is_empty() {
        sets.push(vec!["--all-features".to_owned()]);
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::feature_sets;
    use crate::workspace::Workspace;

    fn sets_of(features: &str) -> Vec<String> {
        let metadata = format!(
            r#"{{"workspace_root": "/project", "target_directory": "/project/target", "packages": [
                {{"name": "a", "manifest_path": "/project/Cargo.toml", "features": {features},
                  "dependencies": [], "targets": []}}]}}"#
        );
        let workspace = Workspace::parse(&metadata).unwrap();
        feature_sets(&workspace.packages[0]).into_iter().map(|set| set.join(" ")).collect()
    }

    #[test]
    fn features_are_built_alone_and_together_except_parts() {
        assert_eq!(
            sets_of(r#"{"__part": [], "client": ["__part"], "schemars": ["dep:schemars"]}"#),
            [
                "--no-default-features",
                "--no-default-features --features client",
                "--no-default-features --features schemars",
                "--all-features",
            ]
        );
    }

    #[test]
    fn package_without_features_is_built_once() {
        assert_eq!(sets_of("{}"), ["--no-default-features"]);
    }
}
