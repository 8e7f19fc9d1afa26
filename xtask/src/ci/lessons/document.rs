//! Parsing of `docs/lessons.md`: a row for each lesson, with its source and the tests that cover it.

/// The prefix of an answer with the reason that a lesson does not apply to this project.
const NOT_APPLICABLE: &str = "does not apply:";

/// The prefix of the part of an answer that describes what is missing.
const OPEN: &str = "open:";

/// The rows of the document.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) rows: Vec<Row>,
    /// The lines of malformed rows, with the reason.
    pub(super) malformed: Vec<(usize, String)>,
}

/// A lesson and its answer.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) id: String,
    pub(super) answer: Answer,
}

/// The last cell of a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// These tests fail if the lesson is ignored.
    Tested(Vec<String>),
    /// The lesson is not covered, or not completely, for this reason. The tests cover the rest.
    Open { tests: Vec<String>, reason: String },
    /// The lesson does not apply, for this reason.
    NotApplicable(String),
}

impl Document {
    /// Parses the tables. A malformed row does not stop the parsing.
    pub(super) fn parse(text: &str) -> Self {
        let mut document = Self::default();
        // The first two lines of a table are its header and the delimiter row.
        let mut table_line = 0;
        for (line, number) in text.lines().zip(1..) {
            table_line = if line.starts_with('|') { table_line + 1 } else { 0 };
            if table_line > 2 {
                match Row::parse(line, number) {
                    Ok(row) => document.rows.push(row),
                    Err(reason) => document.malformed.push((number, reason)),
                }
            }
        }
        document
    }

    /// Returns the tests of all rows.
    pub(super) fn tests(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().flat_map(|row| row.answer.tests()).map(String::as_str)
    }
}

impl Row {
    fn parse(line: &str, number: usize) -> Result<Self, String> {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let [id, lesson, source, answer] = cells.as_slice() else {
            return Err(format!("the row has {} cells, not 4", cells.len()));
        };
        if lesson.is_empty() {
            return Err(format!("{id} does not state the lesson"));
        }
        // A lesson id in a comment is a dead end if the lesson itself has no source.
        if source.is_empty() {
            return Err(format!("{id} does not state its source"));
        }
        let answer = Answer::parse(answer).map_err(|reason| format!("{id} {reason}"))?;
        Ok(Self { line: number, id: (*id).to_owned(), answer })
    }
}

impl Answer {
    /// Parses a reason, or tests in backticks, optionally followed by `open:` and what is missing.
    fn parse(cell: &str) -> Result<Self, String> {
        if let Some(reason) = cell.strip_prefix(NOT_APPLICABLE).map(str::trim) {
            let given = (!reason.is_empty()).then(|| Self::NotApplicable(reason.to_owned()));
            return given.ok_or_else(|| "does not state why it does not apply".to_owned());
        }
        let (before, open) =
            cell.split_once(OPEN).map_or((cell, None), |(before, after)| (before, Some(after.trim())));
        // Odd parts are within backticks, even parts outside.
        let mut outside = before.split('`').step_by(2);
        if outside.any(|text| !text.trim().is_empty()) {
            return Err("has other text than its tests, without `open:` or `does not apply:`".to_owned());
        }
        let tests: Vec<String> = before.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        match open {
            Some("") => Err("does not state what is open".to_owned()),
            Some(reason) => Ok(Self::Open { tests, reason: reason.to_owned() }),
            None if tests.is_empty() => Err("has no answer".to_owned()),
            None => Ok(Self::Tested(tests)),
        }
    }

    /// Returns the named tests.
    pub(super) fn tests(&self) -> &[String] {
        match self {
            Self::Tested(tests) | Self::Open { tests, .. } => tests,
            Self::NotApplicable(_) => &[],
        }
    }
}
