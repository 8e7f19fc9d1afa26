//! The table of models and of lines of models.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::capabilities::{expression, number, variant};
use super::data::{Data, Model};
use super::facts::{Column, Facts};
use super::price::grouped;
use super::rates::Rates;
use super::rules::Rules;

/// The source of the table, whose prices go to the rates.
pub(super) fn text(data: &Data, rules: &Rules, rates: &mut Rates) -> Result<String, String> {
    let ids: Vec<&str> = data.models.iter().flat_map(|(id, model)| names(id, model)).collect();
    if let Some(line) = rules.idle(&ids) {
        return Err(format!("a rule for {line} counts for no model"));
    }
    let mut sets = Sets::default();
    let mut models = BTreeMap::new();
    for (id, model) in &data.models {
        let facts = rules.applied(id, model.facts.clone());
        let info = info(&facts, &mut sets, Some(model)).map_err(|error| format!("{id}: {error}"))?;
        let routes =
            model.prices.iter().map(|(route, price)| format!("at({route:?}, {})", rates.place(price)));
        let rest = format!("id: {id:?}, info: {info}, routes: &[{}]", routes.collect::<Vec<_>>().join(", "));
        for key in names(id, model) {
            if models.insert(key, format!("    Row {{ key: {key:?}, {rest} }},\n")).is_some() {
                return Err(format!("two models have the id {key}"));
            }
        }
    }
    let mut lines = String::new();
    for line in rules.lines() {
        let info = info(&rules.applied(line, Facts::default()), &mut sets, None)?;
        let _ = writeln!(lines, "    Line {{ prefix: {line:?}, info: {info} }},");
    }
    let models: String = models.into_values().collect();
    Ok(format!(
        "{HEAD}\n{}\npub(super) static MODELS: &[Row] = &[\n{models}];\n\npub(super) static LINES: &[Line] = &[\n{lines}];\n",
        sets.text(),
    ))
}

/// A model's id and the others that it has.
fn names<'a>(id: &'a str, model: &'a Model) -> impl Iterator<Item = &'a str> {
    std::iter::once(id).chain(model.aliases.iter().map(String::as_str))
}

/// What is known, as a call of the table's `info`.
fn info(facts: &Facts, sets: &mut Sets, model: Option<&Model>) -> Result<String, String> {
    let column = Column::named("family").ok_or("there is no column for the family")?;
    let family = variant(facts, column)?.unwrap_or_else(|| "ModelFamily::Other".to_owned());
    let tokens = |count: Option<u32>| {
        count.map_or_else(|| "None".to_owned(), |count| format!("Some({})", grouped(count)))
    };
    Ok(format!(
        "info({family}, {}, {}, {}, {}, {:?})",
        sets.name(expression(facts)?),
        tokens(model.and_then(|model| model.context)),
        tokens(model.and_then(|model| model.output)),
        number(facts, "min_max_tokens")?,
        model.and_then(|model| model.end_of_life.as_deref()),
    ))
}

/// Sets of capabilities, each once, however many models have it.
#[derive(Default)]
struct Sets(Vec<String>);

impl Sets {
    /// The name of the constant for a set.
    fn name(&mut self, set: String) -> String {
        let place = self.0.iter().position(|known| *known == set).unwrap_or_else(|| {
            self.0.push(set);
            self.0.len() - 1
        });
        format!("C{place}")
    }

    fn text(&self) -> String {
        self.0
            .iter()
            .zip(0..)
            .map(|(set, place)| format!("const C{place}: Capabilities = {set};\n"))
            .collect()
    }
}

const HEAD: &str = "\
//! What is known of models and lines of models. Made by `cargo xtask catalog` from `catalog/models.json` and
//! `catalog/rules.json`: do not edit.

use super::lookup::{Line, Route, Row};
use super::{
    BesideToolResult, CachePlaces, CachePoints, CacheTtls, Caching, Capabilities, EffortLevels, Limits, Media, MediaSource,
    ModelFamily, ModelInfo, Reasoning, ReasoningReplay, SamplingParams, Streaming, Support, ToolChoices, ToolIds,
    ToolResultDocuments, ToolResultMedia, TopK,
};

const fn info(
    family: ModelFamily,
    capabilities: Capabilities,
    context_window: Option<u32>,
    max_output_tokens: Option<u32>,
    min_max_tokens: Option<u32>,
    end_of_life: Option<&'static str>,
) -> ModelInfo {
    ModelInfo { family, limits: Limits { context_window, max_output_tokens, min_max_tokens }, capabilities, end_of_life }
}

const fn at(name: &'static str, rate: u16) -> Route {
    Route { name, rate }
}
";
