//! Measures how the sources of a crate are written, by the figures of `docs/style.md`.
//!
//! The task `voice` prints the figures and lists every finding; the gate of the same name compares them with the goals.

mod scan;
mod terms;
mod test_names;

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use crate::error::TaskError;
use crate::source::{self, is_test_file};
use crate::workspace::{Package, Workspace};
use scan::{FunctionDoc, Scan};

/// The figures of a crate, with the lines and names that count against them.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) files: usize,
    pub(crate) code_lines: usize,
    pub(crate) comments: usize,
    pub(crate) doc_lines: usize,
    /// The doc lines with terms to avoid.
    pub(crate) term_findings: Vec<String>,
    pub(crate) function_docs: usize,
    pub(crate) noun_clauses: usize,
    /// The function docs that do not begin with a verb.
    pub(crate) function_doc_findings: Vec<String>,
    pub(crate) tests: usize,
    /// The test names that are not of the form `subject_condition_outcome`.
    pub(crate) test_name_findings: Vec<String>,
    /// The line counts of the files without their tests, with the paths.
    pub(crate) lengths: Vec<(usize, String)>,
}

/// Runs the task `voice`: prints the figures of all crates, or the findings and figures of the named ones.
pub(crate) fn run(names: &[&str]) -> Result<ExitCode, TaskError> {
    let workspace = Workspace::load()?;
    if names.is_empty() {
        for package in &workspace.packages {
            println!("{}: {}", package.name, measure(&workspace, package)?.summary());
        }
        return Ok(ExitCode::SUCCESS);
    }
    for name in names {
        let report = measure(&workspace, workspace.package(name)?)?;
        for finding in report.findings() {
            println!("{finding}");
        }
        println!("{name}: {}", report.summary());
    }
    Ok(ExitCode::SUCCESS)
}

/// Measures the sources of a package.
pub(crate) fn measure(workspace: &Workspace, package: &Package) -> Result<Report, TaskError> {
    let mut report = Report::default();
    for file in workspace.sources(&package.folder)? {
        report.add(&file, &workspace.read(&file)?);
    }
    Ok(report)
}

impl Report {
    /// Adds a source. Only test names are measured in test files, examples and fuzz targets.
    fn add(&mut self, file: &str, text: &str) {
        for (line, name) in test_names::test_names(&source::code(text)) {
            self.tests += 1;
            if let Some(reason) = test_names::problem(name) {
                self.test_name_findings.push(format!("{file}:{line}: test `{name}`: {reason}"));
            }
        }
        let is_example = file.split('/').any(|folder| folder == "examples" || folder == "fuzz");
        if is_test_file(file) || is_example {
            return;
        }
        let scan = Scan::parse(text);
        self.files += 1;
        self.code_lines += scan.code_lines;
        self.comments += scan.comments;
        self.lengths.push((scan.length, file.to_owned()));
        self.doc_lines += scan.doc_lines.len();
        for (line, doc) in &scan.doc_lines {
            if let Some(term) = terms::find(doc) {
                self.term_findings.push(format!("{file}:{line}: `{term}` in: {doc}"));
            }
        }
        self.function_docs += scan.function_docs.len();
        for (line, doc) in &scan.function_docs {
            match FunctionDoc::classify(doc) {
                FunctionDoc::Verb => continue,
                FunctionDoc::NounClause => self.noun_clauses += 1,
                FunctionDoc::Other => {}
            }
            self.function_doc_findings.push(format!("{file}:{line}: does not begin with a verb: {doc}"));
        }
    }

    /// Returns all findings, in the order of the figures.
    pub(crate) fn findings(&self) -> impl Iterator<Item = &String> {
        self.function_doc_findings.iter().chain(&self.term_findings).chain(&self.test_name_findings)
    }

    /// Returns the median length of a file, or the upper of the two middle values.
    pub(crate) fn median_length(&self) -> usize {
        let mut lengths: Vec<usize> = self.lengths.iter().map(|(length, _)| *length).collect();
        lengths.sort_unstable();
        lengths.get(lengths.len() / 2).copied().unwrap_or(0)
    }

    /// Formats the figures as one line.
    pub(crate) fn summary(&self) -> String {
        format!(
            "{} files with a median of {} lines; of {} function docs {} % begin with a verb, {} % are noun clauses; \
             {} % of {} doc lines have terms to avoid; {} comments per 1,000 lines; {} % of {} test names are unclear",
            self.files,
            self.median_length(),
            self.function_docs,
            percent(self.function_docs - self.function_doc_findings.len(), self.function_docs),
            percent(self.noun_clauses, self.function_docs),
            percent(self.term_findings.len(), self.doc_lines),
            self.doc_lines,
            decimal(10_000 * self.comments / self.code_lines.max(1)),
            percent(self.test_name_findings.len(), self.tests),
            self.tests,
        )
    }
}

/// Formats a share in percent with one decimal, rounded down.
fn percent(part: usize, whole: usize) -> String {
    decimal(1_000 * part / whole.max(1))
}

/// Formats a number of tenths.
fn decimal(tenths: usize) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}
