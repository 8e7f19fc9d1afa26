//! The similarity of model ids.

use outcrop_converse::ModelId;

use super::ModelSummary;

/// The similarity, from 0 to 1, from which an id is suggested. Ids of other models of the same provider are about as similar.
const MIN_SIMILARITY: f64 = 0.75;

/// The number of ids that are suggested.
const MAX_SUGGESTIONS: usize = 3;

/// Returns the ids that are most similar to an id, the best first.
pub(super) fn similar_ids<'m>(id: &str, models: &'m [ModelSummary]) -> Vec<&'m str> {
    let wanted = ModelId::parse(id);
    let base = normalize(wanted.base());
    let is_arn = wanted.as_str().starts_with("arn:");
    let mut ids: Vec<_> = models
        .iter()
        // The ARN of another account, or with a typing error, is similar to every other ARN.
        .filter(|model| !is_arn || !model.id.starts_with("arn:"))
        .map(|model| (similarity(&base, model), model.id.as_str()))
        .filter(|(similarity, known)| *similarity >= MIN_SIMILARITY && *known != wanted.as_str())
        .collect();
    // Stable, so that equal ones stay in the order of the list.
    ids.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    ids.into_iter().take(MAX_SUGGESTIONS).map(|(_, id)| id).collect()
}

/// Returns the similarity of a model to a normalized id without a profile.
fn similarity(base: &str, model: &ModelSummary) -> f64 {
    let known = ModelId::parse(model.base_model.as_deref().unwrap_or(&model.id)).base();
    if base == normalize(known) {
        // A model that needs a profile must not be suggested before its profiles.
        return if model.on_demand == Some(false) { 1.5 } else { 2.0 };
    }
    // People write the name of a model without its provider, too, and without the date and version of its id.
    let name = known.split_once('.').map_or(known, |(_, name)| name);
    let similarities = [known, name]
        .map(normalize)
        .map(|known| if known.starts_with(base) { 1.0 } else { strsim::jaro_winkler(base, &known) });
    similarities.into_iter().fold(0.0, f64::max)
}

/// Returns an id in lower case with dashes: versions are written with dots as well, such as `4.5` and `4-5`.
fn normalize(id: &str) -> String {
    id.to_lowercase().replace('.', "-")
}
