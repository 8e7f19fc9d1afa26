//! The tokens and the cost of a call.

use proptest::prelude::*;
use serde_json::Number;

use crate::{Price, Usage, from_str};

#[test]
fn json_is_a_dictionary_of_numbers() {
    for text in [
        "{}",
        r#"{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}"#,
        r#"{"total_tokens":3,"cache_read_input_tokens":1,"cache_creation_input_tokens":2}"#,
        r#"{"prompt_tokens":18446744073709551615}"#,
        r#"{"seconds":0.25,"images":2,"refund":-1}"#,
    ] {
        let usage: Usage = from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&usage).unwrap(), text);
        assert_eq!(usage.is_empty(), text == "{}");
    }
}

#[test]
fn counters_that_are_not_integers_are_kept_in_other() {
    let usage: Usage = from_str(r#"{"prompt_tokens":1.5,"completion_tokens":-1,"total_tokens":3}"#).unwrap();
    assert_eq!((usage.prompt_tokens, usage.completion_tokens, usage.total_tokens), (None, None, Some(3)));
    assert_eq!(usage.get("prompt_tokens"), Number::from_f64(1.5));
    assert_eq!(usage.get("completion_tokens"), Some(Number::from(-1)));
    assert_eq!(usage.get("total_tokens"), Some(Number::from(3)));
    assert_eq!(usage.get("cost"), None);
    assert_eq!(
        serde_json::to_string(&usage).unwrap(),
        r#"{"total_tokens":3,"prompt_tokens":1.5,"completion_tokens":-1}"#,
    );
}

#[test]
fn set_counter_replaces_parsed_number() {
    let mut usage: Usage = from_str(r#"{"prompt_tokens":1.5,"seconds":2}"#).unwrap();
    usage.prompt_tokens = Some(2);
    assert_eq!(usage.get("prompt_tokens"), Some(Number::from(2)));
    let text = serde_json::to_string(&usage).unwrap();
    assert_eq!(text, r#"{"prompt_tokens":2,"seconds":2}"#);
    assert_eq!(from_str::<Usage>(&text).unwrap().prompt_tokens, Some(2));
}

#[test]
fn counter_that_is_not_a_number_is_an_error() {
    for (text, path) in
        [(r#"{"a":"secret"}"#, "a"), (r#"{"prompt_tokens":null}"#, "prompt_tokens"), ("[]", "")]
    {
        let error = from_str::<Usage>(text).unwrap_err();
        assert_eq!(error.path(), path);
        assert!(!error.to_string().contains("secret"));
    }
    assert!(from_str::<Usage>(r#"{"prompt_tokens":1,"prompt_tokens":1}"#).is_err());
}

#[test]
fn new_usage_has_a_saturating_total() {
    for (prompt, completion, total) in
        [(0, 0, 0), (3, 4, 7), (u64::MAX, 1, u64::MAX), (u64::MAX, u64::MAX, u64::MAX)]
    {
        let usage = Usage::new(prompt, completion);
        assert_eq!((usage.prompt_tokens, usage.completion_tokens), (Some(prompt), Some(completion)));
        assert_eq!(usage.total_tokens, Some(total));
    }
    assert!(Usage::default().is_empty() && !Usage::new(0, 0).is_empty());
}

#[test]
fn debug_shows_present_counters() {
    let usage: Usage = from_str(r#"{"seconds":0.5,"prompt_tokens":1}"#).unwrap();
    assert_eq!(format!("{usage:?}"), "Usage { prompt_tokens: 1, seconds: 0.5 }");
}

#[test]
fn cost_is_per_thousand_tokens() {
    let price = Price::per_thousand(0.003, 0.015);
    for (usage, expected) in [
        (Usage::new(2_000, 1_000), 0.021),
        (Usage::new(0, 0), 0.0),
        (Usage::default(), 0.0),
        (Usage::new(1, 0), 0.000_003),
        (Usage { completion_tokens: Some(1_000_000), ..Usage::default() }, 15.0),
        (Usage { cache_read_input_tokens: Some(1_000_000), ..Usage::default() }, 0.0),
    ] {
        assert!((price.cost(&usage) - expected).abs() < 1e-12, "{usage:?}");
    }
}

#[test]
fn cost_of_huge_counts_is_finite() {
    let absurd = Usage::new(u64::MAX, u64::MAX);
    let cost = Price::per_thousand(1.0, 1.0).cost(&absurd);
    assert!(cost.is_finite() && cost > 8_000_000.0, "{cost}");
    assert_eq!(Price::per_thousand(0.0, 0.0).cost(&absurd), 0.0);
}

#[test]
fn price_is_a_pair_in_json() {
    let price: Price = from_str("[0.003, 1]").unwrap();
    assert_eq!(price, Price::per_thousand(0.003, 1.0));
    assert_eq!(serde_json::to_string(&price).unwrap(), "[0.003,1.0]");
    assert_eq!(<(f64, f64)>::from(price), (0.003, 1.0));
    assert_eq!(Price::from((0.003, 1.0)), price);
    for text in ["[1]", "[1,2,3]", "1", "{}", r#"["1","2"]"#, "null"] {
        assert!(from_str::<Price>(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn any_price_and_usage_round_trip_through_json(
        input in 0.0..1e6, output in 0.0..1e6, prompt in any::<u64>(), completion in any::<u64>(),
    ) {
        let price = Price::per_thousand(input, output);
        let text = serde_json::to_string(&price).unwrap();
        prop_assert_eq!(from_str::<Price>(&text).unwrap(), price);
        let usage = Usage::new(prompt, completion);
        let text = serde_json::to_string(&usage).unwrap();
        prop_assert_eq!(from_str::<Usage>(&text).unwrap(), usage.clone());
        let cost = price.cost(&usage);
        prop_assert!(cost.is_finite() && cost >= 0.0);
    }

    #[test]
    fn more_tokens_never_cost_less(a in any::<u64>(), b in any::<u64>()) {
        let price = Price::per_thousand(0.003, 0.015);
        let (less, more) = (a.min(b), a.max(b));
        prop_assert!(price.cost(&Usage::new(less, less)) <= price.cost(&Usage::new(more, less)));
    }
}

#[test]
fn counters_are_added_one_by_one() {
    let first: Usage =
        from_str(r#"{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"images":2}"#).unwrap();
    let second: Usage =
        from_str(r#"{"prompt_tokens":10,"cache_read_input_tokens":5,"images":1,"seconds":0.5}"#).unwrap();
    let sum = first.clone() + second.clone();
    assert_eq!((sum.prompt_tokens, sum.completion_tokens), (Some(11), Some(2)));
    assert_eq!((sum.cache_read_input_tokens, sum.cache_creation_input_tokens), (Some(5), None));
    assert_eq!(sum.total_tokens, Some(13), "the call without a total counts with its input and output");
    assert_eq!(sum.get("images"), Some(Number::from(3)));
    assert_eq!(sum.get("seconds"), Number::from_f64(0.5));
    assert_eq!([&first, &second].into_iter().sum::<Usage>(), sum);
    assert_eq!([first, second].into_iter().sum::<Usage>(), sum);
}

#[test]
fn sum_of_counters_does_not_overflow() {
    let sum = Usage::new(u64::MAX, 1) + Usage::new(1, 1);
    assert_eq!((sum.prompt_tokens, sum.total_tokens), (Some(u64::MAX), Some(u64::MAX)));
}

#[test]
fn sum_of_no_usage_reports_nothing() {
    assert!(std::iter::empty::<Usage>().sum::<Usage>().is_empty());
    assert!((Usage::default() + Usage::default()).is_empty());
}

#[test]
fn tokens_without_a_total_are_input_and_output() {
    let usage: Usage = from_str(r#"{"prompt_tokens":1,"completion_tokens":2}"#).unwrap();
    assert_eq!((usage.tokens(), Usage::new(3, 4).tokens(), Usage::default().tokens()), (3, 7, 0));
}
