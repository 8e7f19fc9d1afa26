//! Suggestions for ids of models that do not exist.

use outcrop::converse::catalog::Catalog;
use outcrop::{ErrorKind, ModelError};

/// The similarity, from 0 to 1, from which an id is suggested. Ids of other models of the same provider are about as similar.
const MIN_SIMILARITY: f64 = 0.75;

/// The number of ids that are suggested.
const MAX_SUGGESTIONS: usize = 3;

/// Adds similar ids to the hint of an error about a model that does not exist.
pub(crate) fn with_similar_ids(error: ModelError, model: &str) -> ModelError {
    // A known model may be missing in a region, and then another id does not help.
    if !is_unknown_model(&error) || Catalog::builtin().id(model).is_some() {
        return error;
    }
    let ids = similar_ids(model);
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

fn is_unknown_model(error: &ModelError) -> bool {
    error.kind() == ErrorKind::NotFound || error.message().contains("model identifier is invalid")
}

/// Returns the known ids that are most similar to an id, the best first.
fn similar_ids(model: &str) -> Vec<&'static str> {
    // Versions are written with dots and with dashes, such as `4.5` and `4-5`.
    let normalize = |id: &str| id.to_lowercase().replace('.', "-");
    let model = normalize(model);
    let similarity = |id: &str| {
        // People write the name of a model without its provider, too, and without the date and version of its id.
        let name = id.split_once('.').map_or(id, |(_, name)| name);
        let similarities = [id, name]
            .map(normalize)
            .map(|known| if known.starts_with(&model) { 1.0 } else { strsim::jaro_winkler(&model, &known) });
        similarities.into_iter().fold(0.0, f64::max)
    };
    let mut ids: Vec<_> = Catalog::ids().map(|id| (similarity(id), id)).collect();
    ids.retain(|(similarity, _)| *similarity >= MIN_SIMILARITY);
    ids.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    ids.into_iter().take(MAX_SUGGESTIONS).map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::similar_ids;

    #[test]
    fn misspelled_and_incomplete_ids_have_suggestions() {
        for (model, expected) in [
            ("amazon.nova-lite-v1", "amazon.nova-lite-v1:0"),
            ("nova-lite", "amazon.nova-lite-v1:0"),
            ("gpt-4o", "openai.gpt"),
            ("anthropic.claude-haiku-4.5", "anthropic.claude-haiku-4-5"),
            ("claude-haiku-4-5", "anthropic.claude-haiku-4-5"),
        ] {
            let ids = similar_ids(model);
            assert!(ids.first().is_some_and(|id| id.starts_with(expected)), "{model}: {ids:?}");
        }
        assert!(similar_ids("zzzz").is_empty());
    }
}
