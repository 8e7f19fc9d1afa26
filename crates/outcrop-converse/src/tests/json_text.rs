//! Generated JSON texts in any spelling, and a comparison of their values.

use std::collections::BTreeMap;

use outcrop_core::RawJson;

use super::choices::Choices;

/// Returns a text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Generates any JSON value, with numbers in different spellings, nesting and lone surrogates.
pub(crate) fn any_value(choices: &mut Choices<'_>, depth: usize) -> String {
    const SCALARS: &[&str] = &[
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1.0",
        "0.70",
        "1e2",
        "-1.5E-3",
        "12345678901234567890123",
        "0.12345678901234567890123",
        "\"\"",
        "\"\\ud800\"",
        "\"\\u0041\\/\"",
    ];
    match choices.below(if depth == 0 { 2 } else { 4 }) {
        0 => choices.pick(SCALARS).to_owned(),
        1 => quoted(&choices.text()),
        2 => {
            let items: Vec<_> = (0..choices.below(4)).map(|_| any_value(choices, depth - 1)).collect();
            format!("[{}]", items.join(", "))
        }
        _ => any_object(choices, depth - 1),
    }
}

/// Generates any JSON object, without repeated members.
pub(crate) fn any_object(choices: &mut Choices<'_>, depth: usize) -> String {
    let members: Vec<_> = (0..choices.below(4))
        .map(|index| {
            let name = quoted(&format!("{}{index}", choices.text()));
            format!("{name} : {}", any_value(choices, depth))
        })
        .collect();
    format!("{{{}}}", members.join(", "))
}

/// Returns the canonical spelling of a JSON text: members sorted, numbers as digits and exponent, strings without escapes.
///
/// Two texts share it exactly if they are the same value. No number is rounded.
pub(crate) fn canonical(text: &str) -> String {
    canonical_value(&RawJson::parse(text).unwrap())
}

fn canonical_value(value: &RawJson) -> String {
    if value.is_object() {
        let members = value.as_object().expect("an object without repeated members");
        let sorted: BTreeMap<String, String> =
            members.iter().map(|(name, part)| (quoted(name), canonical_value(part))).collect();
        let members: Vec<_> = sorted.into_iter().map(|(name, part)| format!("{name}:{part}")).collect();
        return format!("{{{}}}", members.join(","));
    }
    if value.is_array() {
        let items: Vec<_> = value.as_array().unwrap().iter().map(canonical_value).collect();
        return format!("[{}]", items.join(","));
    }
    match value.as_str() {
        text @ ("null" | "true" | "false") => text.to_owned(),
        text if text.starts_with('"') => {
            value.as_string().map_or_else(|| text.to_owned(), |text| quoted(&text))
        }
        number => canonical_number(number),
    }
}

/// Returns a number as its digits and a power of ten: `1.50`, `15e-1` and `0.15E1` are all `15e-1`.
fn canonical_number(text: &str) -> String {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let lower = text.to_lowercase();
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let short = digits.trim_end_matches('0');
    let moved = i64::try_from(digits.len() - short.len()).unwrap() - i64::try_from(fraction.len()).unwrap();
    let exponent = exponent.parse::<i64>().unwrap() + moved;
    if short.is_empty() { "0".to_owned() } else { format!("{sign}{short}e{exponent}") }
}

#[test]
fn canonical_spelling_differs_for_values_only() {
    for (a, b, is_same) in [
        ("1.50", "15e-1", true),
        ("1", "1.0", true),
        ("100", "1e2", true),
        ("12345678901234567890123", "12345678901234567890124", false),
        ("-1", "1", false),
        (r#""A""#, "\"\\u0041\"", true),
        (r#"{"a":1,"b":2}"#, r#"{ "b" : 2.0, "a" : 1 }"#, true),
        (r#"{"a":1}"#, r#"{"a":1,"b":null}"#, false),
        ("[1,2]", "[2,1]", false),
    ] {
        assert_eq!(canonical(a) == canonical(b), is_same, "{a} and {b}");
    }
}
