//! The lookup of names in the generated tables: binary searches without allocation.

use super::data::models::{MODELS, PREFIXES};
use super::data::prices::PRICES;
use super::name::Name;
use super::price::ModelPrice;
use super::row::{ModelInfo, Route, Row};

/// The name of the route through neither a profile nor a listed region.
const IN_REGION: &str = "in_region";

/// Finds the row of a model.
pub(super) fn find_model(name: &Name<'_>) -> Option<&'static Row> {
    let id = name.stem();
    // Some ids exist with and without the version `:0`. A different version is a different model.
    find_row(id).or_else(|| find_row(id.strip_suffix(":0")?))
}

/// Returns the key of a model's overrides: the id of a known model, otherwise the name without profile and context.
pub(super) fn override_key<'a>(name: &Name<'a>) -> &'a str {
    match find_model(name) {
        // A custom model has the capabilities of its base model, but must not override them.
        Some(row) if !name.is_custom() => row.id,
        _ => name.key(),
    }
}

fn find_row(id: &str) -> Option<&'static Row> {
    MODELS.binary_search_by(|row| row.key.cmp(id)).ok().and_then(|index| MODELS.get(index))
}

/// Returns what the longest matching prefix of an id reveals about its model.
pub(super) fn info_by_prefix(name: &Name<'_>) -> &'static ModelInfo {
    let (mut prefix, mut rows) = (name.stem(), PREFIXES);
    loop {
        match rows.binary_search_by(|row| row.prefix.cmp(prefix)) {
            Ok(index) => return rows.get(index).map_or(&ModelInfo::UNKNOWN, |row| &row.info),
            // A shorter prefix sorts before a longer one, so the next search needs the front of the table only.
            Err(index) => rows = rows.get(..index).unwrap_or(rows),
        }
        // The generator of the tables cuts prefixes at the same characters (`prefix_matches` of xtask).
        match prefix.rfind(['-', '.', ':', '[']).and_then(|end| prefix.get(..end)) {
            Some(shorter) if !rows.is_empty() => prefix = shorter,
            _ => return &ModelInfo::UNKNOWN,
        }
    }
}

/// Returns the price of a route, or of the model itself if the route has no price of its own.
pub(super) fn find_price(routes: &[Route], route: Option<&str>) -> Option<&'static ModelPrice> {
    let named = |name: &str| routes.iter().find(|route| route.name == name);
    let route = route.and_then(named).or_else(|| named(IN_REGION))?;
    PRICES.get(usize::from(route.price))
}
