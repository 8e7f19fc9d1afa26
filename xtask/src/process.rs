//! Child processes: cargo and other programs, run at the root of the workspace.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::TaskError;

/// Builds a command of the cargo that runs this task.
pub(crate) fn cargo<'a>(root: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    command(root, program, arguments)
}

/// Builds a command of any program, without the variables that cargo set for this package.
pub(crate) fn command<'a>(
    root: &Path,
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root).args(arguments);
    // `cargo run` sets `CARGO_PKG_*` and `CARGO_MANIFEST_*` for xtask. Build scripts that watch these variables would
    // run again for each command, and every crate above them would be rebuilt.
    // See https://doc.rust-lang.org/cargo/reference/environment-variables.html.
    for (name, _) in std::env::vars_os() {
        let is_package_variable = name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
        if is_package_variable {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command with inherited output and returns whether it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> Result<bool, TaskError> {
    let status = command.stdin(Stdio::null()).status();
    Ok(status.map_err(|error| format!("`{}` could not be started: {error}", display(command)))?.success())
}

/// Runs a command and returns its standard output. An unsuccessful exit is an error with the standard error output.
pub(crate) fn output(command: &mut Command) -> Result<String, TaskError> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("`{}` could not be started: {error}", display(command)))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{}` failed: {}", display(command), stderr.trim()).into());
    }
    String::from_utf8(output.stdout)
        .map_err(|_| format!("`{}` printed invalid UTF-8", display(command)).into())
}

/// Returns the command as it is typed in a shell, without quoting.
pub(crate) fn display(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let parts = std::iter::once(program).chain(command.get_args());
    parts.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
