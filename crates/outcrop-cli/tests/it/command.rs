//! Running the command.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// The command, with an environment that has neither credentials nor a region.
pub(crate) fn outcrop(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_outcrop"));
    command.args(args).env_clear().env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", std::env::temp_dir());
    let kept = ["PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LLVM_PROFILE_FILE"];
    command.envs(kept.into_iter().filter_map(|name| std::env::var(name).ok().map(|value| (name, value))));
    command
}

/// What a run came to.
pub(crate) struct Outcome {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the command with this on standard input.
pub(crate) fn run_with_input(args: &[&str], input: &str) -> Outcome {
    let mut command = outcrop(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command can be started");
    // A command that has failed does not read what it is given.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    Outcome::of(child.wait_with_output().expect("the command ends"))
}

/// Runs the command without input.
pub(crate) fn run(args: &[&str]) -> Outcome {
    Outcome::of(outcrop(args).stdin(Stdio::null()).output().expect("the command can be run"))
}

impl Outcome {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("it prints text");
        Self {
            status: output.status.code().expect("it was not killed"),
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
        // Whether it is still there does not matter.
        let _ = std::fs::remove_file(&self.0);
    }
}
