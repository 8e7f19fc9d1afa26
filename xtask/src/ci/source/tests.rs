//! What is code, and what only looks like it.

use super::{code, lines_with, without_tests};

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
fn the_module_of_tests_is_cut_off() {
    let source = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
    assert_eq!(without_tests(source), "fn a() {}\n\n");
    let elsewhere = "#[cfg(test)]\nmod tests;\n\nfn a() {}\n";
    assert_eq!(without_tests(elsewhere), elsewhere);
}

#[test]
fn words_are_found_whole() {
    assert_eq!(lines_with("a HashMap\nMyHashMap\nHashMap::new()\nHashMaps", "HashMap"), [1, 3]);
    assert_eq!(lines_with("mac!()\nno_mac!()\nmac !()", "mac!"), [1]);
    assert_eq!(lines_with("#[name]\n#[name = x]", "#[name"), [1, 2]);
}
