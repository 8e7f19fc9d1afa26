//! Looking up names in the generated tables, which are sorted: by halves, and without allocation.

use super::rates::RATES;
use super::table::{LINES, MODELS};
use super::{ModelInfo, ModelPrice, Name};

/// A model of the table.
#[derive(Debug)]
pub(super) struct Row {
    /// The id, or another one that the model has beside it.
    pub(super) key: &'static str,
    pub(super) id: &'static str,
    pub(super) info: ModelInfo,
    pub(super) routes: &'static [Route],
}

/// A line of models: what counts for all ids that begin so, up to a `-`, `.`, `:` or `[`.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) prefix: &'static str,
    pub(super) info: ModelInfo,
}

/// A name that a model is asked by, a profile or a region or neither, and the price it then has in the table of rates.
#[derive(Debug, PartialEq)]
pub(super) struct Route {
    pub(super) name: &'static str,
    pub(super) rate: u16,
}

/// The name of the route that is neither a profile's nor a region's.
const IN_REGION: &str = "in_region";

/// The row of a model that is known.
pub(super) fn model(name: &Name<'_>) -> Option<&'static Row> {
    let id = name.stem();
    // A version that is spelled out where the id has none is no other model.
    row(id).or_else(|| row(id.strip_suffix(":0")?))
}

/// What an entry of one's own is kept by: the id of a model that is known, or else what the name tells.
pub(super) fn key<'a>(name: &Name<'a>) -> &'a str {
    match model(name) {
        Some(row) if !name.is_custom() => row.id,
        _ => name.key(),
    }
}

fn row(id: &str) -> Option<&'static Row> {
    MODELS.binary_search_by(|row| row.key.cmp(id)).ok().and_then(|at| MODELS.get(at))
}

/// What is known of a model by what its id begins with: the longest line that it belongs to.
pub(super) fn line(name: &Name<'_>) -> &'static ModelInfo {
    let (mut prefix, mut lines) = (name.stem(), LINES);
    loop {
        match lines.binary_search_by(|line| line.prefix.cmp(prefix)) {
            Ok(at) => return lines.get(at).map_or(&ModelInfo::UNKNOWN, |line| &line.info),
            // What is shorter stands before.
            Err(at) => lines = lines.get(..at).unwrap_or(lines),
        }
        match prefix.rfind(['-', '.', ':', '[']).and_then(|end| prefix.get(..end)) {
            Some(shorter) if !lines.is_empty() => prefix = shorter,
            _ => return &ModelInfo::UNKNOWN,
        }
    }
}

/// The price of a route, or of none if that one has no price of its own.
pub(super) fn price(routes: &[Route], route: Option<&str>) -> Option<&'static ModelPrice> {
    let of = |name: &str| routes.iter().find(|route| route.name == name);
    let route = route.and_then(of).or_else(|| of(IN_REGION))?;
    RATES.get(usize::from(route.rate))
}
