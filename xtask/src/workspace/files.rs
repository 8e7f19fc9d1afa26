//! The files of the repository and of published packages.

use std::path::Path;

use super::{Package, Workspace};
use crate::error::TaskError;
use crate::process;

impl Workspace {
    /// Reads a text file by its path from the root of the workspace.
    pub(crate) fn read(&self, file: impl AsRef<Path>) -> Result<String, String> {
        let file = file.as_ref();
        std::fs::read_to_string(self.root.join(file))
            .map_err(|error| format!("{} cannot be read: {error}", file.display()))
    }

    /// Lists the files below a folder by their paths from the root of the workspace, sorted.
    ///
    /// Git lists them: tracked files, and untracked ones that are not ignored.
    pub(crate) fn files(&self, folder: &Path) -> Result<Vec<String>, TaskError> {
        let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"];
        let listed = process::output(process::command(&self.root, "git", arguments).arg(folder))?;
        // A file that was deleted but not yet committed is still in git's index.
        let exists = |path: &&str| !path.is_empty() && self.root.join(path).is_file();
        let mut files: Vec<String> = listed.split('\0').filter(exists).map(str::to_owned).collect();
        files.sort_unstable();
        Ok(files)
    }

    /// Lists the Rust sources below a folder.
    pub(crate) fn sources(&self, folder: &Path) -> Result<Vec<String>, TaskError> {
        let mut files = self.files(folder)?;
        files.retain(|file| has_extension(file, "rs"));
        Ok(files)
    }

    /// Lists the files that would be published with a package, by their paths within it.
    pub(crate) fn published_files(&self, package: &Package) -> Result<Vec<String>, TaskError> {
        let arguments = ["package", "--list", "--allow-dirty", "--package", &package.name];
        let listed = process::output(&mut process::cargo(&self.root, arguments))?;
        Ok(listed.lines().map(str::to_owned).collect())
    }
}

/// Returns whether a path has an extension.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}
