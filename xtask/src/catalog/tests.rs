//! Tests of the generator: tables from data and rules, errors, prices.

use serde_json::json;

use super::data::CatalogData;
use super::generate_from;
use super::price::{Price, picodollars, with_separators};
use super::rules::{Rules, prefix_matches};

fn data(models: &str) -> Result<CatalogData, String> {
    CatalogData::parse(&format!(r#"{{"models": {{{models}}}}}"#))
}

fn rules(rules: &str) -> Result<Rules, String> {
    Rules::parse(&format!(r#"{{"rules": [{rules}]}}"#))
}

/// Generates the tables of models and of prices, without the source before them.
fn tables(models: &str, rule: &str) -> Result<(String, String), String> {
    let [table, prices, _] = generate_from(&data(models)?, &rules(rule)?)?.map(|file| file.text);
    let cut = |text: String, mark: &str| text.split_once(mark).map(|(_, rest)| rest.to_owned()).unwrap();
    Ok((cut(table, "Route { name, price }\n}\n\n"), cut(prices, "static PRICES: &[ModelPrice] = ")))
}

const NOVA: &str = r#""amazon.nova-x-v1:0": {"context": 1000, "aliases": ["amazon.nova-x"], "cache_min": 9,
    "flags": {"tools": true, "tool_choice": false, "prompt_caching": true, "vision": false, "documents": false},
    "usd_per_mtok": {"in_region": {"input": 1.5, "output": 2, "basis": "litellm"},
                     "us": {"input": 1.5, "output": 2, "basis": "agreed"}}}"#;

#[test]
fn data_and_rules_are_rendered_as_tables() {
    let rule = r#"{"models": ["amazon.nova"], "set": {"family": "Nova", "cache_ttl": "Unsupported", "reasoning": "Adaptive(UpToMax)"},
        "source": "a test", "as_of": "2026-11-21"}"#;
    let (table, prices) = tables(NOVA, rule).unwrap();
    let expected = "\
const C0: Capabilities = Capabilities { tools: Support::Yes, tool_choice: ToolChoices::AutoOnly, \
reasoning: Reasoning::Adaptive(EffortLevels::UpToMax), media: Media { image: MediaDelivery::Unsupported, video: MediaDelivery::Unsupported, ..Media::UNKNOWN }, \
caching: Caching::Points(CachePoints { min_tokens: Some(9), ttl: CacheTtls::Unsupported, ..CachePoints::UNKNOWN }), ..Capabilities::UNKNOWN };
const C1: Capabilities = Capabilities { reasoning: Reasoning::Adaptive(EffortLevels::UpToMax), ..Capabilities::UNKNOWN };

pub(in crate::catalog) static MODELS: &[Row] = &[
    Row { key: \"amazon.nova-x\", id: \"amazon.nova-x-v1:0\", info: info(ModelFamily::Nova, C0, Some(1_000), None, None, None), \
routes: &[route(\"in_region\", 0), route(\"us\", 0)] },
    Row { key: \"amazon.nova-x-v1:0\", id: \"amazon.nova-x-v1:0\", info: info(ModelFamily::Nova, C0, Some(1_000), None, None, None), \
routes: &[route(\"in_region\", 0), route(\"us\", 0)] },
];

pub(in crate::catalog) static PREFIXES: &[PrefixRow] = &[
    PrefixRow { prefix: \"amazon.nova\", info: info(ModelFamily::Nova, C1, None, None, None, None) },
];
";
    assert_eq!(table, expected);
    assert_eq!(prices, "&[\n    ModelPrice::new(uncached(1_500_000, 2_000_000)),\n];\n");
}

#[test]
fn later_rule_replaces_facts_of_earlier_rules() {
    let rule = |models: &str, set: &str| {
        format!(r#"{{"models": {models}, "set": {set}, "source": "s", "as_of": "d"}}"#)
    };
    let all = [
        rule(r#"["amazon.nova"]"#, r#"{"prefill": "Yes", "top_k": "TopK"}"#),
        rule(r#"["amazon.nova-x"]"#, r#"{"prefill": "No", "tools": "Unknown"}"#),
    ];
    let (table, _) = tables(NOVA, &all.join(",")).unwrap();
    let known = table.lines().next().unwrap();
    assert!(known.contains("prefill: Support::No") && known.contains("top_k: TopK::TopK"), "{known}");
    assert!(!known.contains("tools:"), "{known}");
    let line = table.lines().nth(1).unwrap();
    assert!(line.contains("prefill: Support::Yes"), "{line}");
}

#[test]
fn invalid_input_is_an_error_with_its_location() {
    let rule = |models: &str, set: &str| {
        format!(r#"{{"models": ["{models}"], "set": {set}, "source": "s", "as_of": "d"}}"#)
    };
    let nova = |set: &str| rule("amazon.nova", set);
    for (rules, reason) in [
        (rule("amazon.nowa", r#"{"prefill": "No"}"#), "the rule for amazon.nowa matches no model"),
        (nova(r#"{"prefil": "No"}"#), "rule 1: unknown column: prefil"),
        (nova(r#"{"cache_min": "9"}"#), "rule 1: `cache_min` must be a u32"),
        (nova(r#"{"prefill": true}"#), "rule 1: `prefill` must be a Support"),
        (
            nova(r#"{"prefill": "No; evil()"}"#),
            "amazon.nova-x-v1:0: `prefill` has an invalid value: No; evil()",
        ),
        (
            nova(r#"{"reasoning": "Adaptive(UpToMax"}"#),
            "amazon.nova-x-v1:0: `reasoning` has an invalid value: Adaptive(UpToMax",
        ),
        (
            r#"{"models": [], "set": {}, "source": "s", "as_of": "d"}"#.to_owned(),
            "rule 1: `models` is missing or empty",
        ),
        (r#"{"models": ["amazon"], "set": {}, "as_of": "d"}"#.to_owned(), "rule 1: `source` is missing"),
        (r#"{"models": ["amazon"], "set": {}, "source": "s"}"#.to_owned(), "rule 1: `as_of` is missing"),
    ] {
        assert_eq!(tables(NOVA, &rules).unwrap_err(), reason);
    }
    for (model, reason) in [
        (r#""m": {"usd_per_mtok": {}}"#, "m: `flags` is missing or not an object"),
        (r#""m": {"flags": {}}"#, "m: `usd_per_mtok` is missing or not an object"),
        (
            r#""m": {"flags": {}, "usd_per_mtok": {}, "context": "8k"}"#,
            "m: `context` is not a number of tokens",
        ),
        (
            r#""m": {"flags": {}, "usd_per_mtok": {"us": {"input": 1}}}"#,
            "m: price of us: `input` or `output` is missing",
        ),
        (
            r#""m": {"flags": {}, "usd_per_mtok": {"us": {"input": 1, "output": 1, "flex_input": 1}}}"#,
            "m: price of us: `flex_input` or `flex_output` is missing",
        ),
        (
            r#""m": {"flags": {}, "usd_per_mtok": {"us": {"input": 1, "output": 1, "fee": 1}}}"#,
            "m: price of us: unknown member: fee",
        ),
    ] {
        assert_eq!(data(model).err().as_deref(), Some(reason));
    }
    let twice =
        r#""a": {"flags": {}, "usd_per_mtok": {}, "aliases": ["b"]}, "b": {"flags": {}, "usd_per_mtok": {}}"#;
    assert_eq!(tables(twice, "").unwrap_err(), "two models have the id b");
}

#[test]
fn rule_beyond_the_data_adds_a_prefix() {
    let rule =
        r#"{"models": ["acme"], "beyond_data": true, "set": {"tools": "No"}, "source": "s", "as_of": "d"}"#;
    let (table, _) = tables(NOVA, rule).unwrap();
    assert!(table.contains(r#"PrefixRow { prefix: "acme""#), "{table}");
}

#[test]
fn price_with_all_members_is_rendered_completely() {
    let price = Price::parse(&json!({
        "input": 3.3, "output": 16.5, "cache_read": 0.33, "cache_write": 4.125, "cache_write_1h": 6.6,
        "batch_input": 1.65, "batch_output": 8.25, "basis": "agreed",
        "above": {"200000": {"input": 6.6, "output": 24.75}},
    }));
    let expected = "ModelPrice { long_prompt: above(200_000, uncached(6_600_000, 24_750_000)), batch: Some(uncached(1_650_000, 8_250_000)), \
        ..ModelPrice::new(TokenPrice { cache_read: cached(330_000), cache_write: cached(4_125_000), cache_write_1h: cached(6_600_000), \
        ..uncached(3_300_000, 16_500_000) }) }";
    assert_eq!(price.unwrap().0, expected);
}

#[test]
fn inexact_picodollars_are_an_error() {
    for (dollars, expected) in [
        (json!(0.00875), Some("8_750")),
        (json!(137.5), Some("137_500_000")),
        (json!(2), Some("2_000_000")),
        (json!(0), Some("0")),
        (json!(0.000_001), None),
        (json!(0.012_345_67), None),
        (json!(-1.5), None),
        (json!(5000), None),
        (json!("1"), None),
        (json!(null), None),
    ] {
        assert_eq!(picodollars(&dollars).ok().as_deref(), expected, "{dollars}");
    }
    assert_eq!([0, 999, 1_000, 12_345_678].map(with_separators), ["0", "999", "1_000", "12_345_678"]);
}

#[test]
fn prefix_matches_whole_parts_of_ids() {
    for (prefix, id, expected) in [
        ("anthropic.claude-opus-4", "anthropic.claude-opus-4", true),
        ("anthropic.claude-opus-4", "anthropic.claude-opus-4-5-20251101-v1:0", true),
        ("anthropic.claude-opus-4", "anthropic.claude-opus-41", false),
        ("anthropic", "anthropic.claude-v2", true),
        ("openai.gpt-6", "openai.gpt-6.1-sol", true),
        ("amazon.nova-lite-v1", "amazon.nova-lite-v1:0", true),
        ("amazon.nova-2", "amazon.nova-lite-v1:0", false),
    ] {
        assert_eq!(prefix_matches(prefix, id), expected, "{prefix} {id}");
    }
}
