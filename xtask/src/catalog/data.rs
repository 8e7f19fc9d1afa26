//! Parsing of `models.json`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::facts::Facts;
use super::object;
use super::price::Price;

/// The models of the data by id.
pub(super) struct CatalogData {
    pub(super) models: BTreeMap<String, Model>,
}

/// A model of the data.
pub(super) struct Model {
    pub(super) context: Option<u32>,
    pub(super) output: Option<u32>,
    pub(super) end_of_life: Option<String>,
    pub(super) aliases: Vec<String>,
    /// The flags of the sources, translated to columns.
    pub(super) facts: Facts,
    /// The prices by route.
    pub(super) prices: BTreeMap<String, Price>,
}

impl CatalogData {
    /// Parses the document.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let models = object(value.get("models"), "models")?;
        let read = |(id, value): (&String, &Value)| {
            let model = Model::parse(value).map_err(|error| format!("{id}: {error}"))?;
            Ok((id.clone(), model))
        };
        Ok(Self { models: models.iter().map(read).collect::<Result<_, String>>()? })
    }
}

impl Model {
    fn parse(value: &Value) -> Result<Self, String> {
        let number = |name: &str| match value.get(name) {
            None => Ok(None),
            Some(number) => {
                let tokens = number.as_u64().and_then(|number| u32::try_from(number).ok());
                tokens.map(Some).ok_or_else(|| format!("`{name}` is not a number of tokens"))
            }
        };
        let prices = object(value.get("usd_per_mtok"), "usd_per_mtok")?.iter().map(|(route, price)| {
            let price = Price::parse(price).map_err(|error| format!("price of {route}: {error}"))?;
            Ok((route.clone(), price))
        });
        let aliases = value.get("aliases").and_then(Value::as_array).into_iter().flatten();
        Ok(Self {
            context: number("context")?,
            output: number("output")?,
            end_of_life: value.get("ends").and_then(Value::as_str).map(str::to_owned),
            aliases: aliases.filter_map(Value::as_str).map(str::to_owned).collect(),
            facts: facts_from_flags(object(value.get("flags"), "flags")?, number("cache_min")?),
            prices: prices.collect::<Result<_, String>>()?,
        })
    }
}

/// Translates the flags of the sources to columns. A flag that proves nothing about the model sets no column.
fn facts_from_flags(flags: &Map<String, Value>, cache_min: Option<u32>) -> Facts {
    let flag = |name: &str| flags.get(name).and_then(Value::as_bool);
    let mut facts = Facts::default();
    let mut set_support = |column, value: Option<bool>| {
        if let Some(value) = value {
            facts.set(column, if value { "Yes" } else { "No" });
        }
    };
    set_support("system_prompt", flag("system_prompt"));
    set_support("prefill", flag("assistant_prefill"));
    set_support("tools", flag("tools"));
    set_support("strict_tools", flag("strict_tools"));
    set_support("parallel_tools_switch", flag("parallel_tool_use_config"));
    set_support("result_image", flag("tool_result_images"));
    set_support(
        "structured_output",
        structured_output(flag("structured_output_pydantic_vercel"), flag("structured_output_litellm")),
    );

    // Sources set `tool_choice` even for models without the flag `tools`, so it counts only together with `tools`.
    match (flag("tools"), flag("forced_tool_use"), flag("tool_choice")) {
        (Some(true), Some(false), _) | (Some(true), None, Some(false)) => {
            facts.set("tool_choice", "AutoOnly");
        }
        (Some(true), Some(true), _) | (Some(true), None, Some(true)) => {
            facts.set("tool_choice", "All");
        }
        _ => {}
    }
    for (column, value) in [
        ("image", flag("vision")),
        // `documents: false` may only mean that the model reads no pages as images: Converse extracts the text.
        ("document", flag("documents").filter(|supported| *supported)),
        // A model without vision supports no video either.
        ("video", flag("video").or_else(|| flag("vision").filter(|supported| !supported))),
        ("audio", flag("audio")),
    ] {
        if let Some(value) = value {
            facts.set(column, if value { "Supported" } else { "Unsupported" });
        }
    }
    if let Some(value) = flag("prompt_caching") {
        facts.set("caching", if value { "Points" } else { "Unsupported" });
    }
    if let Some(tokens) = cache_min {
        facts.set("cache_min", tokens.to_string());
    }
    // `reasoning: true` does not name the kind of reasoning; rules.json does.
    if flag("reasoning") == Some(false) {
        facts.set("reasoning", "Unsupported");
    }
    if flag("sampling_params") == Some(false) {
        facts.set("sampling", "Unsupported");
    }
    facts
}

/// Merges the flags for structured output of two sources.
fn structured_output(pydantic_vercel: Option<bool>, litellm: Option<bool>) -> Option<bool> {
    match (pydantic_vercel, litellm) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        // pydantic-ai and vercel list supporting models only, so only litellm can rule it out.
        (_, Some(false)) => Some(false),
        _ => None,
    }
}
