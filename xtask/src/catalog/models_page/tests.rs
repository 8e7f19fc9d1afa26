//! Tests of the page.

use super::super::data::CatalogData;
use super::super::rules::Rules;
use super::render;

#[test]
fn models_with_the_same_facts_share_a_row() {
    let model = r#"{"flags": {}, "usd_per_mtok": {}}"#;
    let data = CatalogData::parse(&format!(
        r#"{{"models": {{"v.a-1": {model}, "v.a-2": {model}, "v.b": {model}}}}}"#
    ));
    let rules = Rules::parse(
        r#"{"rules": [
            {"models": ["v"], "set": {"family": "Vee", "image": "BytesOnly"}, "source": "s", "as_of": "2026-11-28"},
            {"models": ["v.b"], "set": {"reasoning": "Adaptive(UpToMax)", "tool_choice": "New"}, "source": "s", "as_of": "2026-11-28"}
        ]}"#,
    );
    let page = render(&data.unwrap(), &rules.unwrap());
    let table = page.split_once("\n## Vee\n\n").unwrap().1;
    let rows: Vec<&str> = table.lines().skip(2).collect();
    let expected = [
        "| `v.a-1` `v.a-2` | ? | ? | the output tool | ? | ? | image: bytes, not S3; document: ?; video: ?; audio: ? |",
        "| `v.b` | `thinking: {type: adaptive}` with `output_config.effort` (low, medium, high, xhigh, max); `none` becomes `thinking: {type: disabled}` | ? | the output tool | New | ? | image: bytes, not S3; document: ?; video: ?; audio: ? |",
    ];
    assert_eq!(rows, expected);
}
