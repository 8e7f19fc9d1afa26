//! Overrides of the catalog by the program.

use super::Catalog;
use super::capabilities::Capabilities;
use super::lookup::{self, Name};
use super::price::ModelPrice;
use super::row::{Limits, ModelInfo, Route};

/// What a program knows better about a model than the catalog, or knows about a model that is not in the catalog.
///
/// To change a capability, copy the known ones and set the one that differs:
///
/// ```
/// use outcrop_converse::catalog::{Catalog, ModelOverrides, Support};
///
/// let catalog = Catalog::builtin();
/// let mut capabilities = *catalog.capabilities("amazon.nova-lite-v1:0");
/// capabilities.prefill = Support::No;
/// let catalog = catalog.with_model("amazon.nova-lite-v1:0", ModelOverrides::new().capabilities(capabilities));
/// assert_eq!(catalog.capabilities("us.amazon.nova-lite-v1:0").prefill, Support::No);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ModelOverrides {
    base_model: Option<String>,
    capabilities: Option<Capabilities>,
    limits: Option<Limits>,
    price: Option<ModelPrice>,
}

impl ModelOverrides {
    /// Creates overrides that change nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    // The ARN of an application inference profile does not contain its model, and every comparison with a family fails:
    // https://github.com/agentgateway/agentgateway/issues/2124 (M38).
    /// Copies everything known about another model, given by any of its ids, for an id that does not reveal its model.
    #[must_use]
    pub fn from_base_model(base_model: impl Into<String>) -> Self {
        Self { base_model: Some(base_model.into()), ..Self::default() }
    }

    /// Sets what the model supports, and what it rejects.
    #[must_use]
    pub fn capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = Some(capabilities);
        self
    }

    /// Sets the limits of the model.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Sets the price of the model, for every profile and region.
    #[must_use]
    pub fn price(mut self, price: ModelPrice) -> Self {
        self.price = Some(price);
        self
    }
}

/// A model with its overrides applied.
///
/// It is complete when it is added to a catalog, so that a lookup need not merge anything.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct OverriddenModel {
    /// The id of the model, without profile and context window.
    pub(super) id: String,
    pub(super) info: ModelInfo,
    pub(super) prices: Prices,
}

/// The prices of an overridden model.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Prices {
    /// One price for all routes.
    Fixed(ModelPrice),
    /// The prices of the model in the table, by route. Empty if they are not known.
    Routes(&'static [Route]),
}

impl OverriddenModel {
    /// Applies overrides to what a catalog knows about a model.
    pub(super) fn new(catalog: &Catalog, model: &str, overrides: ModelOverrides) -> Self {
        let ModelOverrides { base_model, capabilities, limits, price } = overrides;
        let (known, prices) = match &base_model {
            Some(base) => {
                // Not the limits of the row: a context suffix of the base, such as `[1m]`, applies here as well.
                let known = ModelInfo { limits: catalog.limits(base), ..*catalog.model(base) };
                (known, Prices::of_base_model(catalog, base))
            }
            None => (*catalog.model(model), Prices::of_model(catalog, model)),
        };
        let info = ModelInfo {
            capabilities: capabilities.unwrap_or(known.capabilities),
            limits: limits.unwrap_or(known.limits),
            ..known
        };
        let model = base_model.as_deref().unwrap_or(model);
        let id = catalog.id(model).unwrap_or_else(|| lookup::override_key(&Name::parse(model))).to_owned();
        Self { id, info, prices: price.map_or(prices, Prices::Fixed) }
    }
}

impl Prices {
    /// Returns the prices of a model under all its names.
    fn of_model(catalog: &Catalog, model: &str) -> Self {
        let name = Name::parse(model);
        match catalog.overridden(&name) {
            Some(overridden) => overridden.prices.clone(),
            // A custom model is not billed like its base model, and an unknown cost is better than a wrong one.
            None if name.is_custom() => Self::Routes(&[]),
            None => Self::Routes(lookup::find_model(&name).map_or(&[], |row| row.routes)),
        }
    }

    /// Returns the prices of an opaque id with this base model.
    fn of_base_model(catalog: &Catalog, base: &str) -> Self {
        // The opaque id has no profile, so the profile of the base model would be lost with its price.
        match catalog.price(base) {
            Some(price) if Name::parse(base).has_route() => Self::Fixed(*price),
            _ => Self::of_model(catalog, base),
        }
    }
}
