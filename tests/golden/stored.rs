//! The stored records: compares them with what is produced now, or rewrites them.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// How many differing records of a file a failure shows.
const SHOWN: usize = 5;

/// How many characters of each line a failure shows around the first difference.
const EXCERPT: usize = 160;

/// Returns the path of a stored file.
pub(crate) fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "golden", name].iter().collect()
}

/// Returns whether the stored files are rewritten rather than compared.
pub(crate) fn is_writing() -> bool {
    std::env::var_os("OUTCROP_GOLDEN_WRITE").is_some()
}

/// Reads a stored file.
pub(crate) fn read(name: &str) -> String {
    let path = path(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Writes a file that differs.
pub(crate) fn write(name: &str, text: &str) {
    let path = path(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// A record of a file: a title and its lines.
pub(crate) struct Record {
    pub(crate) title: String,
    pub(crate) lines: Vec<String>,
}

/// Compares records with those of a stored file; with `OUTCROP_GOLDEN_WRITE` set it rewrites the file.
///
/// # Panics
/// If a record differs, is missing or is new. The message shows the first differing line of each.
pub(crate) fn compare(name: &str, records: &[Record]) {
    let text: String =
        records.iter().map(|record| format!("== {}\n{}\n", record.title, record.lines.join("\n"))).collect();
    if is_writing() {
        return write(name, &text);
    }
    let stored = read(name);
    if stored == text {
        return;
    }
    let stored = parse(&stored);
    let mut differences = Vec::new();
    for record in records {
        match stored.get(record.title.as_str()) {
            None => differences.push(format!("{}\n    is not stored", record.title)),
            Some(lines) => {
                let produced: Vec<&str> = record.lines.iter().flat_map(|line| line.lines()).collect();
                differences
                    .extend(difference(lines, &produced).map(|text| format!("{}\n{text}", record.title)));
            }
        }
    }
    let is_produced = |title: &str| records.iter().any(|record| record.title == title);
    differences.extend(
        stored
            .keys()
            .filter(|title| !is_produced(title))
            .map(|title| format!("{title}\n    is no longer produced")),
    );
    report(name, &differences);
}

/// Panics with the differences of a file and how to accept them.
pub(crate) fn report(name: &str, differences: &[String]) {
    let shown = differences.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("\n");
    panic!(
        "tests/golden/{name}: {} records differ; the first are\n{shown}\n\
         If the change is intended, run `OUTCROP_GOLDEN_WRITE=1 cargo test -p outcrop-tests --test golden` \
         and review the difference of tests/golden.",
        differences.len()
    );
}

fn parse(text: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut records = BTreeMap::new();
    let mut title = "";
    for line in text.lines() {
        match line.strip_prefix("== ") {
            Some(next) => {
                title = next;
                records.insert(title, Vec::new());
            }
            None => records.entry(title).or_default().push(line),
        }
    }
    records
}

/// Returns the first differing line of two records.
fn difference(stored: &[&str], produced: &[&str]) -> Option<String> {
    let length = stored.len().max(produced.len());
    let index = (0..length).find(|index| stored.get(*index) != produced.get(*index))?;
    // The mode that the line belongs to.
    let mode = produced.iter().take(index + 1).rev().find(|line| line.starts_with("-- "));
    let [old, new] = [stored, produced].map(|lines| lines.get(index).copied().unwrap_or("(no line)"));
    let at = old.chars().zip(new.chars()).take_while(|(old, new)| old == new).count();
    let excerpt =
        |line: &str| line.chars().skip(at.saturating_sub(EXCERPT / 2)).take(EXCERPT).collect::<String>();
    Some(format!(
        "    {} line {}, character {at}\n    stored:   {}\n    produced: {}",
        mode.unwrap_or(&""),
        index + 1,
        excerpt(old),
        excerpt(new)
    ))
}
