//! The packages of the workspace, read from `cargo metadata`.

mod files;
pub(crate) mod metadata;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

pub(crate) use files::has_extension;

use crate::error::TaskError;
use crate::process;

/// The member packages with the folders of the workspace.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target_directory: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// A member of the workspace.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// The folder of the manifest, relative to the root of the workspace.
    pub(crate) folder: PathBuf,
    /// Whether the manifest permits publishing.
    pub(crate) published: bool,
    pub(crate) rust_version: Option<RustVersion>,
    pub(crate) license: Option<String>,
    pub(crate) repository: Option<String>,
    pub(crate) features: Vec<String>,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
}

/// A dependency of a manifest.
#[derive(Debug)]
pub(crate) struct Dependency {
    /// The name of the package, also if the manifest renames it.
    pub(crate) name: String,
    /// Whether only tests, examples and benches use it. Normal and build dependencies reach every user.
    pub(crate) dev: bool,
    pub(crate) optional: bool,
}

/// A build target of a package.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: TargetKind,
    pub(crate) required_features: Vec<String>,
}

/// The kinds of target that gates distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TargetKind {
    Library,
    Example,
    Other,
}

/// A minor version of Rust. Patch releases change neither language nor library, so the patch number is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RustVersion {
    pub(crate) major: u32,
    pub(crate) minor: u32,
}

impl Workspace {
    /// Loads the workspace of the current directory.
    pub(crate) fn load() -> Result<Self, TaskError> {
        // `--no-deps` reads the members only, so nothing is downloaded.
        let arguments = ["metadata", "--format-version", "1", "--no-deps"];
        let metadata = process::output(&mut process::cargo(Path::new("."), arguments))?;
        Ok(Self::parse(&metadata)?)
    }

    /// Returns the published packages that have a library.
    pub(crate) fn libraries(&self) -> impl Iterator<Item = &Package> {
        let is_library = |target: &Target| target.kind == TargetKind::Library;
        self.packages
            .iter()
            .filter(move |package| package.published && package.targets.iter().any(is_library))
    }

    /// Finds a member by its name.
    pub(crate) fn package(&self, name: &str) -> Result<&Package, String> {
        let package = self.packages.iter().find(|package| package.name == name);
        package.ok_or_else(|| format!("`{name}` is not a member of the workspace"))
    }
}

impl FromStr for RustVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = text.split('.').map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self { major, minor }),
            (Some(Ok(major)), None) => Ok(Self { major, minor: 0 }),
            _ => Err(format!("`{text}` is not a Rust version")),
        }
    }
}

impl fmt::Display for RustVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.major, self.minor)
    }
}

/// Returns whether a crate name matches a pattern, which is a name or a prefix followed by `*`.
pub(crate) fn matches_crate(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == pattern,
    }
}
