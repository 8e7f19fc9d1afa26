//! The commands of README.md, printed so that the CI runs exactly the documented ones.

use std::process::ExitCode;

use crate::error::TaskError;
use crate::workspace::Workspace;

/// Prints the commands below a mark of README.md.
pub(crate) fn print(mark: &str) -> Result<ExitCode, TaskError> {
    let readme = Workspace::load()?.read("README.md")?;
    println!("{}", commands(&readme, mark)?);
    Ok(ExitCode::SUCCESS)
}

/// Returns the lines of the `sh` block directly below the comment `<!-- MARK command -->`.
fn commands(readme: &str, mark: &str) -> Result<String, String> {
    let comment = format!("<!-- {mark} command -->");
    let mut lines = readme.lines().skip_while(|line| line.trim() != comment);
    if lines.next().is_none() {
        return Err(format!(
            "README.md has no line {comment}: add it directly above the block with the command"
        ));
    }
    if lines.next().map(str::trim_end) != Some("```sh") {
        return Err(format!("README.md: the line below {comment} must open a block with ```sh"));
    }
    let mut block = Vec::new();
    for line in lines {
        if line.trim_end() == "```" {
            let commands = block.join("\n");
            // An empty command would pass in every shell, and the CI would test nothing.
            return if commands.trim().is_empty() {
                Err(format!("README.md: the block below {comment} is empty"))
            } else {
                Ok(commands)
            };
        }
        block.push(line);
    }
    Err(format!("README.md: the block below {comment} is not closed"))
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn marked_block_is_returned() {
        let readme = "# Title\n\n```sh\ncargo doc\n```\n\n<!-- test command -->\n```sh\ncargo test --workspace\ntrue\n```\nEnd.\n";
        assert_eq!(commands(readme, "test"), Ok("cargo test --workspace\ntrue".to_owned()));
    }

    #[test]
    fn missing_or_malformed_block_is_an_error_with_the_reason() {
        for (readme, reason) in [
            ("```sh\ncargo test\n```\n", "has no line <!-- test command -->"),
            ("<!-- build command -->\n```sh\ncargo test\n```\n", "has no line <!-- test command -->"),
            ("<!-- test command -->\n\n```sh\ncargo test\n```\n", "must open a block"),
            ("<!-- test command -->\n```rust\ncargo test\n```\n", "must open a block"),
            ("<!-- test command -->\n", "must open a block"),
            ("<!-- test command -->\n```sh\n\n```\n", "is empty"),
            ("<!-- test command -->\n```sh\ncargo test\n", "is not closed"),
        ] {
            let error = commands(readme, "test").unwrap_err();
            assert!(error.contains(reason), "{readme:?}: {error}");
        }
    }
}
