//! The programs of docs/emulator.md, which run if their language is installed.

use std::path::Path;
use std::process::{Command, Output};

use crate::command::File;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/emulator.md");

/// Returns the only program of the document in a language. `None` in a published package, which has no documents.
fn program(language: &str) -> Option<String> {
    let Ok(document) = std::fs::read_to_string(DOCUMENT) else {
        println!("skipped: docs/emulator.md is not in the package");
        return None;
    };
    let fence = format!("```{language}\n");
    let mut blocks = document.split(&fence).skip(1);
    let block = blocks.next().and_then(|rest| rest.split("\n```").next()).expect("a block of code");
    assert_eq!(blocks.next(), None, "another program would not be tested");
    Some(block.to_owned())
}

/// Runs a program that finds the command `outcrop` in its path.
fn run(program: &str, args: &[&str]) -> std::io::Result<Output> {
    let folder = Path::new(env!("CARGO_BIN_EXE_outcrop")).parent().expect("the command is in a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(path).expect("no separator in the folders");
    Command::new(program).args(args).env("PATH", path).output()
}

fn is_installed(program: &str, args: &[&str]) -> bool {
    run(program, args).is_ok_and(|output| output.status.success())
}

#[test]
fn python_program_passes() {
    if !is_installed("python3", &["-c", "import boto3, pytest"]) {
        println!("skipped: python3 with boto3 and pytest is not installed");
        return;
    }
    let Some(program) = program("python") else { return };
    let file = File::new("test_emulator.py", program.as_bytes());
    let output = run("python3", &["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", file.path()])
        .expect("python3 runs");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && shown.contains("1 passed"), "{shown}");
}

#[test]
fn node_program_passes() {
    if !is_installed("node", &["-e", "fetch"]) {
        println!("skipped: node is not installed");
        return;
    }
    let Some(program) = program("js") else { return };
    let file = File::new("emulator.mjs", program.as_bytes());
    let output = run("node", &[file.path()]).expect("node runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
