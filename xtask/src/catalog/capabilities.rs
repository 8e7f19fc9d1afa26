//! Rust expressions for the capabilities of a model. An unset column is left to the `UNKNOWN` constant of its struct.

use super::facts::{Column, Facts};
use super::price::with_separators;

/// Renders facts as a `Capabilities` expression.
pub(super) fn capabilities_expression(facts: &Facts) -> Result<String, String> {
    let mut fields = Vec::new();
    for (field, column) in Column::fields_of("") {
        // `caching` is an enum with a payload of its own columns, see `caching_expression`.
        if column.name != "caching" {
            fields.extend(variant(facts, column)?.map(|value| format!("{field}: {value}")));
        }
    }
    for (field, kind) in [("media", "Media"), ("tool_result_media", "ToolResultMedia")] {
        fields.extend(struct_expression(facts, field, kind)?.map(|value| format!("{field}: {value}")));
    }
    fields.extend(caching_expression(facts)?.map(|value| format!("caching: {value}")));
    Ok(struct_literal("Capabilities", &fields))
}

/// Renders the value of a column as an enum variant, such as `TopK::TopK` or `Reasoning::Adaptive(EffortLevels::UpToMax)`.
pub(super) fn variant(facts: &Facts, column: &Column) -> Result<Option<String>, String> {
    let Some(value) = facts.get(column.name) else { return Ok(None) };
    // The value becomes code, so only identifiers are accepted.
    let is_name = |text: &str| !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric());
    let (name, payload) = match value.split_once('(') {
        Some((name, payload)) => (name, payload.strip_suffix(')')),
        None => (value, None),
    };
    match payload {
        None if is_name(value) => Ok(Some(format!("{}::{value}", column.kind))),
        Some(levels) if is_name(name) && is_name(levels) => {
            Ok(Some(format!("{}::{name}(EffortLevels::{levels})", column.kind)))
        }
        _ => Err(format!("`{}` has an invalid value: {value}", column.name)),
    }
}

/// Renders the number of a column as an `Option`.
pub(super) fn number(facts: &Facts, column: &str) -> Result<String, String> {
    match facts.get(column) {
        None => Ok("None".to_owned()),
        Some(digits) => {
            let number = digits.parse().map_err(|_| format!("`{column}` is not a number: {digits}"))?;
            Ok(format!("Some({})", with_separators(number)))
        }
    }
}

/// Renders a nested struct, or returns `None` if all of its columns are unset.
fn struct_expression(facts: &Facts, name: &'static str, kind: &str) -> Result<Option<String>, String> {
    let mut fields = Vec::new();
    for (field, column) in Column::fields_of(name) {
        if column.kind != "u32" {
            fields.extend(variant(facts, column)?.map(|value| format!("{field}: {value}")));
        } else if facts.get(column.name).is_some() {
            fields.push(format!("{field}: {}", number(facts, column.name)?));
        }
    }
    Ok(if fields.is_empty() { None } else { Some(struct_literal(kind, &fields)) })
}

/// Renders `Caching`. The columns of cache points are used only if the model supports cache points.
fn caching_expression(facts: &Facts) -> Result<Option<String>, String> {
    match facts.get("caching") {
        Some("Points") => {
            let points = struct_expression(facts, "caching", "CachePoints")?;
            Ok(Some(format!("Caching::Points({})", points.as_deref().unwrap_or("CachePoints::UNKNOWN"))))
        }
        Some(value) => Ok(Some(format!("Caching::{value}"))),
        None => Ok(None),
    }
}

/// Renders a struct literal whose missing fields come from its `UNKNOWN` constant.
fn struct_literal(kind: &str, fields: &[String]) -> String {
    if fields.is_empty() {
        format!("{kind}::UNKNOWN")
    } else {
        format!("{kind} {{ {}, ..{kind}::UNKNOWN }}", fields.join(", "))
    }
}
