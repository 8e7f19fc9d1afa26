//! What the pure crates' own code must not touch: clocks, the environment, files, the network, tasks.

use crate::Fault;
use crate::ci::source;
use crate::workspace::{Package, Workspace};

/// Names of the standard library that lead out of a program.
const SURROUNDINGS: &[&str] = &[
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

/// The places where a crate's code, its tests aside, touches what is around it.
pub(super) fn touched(workspace: &Workspace, package: &Package) -> Result<Vec<String>, Fault> {
    let mut findings = Vec::new();
    for file in workspace.sources(&package.folder.join("src"))? {
        let is_test = file.ends_with("/tests.rs") || file.contains("/tests/");
        if !is_test {
            let text = std::fs::read_to_string(workspace.root.join(&file))?;
            findings.extend(
                names(&text).map(|(line, name)| format!("{file}:{line}: {name} leads out of a pure crate")),
            );
        }
    }
    Ok(findings)
}

fn names(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    let code = source::code(text);
    let code = source::without_tests(&code).to_owned();
    SURROUNDINGS
        .iter()
        .flat_map(move |name| source::lines_with(&code, name).into_iter().map(move |line| (line, *name)))
}

#[cfg(test)]
mod tests {
    use super::names;

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        names(text).collect()
    }

    #[test]
    fn clocks_files_and_the_environment_are_found() {
        assert_eq!(found("use std::time::{Duration, SystemTime};\n"), [(1, "SystemTime")]);
        assert_eq!(found("\nfn f() { std::fs::read(\"x\"); }\n"), [(2, "std::fs")]);
        assert_eq!(found("const HOME: &str = env!(\"HOME\");\n"), [(1, "env!")]);
    }

    #[test]
    fn words_about_them_and_tests_are_let_be() {
        assert_eq!(found("//! Reads no clock, no SystemTime.\nconst S: &str = \"std::env\";\n"), []);
        assert_eq!(found("fn f() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n"), []);
        assert_eq!(found("struct Instantaneous;\n"), []);
    }
}
