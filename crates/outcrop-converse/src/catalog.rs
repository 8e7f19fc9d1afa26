//! The catalog of models: what each one takes, how much it reads and writes, what it costs.
//!
//! It is data of the day that `catalog/models.json` names, so it lags behind the service. What it does not know is
//! `Unknown`, which means that a request goes out as it is; what it knows wrongly, a program can correct with
//! [`Catalog::with_model`]. Where the data comes from and how it is brought up to date says `docs/catalog.md`.

mod caching;
mod capabilities;
mod entry;
mod family;
mod lookup;
mod media;
mod model;
mod name;
mod price;
#[rustfmt::skip]
mod rates;
mod reasoning;
mod sampling;
#[rustfmt::skip]
mod table;
mod tools;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use caching::{CachePointScope, CachePoints, CacheTtls, Caching};
pub use capabilities::{Capabilities, Support};
pub use entry::ModelOverrides;
pub use family::ModelFamily;
pub use media::{Media, MediaDelivery, ToolResultDocuments, ToolResultMedia};
pub use model::{Limits, ModelInfo};
pub use price::{LongPrompt, ModelPrice, TokenPrice, TokenRate};
pub use reasoning::{EffortLevels, Reasoning, ReasoningReplay};
pub use sampling::{SamplingParams, TopK};
pub use tools::{Streaming, ToolChoices, ToolIds, ToolResultSiblings};

use entry::{Entry, Prices};
use name::Name;

/// What is known of models, under any of their names.
///
/// A model is the same under its base id, under an inference profile, at the end of an ARN and with a suffix for the
/// length of its context, such as `:24k` or `[1m]`. A name that is not known is looked up by what it begins with, so
/// that a new member of a family goes by the family's rules; no name is an error.
///
/// A lookup allocates nothing, and a clone is cheap.
///
/// ```
/// use outcrop_converse::catalog::{Catalog, ModelFamily, ModelOverrides, Reasoning};
///
/// let profile = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56";
/// let catalog = Catalog::builtin();
/// assert_eq!(catalog.model(profile).family, ModelFamily::Other);
///
/// let catalog = catalog.with_model(profile, ModelOverrides::from_base_model("eu.anthropic.claude-sonnet-4-5-20250929-v1:0"));
/// assert_eq!(catalog.model(profile).family, ModelFamily::Claude);
/// assert_eq!(catalog.capabilities(profile).reasoning, Reasoning::Budget);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    own: Option<Arc<BTreeMap<String, Entry>>>,
}

impl Catalog {
    /// The catalog that this crate comes with.
    #[must_use]
    pub const fn builtin() -> Self {
        Self { own: None }
    }

    /// The same catalog with an entry of one's own, which counts for the model under all its names.
    ///
    /// What the entry does not say stays as it was. An id that hides its model counts for itself alone.
    #[must_use]
    pub fn with_model(mut self, model: &str, overrides: ModelOverrides) -> Self {
        let entry = Entry::of(&self, model, overrides);
        let own = Arc::make_mut(self.own.get_or_insert_default());
        own.insert(lookup::key(&Name::parse(model)).to_owned(), entry);
        self
    }

    /// What is known of a model.
    #[must_use]
    pub fn model(&self, model: &str) -> &ModelInfo {
        let name = Name::parse(model);
        match self.own_entry(&name) {
            Some(entry) => &entry.info,
            None => lookup::model(&name).map_or_else(|| lookup::line(&name), |row| &row.info),
        }
    }

    /// What a model takes and what it refuses.
    #[must_use]
    pub fn capabilities(&self, model: &str) -> &Capabilities {
        &self.model(model).capabilities
    }

    /// How much a model reads and writes; a suffix of the id, such as `:24k`, has the last word on its context.
    #[must_use]
    pub fn limits(&self, model: &str) -> Limits {
        let limits = self.model(model).limits;
        Limits { context_window: Name::parse(model).context().or(limits.context_window), ..limits }
    }

    /// The id that a model has whatever it is called, such as `amazon.nova-lite-v1:0`: two names are one model where this is
    /// the same. `None` for a model that is not known, even if its family is.
    #[must_use]
    pub fn id(&self, model: &str) -> Option<&str> {
        let name = Name::parse(model);
        match self.own_entry(&name) {
            Some(entry) => Some(&entry.id),
            None if name.is_custom() => None,
            None => lookup::model(&name).map(|row| row.id),
        }
    }

    /// What a model is told apart by, whether it is known or not: its id, or what the name tells without profile and
    /// context.
    pub(crate) fn identity<'a>(&'a self, model: &'a str) -> &'a str {
        self.id(model).unwrap_or_else(|| Name::parse(model).key())
    }

    /// Whether two names are one model. A version `:0` that only one of them spells out makes no other model.
    pub(crate) fn is_one_model(&self, one: &str, other: &str) -> bool {
        let identity = |model| {
            let id = self.identity(model);
            id.strip_suffix(":0").unwrap_or(id)
        };
        one == other || identity(one) == identity(other)
    }

    /// The ids of all models that this crate comes with, in alphabetical order.
    pub fn ids() -> impl Iterator<Item = &'static str> {
        table::MODELS.iter().filter(|row| row.key == row.id).map(|row| row.id)
    }

    /// What a model costs under this name: profiles have prices of their own, and so has a region that an ARN names.
    ///
    /// `None` where no price is known. A profile or region without a price of its own has that of the model itself.
    #[must_use]
    pub fn price(&self, model: &str) -> Option<&ModelPrice> {
        self.price_in(model, None)
    }

    /// What a model costs under this name when it is asked in a region, such as `eu-west-2`.
    #[must_use]
    pub fn price_in(&self, model: &str, region: Option<&str>) -> Option<&ModelPrice> {
        let name = Name::parse(model);
        let routes = match self.own_entry(&name).map(|entry| &entry.prices) {
            Some(Prices::Fixed(price)) => return Some(price),
            Some(Prices::Routes(routes)) => routes,
            None if name.is_custom() => return None,
            None => lookup::model(&name)?.routes,
        };
        lookup::price(routes, name.route(region))
    }

    fn own_entry(&self, name: &Name<'_>) -> Option<&Entry> {
        self.own.as_ref()?.get(lookup::key(name))
    }
}

#[cfg(test)]
mod tests;
