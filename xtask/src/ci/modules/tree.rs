//! The module tree of a crate and its resolved references.

use std::collections::BTreeMap;

use super::parse::{CodePath, Import, ParsedModule, Visibility, parse};

/// The modules of a crate by path, such as `encode::history`. The crate root has the empty path.
#[derive(Debug, Default)]
pub(super) struct ModuleTree {
    modules: BTreeMap<String, Module>,
    /// The modules that define the macros of the crate root.
    macros: BTreeMap<String, String>,
}

/// A module and its file.
#[derive(Debug)]
struct Module {
    file: String,
    parsed: ParsedModule,
}

/// A reference from one module to another, resolved to the module that defines the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) from: String,
    pub(super) to: String,
    /// The name as it is written: the last segment of the path.
    pub(super) name: String,
    /// The module through which the name is imported, if that is not the defining one.
    pub(super) through: Option<String>,
}

/// The module that a path leads to.
struct Target {
    module: String,
    through: Option<String>,
    /// Whether the path names the module itself and not an item in it.
    is_module: bool,
}

/// The maximum number of re-exports in a row. It ends the search in `use` declarations that refer to each other.
const MAX_HOPS: usize = 16;

impl ModuleTree {
    /// Builds the tree from the sources of a crate and the path of its folder `src`.
    ///
    /// It follows the `mod` declarations, so files of tests and of other binaries are not part of it.
    pub(super) fn build(folder: &str, sources: &BTreeMap<String, String>) -> Self {
        let mut tree = Self::default();
        let root = ["lib.rs", "main.rs"].map(|file| format!("{folder}/{file}"));
        if let Some((file, text)) = root.iter().find_map(|file| sources.get_key_value(file)) {
            tree.add(folder, "", file, text, sources);
        }
        tree
    }

    fn add(&mut self, folder: &str, path: &str, file: &str, text: &str, sources: &BTreeMap<String, String>) {
        for parsed in parse(text) {
            let path = parsed.path.iter().fold(path.to_owned(), |path, name| join(&path, name));
            for name in &parsed.children {
                let child = join(&path, name);
                let stem = format!("{folder}/{}", child.replace("::", "/"));
                let files = [format!("{stem}.rs"), format!("{stem}/mod.rs")];
                if let Some((file, text)) = files.iter().find_map(|file| sources.get_key_value(file)) {
                    self.add(folder, &child, file, text, sources);
                }
            }
            for name in &parsed.exported_macros {
                self.macros.insert(name.clone(), path.clone());
            }
            self.modules.insert(path, Module { file: file.to_owned(), parsed });
        }
    }

    /// Returns the paths of the children of a module.
    pub(super) fn children(&self, path: &str) -> Vec<&str> {
        let children = self.modules.keys().filter(|child| !child.is_empty() && parent(child) == path);
        children.map(String::as_str).collect()
    }

