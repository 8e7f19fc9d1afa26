//! A program of tests, as cargo tells of it and as it tells of itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::workspace::Workspace;
use crate::{Fault, process};

/// A program that has tests and runs them.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub(super) package: String,
    /// The folder in which cargo would run it.
    pub(super) folder: PathBuf,
    pub(super) executable: PathBuf,
    pub(super) tests: BTreeSet<String>,
    pub(super) ignored: BTreeSet<String>,
}

impl Program {
    /// The program that a line of cargo's messages tells of, if it tells of one that has tests.
    pub(super) fn parse(line: &str, workspace: &Workspace) -> Result<Option<Self>, Fault> {
        let message: Value = serde_json::from_str(line)
            .map_err(|error| format!("a message of cargo's is no JSON: {error}"))?;
        let is_test = message.pointer("/profile/test").and_then(Value::as_bool) == Some(true);
        let member = |name: &str| message.get(name).and_then(Value::as_str);
        let (true, Some(executable), Some(manifest)) =
            (is_test, member("executable"), member("manifest_path"))
        else {
            return Ok(None);
        };
        let folder = Path::new(manifest).parent().map(Path::to_path_buf).unwrap_or_default();
        let package =
            workspace.packages.iter().find(|package| workspace.root.join(&package.folder) == folder);
        let package = package.ok_or_else(|| format!("{manifest} is of no package of the workspace"))?;
        let executable = executable.into();
        Ok(Some(Self { package: package.name.clone(), folder, executable, ..Self::default() }))
    }

    /// Asks the program which tests it has.
    pub(super) fn list(&mut self) -> Result<(), Fault> {
        self.tests = listed(&self.ask(&["--list", "--format", "terse"])?);
        self.ignored = listed(&self.ask(&["--list", "--format", "terse", "--ignored"])?);
        Ok(())
    }

    /// The path of a test in this program, where it is one of its own.
    pub(super) fn own<'a>(&self, test: &'a str) -> Option<&'a str> {
        let path = test.strip_prefix(self.package.as_str())?.strip_prefix("::")?;
        self.tests.contains(path).then_some(path)
    }

    /// Whether it has this test and runs it.
    pub(super) fn runs(&self, test: &str) -> bool {
        self.own(test).is_some_and(|path| !self.ignored.contains(path))
    }

    /// Runs some of its tests; what it says where not every one of them ran and held.
    pub(super) fn run(&self, paths: &[&str]) -> Result<Option<String>, Fault> {
        let arguments = std::iter::once("--exact").chain(paths.iter().copied());
        let mut command = process::command(&self.folder, &self.executable, arguments);
        let output = command.output().map_err(|error| format!("{} does not run: {error}", self.package))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let ran = format!("test result: ok. {} passed; 0 failed; 0 ignored;", paths.len());
        let holds = output.status.success() && said.contains(&ran);
        Ok((!holds)
            .then(|| format!("of {}, not all {} tests held: {}", self.package, paths.len(), said.trim())))
    }

    fn ask(&self, arguments: &[&str]) -> Result<String, Fault> {
        process::read(&mut process::command(&self.folder, &self.executable, arguments.iter().copied()))
    }
}

/// The tests of a list, each on a line.
pub(super) fn listed(text: &str) -> BTreeSet<String> {
    text.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
}
