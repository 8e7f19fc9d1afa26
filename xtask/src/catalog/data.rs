//! Reading `models.json`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::facts::Facts;
use super::price::Price;

/// The models of the data, by id.
pub(super) struct Data {
    pub(super) models: BTreeMap<String, Model>,
}

/// A model of the data.
pub(super) struct Model {
    pub(super) context: Option<u32>,
    pub(super) output: Option<u32>,
    pub(super) end_of_life: Option<String>,
    pub(super) aliases: Vec<String>,
    /// What the sources say of it, in the terms of the catalog.
    pub(super) facts: Facts,
    /// Its prices by route.
    pub(super) prices: BTreeMap<String, Price>,
}

impl Data {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let models = object(value.get("models"), "models")?;
        let read = |(id, value): (&String, &Value)| {
            let model = Model::of(value).map_err(|error| format!("{id}: {error}"))?;
            Ok((id.clone(), model))
        };
        Ok(Self { models: models.iter().map(read).collect::<Result<_, String>>()? })
    }
}

impl Model {
    fn of(value: &Value) -> Result<Self, String> {
        let number = |name: &str| match value.get(name) {
            None => Ok(None),
            Some(number) => {
                tokens(number).map(Some).ok_or_else(|| format!("`{name}` is no number of tokens"))
            }
        };
        let prices = object(value.get("usd_per_mtok"), "usd_per_mtok")?.iter().map(|(route, price)| {
            let price = Price::of(price).map_err(|error| format!("price of {route}: {error}"))?;
            Ok((route.clone(), price))
        });
        let aliases = value.get("aliases").and_then(Value::as_array).into_iter().flatten();
        Ok(Self {
            context: number("context")?,
            output: number("output")?,
            end_of_life: value.get("ends").and_then(Value::as_str).map(str::to_owned),
            aliases: aliases.filter_map(Value::as_str).map(str::to_owned).collect(),
            facts: said(object(value.get("says"), "says")?, number("cache_min")?),
            prices: prices.collect::<Result<_, String>>()?,
        })
    }
}

/// What the sources' flags say in the terms of the catalog. A flag that says too little says nothing.
fn said(flags: &Map<String, Value>, cache_min: Option<u32>) -> Facts {
    let flag = |name: &str| flags.get(name).and_then(Value::as_bool);
    let mut facts = Facts::default();
    let mut yes_or_no = |column, value: Option<bool>| {
        if let Some(value) = value {
            facts.set(column, if value { "Yes" } else { "No" });
        }
    };
    yes_or_no("system_prompt", flag("system_prompt"));
    yes_or_no("prefill", flag("assistant_prefill"));
    yes_or_no("tools", flag("tools"));
    yes_or_no("strict_tools", flag("strict_tools"));
    yes_or_no("parallel_tools_switch", flag("parallel_tool_use_config"));
    yes_or_no("result_image", flag("tool_result_images"));
    yes_or_no(
        "structured_output",
        structured_output(flag("structured_output_pydantic_vercel"), flag("structured_output_litellm")),
    );

    // A source that says nothing of tools has been seen to say that their choice is taken.
    match (flag("tools"), flag("forced_tool_use"), flag("tool_choice")) {
        (Some(true), Some(false), _) | (Some(true), None, Some(false)) => {
            facts.set("tool_choice", "AutoOnly");
        }
        (Some(true), Some(true), _) | (Some(true), None, Some(true)) => {
            facts.set("tool_choice", "All");
        }
        _ => {}
    }
    // That a model sees no document may mean only that it sees its text alone: Converse has the text taken out.
    for (column, value) in [
        ("image", flag("vision")),
        ("document", flag("documents").filter(|taken| *taken)),
        // A model that sees nothing sees no videos.
        ("video", flag("video").or_else(|| flag("vision").filter(|taken| !taken))),
        ("audio", flag("audio")),
    ] {
        if let Some(value) = value {
            facts.set(column, if value { "Taken" } else { "Refused" });
        }
    }
    if let Some(value) = flag("prompt_caching") {
        facts.set("caching", if value { "Points" } else { "Refused" });
    }
    if let Some(tokens) = cache_min {
        facts.set("cache_min", tokens.to_string());
    }
    if flag("reasoning") == Some(false) {
        facts.set("reasoning", "Refused");
    }
    if flag("sampling_params") == Some(false) {
        facts.set("sampling", "Refused");
    }
    facts
}

/// Both lists name the models that take it; only litellm's says of others that they do not.
fn structured_output(listed: Option<bool>, litellm: Option<bool>) -> Option<bool> {
    match (listed, litellm) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (_, Some(false)) => Some(false),
        _ => None,
    }
}

/// A number of tokens.
pub(super) fn tokens(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|number| u32::try_from(number).ok())
}

/// An object that has to be there.
pub(super) fn object<'a>(value: Option<&'a Value>, name: &str) -> Result<&'a Map<String, Value>, String> {
    value.and_then(Value::as_object).ok_or_else(|| format!("`{name}` is missing or no object"))
}
