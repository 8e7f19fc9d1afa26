//! The gate `layers`: dependencies run along the arrows of the design and no others.
//!
//! Counted is what reaches users: normal and build dependencies. What tests name is free, for an oracle may be any crate.

mod table;

#[cfg(test)]
mod tests;

use super::pattern::stands_for;
use super::verdict::{Outcome, Verdict};
use crate::workspace::{Dependency, Package, Reach, Workspace};
use table::{LAYERS, Layer, Outside, RESERVED};

pub(super) fn run(workspace: &Workspace) -> Outcome {
    Ok(Verdict::of(findings(&workspace.packages)))
}

/// Every arrow that the table does not allow, and every crate that it does not know or knows in vain.
fn findings(packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        let Some(layer) = layer(&package.name) else {
            findings.push(format!("{} has no row in the table of layers: give it one", package.name));
            continue;
        };
        let arrows = package.dependencies.iter().filter(|dependency| dependency.reach == Reach::Users);
        findings.extend(arrows.filter_map(|dependency| refusal(layer, dependency)));
    }
    for layer in LAYERS {
        if !packages.iter().any(|package| package.name == layer.name) {
            findings.push(format!(
                "{} has a row in the table of layers and is no member of the workspace",
                layer.name
            ));
        }
    }
    findings
}

fn layer(name: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|layer| layer.name == name)
}

/// Why a crate may not name another, if it may not.
fn refusal(from: &Layer, to: &Dependency) -> Option<String> {
    let reason = match layer(&to.name) {
        Some(_) => among_ours(from, &to.name),
        None => among_outside(from, to),
    };
    reason.map(|reason| format!("{} may not depend on {}: {reason}", from.name, to.name))
}

fn among_ours(from: &Layer, to: &str) -> Option<String> {
    (!from.ours.contains(&to)).then(|| format!("of our crates it may name {}", listed(from.ours)))
}

fn among_outside(from: &Layer, to: &Dependency) -> Option<String> {
    let name = to.name.as_str();
    match from.outside {
        Outside::Only { always, .. } if always.contains(&name) => None,
        Outside::Only { optional, .. } if optional.contains(&name) => {
            (!to.optional).then(|| "without a feature; make it optional".to_owned())
        }
        Outside::Only { always, optional } => Some(if optional.is_empty() {
            format!("from outside it may name {}", listed(always))
        } else {
            format!("from outside it may name {}, and behind a feature {}", listed(always), listed(optional))
        }),
        Outside::Any { reserved } => {
            let family = RESERVED.iter().find(|family| stands_for(family, name))?;
            (!reserved.contains(family))
                .then(|| format!("{family} is reserved for {}", listed(&holders(family))))
        }
    }
}

/// The crates that may name a reserved family.
fn holders(family: &str) -> Vec<&'static str> {
    let holds =
        |layer: &&Layer| matches!(layer.outside, Outside::Any { reserved } if reserved.contains(&family));
    LAYERS.iter().filter(holds).map(|layer| layer.name).collect()
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
