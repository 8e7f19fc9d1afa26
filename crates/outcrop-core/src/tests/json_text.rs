//! Strategies for JSON text in any spelling, and a comparison of values regardless of spelling.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use crate::RawJson;

/// Any JSON number of up to 40 digits.
pub(crate) fn number() -> BoxedStrategy<String> {
    "-?(0|[1-9][0-9]{0,29})(\\.[0-9]{1,8})?([eE][+-]?[0-9]{1,2})?".boxed()
}

/// Any JSON string, with its characters unescaped or escaped.
pub(crate) fn string() -> BoxedStrategy<String> {
    (any::<String>(), any::<bool>()).prop_map(|(text, escaped)| quoted(&text, escaped)).boxed()
}

/// Any JSON value, in any spelling of numbers and strings, with white space between tokens and some nesting.
pub(crate) fn value() -> BoxedStrategy<String> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        number(),
        string(),
    ];
    let value = scalar.prop_recursive(4, 24, 4, |inner| {
        let list = (vec(inner.clone(), 0..4), space())
            .prop_map(|(items, space)| format!("[{space}{}]", items.join(&format!(",{space}"))));
        let object = (vec((string(), inner), 0..4), space()).prop_map(|(members, space)| {
            let members: BTreeMap<String, (String, String)> =
                members.into_iter().map(|(name, value)| (unquoted(&name), (name, value))).collect();
            object_of(members.into_values(), &space)
        });
        prop_oneof![list, object]
    });
    value.boxed()
}

/// An object with the given members, as names and JSON texts, without duplicates.
pub(crate) fn object(
    members: impl Strategy<Value = Vec<(String, String)>> + 'static,
) -> BoxedStrategy<String> {
    let object = (members, space()).prop_map(|(members, space)| {
        let mut seen = BTreeSet::new();
        let once = members.into_iter().filter(|(name, _)| seen.insert(name.clone()));
        let members: Vec<_> = once.map(|(name, value)| (quoted(&name, false), value)).collect();
        object_of(members.into_iter(), &space)
    });
    object.boxed()
}

/// White space between tokens.
fn space() -> impl Strategy<Value = String> {
    "[ \t\r\n]{0,2}"
}

fn object_of(members: impl Iterator<Item = (String, String)>, space: &str) -> String {
    let members: Vec<_> = members.map(|(name, value)| format!("{name}{space}:{space}{value}")).collect();
    format!("{{{space}{}{space}}}", members.join(&format!("{space},")))
}

fn quoted(text: &str, escaped: bool) -> String {
    if !escaped {
        return serde_json::to_string(text).unwrap();
    }
    let units: String = text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect();
    format!("\"{units}\"")
}

fn unquoted(text: &str) -> String {
    serde_json::from_str(text).unwrap()
}

/// Returns a spelling that two JSON texts share exactly if they are the same value: members are sorted, numbers are
/// digits and an exponent, and all characters of strings are escaped. No number is rounded.
pub(crate) fn canonical(text: &str) -> String {
    canonical_value(&RawJson::parse(text).unwrap())
}

fn canonical_value(value: &RawJson) -> String {
    if value.is_object() {
        let members = value.as_object().expect("an object without duplicate members");
        let sorted: BTreeMap<String, String> =
            members.iter().map(|(name, part)| (quoted(name, true), canonical_value(part))).collect();
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
            value.as_string().map_or_else(|| text.to_owned(), |decoded| quoted(&decoded, true))
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
    let mut exponent: i64 = exponent.parse::<i64>().unwrap() - i64::try_from(fraction.len()).unwrap();
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let short = digits.trim_end_matches('0');
    exponent += i64::try_from(digits.len() - short.len()).unwrap();
    if short.is_empty() { "0".to_owned() } else { format!("{sign}{short}e{exponent}") }
}

#[test]
fn canonical_spelling_is_equal_exactly_for_equal_values() {
    for (a, b, same) in [
        ("1.50", "15e-1", true),
        ("0.15E+1", "1.5", true),
        ("1", "1.0", true),
        ("-0", "0.0e5", true),
        ("100", "1e2", true),
        ("12345678901234567890123", "12345678901234567890124", false),
        ("0.1000000000000000000001", "0.1", false),
        ("-1", "1", false),
        (r#""A""#, "\"\\u0041\"", true),
        (r#""A""#, r#""a""#, false),
        (r#"{"a":1,"b":2}"#, r#"{ "b" : 2.0, "a" : 1 }"#, true),
        (r#"{"a":1}"#, r#"{"a":1,"b":null}"#, false),
        ("[1,2]", "[2,1]", false),
        ("null", "0", false),
    ] {
        assert_eq!(canonical(a) == canonical(b), same, "{a} and {b}");
    }
}
