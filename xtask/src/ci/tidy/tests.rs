//! Tests of the rules.

use super::{Finding, layout, length, links, rust, text};

/// Returns the lines of the findings.
fn lines(findings: &[Finding]) -> Vec<usize> {
    findings.iter().map(|finding| finding.line).collect()
}

#[test]
fn source_without_module_docs_is_reported() {
    for good in ["//! A thing.\nfn a() {}\n", "#![doc = include_str!(\"../README.md\")]\n"] {
        assert_eq!(rust::findings("crates/a/src/a.rs", good), []);
    }
    for bad in ["fn a() {}\n", "\n//! Late.\n", "// No documentation.\n", ""] {
        assert_eq!(lines(&rust::findings("crates/a/src/a.rs", bad)), [1], "{bad:?}");
    }
}

#[test]
fn source_over_600_lines_is_reported() {
    let mut lengths = length::Lengths::default();
    assert_eq!(lengths.add("crates/a/src/a.rs", &"\n".repeat(600)), None);
    let finding = lengths.add("crates/a/src/tests.rs", &"\n".repeat(601));
    assert_eq!(finding.map(|finding| finding.line), Some(601));
}

#[test]
fn forbidden_code_is_reported_in_tests_too() {
    for line in [
        "#[ignore]",
        "#[ignore = \"slow\"]",
        "#[allow(dead_code)]",
        "use std::collections::HashMap;",
        "HashSet::new()",
    ] {
        for file in ["crates/a/src/a.rs", "crates/a/src/a/tests.rs", "tests/tests/a.rs"] {
            let found = rust::findings(file, &format!("//! A.\n\n{line}\n"));
            assert_eq!(lines(&found), [3], "{file}: {line}");
        }
        let quoted = format!("//! A.\n/// Not `{line}`.\nconst A: &str = r#\"{line}\"#;\n");
        assert_eq!(rust::findings("crates/a/src/a.rs", &quoted), []);
    }
}

#[test]
fn unfinished_code_is_reported_outside_of_tests() {
    for line in ["todo!()", "unimplemented!(\"later\")", "dbg!(a)", "// FIXME: b", "a(); // XXX"] {
        let source = format!("//! A.\n\nfn a() {{\n    {line}\n}}\n");
        assert_eq!(lines(&rust::findings("crates/a/src/a.rs", &source)), [4], "{line}");
        assert_eq!(rust::findings("crates/a/src/a/tests.rs", &source), [], "{line}");
        let inner = format!("//! A.\n\n#[cfg(test)]\nmod tests {{\n    {line}\n}}\n");
        assert_eq!(rust::findings("crates/a/src/a.rs", &inner), [], "{line}");
    }
    assert_eq!(
        rust::findings(
            "crates/a/src/a.rs",
            "//! A.\n// A todo! in a comment is not code, and XXXL is not a mark.\n"
        ),
        []
    );
}

#[test]
fn tabs_and_trailing_spaces_are_reported() {
    assert_eq!(lines(&text::findings("a.rs", "a\n\tb\nc \nd\r\n")), [2, 3]);
    assert_eq!(text::findings("a.json", "a\n\tb\nc \n"), []);
}

#[test]
fn absolute_paths_of_one_machine_are_reported() {
    for path in text::PATHS {
        for bad in
            [format!("{path}.aws"), format!("see {path}me"), format!("a={path}"), format!("file://{path}a")]
        {
            assert_eq!(lines(&text::findings("a.txt", &bad)), [1], "{bad}");
        }
        for good in [
            format!("https://example.com{path}a"),
            format!("..{path}a"),
            format!("~{path}"),
            format!("{{a}}{path}"),
        ] {
            assert_eq!(text::findings("a.txt", &good), [], "{good}");
        }
    }
    assert_eq!(text::findings("a.txt", "~/.aws/config, /workspace, /tmp/a"), []);
}

#[test]
fn private_hosts_are_reported_in_any_case() {
    for host in text::PRIVATE_HOSTS {
        let registry = format!("a\nregistry = \"https://{}.example.com\"\n", host.to_uppercase());
        assert_eq!(lines(&text::findings("a.toml", &registry)), [2]);
    }
}

#[test]
fn median_of_a_crate_ignores_tests() {
    let mut lengths = length::Lengths::default();
    for (file, count) in [
        ("crates/a/src/lib.rs", 10),
        ("crates/a/src/b.rs", 201),
        ("crates/a/src/c.rs", 400),
        ("crates/a/src/b/tests.rs", 1),
        ("crates/a/examples/d.rs", 1),
        ("xtask/src/main.rs", 179),
    ] {
        assert_eq!(lengths.add(file, &"\n".repeat(count)), None);
    }
    let (too_long, medians) = lengths.medians();
    assert_eq!(too_long, ["crates/a: the median file has 201 lines; the maximum is 200"]);
    assert_eq!(medians, "median lines per file: crates/a 201, xtask 179");
}

