//! The gate `features`: features are additive, so every library crate passes with none, with each alone and with all.
//!
//! Each set is checked with warnings as errors, so that what is unused without a feature is found too.

use super::verdict::{Outcome, Verdict};
use crate::process;
use crate::workspace::{Package, Workspace};

pub(super) fn run(workspace: &Workspace) -> Outcome {
    let (mut findings, mut tried) = (Vec::new(), 0_usize);
    for package in workspace.libraries() {
        for set in sets(package) {
            let arguments = ["rustc", "--quiet", "--profile", "check", "--lib", "-p", &package.name]
                .into_iter()
                .chain(set.iter().map(String::as_str))
                .chain(["--", "-D", "warnings"]);
            tried += 1;
            if !process::succeeds(&mut process::cargo(&workspace.root, arguments))? {
                findings.push(format!("{} does not pass with {}", package.name, set.join(" ")));
            }
        }
    }
    Ok(Verdict::with_notes(findings, vec![format!("{tried} sets of features")]))
}

/// The sets of features to try, as arguments of cargo.
fn sets(package: &Package) -> Vec<Vec<String>> {
    const NONE: &str = "--no-default-features";
    let mut sets = vec![vec![NONE.to_owned()]];
    for feature in &package.features {
        sets.push(vec![NONE.to_owned(), "--features".to_owned(), feature.clone()]);
    }
    // Without features, none of them are all of them.
    if !package.features.is_empty() {
        sets.push(vec!["--all-features".to_owned()]);
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::sets;
    use crate::workspace::Workspace;

    fn sets_of(features: &str) -> Vec<String> {
        let metadata = format!(
            r#"{{"workspace_root": "/project", "target_directory": "/project/target", "packages": [
                {{"name": "a", "manifest_path": "/project/Cargo.toml", "features": {features},
                  "dependencies": [], "targets": []}}]}}"#
        );
        let workspace = Workspace::parse(&metadata).unwrap();
        sets(&workspace.packages[0]).into_iter().map(|set| set.join(" ")).collect()
    }

    #[test]
    fn none_each_and_all_are_tried() {
        assert_eq!(
            sets_of(r#"{"client": [], "schemars": ["dep:schemars"]}"#),
            [
                "--no-default-features",
                "--no-default-features --features client",
                "--no-default-features --features schemars",
                "--all-features",
            ]
        );
    }

    #[test]
    fn a_crate_without_features_is_tried_once() {
        assert_eq!(sets_of("{}"), ["--no-default-features"]);
    }
}
