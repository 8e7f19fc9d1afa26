//! The tests of the workspace: builds the test binaries, lists their tests and runs selected ones.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::TaskError;
use crate::process;
use crate::workspace::Workspace;

/// The test binaries of the workspace.
#[derive(Debug)]
pub(super) struct Suite {
    binaries: Vec<TestBinary>,
}

/// The status of a test by its name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TestStatus {
    Missing,
    Ignored,
    Runs,
}

impl Suite {
    pub(super) fn new(binaries: Vec<TestBinary>) -> Self {
        Self { binaries }
    }

    /// Builds the tests and lists those of each binary.
    pub(super) fn load(workspace: &Workspace) -> Result<Self, TaskError> {
        // The same packages and features as in the gate `test`, so cargo reuses what that gate built.
        const BUILD: &[&str] = &[
            "test",
            "--workspace",
            "--all-features",
            "--no-run",
            "--message-format=json-render-diagnostics",
        ];
        let messages = process::output(&mut process::cargo(&workspace.root, BUILD.iter().copied()))?;
        let mut binaries = Vec::new();
        for message in messages.lines() {
            if let Some(mut binary) = TestBinary::parse(message, workspace)? {
                binary.list()?;
                binaries.push(binary);
            }
        }
        Ok(Self::new(binaries))
    }

    /// Returns the status of a test by its full name, `package::path::of::test`.
    pub(super) fn status(&self, test: &str) -> TestStatus {
        if self.binaries.iter().any(|binary| binary.runs(test)) {
            TestStatus::Runs
        } else if self.binaries.iter().any(|binary| binary.path_of(test).is_some()) {
            TestStatus::Ignored
        } else {
            TestStatus::Missing
        }
    }

    /// Runs the named tests, each binary once, and reports the binaries in which not all of them passed.
    pub(super) fn run(&self, names: &BTreeSet<&str>) -> Result<Vec<String>, TaskError> {
        let mut findings = Vec::new();
        for binary in &self.binaries {
            let paths: Vec<&str> = names.iter().filter_map(|name| binary.path_of(name)).collect();
            if !paths.is_empty() {
                findings.extend(binary.run(&paths)?);
            }
        }
        Ok(findings)
    }
}

/// An executable with tests.
#[derive(Debug, Default)]
pub(super) struct TestBinary {
    pub(super) package: String,
    /// The working directory that cargo gives it.
    pub(super) folder: PathBuf,
    pub(super) executable: PathBuf,
    pub(super) tests: BTreeSet<String>,
    pub(super) ignored: BTreeSet<String>,
}

impl TestBinary {
    /// Parses a line of cargo's JSON messages. Returns `None` if it is not about a test binary.
    pub(super) fn parse(line: &str, workspace: &Workspace) -> Result<Option<Self>, TaskError> {
        let message: Value =
            serde_json::from_str(line).map_err(|error| format!("invalid message from cargo: {error}"))?;
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
        let package = package.ok_or_else(|| format!("{manifest} is not a member of the workspace"))?;
        let executable = executable.into();
        Ok(Some(Self { package: package.name.clone(), folder, executable, ..Self::default() }))
    }

    /// Lists the tests of the binary.
    pub(super) fn list(&mut self) -> Result<(), TaskError> {
        self.tests = listed_tests(&self.output(&["--list", "--format", "terse"])?);
        self.ignored = listed_tests(&self.output(&["--list", "--format", "terse", "--ignored"])?);
        Ok(())
    }

    /// Returns the path of a test within this binary, if the binary contains the test.
    pub(super) fn path_of<'a>(&self, test: &'a str) -> Option<&'a str> {
        let path = test.strip_prefix(self.package.as_str())?.strip_prefix("::")?;
        self.tests.contains(path).then_some(path)
    }

    /// Returns whether the binary contains a test and does not ignore it.
    pub(super) fn runs(&self, test: &str) -> bool {
        self.path_of(test).is_some_and(|path| !self.ignored.contains(path))
    }

    /// Runs some of the tests. Returns a finding with the output unless all of them ran and passed.
    pub(super) fn run(&self, paths: &[&str]) -> Result<Option<String>, TaskError> {
        let arguments = std::iter::once("--exact").chain(paths.iter().copied());
        let mut command = process::command(&self.folder, &self.executable, arguments);
        let output = command.output().map_err(|error| format!("{} does not run: {error}", self.package))?;
        let stdout = String::from_utf8_lossy(&output.stdout);
        // The harness also succeeds if no test has the name, so the count is part of the check.
        let expected = format!("test result: ok. {} passed; 0 failed; 0 ignored;", paths.len());
        let passed = output.status.success() && stdout.contains(&expected);
        Ok((!passed)
            .then(|| format!("not all {} tests of {} passed: {}", paths.len(), self.package, stdout.trim())))
    }

    fn output(&self, arguments: &[&str]) -> Result<String, TaskError> {
        process::output(&mut process::command(&self.folder, &self.executable, arguments.iter().copied()))
    }
}

/// Parses the output of `--list --format terse`.
pub(super) fn listed_tests(text: &str) -> BTreeSet<String> {
    text.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
}