#[test]
fn sources_other_than_crates_io_are_reported() {
    let lock = "[[package]]\nname = \"a\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
                [[package]]\nname = \"b\"\nsource = \"registry+https://crates.example.com/index\"\n";
    assert_eq!(lines(&layout::foreign_sources(lock)), [6]);
}

#[test]
fn manifest_without_the_flags_of_docs_rs_is_reported() {
    let flags = "[package.metadata.docs.rs]\nall-features = true\nrustdoc-args = [\"--cfg\", \"docsrs\"]\n";
    let manifest = |flags: &str| format!("[package]\nname = \"a\"\n\n{flags}\n[lints]\nworkspace = true\n");
    assert_eq!(layout::missing_docs_flags(&manifest(flags)), None);
    let without_cfg = flags.lines().take(2).collect::<Vec<_>>().join("\n");
    for bad in [manifest(""), manifest(&without_cfg), manifest("") + "all-features = true\n"] {
        assert!(layout::missing_docs_flags(&bad).is_some(), "{bad}");
    }
}

/// Returns the reasons of the findings about links and paths, in a repository with a few files.
fn link_findings(file: &str, text: &str) -> Vec<String> {
    let files = ["README.md", "docs/a.md", "docs/b/c.md", "crates/a/README.md", "crates/a/src/b/c.rs"];
    let mut targets = links::Targets::new(&files.map(str::to_owned));
    targets.add_anchors("docs/a.md", "# The `a` & more\n```sh\n# A comment\n```\n");
    targets.findings(file, text).into_iter().map(|finding| finding.reason).collect()
}

#[test]
fn link_to_a_missing_file_or_heading_is_reported() {
    for good in [
        "[a](docs/a.md), [b](docs/b), [c](./docs/b/../a.md#the-a--more)",
        "[`a`](docs/a.md) and [rust](https://www.rust-lang.org/x.md) and [mail](mailto:a@example.com)",
        "`[not a link](nowhere.x)`",
        "```\n[not a link](nowhere.x)\n```",
    ] {
        assert_eq!(link_findings("README.md", good), [""; 0], "{good}");
    }
    assert_eq!(link_findings("docs/b/c.md", "[a](../a.md) [root](../../README.md) [self](c.md)"), [""; 0]);
    for (bad, reason) in [
        ("[a](docs/d.md)", "the link `docs/d.md` leads nowhere: there is no such file"),
        ("[`a`](../a.md)", "the link `../a.md` leads nowhere: there is no such file"),
        ("[a](docs/a.md#b)", "the link `docs/a.md#b` leads nowhere: there is no such heading"),
        (
            "[a](docs/a.md#a-comment)",
            "the link `docs/a.md#a-comment` leads nowhere: there is no such heading",
        ),
    ] {
        assert_eq!(link_findings("README.md", bad), [reason]);
    }
    assert_eq!(
        link_findings("docs/a.md", "[a](#the-a--more) [b](#b)"),
        ["the link `#b` leads nowhere: there is no such heading"]
    );
}

#[test]
fn page_without_a_link_in_the_readme_is_reported() {
    let files = ["docs/a.md", "docs/b.md", "docs/b/c.md"].map(str::to_owned);
    let readme = "[a](docs/a.md), docs/b.md";
    assert_eq!(links::unlinked_pages(&files, readme), ["README.md has no link to docs/b.md"]);
}

#[test]
fn path_in_code_of_a_document_that_does_not_exist_is_reported() {
    for good in [
        "`crates/a/src/b`, `crates/a/src/b/c.rs` and `b/c.rs`",
        "docs/d.md is not code",
        "`crates/*/README.md`, `docs/<name>.md`, `a/b`, `c.json`",
        "```sh\ncat docs/a.md\n```",
    ] {
        assert_eq!(link_findings("README.md", good), [""; 0], "{good}");
    }
    for (bad, path) in [
        ("`crates/b`", "crates/b"),
        ("see `crates/a/src/c.rs`.", "crates/a/src/c.rs"),
        ("`a/c.rs`", "a/c.rs"),
        ("run `cat docs/d.md`", "docs/d.md"),
        ("```sh\ncat docs/d.md\n```", "docs/d.md"),
    ] {
        assert_eq!(link_findings("README.md", bad), [format!("`{path}` does not exist")], "{bad}");
    }
}

#[test]
fn path_in_a_comment_of_a_source_that_does_not_exist_is_reported() {
    let source = "//! See docs/a.md.\n// See docs/d.md, and docs/b/*.md.\nconst A: &str = \"docs/d.md\";\n";
    assert_eq!(link_findings("crates/a/src/b/c.rs", source), ["`docs/d.md` does not exist"]);
}
