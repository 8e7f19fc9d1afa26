//! Impure names of the standard library in the code of the pure crates.

use crate::error::TaskError;
use crate::source;
use crate::workspace::{Package, Workspace};

/// The names that read a clock, the environment, a file, the network or another process, or write to a terminal.
const IMPURE_NAMES: &[&str] = &[
    "SystemTime",
    "Instant",
    "std::env",
    "std::fs",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "std::net",
    "std::process",
    "std::thread",
    "env!",
    "option_env!",
    "println!",
    "eprintln!",
    "dbg!",
];

/// Reports the impure names in the code of a crate. Tests are exempt.
pub(super) fn findings(workspace: &Workspace, package: &Package) -> Result<Vec<String>, TaskError> {
    let mut findings = Vec::new();
    for file in workspace.sources(&package.folder.join("src"))? {
        if !source::is_test_file(&file) {
            let text = workspace.read(&file)?;
            findings.extend(
                impure_names(&text)
                    .map(|(line, name)| format!("{file}:{line}: `{name}` is not allowed in a pure crate")),
            );
        }
    }
    Ok(findings)
}

fn impure_names(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    let code = source::code(text);
    let code = source::before_test_module(&code).to_owned();
    IMPURE_NAMES
        .iter()
        .flat_map(move |name| source::lines_with(&code, name).into_iter().map(move |line| (line, *name)))
}

#[cfg(test)]
mod tests {
    use super::impure_names;

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        impure_names(text).collect()
    }

    #[test]
    fn clocks_files_and_the_environment_are_reported() {
        assert_eq!(found("use std::time::{Duration, SystemTime};\n"), [(1, "SystemTime")]);
        assert_eq!(found("\nfn f() { std::fs::read(\"x\"); }\n"), [(2, "std::fs")]);
        assert_eq!(found("const HOME: &str = env!(\"HOME\");\n"), [(1, "env!")]);
    }

    #[test]
    fn comments_literals_and_tests_are_ignored() {
        assert_eq!(found("//! Reads no clock, no SystemTime.\nconst S: &str = \"std::env\";\n"), []);
        assert_eq!(found("fn f() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n"), []);
        assert_eq!(found("struct Instantaneous;\n"), []);
    }
}
