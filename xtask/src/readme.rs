//! The commands of the README, so that what it promises and what is run cannot drift apart.

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use crate::Fault;
use crate::workspace::Workspace;

/// Prints the commands under a mark of the README.
pub(crate) fn print(mark: &str) -> Result<ExitCode, Fault> {
    let workspace = Workspace::load()?;
    let readme = std::fs::read_to_string(workspace.root.join("README.md"))
        .map_err(|error| format!("README.md cannot be read: {error}"))?;
    println!("{}", commands(&readme, mark)?);
    Ok(ExitCode::SUCCESS)
}

/// The lines of the `sh` block right below the comment `<!-- MARK command -->`.
fn commands(readme: &str, mark: &str) -> Result<String, String> {
    let comment = format!("<!-- {mark} command -->");
    let mut lines = readme.lines().skip_while(|line| line.trim() != comment);
    if lines.next().is_none() {
        return Err(format!(
            "README.md has no line {comment}: put it right above the block with the command"
        ));
    }
    if lines.next().map(str::trim_end) != Some("```sh") {
        return Err(format!("README.md: the line below {comment} must open a block with ```sh"));
    }
    let mut block = Vec::new();
    for line in lines {
        if line.trim_end() == "```" {
            let commands = block.join("\n");
            let empty = commands.trim().is_empty();
            return if empty {
                Err(format!("README.md: the block below {comment} is empty"))
            } else {
                Ok(commands)
            };
        }
        block.push(line);
    }
    Err(format!("README.md: the block below {comment} is never closed"))
}
