//! The gates of continuous integration. A job of the CI is a gate of the same name, so anyone can run what the CI runs.
//!
//! A new gate is a file with a `run`, a line in [`GATES`] and a line in the workflow; a test sees to the last.

mod cases;
mod catalog;
mod examples;
mod features;
mod fuzz;
mod layers;
mod lessons;
mod mapping;
mod msrv;
mod package;
mod pattern;
mod plain;
mod plan;
mod published;
mod pure;
mod source;
mod tidy;
mod verdict;

#[cfg(test)]
mod tests;

use std::process::ExitCode;
use std::time::Instant;

pub(crate) use plan::Plan;

use crate::Fault;
use crate::workspace::Workspace;
use verdict::{Outcome, Verdict};

/// One check of the whole workspace.
pub(crate) struct Gate {
    name: &'static str,
    about: &'static str,
    run: fn(&Workspace) -> Outcome,
}

impl Gate {
    const fn new(name: &'static str, about: &'static str, run: fn(&Workspace) -> Outcome) -> Self {
        Self { name, about, run }
    }
}

/// Every gate, the quick ones first.
const GATES: &[Gate] = &[
    Gate::new("fmt", "the code is formatted", plain::fmt),
    Gate::new("tidy", "files, manifests and words are as the project wants them", tidy::run),
    Gate::new("catalog", "the catalog of models is made from its data", catalog::run),
    Gate::new("layers", "no crate names a crate that the table of layers does not allow it", layers::run),
    Gate::new("pure", "nothing below outcrop-core and outcrop-converse does I/O", pure::run),
    Gate::new("mapping", "the tables of docs/mapping.md tell all that the service model has", mapping::run),
    Gate::new("msrv", "the crates keep to the Rust version they declare", msrv::run),
    Gate::new("package", "what would be published holds a README and no large file", package::run),
    Gate::new("clippy", "no lint warns, all features and targets", plain::clippy),
    Gate::new("test", "all tests hold, doctests and all features included", plain::test),
    Gate::new(
        "lessons",
        "docs/lessons.md answers each lesson, and the tests that it names hold",
        lessons::run,
    ),
    Gate::new("fuzz", "no bytes and no events make the decoders of streams break their rules", fuzz::run),
    Gate::new("doc", "the documentation builds without a warning", plain::doc),
    Gate::new("features", "each library crate passes with none, each and all of its features", features::run),
    Gate::new("examples", "each example runs offline and ends well", examples::run),
    Gate::new("published", "the tests of the crates hold in what is published of them", published::run),
    Gate::new("cases", "the shared cases hold (needs OUTCROP_SHARED)", cases::run),
];

/// Carries out a plan, to its end even if a gate fails.
pub(crate) fn run(plan: &Plan) -> Result<ExitCode, Fault> {
    let gates = match plan {
        Plan::List => {
            for gate in GATES {
                println!("{:<10}{}", gate.name, gate.about);
            }
            return Ok(ExitCode::SUCCESS);
        }
        Plan::Run(gates) => gates,
    };
    let workspace = Workspace::load()?;
    let failed: Vec<&str> =
        gates.iter().filter(|gate| !holds(gate, &workspace)).map(|gate| gate.name).collect();
    if gates.len() > 1 {
        match failed.as_slice() {
            [] => println!("{} gates, none failed", gates.len()),
            failed => println!("{} gates, {} failed: {}", gates.len(), failed.len(), failed.join(", ")),
        }
    }
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs a gate and prints its line; a gate that is skipped holds.
fn holds(gate: &Gate, workspace: &Workspace) -> bool {
    let start = Instant::now();
    let verdict = (gate.run)(workspace)
        .unwrap_or_else(|error| Verdict::Fails(vec![format!("the gate could not be run: {error}")]));
    let seconds = start.elapsed().as_secs_f32();
    let (word, lines) = match &verdict {
        Verdict::Holds(notes) => (format!("ok ({seconds:.1} s)"), notes.as_slice()),
        Verdict::Skipped(reason) => (format!("skipped: {reason}"), [].as_slice()),
        Verdict::Fails(findings) => (format!("failed ({seconds:.1} s)"), findings.as_slice()),
    };
    println!("gate {} … {word}", gate.name);
    for line in lines {
        println!("  {line}");
    }
    !matches!(verdict, Verdict::Fails(_))
}
