//! Tests of regular expressions that are not accepted.

use super::{compiles_in_python, is_regular, without_foreign_patterns};
use crate::json_tree::JsonTree;
use outcrop_core::RawJson;

#[test]
fn expressions_of_other_languages_do_not_compile_in_python() {
    // Each was tried with Python 3.11.
    for pattern in [
        r"^[a-z]+$",
        r"^(?!__.*__$)[^/]{1,200}$",
        r"(?<=a)b(?<!c)d",
        r"(?P<x>a)(?P=x)",
        r"\Aa\Z",
        r"(?i)abc",
        r"a++b*?",
        r"[]a]",
        r"[^]a]",
        r"\d\s\w\.\-\/\x41\u0041",
        r"(?:a|b)+",
        r"a{2,3}",
        r"\\p{Cc}",
        "",
    ] {
        assert!(compiles_in_python(pattern), "{pattern}");
    }
    for pattern in [
        r"^(?!__.*__$)[^\p{Cc}\p{Cf}]{1,200}$",
        r"\p{L}",
        r"(?<year>\d{4})",
        r"\u{1F600}",
        r"\ca",
        r"\k<x>",
        r"[a-z",
        r"(a",
        r"a)",
        r"*.txt",
        r"a|*b",
        r"a\",
    ] {
        assert!(!compiles_in_python(pattern), "{pattern}");
    }
}

#[test]
fn lookarounds_references_and_boundaries_are_not_regular() {
    for pattern in [r"^[a-z\b]+$", r"(?:a)", r"(?<n>a)", r"\d{3}", r"\p{L}", r"[(?=]"] {
        assert!(is_regular(pattern), "{pattern}");
    }
    for pattern in
        [r"(?=a)", r"(?!a)", r"(?<=a)", r"(?<!a)", r"(a)\1", r"\bword\b", r"(?i)a", r"(?P<x>a)", "[a"]
    {
        assert!(!is_regular(pattern), "{pattern}");
    }
}

#[test]
fn foreign_patterns_move_to_descriptions() {
    let schema = r#"{"type":"object","properties":{"pattern":{"type":"string","pattern":"\\p{L}","description":"d"},"ok":{"type":"string","pattern":"^a$"},"list":{"type":"array","items":{"pattern":"(?<n>a)"}}},"patternProperties":{"\\p{L}":{"type":"string"},"^x":{"type":"string"}},"default":{"pattern":"\\p{L}"}}"#;
    let tree = JsonTree::parse(&RawJson::parse(schema).unwrap()).unwrap();
    let without = without_foreign_patterns(&tree).unwrap();
    assert_eq!(
        without.described,
        ["properties.pattern.pattern", "properties.list.items.pattern", r"patternProperties.\p{L}"]
    );
    assert_eq!(
        without.schema.to_json().as_str(),
        r#"{"type":"object","properties":{"pattern":{"type":"string","description":"d (pattern: \"\\\\p{L}\")"},"ok":{"type":"string","pattern":"^a$"},"list":{"type":"array","items":{"description":"pattern: \"(?<n>a)\""}}},"patternProperties":{"^x":{"type":"string"}},"default":{"pattern":"\\p{L}"},"description":"patternProperties: \"\\\\p{L}\""}"#
    );
    assert!(without_foreign_patterns(&without.schema).is_none());
}
