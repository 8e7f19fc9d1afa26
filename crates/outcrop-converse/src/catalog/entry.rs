//! Entries of one's own.

use super::lookup::Route;
use super::{Capabilities, Catalog, Limits, ModelInfo, ModelPrice, Name, lookup};

/// What a program knows better than the catalog, or knows of a model that the catalog cannot know.
///
/// Capabilities are changed by taking those that are there, and setting what differs:
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
    /// Nothing that differs.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Copies everything known of another model, named by any of its ids, for an id that hides its model.
    #[must_use]
    pub fn from_base_model(base_model: impl Into<String>) -> Self {
        Self { base_model: Some(base_model.into()), ..Self::default() }
    }

    /// Sets what the model takes and what it refuses.
    #[must_use]
    pub fn capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = Some(capabilities);
        self
    }

    /// Sets how much the model reads and writes.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Sets what the model costs, whatever profile or region it is asked by.
    #[must_use]
    pub fn price(mut self, price: ModelPrice) -> Self {
        self.price = Some(price);
        self
    }
}

/// An entry, all of it worked out, so that looking it up is all that a lookup does.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// The id of the model itself.
    pub(super) id: String,
    pub(super) info: ModelInfo,
    pub(super) prices: Prices,
}

/// The prices of an entry.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Prices {
    /// One for all routes.
    Fixed(ModelPrice),
    /// Those of the model that the entry is of, by route; none where they are not known.
    Routes(&'static [Route]),
}

impl Entry {
    /// The entry of a model, on top of what a catalog knows.
    pub(super) fn of(catalog: &Catalog, model: &str, overrides: ModelOverrides) -> Self {
        let ModelOverrides { base_model, capabilities, limits, price } = overrides;
        let (known, prices) = match &base_model {
            Some(base) => {
                let known = ModelInfo { limits: catalog.limits(base), ..*catalog.model(base) };
                (known, Prices::behind(catalog, base))
            }
            None => (*catalog.model(model), Prices::of(catalog, model)),
        };
        let info = ModelInfo {
            capabilities: capabilities.unwrap_or(known.capabilities),
            limits: limits.unwrap_or(known.limits),
            ..known
        };
        let model = base_model.as_deref().unwrap_or(model);
        let id = catalog.id(model).unwrap_or_else(|| lookup::key(&Name::parse(model))).to_owned();
        Self { id, info, prices: price.map_or(prices, Prices::Fixed) }
    }
}

impl Prices {
    /// The prices of a model under all its names.
    fn of(catalog: &Catalog, model: &str) -> Self {
        let name = Name::parse(model);
        match catalog.own_entry(&name) {
            Some(entry) => entry.prices.clone(),
            None if name.is_custom() => Self::Routes(&[]),
            None => Self::Routes(lookup::model(&name).map_or(&[], |row| row.routes)),
        }
    }

    /// The prices of an id behind which is another one: if that one says by which profile it is asked, the first one
    /// cannot say it any more.
    fn behind(catalog: &Catalog, base: &str) -> Self {
        match catalog.price(base) {
            Some(price) if Name::parse(base).has_route() => Self::Fixed(*price),
            _ => Self::of(catalog, base),
        }
    }
}
