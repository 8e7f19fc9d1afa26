//! Runs the command.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// Builds the command with an environment that has neither credentials nor a region.
pub(crate) fn outcrop(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_outcrop"));
    command.args(args).env_clear().env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", std::env::temp_dir());
    let kept = ["PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LLVM_PROFILE_FILE"];
    command.envs(kept.into_iter().filter_map(|name| std::env::var(name).ok().map(|value| (name, value))));
    command
}

/// The outcome of a run.
pub(crate) struct Outcome {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the command with an input.
pub(crate) fn run_with_input(args: &[&str], input: &str) -> Outcome {
    let mut command = outcrop(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    // A command that fails may exit before it reads its input.
    let _ = child.stdin.take().expect("stdin is piped").write_all(input.as_bytes());
    Outcome::new(child.wait_with_output().expect("the command ends"))
}

/// Runs the command without input.
pub(crate) fn run(args: &[&str]) -> Outcome {
    Outcome::new(outcrop(args).stdin(Stdio::null()).output().expect("the command runs"))
}

impl Outcome {
    pub(crate) fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
        Self {
            status: output.status.code().expect("the command was not killed"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// A file that is removed when the test is over.
pub(crate) struct File(std::path::PathBuf);

impl File {
    pub(crate) fn new(name: &str, content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("outcrop-cli-{}-{name}", std::process::id()));
        std::fs::write(&path, content).expect("the file can be written");
        Self(path)
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().expect("the path is text")
    }

    pub(crate) fn read(&self) -> String {
        std::fs::read_to_string(&self.0).expect("the file can be read")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // The test may have removed it.
        let _ = std::fs::remove_file(&self.0);
    }
}