    /// Returns all modules.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.modules.keys().map(String::as_str)
    }

    /// Returns the file and line where a module first uses an identifier.
    pub(super) fn identifier(&self, path: &str, name: &str) -> Option<(&str, usize)> {
        let module = self.modules.get(path)?;
        let line = module.parsed.identifiers.get(name)?;
        Some((&module.file, *line))
    }

    /// Resolves the imports and paths of all modules. Names of other crates are left out.
    pub(super) fn references(&self) -> Vec<Reference> {
        let mut references = Vec::new();
        for (from, module) in &self.modules {
            let imports = module.parsed.imports.iter().map(|import| &import.path);
            for path in imports.chain(&module.parsed.paths) {
                references.extend(self.reference(from, &module.file, path));
            }
        }
        references
    }

    fn reference(&self, from: &str, file: &str, path: &CodePath) -> Option<Reference> {
        let target = self.resolve(from, &path.segments, MAX_HOPS)?;
        // After `use crate::a::B;`, each `B::new()` would repeat the finding for the import.
        let import = path.segments.first().and_then(|first| self.import(from, first));
        let import = import.filter(|import| import.path != *path);
        let imported = import.and_then(|import| self.resolve(from, &import.path.segments, MAX_HOPS));
        let is_repeated = imported.is_some_and(|imported| imported.module == target.module);
        (target.module != from && !is_repeated).then(|| Reference {
            file: file.to_owned(),
            line: path.line,
            from: from.to_owned(),
            to: target.module,
            name: path.segments.last().cloned().unwrap_or_default(),
            through: target.through,
        })
    }

    /// Resolves a path as it is written in a module.
    fn resolve(&self, from: &str, segments: &[String], hops: usize) -> Option<Target> {
        let (first, mut rest) = segments.split_first()?;
        let mut start = from;
        match first.as_str() {
            "crate" => start = "",
            "self" => {}
            "super" => {
                start = parent(start);
                while let Some((_, after)) = rest.split_first().filter(|(next, _)| *next == "super") {
                    start = parent(start);
                    rest = after;
                }
            }
            name if self.modules.contains_key(&join(from, name)) => rest = segments,
            name => {
                // The path begins with an imported name, such as `schema` after `use crate::schema;`.
                let import = self.import(from, name)?;
                let target = self.resolve(from, &import.path.segments, hops.checked_sub(1)?)?;
                return if target.is_module { self.walk(&target.module, rest, hops) } else { Some(target) };
            }
        }
        self.walk(start, rest, hops)
    }

    /// Follows segments from a module to the module that defines the item.
    fn walk(&self, start: &str, segments: &[String], hops: usize) -> Option<Target> {
        let Some((name, rest)) = segments.split_first() else {
            return Some(Target { module: start.to_owned(), through: None, is_module: true });
        };
        let child = join(start, name);
        if self.modules.contains_key(&child) {
            return self.walk(&child, rest, hops);
        }
        if let Some(import) = self.import(start, name) {
            let through = Some(start.to_owned());
            return match self.resolve(start, &import.path.segments, hops.checked_sub(1)?) {
                Some(target) if target.is_module => self.walk(&target.module, rest, hops),
                Some(target) => Some(Target { through: target.through.or(through), ..target }),
                // The item comes from another crate. The import of it is not an arrow between modules.
                None => None,
            };
        }
        if let Some(module) = self.macros.get(name).filter(|_| start.is_empty()) {
            return Some(Target { module: module.clone(), through: None, is_module: false });
        }
        let through_glob = || self.resolve_glob(start, name, hops.checked_sub(1)?);
        let is_defined = self.modules.get(start)?.parsed.definitions.contains(name);
        let defined_here = || Target { module: start.to_owned(), through: None, is_module: false };
        if is_defined { Some(defined_here()) } else { Some(through_glob().unwrap_or_else(defined_here)) }
    }

    /// Finds the module that defines a name which another module imports with a glob.
    fn resolve_glob(&self, start: &str, name: &str, hops: usize) -> Option<Target> {
        let globs = self.modules.get(start)?.parsed.imports.iter().filter(|import| import.name.is_none());
        let mut modules = globs.filter_map(|glob| {
            let target = self.resolve(start, &glob.path.segments, hops)?;
            let module = self.modules.get(&target.module)?;
            module.parsed.definitions.contains(name).then_some(target.module)
        });
        let module = modules.next()?;
        Some(Target { module, through: Some(start.to_owned()), is_module: false })
    }

    /// Finds the import that binds a name in a module.
    fn import(&self, path: &str, name: &str) -> Option<&Import> {
        let imports = &self.modules.get(path)?.parsed.imports;
        imports.iter().find(|import| import.name.as_deref() == Some(name))
    }

    /// Returns whether code in one module can name another module.
    pub(super) fn is_visible(&self, module: &str, from: &str) -> bool {
        let mut path = module;
        while !path.is_empty() {
            let (outer, name) = (parent(path), last(path));
            let visibility =
                self.modules.get(outer).and_then(|module| module.parsed.visibilities.get(name)).cloned();
            let visible = match visibility {
                Some(Visibility::Crate) => true,
                Some(Visibility::Super) => is_within(from, parent(outer)),
                Some(Visibility::Private) | None => is_within(from, outer),
            };
            if !visible {
                return false;
            }
            path = outer;
        }
        true
    }
}

/// Appends a name to a path.
pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}::{name}") }
}

/// Returns the path of the parent. The crate root is its own parent.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once("::").map_or("", |(parent, _)| parent)
}

/// Returns the last name of a path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit_once("::").map_or(path, |(_, name)| name)
}

/// Returns whether a path is an ancestor of another one or equal to it.
pub(super) fn is_within(path: &str, ancestor: &str) -> bool {
    ancestor.is_empty()
        || path.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Returns the children of the closest common ancestor that contain two modules, if neither module contains the other.
pub(super) fn branches<'p>(from: &'p str, to: &'p str) -> Option<(&'p str, &'p str)> {
    if is_within(from, to) || is_within(to, from) {
        return None;
    }
    let (mut one, mut other) = (from, to);
    while parent(one) != parent(other) {
        // The deeper path goes up; both depths shrink until the parents meet.
        if one.matches("::").count() >= other.matches("::").count() {
            one = parent(one);
        } else {
            other = parent(other);
        }
    }
    Some((one, other))
}
