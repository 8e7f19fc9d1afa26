//! The tables: a row for each lesson, with what answers it.

/// How an answer begins that says why a lesson is not one for this project.
const FOREIGN: &str = "does not apply:";

/// How the part of an answer begins that says what is still to be done.
const OPEN: &str = "open:";

/// The document as far as the gate reads it.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) rows: Vec<Row>,
    /// Rows that cannot be read, with the reason.
    pub(super) broken: Vec<(usize, String)>,
}

/// A lesson and its answer.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) id: String,
    pub(super) answer: Answer,
}

/// What is done about a lesson.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// These tests fail where it is forgotten.
    Held(Vec<String>),
    /// It is not held, or not all of it, for this reason; of the rest these tests.
    Open { tests: Vec<String>, reason: String },
    /// It does not apply, for this reason.
    Foreign(String),
}

impl Document {
    pub(super) fn parse(text: &str) -> Self {
        let mut document = Self::default();
        // A table begins with its head and a rule.
        let mut above = 0;
        for (line, number) in text.lines().zip(1..) {
            above = if line.starts_with('|') { above + 1 } else { 0 };
            if above > 2 {
                match Row::parse(line, number) {
                    Ok(row) => document.rows.push(row),
                    Err(reason) => document.broken.push((number, reason)),
                }
            }
        }
        document
    }

    /// The tests of all rows.
    pub(super) fn tests(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().flat_map(|row| row.answer.tests()).map(String::as_str)
    }
}

impl Row {
    fn parse(line: &str, number: usize) -> Result<Self, String> {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let [id, lesson, answer] = cells.as_slice() else {
            return Err(format!("the row has {} cells, not 3", cells.len()));
        };
        if lesson.is_empty() {
            return Err(format!("{id} does not say what it teaches"));
        }
        let answer = Answer::parse(answer).map_err(|reason| format!("{id} {reason}"))?;
        Ok(Self { line: number, id: (*id).to_owned(), answer })
    }
}

impl Answer {
    /// Reads a reason, or tests in backticks with nothing but spaces between, and after them maybe what is open.
    fn parse(cell: &str) -> Result<Self, String> {
        if let Some(reason) = cell.strip_prefix(FOREIGN).map(str::trim) {
            let given = (!reason.is_empty()).then(|| Self::Foreign(reason.to_owned()));
            return given.ok_or_else(|| "does not say why it does not apply".to_owned());
        }
        let (before, open) =
            cell.split_once(OPEN).map_or((cell, None), |(before, after)| (before, Some(after.trim())));
        // Every other piece stands between backticks.
        let mut outside = before.split('`').step_by(2);
        if outside.any(|text| !text.trim().is_empty()) {
            return Err("says more than its tests, and neither `open:` nor `does not apply:`".to_owned());
        }
        let tests: Vec<String> = before.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        match open {
            Some("") => Err("does not say what is open".to_owned()),
            Some(reason) => Ok(Self::Open { tests, reason: reason.to_owned() }),
            None if tests.is_empty() => Err("has no answer".to_owned()),
            None => Ok(Self::Held(tests)),
        }
    }

    /// The tests that it names.
    pub(super) fn tests(&self) -> &[String] {
        match self {
            Self::Held(tests) | Self::Open { tests, .. } => tests,
            Self::Foreign(_) => &[],
        }
    }
}
