//! Test data that is not part of the repository.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;

/// The variable with the folder of the data.
const SHARED: &str = "OUTCROP_SHARED";

/// Returns a file or folder of the data. If the variable is not set, reports what is not tested and returns `None`.
pub(crate) fn path(name: &str, untested: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(SHARED);
    if folder.is_none() {
        report_once(&format!("{SHARED} is not set: {untested} are not tested"));
    }
    folder.map(|folder| PathBuf::from(folder).join(name))
}

/// Writes a line once, and not to the captured output of a test: a test that did nothing must not look like one that
/// passed.
pub(crate) fn report_once(line: &str) {
    static REPORTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if REPORTED.lock().unwrap().insert(line.to_owned()) {
        drop(writeln!(std::io::stderr(), "{line}"));
    }
}
