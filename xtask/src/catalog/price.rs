//! Prices: from decimal dollars to whole picodollars, and to Rust.

use serde_json::{Map, Value};

use super::data::object;

/// The price of a model by one route, as an expression of Rust.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Price(pub(super) String);

impl Price {
    /// Reads the members of a price. A member that is not known is an error, since a price would be lost without a word.
    pub(super) fn of(value: &Value) -> Result<Self, String> {
        let members = object(Some(value), "price")?;
        let known = |name: &str| {
            PLAIN.contains(&name) || TIERS.contains(&tier_of(name)) || ["above", "basis"].contains(&name)
        };
        if let Some(name) = members.keys().find(|name| !known(name)) {
            return Err(format!("no such member: {name}"));
        }
        let mut fields = Vec::new();
        if let Some(above) = members.get("above") {
            fields.push(format!("long: {}", long(object(Some(above), "above")?)?));
        }
        for tier in TIERS {
            let price = [format!("{tier}_input"), format!("{tier}_output")].map(|name| members.get(&name));
            match price {
                [Some(input), Some(output)] => {
                    fields.push(format!(
                        "{tier}: Some(t({}, {}))",
                        picodollars(input)?,
                        picodollars(output)?
                    ));
                }
                [None, None] => {}
                _ => return Err(format!("`{tier}_input` or `{tier}_output` is missing")),
            }
        }
        let standard = format!("ModelPrice::new({})", tokens(members)?);
        if fields.is_empty() {
            return Ok(Self(standard));
        }
        Ok(Self(format!("ModelPrice {{ {}, ..{standard} }}", fields.join(", "))))
    }
}

/// The members of a price of tokens.
const PLAIN: [&str; 5] = ["input", "output", "cache_read", "cache_write", "cache_write_1h"];

/// The tiers that have prices of their own.
const TIERS: [&str; 3] = ["batch", "flex", "priority"];

fn tier_of(name: &str) -> &str {
    name.strip_suffix("_input").or_else(|| name.strip_suffix("_output")).unwrap_or("")
}

/// The price of long prompts. More than one threshold has not been seen, and would have no place.
fn long(above: &Map<String, Value>) -> Result<String, String> {
    let mut thresholds = above.iter();
    match (thresholds.next(), thresholds.next()) {
        (Some((threshold, price)), None) => {
            let count: u32 = threshold.parse().map_err(|_| format!("no number of tokens: {threshold}"))?;
            Ok(format!("long({}, {})", grouped(count), tokens(object(Some(price), "above")?)?))
        }
        _ => Err("`above` has more or less than one threshold".to_owned()),
    }
}

fn tokens(members: &Map<String, Value>) -> Result<String, String> {
    let member = |name: &str| members.get(name).map(picodollars).transpose();
    let plain = match (member("input")?, member("output")?) {
        (Some(input), Some(output)) => format!("t({input}, {output})"),
        _ => return Err("`input` or `output` is missing".to_owned()),
    };
    let mut fields = Vec::new();
    for name in ["cache_read", "cache_write", "cache_write_1h"] {
        fields.extend(member(name)?.map(|rate| format!("{name}: c({rate})")));
    }
    if fields.is_empty() {
        Ok(plain)
    } else {
        Ok(format!("TokenPrice {{ {}, ..{plain} }}", fields.join(", ")))
    }
}

/// Dollars for a million tokens as picodollars for one: six places after the point, exactly.
pub(super) fn picodollars(value: &Value) -> Result<String, String> {
    let text = value.as_number().map(ToString::to_string).ok_or_else(|| format!("no number: {value}"))?;
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits = format!("{whole}{fraction:0<6}");
    let exact = fraction.len() <= 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse::<u32>().ok().filter(|_| exact);
    number.map(grouped).ok_or_else(|| format!("{text} is no whole number of picodollars below 2^32"))
}

/// A number as Rust writes it well: 1_000_000.
pub(super) fn grouped(number: u32) -> String {
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
