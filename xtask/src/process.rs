//! Commands: cargo's above all, run at the root of the workspace.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::Fault;

/// A call of the cargo that runs this task.
///
/// The variables that `cargo run` sets for this package are taken out: build scripts that watch them would run again
/// for each call, and everything above them would be built again.
pub(crate) fn cargo<'a>(root: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    command(root, program, arguments)
}

/// A call of another program, with the same environment.
pub(crate) fn command<'a>(
    root: &Path,
    program: impl AsRef<std::ffi::OsStr>,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root).args(arguments);
    for (name, _) in std::env::vars_os() {
        let of_this_package = name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
        if of_this_package {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command whose output is shown as it comes; whether it ended well.
pub(crate) fn succeeds(command: &mut Command) -> Result<bool, Fault> {
    let status = command.stdin(Stdio::null()).status();
    Ok(status.map_err(|error| format!("`{}` could not be started: {error}", shown(command)))?.success())
}

/// What a command prints. A command that ends badly is an error with what it said.
pub(crate) fn read(command: &mut Command) -> Result<String, Fault> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("`{}` could not be started: {error}", shown(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{}` failed: {}", shown(command), said.trim()).into());
    }
    String::from_utf8(output.stdout)
        .map_err(|_| format!("`{}` printed what is no UTF-8", shown(command)).into())
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
