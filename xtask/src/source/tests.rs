//! Tests of the lexer.

use super::{before_test_module, code, is_test_file, lines_with};

#[test]
fn comments_and_literals_are_blanked() {
    for (source, left) in [
        ("let a = 1; // let b\nlet c", "let a = 1;         \nlet c"),
        ("a /* b /* c */ d */ e", "a                   e"),
        ("a /* b\n c */ d", "a     \n      d"),
        ("f(\"x // y\", z)", "f(        , z)"),
        ("f(\"x \\\" y\", z)", "f(        , z)"),
        ("f(\"\\\\\", z)", "f(    , z)"),
        ("f(r\"x\\\", z)", "f(     , z)"),
        ("f(r#\"x \" y\"#, z)", "f(          , z)"),
        ("f(br##\"x \"# y\"##, z)", "f(              , z)"),
        ("for\"x\"", "for   "),
        ("r#type", "r#type"),
        ("('\"', 'a', '\\'', '\\u{41}')", "(   ,    ,     ,         )"),
        ("&'a str, 'static", "&'a str, 'static"),
        ("\"never closed", "             "),
        ("/* never closed", "               "),
        ("'ä' ä", "    ä"),
    ] {
        assert_eq!(code(source), left, "{source}");
    }
}

#[test]
fn inline_test_module_is_cut_off() {
    let source = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
    assert_eq!(before_test_module(source), "fn a() {}\n\n");
    let in_file = "#[cfg(test)]\nmod tests;\n\nfn a() {}\n";
    assert_eq!(before_test_module(in_file), in_file);
}

#[test]
fn parts_of_identifiers_do_not_match() {
    assert_eq!(lines_with("a HashMap\nMyHashMap\nHashMap::new()\nHashMaps", "HashMap"), [1, 3]);
    assert_eq!(lines_with("mac!()\nno_mac!()\nmac !()", "mac!"), [1]);
    assert_eq!(lines_with("#[name]\n#[name = x]", "#[name"), [1, 2]);
}

#[test]
fn test_files_are_recognized_by_path() {
    for (file, expected) in [
        ("crates/a/src/b/tests.rs", true),
        ("crates/a/src/b/tests/c.rs", true),
        ("crates/a/tests/b.rs", true),
        ("tests/src/lib.rs", true),
        ("crates/a/benches/b.rs", true),
        ("crates/a/src/testing.rs", false),
        ("crates/a/src/lib.rs", false),
    ] {
        assert_eq!(is_test_file(file), expected, "{file}");
    }
}
