//! Capabilities as an expression of Rust: what is not known is left to `UNKNOWN`.

use super::facts::{Column, Facts};
use super::price::grouped;

/// The expression for facts.
pub(super) fn expression(facts: &Facts) -> Result<String, String> {
    let mut fields = Vec::new();
    for (field, column) in Column::of_struct("") {
        if column.name != "caching" {
            fields.extend(variant(facts, column)?.map(|value| format!("{field}: {value}")));
        }
    }
    for (field, kind) in [("media", "Media"), ("tool_result_media", "ToolResultMedia")] {
        fields.extend(part(facts, field, kind)?.map(|value| format!("{field}: {value}")));
    }
    fields.extend(caching(facts)?.map(|value| format!("caching: {value}")));
    Ok(literal("Capabilities", &fields))
}

/// The name of a variant with its type; one that holds levels of effort names them in brackets.
pub(super) fn variant(facts: &Facts, column: &Column) -> Result<Option<String>, String> {
    let Some(word) = facts.get(column.name) else { return Ok(None) };
    let is_name = |word: &str| !word.is_empty() && word.chars().all(|char| char.is_ascii_alphanumeric());
    let (name, held) = match word.split_once('(') {
        Some((name, held)) => (name, held.strip_suffix(')')),
        None => (word, None),
    };
    match held {
        None if is_name(word) => Ok(Some(format!("{}::{word}", column.kind))),
        Some(levels) if is_name(name) && is_name(levels) => {
            Ok(Some(format!("{}::{name}(EffortLevels::{levels})", column.kind)))
        }
        _ => Err(format!("`{}` is no value: {word}", column.name)),
    }
}

/// A number, where there is one.
pub(super) fn number(facts: &Facts, column: &str) -> Result<String, String> {
    match facts.get(column) {
        None => Ok("None".to_owned()),
        Some(digits) => {
            let number = digits.parse().map_err(|_| format!("`{column}` is no number: {digits}"))?;
            Ok(format!("Some({})", grouped(number)))
        }
    }
}

/// A struct that is a field, unless nothing is known of it.
fn part(facts: &Facts, name: &'static str, kind: &str) -> Result<Option<String>, String> {
    let mut fields = Vec::new();
    for (field, column) in Column::of_struct(name) {
        if column.kind != "u32" {
            fields.extend(variant(facts, column)?.map(|value| format!("{field}: {value}")));
        } else if facts.get(column.name).is_some() {
            fields.push(format!("{field}: {}", number(facts, column.name)?));
        }
    }
    Ok(if fields.is_empty() { None } else { Some(literal(kind, &fields)) })
}

/// Caching; what is known of cache points counts only where there are any.
fn caching(facts: &Facts) -> Result<Option<String>, String> {
    match facts.get("caching") {
        Some("Points") => {
            let points = part(facts, "caching", "CachePoints")?;
            Ok(Some(format!("Caching::Points({})", points.as_deref().unwrap_or("CachePoints::UNKNOWN"))))
        }
        Some(word) => Ok(Some(format!("Caching::{word}"))),
        None => Ok(None),
    }
}

fn literal(kind: &str, fields: &[String]) -> String {
    if fields.is_empty() {
        format!("{kind}::UNKNOWN")
    } else {
        format!("{kind} {{ {}, ..{kind}::UNKNOWN }}", fields.join(", "))
    }
}
