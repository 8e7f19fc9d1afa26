//! Costs, computed by hand.

use super::{LongPrompt, ModelPrice, TokenPrice, TokenRate};
use crate::catalog::Catalog;
use crate::wire::{ServiceTierType, TokenUsage};

fn usage(json: &str) -> TokenUsage {
    serde_json::from_str(json).unwrap()
}

/// Returns the price of Claude Sonnet 4.5 in Europe: 3.3 and 16.5 dollars, and 2 and 1.5 times that for long prompts.
fn sonnet() -> ModelPrice {
    *Catalog::builtin().price("eu.anthropic.claude-sonnet-4-5-20250929-v1:0").unwrap()
}

#[test]
fn each_kind_of_token_has_its_own_price() {
    // L68, L71, M41, M42
    for (json, expected) in [
        ("{}", Some(0.0)),
        (r#"{"inputTokens":1000}"#, Some(0.0033)),
        (r#"{"outputTokens":1000}"#, Some(0.0165)),
        (r#"{"inputTokens":0,"outputTokens":0,"cacheReadInputTokens":10000}"#, Some(0.0033)),
        (r#"{"cacheWriteInputTokens":1000}"#, Some(0.004_125)),
        (
            r#"{"cacheWriteInputTokens":1000,"cacheDetails":[{"ttl":"5m","inputTokens":1000}]}"#,
            Some(0.004_125),
        ),
        (r#"{"cacheWriteInputTokens":1000,"cacheDetails":[{"ttl":"1h","inputTokens":1000}]}"#, Some(0.0066)),
        (
            r#"{"cacheWriteInputTokens":1000,"cacheDetails":[{"ttl":"1h","inputTokens":400},{"ttl":"5m","inputTokens":600}]}"#,
            Some(0.000_6 * 4.125 + 0.000_4 * 6.6),
        ),
        (
            r#"{"inputTokens":18,"outputTokens":100,"cacheReadInputTokens":7502}"#,
            Some(0.000_059_4 + 0.001_65 + 0.002_475_66),
        ),
    ] {
        let cost = sonnet().cost(&usage(json), None);
        assert_eq!(cost.is_some(), expected.is_some(), "{json}");
        let error = cost.zip(expected).map_or(0.0, |(cost, expected)| (cost - expected).abs());
        assert!(error < 1e-15, "{json}: {cost:?}");
    }
}

#[test]
fn each_part_of_a_price_has_a_setter() {
    let rate = TokenRate::from_picodollars;
    let cached = TokenPrice::new(rate(1), rate(2))
        .with_cache_read(rate(3))
        .with_cache_write(rate(4))
        .with_cache_write_1h(rate(5));
    let expected = TokenPrice {
        input: rate(1),
        output: rate(2),
        cache_read: Some(rate(3)),
        cache_write: Some(rate(4)),
        cache_write_1h: Some(rate(5)),
    };
    assert_eq!(cached, expected);
    let plain = |input| TokenPrice::new(rate(input), rate(input));
    let price = ModelPrice::new(cached)
        .with_long_prompt(LongPrompt::new(10, plain(6)))
        .with_batch(plain(7))
        .with_flex(plain(8))
        .with_priority(plain(9));
    let expected = ModelPrice {
        standard: cached,
        long_prompt: Some(LongPrompt { threshold: 10, price: plain(6) }),
        batch: Some(plain(7)),
        flex: Some(plain(8)),
        priority: Some(plain(9)),
    };
    assert_eq!(price, expected);
}

#[test]
fn long_prompt_has_its_price_for_all_tokens() {
    let price = sonnet();
    assert_eq!(price.long_prompt.unwrap().threshold, 200_000);
    let cost = |json: &str| price.cost(&usage(json), None).unwrap();
    assert_eq!(cost(r#"{"inputTokens":200000,"outputTokens":1000}"#), 0.66 + 0.0165);
    assert_eq!(cost(r#"{"inputTokens":200001,"outputTokens":1000}"#), 1.320_006_6 + 0.024_75);
    // Cached tokens are part of the prompt.
    assert_eq!(cost(r#"{"inputTokens":1,"cacheReadInputTokens":200000}"#), 0.000_006_6 + 0.132);
}

#[test]
fn tier_without_a_price_has_no_cost() {
    // L126
    let price = *Catalog::builtin().price("jp.amazon.nova-2-lite-v1:0").unwrap();
    let call = usage(r#"{"inputTokens":1000000,"outputTokens":1000000}"#);
    for (tier, expected) in [
        (None, Some(3.707)),
        (Some("default"), Some(3.707)),
        (Some("flex"), Some(1.8535)),
        (Some("priority"), Some(6.487_25)),
        (Some("reserved"), None),
        (Some("new_tier"), None),
    ] {
        assert_eq!(price.cost(&call, tier.map(ServiceTierType::from).as_ref()), expected, "{tier:?}");
    }
    assert_eq!(sonnet().cost(&call, Some(&ServiceTierType::Flex)), None);
}

#[test]
fn tokens_without_a_price_have_no_cost() {
    let price =
        ModelPrice::new(TokenPrice::new(TokenRate::from_picodollars(1), TokenRate::from_picodollars(2)));
    assert_eq!(
        price.cost(&usage(r#"{"inputTokens":1,"outputTokens":1,"cacheReadInputTokens":0}"#), None),
        Some(3e-12)
    );
    assert_eq!(price.cost(&usage(r#"{"inputTokens":1,"cacheReadInputTokens":1}"#), None), None);
    assert_eq!(price.cost(&usage(r#"{"inputTokens":1,"cacheWriteInputTokens":1}"#), None), None);
    let price = ModelPrice {
        flex: Some(price.standard),
        long_prompt: Some(LongPrompt { threshold: 10, price: price.standard }),
        ..price
    };
    assert_eq!(price.cost(&usage(r#"{"inputTokens":11}"#), Some(&ServiceTierType::Flex)), None);
}

#[test]
fn huge_counts_do_not_overflow() {
    let high = TokenRate::from_picodollars(u32::MAX);
    let price = ModelPrice::new(TokenPrice { cache_read: Some(high), ..TokenPrice::new(high, high) });
    let most = format!(r#"{{"inputTokens":{0},"outputTokens":{0},"cacheReadInputTokens":{0}}}"#, u64::MAX);
    let cost = price.cost(&usage(&most), None).unwrap();
    assert!(cost > 1.8e7 && cost.is_finite(), "{cost}");
}

#[test]
fn rate_round_trips_picodollars() {
    for picodollars in [0, 1, 8_750, 3_300_000, u32::MAX - 1] {
        assert_eq!(TokenRate::from_picodollars(picodollars).picodollars(), picodollars);
    }
    assert_eq!(format!("{:?}", TokenRate::from_picodollars(8_750)), "$0.00875/M");
    assert_eq!(size_of::<Option<TokenRate>>(), 4);
}
