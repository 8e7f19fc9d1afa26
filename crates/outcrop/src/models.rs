//! The models that can be called: those of the catalog, or those that an account has in a region.
//!
//! The lists of the service come from its control plane, `bedrock.REGION.amazonaws.com`, with the credentials of the client.
//! A [`ModelList`] is data: it is made once and never changes.

mod control_plane;
mod similar;
mod summary;

use std::slice::Iter;

use outcrop_converse::{Catalog, ModelId};
use outcrop_core::{ErrorKind, ModelError};

pub(crate) use control_plane::{FoundationModels, InferenceProfiles, NO_LISTS, Profile, parse};
use similar::similar_ids;
pub use summary::{ModelKind, ModelSummary};

/// A list of models, in alphabetical order of their ids.
///
/// ```
/// use outcrop::{ModelKind, ModelList};
///
/// let models = ModelList::builtin();
/// let nova = models.get("amazon.nova-lite-v1:0").expect("a known model");
/// assert_eq!(nova.kind, ModelKind::FoundationModel);
/// assert!(nova.profiles.contains(&"eu".to_owned()));
/// assert_eq!(models.similar("claude-haiku-4.5")[0], "anthropic.claude-haiku-4-5-20251001-v1:0");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelList {
    models: Vec<ModelSummary>,
    /// Whether the models are those of the catalog.
    is_builtin: bool,
}

impl ModelList {
    /// Returns the models of the catalog, which is part of this crate. Nothing is sent.
    ///
    /// A profile is not an entry of its own: [`ModelSummary::profiles`] has the prefixes.
    #[must_use]
    pub fn builtin() -> Self {
        Self { models: Catalog::ids().map(ModelSummary::from_catalog).collect(), is_builtin: true }
    }

    /// Builds the list of an account from the lists of the service.
    pub(crate) fn from_service(models: FoundationModels, profiles: Vec<Profile>) -> Self {
        let mut all: Vec<_> = models.model_summaries.into_iter().map(ModelSummary::from_model).collect();
        for profile in profiles {
            let summary = ModelSummary::from_profile(profile);
            let prefix = ModelId::parse(&summary.id).profile().map(str::to_owned);
            let model = all.iter_mut().find(|model| Some(&model.id) == summary.base_model.as_ref());
            if let (Some(model), Some(prefix)) = (model, prefix) {
                model.profiles.push(prefix);
            }
            all.push(summary);
        }
        all.sort_by(|one, other| one.id.cmp(&other.id));
        Self { models: all, is_builtin: false }
    }

    /// Returns the number of models.
    #[must_use]
    pub fn len(&self) -> usize {
        self.models.len()
    }

    /// Returns whether there are no models.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.models.is_empty()
    }

    /// Iterates over the models.
    pub fn iter(&self) -> Iter<'_, ModelSummary> {
        self.models.iter()
    }

    /// Returns the model with an id or an ARN.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&ModelSummary> {
        let id = ModelId::parse(id).as_str();
        self.models.iter().find(|model| model.id == id || model.arn.as_deref() == Some(id))
    }

    /// Returns at most three ids that are similar to one that does not exist, the most similar one first.
    ///
    /// Other ids of the same model come first, such as its profiles in the region.
    #[must_use]
    pub fn similar(&self, id: &str) -> Vec<&str> {
        similar_ids(id, &self.models)
    }

    /// Adds similar ids to the hint of an error about a model that does not exist. Other errors stay unchanged.
    ///
    /// The errors of a [`BedrockClient`](crate::BedrockClient) have this hint already.
    #[must_use]
    pub fn with_similar_ids(&self, error: ModelError, model: &str) -> ModelError {
        // A known model may be missing in a region, and then another id of the catalog does not help.
        if !is_unknown_model(&error) || self.get(model).is_some() || self.is_builtin_id(model) {
            return error;
        }
        let ids = self.similar(model);
        if ids.is_empty() {
            return error;
        }
        let list = ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
        let hint = match error.hint() {
            Some(hint) => format!("did you mean {list}? Otherwise {hint}"),
            None => format!("did you mean {list}?"),
        };
        error.with_hint(hint)
    }

    /// Returns whether the list is of the catalog and has the model, for example as a profile. The catalog also knows shorter
    /// names, such as `amazon.nova-lite`, which the service does not.
    fn is_builtin_id(&self, model: &str) -> bool {
        self.is_builtin && Catalog::builtin().id(model) == Some(ModelId::parse(model).base())
    }
}

impl<'l> IntoIterator for &'l ModelList {
    type Item = &'l ModelSummary;
    type IntoIter = Iter<'l, ModelSummary>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Returns whether an error means that the model does not exist.
fn is_unknown_model(error: &ModelError) -> bool {
    error.kind() == ErrorKind::NotFound || error.message().contains("model identifier is invalid")
}

#[cfg(test)]
mod tests;
