//! The gate `layers`: compares the dependencies of each crate with the table of layers.
//!
//! Normal and build dependencies count, because they reach users. Dev-dependencies are free: any crate may be the oracle
//! of a test.

mod table;

#[cfg(test)]
mod tests;

use super::outcome::{GateResult, Outcome};
use crate::workspace::{Dependency, Package, Workspace, matches_crate};
use table::{External, LAYERS, Layer, RESERVED};

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    Ok(Outcome::from_findings(findings(&workspace.packages)))
}

/// Reports forbidden dependencies, packages without a row and rows without a package.
fn findings(packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        let Some(layer) = layer(&package.name) else {
            findings.push(format!("{} has no row in the table of layers: add one", package.name));
            continue;
        };
        let dependencies = package.dependencies.iter().filter(|dependency| !dependency.dev);
        findings.extend(dependencies.filter_map(|dependency| violation(layer, dependency)));
    }
    for layer in LAYERS {
        if !packages.iter().any(|package| package.name == layer.name) {
            findings.push(format!(
                "{} has a row in the table of layers but is not a member of the workspace",
                layer.name
            ));
        }
    }
    findings
}

fn layer(name: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|layer| layer.name == name)
}

/// Returns a finding if a crate may not depend on another.
fn violation(from: &Layer, to: &Dependency) -> Option<String> {
    let reason = match layer(&to.name) {
        Some(_) => internal_violation(from, &to.name),
        None => external_violation(from, to),
    };
    reason.map(|reason| format!("{} may not depend on {}: {reason}", from.name, to.name))
}

fn internal_violation(from: &Layer, to: &str) -> Option<String> {
    (!from.internal.contains(&to)).then(|| format!("its allowed workspace crates: {}", list(from.internal)))
}

fn external_violation(from: &Layer, to: &Dependency) -> Option<String> {
    let name = to.name.as_str();
    match from.external {
        External::Only { always, .. } if always.contains(&name) => None,
        External::Only { optional, .. } if optional.contains(&name) => {
            (!to.optional).then(|| "it must be optional, behind a feature".to_owned())
        }
        External::Only { always, optional } => Some(if optional.is_empty() {
            format!("its allowed external crates: {}", list(always))
        } else {
            format!("its allowed external crates: {}; behind a feature: {}", list(always), list(optional))
        }),
        External::Any { reserved } => {
            let family = RESERVED.iter().find(|family| matches_crate(family, name))?;
            (!reserved.contains(family))
                .then(|| format!("{family} is reserved for {}", list(&holders(family))))
        }
    }
}

/// Returns the crates that may depend on a reserved family.
fn holders(family: &str) -> Vec<&'static str> {
    let holds =
        |layer: &&Layer| matches!(layer.external, External::Any { reserved } if reserved.contains(&family));
    LAYERS.iter().filter(holds).map(|layer| layer.name).collect()
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
