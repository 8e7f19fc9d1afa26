//! Prices: parses decimal dollars, renders exact picodollars as Rust.

use serde_json::{Map, Value};

use super::object;

/// The price of a model on one route, as a Rust expression.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Price(pub(super) String);

impl Price {
    /// Parses the members of a price. An unknown member is an error, because its price would be lost silently.
    pub(super) fn parse(value: &Value) -> Result<Self, String> {
        let members = object(Some(value), "price")?;
        let known = |name: &str| {
            TOKEN_MEMBERS.contains(&name)
                || TIERS.contains(&tier_of(name))
                || ["above", "basis"].contains(&name)
        };
        if let Some(name) = members.keys().find(|name| !known(name)) {
            return Err(format!("unknown member: {name}"));
        }
        let mut fields = Vec::new();
        if let Some(above) = members.get("above") {
            fields.push(format!("long_prompt: {}", long_prompt_price(object(Some(above), "above")?)?));
        }
        for tier in TIERS {
            let price = [format!("{tier}_input"), format!("{tier}_output")].map(|name| members.get(&name));
            match price {
                [Some(input), Some(output)] => {
                    fields.push(format!(
                        "{tier}: Some(uncached({}, {}))",
                        picodollars(input)?,
                        picodollars(output)?
                    ));
                }
                [None, None] => {}
                _ => return Err(format!("`{tier}_input` or `{tier}_output` is missing")),
            }
        }
        let standard = format!("ModelPrice::new({})", token_price(members)?);
        if fields.is_empty() {
            return Ok(Self(standard));
        }
        Ok(Self(format!("ModelPrice {{ {}, ..{standard} }}", fields.join(", "))))
    }
}

/// The members of a token price.
const TOKEN_MEMBERS: [&str; 5] = ["input", "output", "cache_read", "cache_write", "cache_write_1h"];

/// The service tiers with separate prices.
const TIERS: [&str; 3] = ["batch", "flex", "priority"];

fn tier_of(name: &str) -> &str {
    name.strip_suffix("_input").or_else(|| name.strip_suffix("_output")).unwrap_or("")
}

/// Renders the price of prompts above a threshold. The catalog has room for one threshold.
fn long_prompt_price(above: &Map<String, Value>) -> Result<String, String> {
    let mut thresholds = above.iter();
    match (thresholds.next(), thresholds.next()) {
        (Some((threshold, price)), None) => {
            let count: u32 =
                threshold.parse().map_err(|_| format!("`{threshold}` is not a number of tokens"))?;
            Ok(format!("above({}, {})", with_separators(count), token_price(object(Some(price), "above")?)?))
        }
        _ => Err("`above` has more or less than one threshold".to_owned()),
    }
}

fn token_price(members: &Map<String, Value>) -> Result<String, String> {
    let member = |name: &str| members.get(name).map(picodollars).transpose();
    let uncached = match (member("input")?, member("output")?) {
        (Some(input), Some(output)) => format!("uncached({input}, {output})"),
        _ => return Err("`input` or `output` is missing".to_owned()),
    };
    let mut fields = Vec::new();
    for name in ["cache_read", "cache_write", "cache_write_1h"] {
        fields.extend(member(name)?.map(|rate| format!("{name}: cached({rate})")));
    }
    if fields.is_empty() {
        Ok(uncached)
    } else {
        Ok(format!("TokenPrice {{ {}, ..{uncached} }}", fields.join(", ")))
    }
}

/// Converts dollars per million tokens to picodollars per token. An inexact conversion is an error.
pub(super) fn picodollars(value: &Value) -> Result<String, String> {
    // The conversion moves the decimal point by six digits. It works on the text of the number, because a float would
    // round prices such as 0.00875.
    let text = value.as_number().map(ToString::to_string).ok_or_else(|| format!("not a number: {value}"))?;
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits = format!("{whole}{fraction:0<6}");
    let exact = fraction.len() <= 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse::<u32>().ok().filter(|_| exact);
    number
        .map(with_separators)
        .ok_or_else(|| format!("{text} is not a whole number of picodollars below 2^32"))
}

/// Formats a number with separators, such as `1_000_000`.
pub(super) fn with_separators(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (digit, left) in digits.chars().zip((0..digits.len()).rev()) {
        text.push(digit);
        if left > 0 && left % 3 == 0 {
            text.push('_');
        }
    }
    text
}
