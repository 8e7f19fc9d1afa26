//! The rules, tried on texts.

use super::{Finding, is_test, layout, length, rust, text};

/// The numbers of the lines on which something is found.
fn lines(findings: &[Finding]) -> Vec<usize> {
    findings.iter().map(|finding| finding.line).collect()
}

#[test]
fn a_source_begins_by_saying_what_it_is() {
    for good in ["//! A thing.\nfn a() {}\n", "#![doc = include_str!(\"../README.md\")]\n"] {
        assert_eq!(rust::findings("crates/a/src/a.rs", good), []);
    }
    for bad in ["fn a() {}\n", "\n//! Late.\n", "// No documentation.\n", ""] {
        assert_eq!(lines(&rust::findings("crates/a/src/a.rs", bad)), [1], "{bad:?}");
    }
}

#[test]
fn a_source_has_six_hundred_lines_at_most() {
    let of = |count: usize| format!("//! Long.\n{}", "\n".repeat(count - 1));
    assert_eq!(rust::findings("crates/a/src/a.rs", &of(600)), []);
    assert_eq!(lines(&rust::findings("crates/a/src/tests.rs", &of(601))), [601]);
}

#[test]
fn what_no_code_has_is_found_in_tests_too() {
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
fn what_is_unfinished_is_left_to_tests() {
    for line in ["todo!()", "unimplemented!(\"later\")", "dbg!(a)", "// FIXME: b", "a(); // XXX"] {
        let source = format!("//! A.\n\nfn a() {{\n    {line}\n}}\n");
        assert_eq!(lines(&rust::findings("crates/a/src/a.rs", &source)), [4], "{line}");
        assert_eq!(rust::findings("crates/a/src/a/tests.rs", &source), [], "{line}");
        let inner = format!("//! A.\n\n#[cfg(test)]\nmod tests {{\n    {line}\n}}\n");
        assert_eq!(rust::findings("crates/a/src/a.rs", &inner), [], "{line}");
    }
    assert_eq!(
        rust::findings("crates/a/src/a.rs", "//! A.\n// A todo! is not one in a comment, nor XXXL.\n"),
        []
    );
}

#[test]
fn white_space_is_where_it_is_seen() {
    assert_eq!(lines(&text::findings("a.rs", "a\n\tb\nc \nd\r\n")), [2, 3]);
    assert_eq!(text::findings("a.json", "a\n\tb\nc \n"), []);
}

#[test]
fn paths_of_one_machine_are_found_where_they_begin() {
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
fn words_are_found_in_any_case() {
    for word in text::WORDS {
        let registry = format!("a\nregistry = \"https://{}.example.com\"\n", word.to_uppercase());
        assert_eq!(lines(&text::findings("a.toml", &registry)), [2]);
    }
}

#[test]
fn a_crate_is_judged_by_its_median_file_without_tests() {
    let mut lengths = length::Lengths::default();
    for (file, count) in [
        ("crates/a/src/lib.rs", 10),
        ("crates/a/src/b.rs", 200),
        ("crates/a/src/c.rs", 400),
        ("crates/a/src/b/tests.rs", 1),
        ("crates/a/examples/d.rs", 1),
        ("xtask/src/main.rs", 179),
    ] {
        lengths.add(file, &"\n".repeat(count));
    }
    let (too_long, medians) = lengths.judged();
    assert_eq!(too_long, ["crates/a: the median file has 200 lines, not under 180"]);
    assert_eq!(medians, "median lines a file: crates/a 200, xtask 179");
}

#[test]
fn crates_come_from_one_registry() {
    let lock = "[[package]]\nname = \"a\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
                [[package]]\nname = \"b\"\nsource = \"registry+https://crates.example.com/index\"\n";
    assert_eq!(lines(&layout::foreign_sources(lock)), [6]);
}

#[test]
fn files_of_tests_are_known_by_where_they_lie() {
    for (file, expected) in [
        ("crates/a/src/b/tests.rs", true),
        ("crates/a/src/b/tests/c.rs", true),
        ("crates/a/tests/b.rs", true),
        ("tests/src/lib.rs", true),
        ("crates/a/benches/b.rs", true),
        ("crates/a/src/testing.rs", false),
        ("crates/a/src/lib.rs", false),
    ] {
        assert_eq!(is_test(file), expected, "{file}");
    }
}
