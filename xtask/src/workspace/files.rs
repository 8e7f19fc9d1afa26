//! The files of the project.

use std::path::Path;

use super::Workspace;
use crate::{Fault, process};

impl Workspace {
    /// The files in a folder, in all its depth, by their paths from the root of the workspace on.
    ///
    /// They are git's files and those that git would take: what it ignores is no part of the project.
    pub(crate) fn files(&self, folder: &Path) -> Result<Vec<String>, Fault> {
        let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"];
        let listed = process::read(process::command(&self.root, "git", arguments).arg(folder))?;
        let there = |path: &&str| !path.is_empty() && self.root.join(path).is_file();
        let mut files: Vec<String> = listed.split('\0').filter(there).map(str::to_owned).collect();
        files.sort_unstable();
        Ok(files)
    }

    /// The sources of Rust in a folder.
    pub(crate) fn sources(&self, folder: &Path) -> Result<Vec<String>, Fault> {
        let mut files = self.files(folder)?;
        files.retain(|file| has_extension(file, "rs"));
        Ok(files)
    }
}

/// Whether a path ends in an extension.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}
