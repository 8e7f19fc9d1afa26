//! What counts as a marked command.

use super::commands;

#[test]
fn the_block_below_the_mark_is_the_command() {
    let readme = "# Title\n\n```sh\ncargo doc\n```\n\n<!-- test command -->\n```sh\ncargo test --workspace\ntrue\n```\nEnd.\n";
    assert_eq!(commands(readme, "test"), Ok("cargo test --workspace\ntrue".to_owned()));
}

#[test]
fn a_readme_without_the_command_is_told_what_is_missing() {
    for (readme, reason) in [
        ("```sh\ncargo test\n```\n", "has no line <!-- test command -->"),
        ("<!-- build command -->\n```sh\ncargo test\n```\n", "has no line <!-- test command -->"),
        ("<!-- test command -->\n\n```sh\ncargo test\n```\n", "must open a block"),
        ("<!-- test command -->\n```rust\ncargo test\n```\n", "must open a block"),
        ("<!-- test command -->\n", "must open a block"),
        ("<!-- test command -->\n```sh\n\n```\n", "is empty"),
        ("<!-- test command -->\n```sh\ncargo test\n", "is never closed"),
    ] {
        let error = commands(readme, "test").unwrap_err();
        assert!(error.contains(reason), "{readme:?}: {error}");
    }
}
