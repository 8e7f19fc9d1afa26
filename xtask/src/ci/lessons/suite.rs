//! The tests of the workspace: which there are, and whether they hold.

use std::collections::BTreeSet;

use super::program::Program;
use crate::workspace::Workspace;
use crate::{Fault, process};

/// The programs of tests that the workspace builds.
#[derive(Debug)]
pub(super) struct Suite {
    programs: Vec<Program>,
}

/// What is known of a test.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known {
    No,
    Ignored,
    Runs,
}

impl Suite {
    pub(super) fn new(programs: Vec<Program>) -> Self {
        Self { programs }
    }

    /// Builds the tests where they are not built yet, and asks each program for its own.
    pub(super) fn load(workspace: &Workspace) -> Result<Self, Fault> {
        const BUILD: &[&str] = &[
            "test",
            "--workspace",
            "--all-features",
            "--no-run",
            "--message-format=json-render-diagnostics",
        ];
        let built = process::read(&mut process::cargo(&workspace.root, BUILD.iter().copied()))?;
        let mut programs = Vec::new();
        for line in built.lines() {
            if let Some(mut program) = Program::parse(line, workspace)? {
                program.list()?;
                programs.push(program);
            }
        }
        Ok(Self::new(programs))
    }

    /// What is known of a test by its name, which is its package's with its path in it.
    pub(super) fn knows(&self, test: &str) -> Known {
        if self.programs.iter().any(|program| program.runs(test)) {
            Known::Runs
        } else if self.programs.iter().any(|program| program.own(test).is_some()) {
            Known::Ignored
        } else {
            Known::No
        }
    }

    /// Runs the tests named, each program once, and tells what does not hold.
    pub(super) fn run(&self, named: &BTreeSet<&str>) -> Result<Vec<String>, Fault> {
        let mut findings = Vec::new();
        for program in &self.programs {
            let own: Vec<&str> = named.iter().filter_map(|test| program.own(test)).collect();
            if !own.is_empty() {
                findings.extend(program.run(&own)?);
            }
        }
        Ok(findings)
    }
}
