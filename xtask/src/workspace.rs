//! The workspace as `cargo metadata` tells it.

mod files;
pub(crate) mod json;
mod read;
mod version;

use std::path::{Path, PathBuf};

pub(crate) use files::has_extension;
pub(crate) use version::RustVersion;

use crate::{Fault, process};

/// The member packages and where they lie.
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
    /// The folder of its manifest, from the root of the workspace on.
    pub(crate) folder: PathBuf,
    /// Whether it may be published.
    pub(crate) published: bool,
    pub(crate) rust_version: Option<RustVersion>,
    pub(crate) license: Option<String>,
    pub(crate) repository: Option<String>,
    pub(crate) features: Vec<String>,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
}

/// A line of a manifest that names another crate, by the crate's own name whatever it was renamed to.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) reach: Reach,
    pub(crate) optional: bool,
}

/// Whom a dependency reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Everyone who builds the package: normal and build dependencies.
    Users,
    /// Those who test the package.
    Tests,
}

/// Something of a package that cargo builds.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: TargetKind,
    pub(crate) required_features: Vec<String>,
}

/// The kinds of target that a gate tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TargetKind {
    Library,
    Example,
    Other,
}

impl Workspace {
    /// The workspace of the current directory.
    ///
    /// Only the members are read, so that nothing needs to be downloaded.
    pub(crate) fn load() -> Result<Self, Fault> {
        let arguments = ["metadata", "--format-version", "1", "--no-deps"];
        let metadata = process::read(&mut process::cargo(Path::new("."), arguments))?;
        Ok(Self::parse(&metadata)?)
    }

    /// The library crates, which are what other people build on.
    pub(crate) fn libraries(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.published && package.has(TargetKind::Library))
    }
}

impl Package {
    /// Whether it has a target of a kind.
    fn has(&self, kind: TargetKind) -> bool {
        self.targets.iter().any(|target| target.kind == kind)
    }
}
