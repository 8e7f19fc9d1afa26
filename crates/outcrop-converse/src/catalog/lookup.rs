//! The names of models, and their lookup in the generated tables: binary searches without allocation.

use super::data::models::{MODELS, PREFIXES};
use super::data::prices::PRICES;
use super::price::ModelPrice;
use super::row::{ModelInfo, Route, Row};
use crate::model_id::ModelId;

/// The name of the route through neither a profile nor a listed region.
const IN_REGION: &str = "in_region";

/// Finds the row of a model.
pub(super) fn find_model(name: &Name<'_>) -> Option<&'static Row> {
    let id = name.stem();
    // Some ids exist with and without the version `:0`. A different version is a different model.
    find_row(id).or_else(|| find_row(id.strip_suffix(":0")?))
}

/// Iterates over the routes of a model that are inference profiles.
pub(super) fn profiles(name: &Name<'_>) -> impl Iterator<Item = &'static str> + use<> {
    let routes = find_model(name).map(|row| row.routes).unwrap_or_default();
    // The other routes are regions, which end with a number.
    let is_profile = |route: &&str| *route != IN_REGION && !route.ends_with(|c: char| c.is_ascii_digit());
    routes.iter().map(|route| route.name).filter(is_profile)
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

/// A model name, with its route and its context window separate from the id.
pub(super) struct Name<'a> {
    id: ModelId<'a>,
    /// The base id, without a suffix for the context window.
    stem: &'a str,
    context: Option<u32>,
}

impl<'a> Name<'a> {
    /// Splits a name. Any text is a name.
    pub(super) fn parse(model: &'a str) -> Self {
        let id = ModelId::parse(model);
        let (stem, context) = split_context(base(&id));
        // The id is parsed without the mark of a long context, which still decides the context window.
        let marked = id.tool_suffix().and_then(|mark| split_context(mark).1);
        let context = marked.or(context);
        Self { id, stem, context }
    }

    /// Returns the part of the name that identifies an unknown model.
    ///
    /// That is the stem, or the whole ARN if it does not reveal its model: two such ARNs with one ending, in two accounts or
    /// regions, are two models.
    pub(super) fn key(&self) -> &'a str {
        let is_opaque = self.id.as_str().starts_with("arn:") && !self.stem.contains('.');
        if is_opaque || self.is_custom() { self.id.as_str() } else { self.stem }
    }

    /// Returns the base id, without a suffix for the context window.
    pub(super) fn stem(&self) -> &'a str {
        self.stem
    }

    /// Returns the context window, in tokens, of a suffix such as `:24k` or `[1m]`.
    pub(super) fn context(&self) -> Option<u32> {
        self.context
    }

    /// Returns whether it is the ARN of a custom model, which has the rules of its base model, but not the price.
    pub(super) fn is_custom(&self) -> bool {
        custom_base(self.id.as_str()).is_some()
    }

    /// Returns whether the name contains a profile or a region.
    pub(super) fn has_route(&self) -> bool {
        self.route(None).is_some()
    }

    /// Returns the profile or the region of the name, otherwise the given region.
    pub(super) fn route<'r>(&self, region: Option<&'r str>) -> Option<&'r str>
    where
        'a: 'r,
    {
        self.id.profile().or_else(|| region_of(self.id.as_str())).or(region)
    }
}

fn base<'a>(id: &ModelId<'a>) -> &'a str {
    custom_base(id.as_str()).unwrap_or_else(|| id.base())
}

/// Returns the base model in the ARN of a custom model: `arn:…:custom-model/amazon.nova-lite-v1:0:300k/ab12cd34ef56`.
fn custom_base(id: &str) -> Option<&str> {
    let (_, custom) = id.strip_prefix("arn:")?.split_once(":custom-model/")?;
    let (base, _) = custom.split_once('/')?;
    base.contains('.').then_some(base)
}

/// Returns the region in the ARN of a foundation model.
fn region_of(id: &str) -> Option<&str> {
    let (head, _) = id.strip_prefix("arn:")?.split_once("::foundation-model/")?;
    head.rsplit(':').next()
}

/// Splits the suffix for the context window from a base id.
///
/// AWS lists ids such as `amazon.nova-lite-v1:0:24k` for provisioned throughput, and Claude Code writes `[1m]` for the long
/// context of Claude. A version such as `:0` has no unit and stays.
fn split_context(id: &str) -> (&str, Option<u32>) {
    let bracketed = id.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    for (stem, suffix) in [bracketed, id.rsplit_once(':')].into_iter().flatten() {
        if let Some(tokens) = parse_tokens(suffix) {
            return (stem, Some(tokens));
        }
    }
    (id, None)
}

/// Parses a number of tokens such as `24k` or `1m`.
fn parse_tokens(suffix: &str) -> Option<u32> {
    let unit = |letters: [char; 2], tokens| Some((suffix.strip_suffix(letters)?, tokens));
    let (count, unit) = unit(['k', 'K'], 1_000).or_else(|| unit(['m', 'M'], 1_000_000))?;
    count.parse::<u32>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn context_suffix_is_split_from_the_id() {
        for (id, stem, context) in [
            ("amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", None),
            ("amazon.nova-lite-v1:0:24k", "amazon.nova-lite-v1:0", Some(24_000)),
            ("us.amazon.nova-lite-v1:0:300K", "amazon.nova-lite-v1:0", Some(300_000)),
            ("us.anthropic.claude-sonnet-4-6[1m]", "anthropic.claude-sonnet-4-6", Some(1_000_000)),
            ("meta.llama3-1-8b-instruct-v1:0:128k", "meta.llama3-1-8b-instruct-v1:0", Some(128_000)),
            ("zai.glm-4.7", "zai.glm-4.7", None),
            ("a[b]", "a[b]", None),
            ("a:k", "a:k", None),
            ("a:9999999999k", "a:9999999999k", None),
            ("a:4294968k", "a:4294968k", None),
            ("]", "]", None),
            ("", "", None),
        ] {
            let name = Name::parse(id);
            assert_eq!((name.stem(), name.context()), (stem, context), "{id}");
        }
    }

    #[test]
    fn profiles_and_regions_are_routes() {
        for (id, region, route) in [
            ("amazon.nova-lite-v1:0", None, None),
            ("amazon.nova-lite-v1:0", Some("eu-west-2"), Some("eu-west-2")),
            ("us.amazon.nova-lite-v1:0", Some("us-east-1"), Some("us")),
            ("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0", None, Some("us-east-1")),
            (
                "arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
                None,
                Some("eu"),
            ),
            ("arn:aws:bedrock:us-east-1:123456789012:provisioned-model/ab12", None, None),
        ] {
            assert_eq!(Name::parse(id).route(region), route, "{id}");
        }
    }

    #[test]
    fn opaque_arn_is_its_own_key() {
        let opaque = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab12cd34ef56";
        let custom =
            "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/ab12cd34ef56";
        let foundation = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0";
        assert_eq!(Name::parse(opaque).key(), opaque);
        assert_eq!(Name::parse(custom).key(), custom);
        assert_eq!(Name::parse(custom).stem(), "amazon.nova-lite-v1:0");
        assert_eq!(Name::parse(foundation).key(), "amazon.nova-lite-v1:0");
    }
}
