//! The lengths of sources.

use std::collections::BTreeMap;

use super::Finding;
use crate::source::is_test_file;

/// The maximum number of lines of a source: a longer one usually contains more than one idea.
const MAX_LINES: usize = 600;

/// The maximum median of a crate. See `docs/style.md`.
const MAX_MEDIAN: usize = 200;

/// The line counts of the sources of each crate, without tests.
#[derive(Debug, Default)]
pub(super) struct Lengths(BTreeMap<String, Vec<usize>>);

impl Lengths {
    /// Counts the lines of a source. Returns a finding if it is too long.
    pub(super) fn add(&mut self, file: &str, text: &str) -> Option<Finding> {
        let lines = text.lines().count();
        if let Some((folder, _)) = file.split_once("/src/") {
            if !is_test_file(file) {
                self.0.entry(folder.to_owned()).or_default().push(lines);
            }
        }
        (lines > MAX_LINES).then(|| {
            Finding::new(lines, format!("{lines} lines; the maximum is {MAX_LINES}: split the file"))
        })
    }

    /// Returns findings for the crates whose median is too high, and a note with all medians.
    pub(super) fn medians(self) -> (Vec<String>, String) {
        let medians: Vec<(String, usize)> =
            self.0.into_iter().map(|(folder, lengths)| (folder, median(lengths))).collect();
        let too_long = medians.iter().filter(|(_, median)| *median > MAX_MEDIAN);
        let too_long = too_long.map(|(folder, median)| {
            format!("{folder}: the median file has {median} lines; the maximum is {MAX_MEDIAN}")
        });
        let all = medians.iter().map(|(folder, median)| format!("{folder} {median}"));
        (too_long.collect(), format!("median lines per file: {}", all.collect::<Vec<_>>().join(", ")))
    }
}

/// Returns the median, or the upper of the two middle values.
fn median(mut lengths: Vec<usize>) -> usize {
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or(0)
}
