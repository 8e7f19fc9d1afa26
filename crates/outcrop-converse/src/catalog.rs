//! The catalog of models: what each supports, its limits and its prices.
//!
//! It is data of the day that `catalog/models.json` names, so it lags behind the service. What it does not know is
//! `Unknown`, and then the request is sent unchanged; what it knows wrongly, a program can correct with
//! [`Catalog::with_model`]. `docs/catalog.md` describes the sources of the data and how to update it.

mod capabilities;
#[rustfmt::skip]
mod data {
    //! The generated tables.

    pub(super) mod models;
    pub(super) mod prices;
}
mod lookup;
mod overrides;
mod price;
mod reasoning;
mod row;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use capabilities::{
    CachePointScope, CachePoints, CacheTtls, Caching, Capabilities, Media, MediaDelivery, Streaming, Support,
    ToolChoices, ToolIds, ToolResultDocuments, ToolResultMedia, ToolResultSiblings,
};
pub use overrides::ModelOverrides;
pub use price::{LongPrompt, ModelPrice, TokenPrice, TokenRate};
pub use reasoning::{EffortLevels, Reasoning, ReasoningReplay, SamplingParams, TopK};
pub use row::{Limits, ModelFamily, ModelInfo};

use data::models::MODELS;
use lookup::Name;
use overrides::{OverriddenModel, Prices};

use crate::wire::{ConverseTrace, PerformanceConfigLatency, PerformanceConfiguration};

/// What is known about models, under any of their names.
///
/// A model is the same under its base id, under an inference profile, at the end of an ARN, and with a suffix for its
/// context window, such as `:24k` or `[1m]`. An unknown id is looked up by its longest known prefix, so that the rules of a
/// family apply to its new models. No name is an error.
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
    overridden: Option<Arc<BTreeMap<String, OverriddenModel>>>,
}

impl Catalog {
    /// Returns the catalog that this crate contains.
    #[must_use]
    pub const fn builtin() -> Self {
        Self { overridden: None }
    }

    /// Overrides what the catalog knows about a model, under all names of the model.
    ///
    /// What the overrides do not set stays unchanged. For an id that does not reveal its model they apply to that id alone.
    #[must_use]
    pub fn with_model(mut self, model: &str, overrides: ModelOverrides) -> Self {
        let overridden = OverriddenModel::new(&self, model, overrides);
        let models = Arc::make_mut(self.overridden.get_or_insert_default());
        models.insert(lookup::override_key(&Name::parse(model)).to_owned(), overridden);
        self
    }

    /// Returns what is known about a model.
    #[must_use]
    pub fn model(&self, model: &str) -> &ModelInfo {
        let name = Name::parse(model);
        match self.overridden(&name) {
            Some(overridden) => &overridden.info,
            None => lookup::find_model(&name).map_or_else(|| lookup::info_by_prefix(&name), |row| &row.info),
        }
    }

    /// Returns what a model supports, and what it rejects.
    #[must_use]
    pub fn capabilities(&self, model: &str) -> &Capabilities {
        &self.model(model).capabilities
    }

    /// Returns the limits of a model. A suffix of the id, such as `:24k`, decides the context window.
    #[must_use]
    pub fn limits(&self, model: &str) -> Limits {
        let limits = self.model(model).limits;
        Limits { context_window: Name::parse(model).context().or(limits.context_window), ..limits }
    }

    /// Returns the id that a model has under every name, such as `amazon.nova-lite-v1:0`.
    ///
    /// Two names with one id are one model. `None` for an unknown model, even if its family is known.
    #[must_use]
    pub fn id(&self, model: &str) -> Option<&str> {
        let name = Name::parse(model);
        match self.overridden(&name) {
            Some(overridden) => Some(&overridden.id),
            None if name.is_custom() => None,
            None => lookup::find_model(&name).map(|row| row.id),
        }
    }

    /// Returns the part of a name that identifies its model, known or not: the id, otherwise the name without profile and
    /// context window.
    pub(crate) fn identity<'a>(&'a self, model: &'a str) -> &'a str {
        self.id(model).unwrap_or_else(|| Name::parse(model).key())
    }

    /// Returns whether two names are one model.
    pub(crate) fn is_one_model(&self, one: &str, other: &str) -> bool {
        let identity = |model| {
            let id = self.identity(model);
            // Some ids exist with and without the version `:0`.
            id.strip_suffix(":0").unwrap_or(id)
        };
        one == other || identity(one) == identity(other)
    }

    /// Iterates over the ids of all models that this crate knows, in alphabetical order.
    pub fn ids() -> impl Iterator<Item = &'static str> {
        MODELS.iter().filter(|row| row.key == row.id).map(|row| row.id)
    }

    /// Iterates over the prefixes of the inference profiles that are known to invoke a model, such as `us` and `global`.
    ///
    /// ```
    /// use outcrop_converse::catalog::Catalog;
    ///
    /// let profiles: Vec<_> = Catalog::profiles("amazon.nova-lite-v1:0").collect();
    /// assert!(profiles.contains(&"us") && profiles.contains(&"eu"));
    /// assert_eq!(Catalog::profiles("unknown").count(), 0);
    /// ```
    pub fn profiles(model: &str) -> impl Iterator<Item = &'static str> + use<> {
        lookup::profiles(&Name::parse(model))
    }

    /// Returns the price of a model under this name: profiles have their own prices, and so has a region in an ARN.
    ///
    /// A profile or region without a price of its own has that of the model itself. `None` if no price is known.
    #[must_use]
    pub fn price(&self, model: &str) -> Option<&ModelPrice> {
        self.price_in(model, None)
    }

    /// Returns the price of a model under this name in a region, such as `eu-west-2`.
    #[must_use]
    pub fn price_in(&self, model: &str, region: Option<&str>) -> Option<&ModelPrice> {
        let name = Name::parse(model);
        let routes = match self.overridden(&name).map(|overridden| &overridden.prices) {
            Some(Prices::Fixed(price)) => return Some(price),
            Some(Prices::Routes(routes)) => routes,
            None if name.is_custom() => return None,
            None => lookup::find_model(&name)?.routes,
        };
        lookup::find_price(routes, name.route(region))
    }

    /// Returns the list price of a call, which depends on how it was served.
    pub(crate) fn price_of_call(
        &self,
        model: &str,
        performance: Option<&PerformanceConfiguration>,
        trace: Option<&ConverseTrace>,
    ) -> Option<&ModelPrice> {
        // Optimized latency has prices of its own, which the catalog does not have:
        // https://docs.aws.amazon.com/bedrock/latest/userguide/latency-optimized-inference.html (L133).
        let latency = performance.and_then(|config| config.latency.as_ref());
        if latency.is_some_and(|latency| *latency != PerformanceConfigLatency::Standard) {
            return None;
        }
        // A prompt router has no price of its own for tokens: its trace names the model that answered (L133).
        let router = trace.and_then(|trace| trace.prompt_router.as_ref());
        let routed = router.and_then(|router| router.invoked_model_id.as_deref());
        self.price(routed.unwrap_or(model))
    }

    fn overridden(&self, name: &Name<'_>) -> Option<&OverriddenModel> {
        self.overridden.as_ref()?.get(lookup::override_key(name))
    }
}

#[cfg(test)]
mod tests;
