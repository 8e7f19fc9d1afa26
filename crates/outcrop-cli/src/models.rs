//! `outcrop models`: lists the models of the catalog, or those of the account.

use std::fmt::Write as _;

use outcrop::converse::Catalog;
use outcrop::transport::Transport;
use outcrop::{BedrockClient, ModelList, ModelSummary};
use serde_json::{Value, json};
use tokio::runtime::Builder;

use crate::args::ModelsArgs;
use crate::failure::Failure;
use crate::{connection, runtime, terminal};

/// The heads of the columns. Prices are in dollars per million tokens.
const HEADS: [&str; 7] = ["MODEL", "KIND", "PROFILES", "CONTEXT", "OUTPUT", "$ IN", "$ OUT"];

/// The first column that is aligned to the right.
const FIRST_NUMBER: usize = 3;

/// Prints the models that match. Returns whether there are any.
pub(crate) fn run(args: &ModelsArgs) -> Result<bool, Failure> {
    if args.is_online() {
        let listed = runtime::start(Builder::new_current_thread())?.block_on(fetch(args))?;
        print(args, &listed)
    } else {
        print(args, &ModelList::builtin())
    }
}

/// Asks the service for the models of the account.
async fn fetch(args: &ModelsArgs) -> Result<std::sync::Arc<ModelList>, Failure> {
    let target = args.connection();
    let emulator = connection::start_emulator(&target).await?;
    let transport = Transport::from_settings(connection::settings(&target, emulator.as_ref())).await?;
    Ok(BedrockClient::builder().with_transport(transport).models().await?)
}

fn print(args: &ModelsArgs, models: &ModelList) -> Result<bool, Failure> {
    let found: Vec<_> =
        models.iter().filter(|model| args.filter.iter().all(|part| model.matches(part))).collect();
    if args.json {
        let rows: Vec<_> = found.iter().map(|model| to_json(model)).collect();
        terminal::print_json(&Value::from(rows).to_string())?;
    } else if found.is_empty() {
        terminal::eprint_line(&no_match(args));
    } else {
        terminal::print(&table(&found))?;
    }
    Ok(!found.is_empty())
}

fn no_match(args: &ModelsArgs) -> String {
    let scope = if args.is_online() { "of the account in this region" } else { "that outcrop knows" };
    let hint =
        if args.is_online() { "" } else { "; `--online` asks the service for the models of the account" };
    format!("no model {scope} matches `{}`{hint}", args.filter.join(" "))
}

/// Returns the name under which the catalog has what it knows about a model.
fn catalog_name(model: &ModelSummary) -> &str {
    let is_arn = model.id.starts_with("arn:");
    model.base_model.as_deref().filter(|_| is_arn).unwrap_or(&model.id)
}

/// Returns the members of a model, with what the catalog knows.
fn to_json(model: &ModelSummary) -> Value {
    let catalog = Catalog::builtin();
    let name = catalog_name(model);
    let mut json = serde_json::to_value(model).unwrap_or_default();
    let Value::Object(members) = &mut json else { return json };
    let limits = catalog.limits(name);
    let mut add = |member: &str, value: Option<Value>| {
        if let Some(value) = value {
            members.insert(member.to_owned(), value);
        }
    };
    add("context_window", limits.context_window.map(Value::from));
    add("max_output_tokens", limits.max_output_tokens.map(Value::from));
    let price = catalog.price(name).map(|price| {
        json!({
            "input": price.standard.input.dollars_per_million(),
            "output": price.standard.output.dollars_per_million(),
        })
    });
    add("price_per_million_tokens", price);
    add("end_of_life", catalog.model(name).end_of_life.map(Value::from));
    json
}

fn cells(model: &ModelSummary) -> [String; 7] {
    let catalog = Catalog::builtin();
    let name = catalog_name(model);
    let limits = catalog.limits(name);
    let number = |value: Option<u32>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
    let price = catalog.price(name);
    let dollars = |rate: Option<f64>| rate.map_or_else(|| "-".to_owned(), |rate| rate.to_string());
    let profiles = match &model.base_model {
        // Such an id does not contain its model.
        Some(base) if model.id.starts_with("arn:") => format!("of {base}"),
        _ => model.profiles.join(" "),
    };
    [
        model.id.clone(),
        model.kind.to_string(),
        if profiles.is_empty() { "-".to_owned() } else { profiles },
        number(limits.context_window),
        number(limits.max_output_tokens),
        dollars(price.map(|price| price.standard.input.dollars_per_million())),
        dollars(price.map(|price| price.standard.output.dollars_per_million())),
    ]
}

/// Returns a table with aligned columns.
fn table(models: &[&ModelSummary]) -> String {
    let rows: Vec<_> =
        std::iter::once(HEADS.map(str::to_owned)).chain(models.iter().map(|model| cells(model))).collect();
    let mut widths = [0; HEADS.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            // Writing to a string cannot fail.
            let _ = if column < FIRST_NUMBER {
                write!(line, "{cell:<width$}  ")
            } else {
                write!(line, "{cell:>width$}  ")
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
