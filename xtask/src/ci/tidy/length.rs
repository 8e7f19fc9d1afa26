//! The lengths of files: rooms are small.

use std::collections::BTreeMap;

use super::is_test;

/// What the median of a crate's files stays under.
const MEDIAN: usize = 180;

/// How many lines the files of each crate have, tests apart.
#[derive(Debug, Default)]
pub(super) struct Lengths(BTreeMap<String, Vec<usize>>);

impl Lengths {
    /// Counts a file, if it is a source of a crate.
    pub(super) fn add(&mut self, file: &str, text: &str) {
        let Some((folder, _)) = file.split_once("/src/") else { return };
        if !is_test(file) {
            self.0.entry(folder.to_owned()).or_default().push(text.lines().count());
        }
    }

    /// The crates whose files are too long, and the medians of all.
    pub(super) fn judged(self) -> (Vec<String>, String) {
        let medians: Vec<(String, usize)> =
            self.0.into_iter().map(|(folder, lengths)| (folder, median(lengths))).collect();
        let too_long = medians.iter().filter(|(_, median)| *median >= MEDIAN);
        let too_long = too_long.map(|(folder, median)| {
            format!("{folder}: the median file has {median} lines, not under {MEDIAN}")
        });
        let all = medians.iter().map(|(folder, median)| format!("{folder} {median}"));
        (too_long.collect(), format!("median lines a file: {}", all.collect::<Vec<_>>().join(", ")))
    }
}

/// The middle length, the upper one of two.
fn median(mut lengths: Vec<usize>) -> usize {
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or(0)
}
