//! The gates of continuous integration. Each job of the CI runs one gate, so every gate also runs on a developer's machine.
//!
//! To add a gate, add a function that returns a [`GateResult`], a line in [`GATES`] and a line in the workflow. A test
//! compares the workflow with the table.

mod api;
mod cargo;
mod cases;
mod examples;
mod features;
mod layers;
mod lessons;
mod mapping;
pub(crate) mod modules;
mod msrv;
mod outcome;
mod package;
mod published;
mod pure;
mod tidy;
mod voice;

#[cfg(test)]
mod tests;

use std::process::ExitCode;
use std::time::Instant;

use crate::error::TaskError;
use crate::workspace::Workspace;
use outcome::{GateResult, Outcome};

/// One check of the whole workspace.
pub(crate) struct Gate {
    name: &'static str,
    about: &'static str,
    run: fn(&Workspace) -> GateResult,
}

impl Gate {
    const fn new(name: &'static str, about: &'static str, run: fn(&Workspace) -> GateResult) -> Self {
        Self { name, about, run }
    }
}

/// All gates, fast ones first.
const GATES: &[Gate] = &[
    Gate::new("fmt", "the code is formatted", cargo::fmt),
    Gate::new("tidy", "files, manifests and sources follow the rules of the repository", tidy::run),
    Gate::new("voice", "names and docs meet the goals of docs/style.md", voice::run),
    Gate::new("catalog", "the tables of the model catalog match their data", cargo::catalog),
    Gate::new("layers", "each crate depends only on the crates that the table of layers allows", layers::run),
    Gate::new("modules", "the modules of each crate follow the import rules of its table", modules::run),
    Gate::new(
        "pure",
        "outcrop-core and outcrop-converse do no I/O, the emulator and agents have nothing of AWS",
        pure::run,
    ),
    Gate::new("mapping", "docs/mapping.md covers every member of the service model", mapping::run),
    Gate::new("msrv", "each crate builds with the Rust version that it declares", msrv::run),
    Gate::new("package", "published packages contain a README and no large file", package::run),
    Gate::new("clippy", "clippy reports no warning for all targets and features", cargo::clippy),
    Gate::new("test", "all tests and doctests pass with all features", cargo::test),
    Gate::new(
        "lessons",
        "docs/lessons.md covers each lesson, and the tests that it names pass",
        lessons::run,
    ),
    Gate::new("fuzz", "random input does not break the stream decoders", cargo::fuzz),
    Gate::new("doc", "the documentation builds without a warning", cargo::doc),
    Gate::new("api", "the public API of each library is the accepted one (tests/golden/api)", api::run),
    Gate::new(
        "features",
        "each library and the command build with no feature, each feature and all features",
        features::run,
    ),
    Gate::new("examples", "each example runs offline and exits successfully", examples::run),
    Gate::new("published", "the tests pass in a copy of the published files", published::run),
    Gate::new("cases", "the shared cases pass (requires OUTCROP_SHARED)", cases::run),
];

/// The parsed command line of `cargo xtask ci`.
pub(crate) enum Plan {
    /// Prints the names and descriptions of all gates.
    List,
    /// Runs these gates.
    Run(Vec<&'static Gate>),
}

impl Plan {
    /// Parses the arguments after `ci`: the gates to run (default: all), without the skipped ones.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self, String> {
        let (mut named, mut skipped) = (Vec::new(), Vec::new());
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match *argument {
                "--list" => return Ok(Self::List),
                "--skip" => {
                    skipped.push(gate(arguments.next().ok_or("--skip requires the name of a gate")?)?.name);
                }
                flag if flag.starts_with('-') => return Err(format!("unknown option: {flag}")),
                name => named.push(gate(name)?),
            }
        }
        if named.is_empty() {
            named.extend(GATES);
        }
        named.retain(|gate| !skipped.contains(&gate.name));
        Ok(Self::Run(named))
    }
}

/// Finds a gate by its name.
fn gate(name: &str) -> Result<&'static Gate, String> {
    let known = || GATES.iter().map(|gate| gate.name).collect::<Vec<_>>().join(", ");
    GATES
        .iter()
        .find(|gate| gate.name == name)
        .ok_or_else(|| format!("unknown gate: {name}; the gates are {}", known()))
}

/// Runs a plan. A failed gate does not stop the others.
pub(crate) fn run(plan: &Plan) -> Result<ExitCode, TaskError> {
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
        gates.iter().filter(|gate| !passes(gate, &workspace)).map(|gate| gate.name).collect();
    if gates.len() > 1 {
        match failed.as_slice() {
            [] => println!("{} gates, none failed", gates.len()),
            failed => println!("{} gates, {} failed: {}", gates.len(), failed.len(), failed.join(", ")),
        }
    }
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs a gate, prints its outcome and returns whether it passed or was skipped.
fn passes(gate: &Gate, workspace: &Workspace) -> bool {
    let start = Instant::now();
    let outcome = (gate.run)(workspace)
        .unwrap_or_else(|error| Outcome::Failed(vec![format!("the gate could not run: {error}")]));
    let seconds = start.elapsed().as_secs_f32();
    let (status, lines) = match &outcome {
        Outcome::Passed(notes) => (format!("ok ({seconds:.1} s)"), notes.as_slice()),
        Outcome::Skipped(reason) => (format!("skipped: {reason}"), [].as_slice()),
        Outcome::Failed(findings) => (format!("failed ({seconds:.1} s)"), findings.as_slice()),
    };
    println!("gate {} … {status}", gate.name);
    for line in lines {
        println!("  {line}");
    }
    !matches!(outcome, Outcome::Failed(_))
}
