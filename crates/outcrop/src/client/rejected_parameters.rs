//! Parameters that the service has rejected for a model, which later requests to it do without.
//!
//! No list of models is ever complete: new ones reject parameters that their predecessors supported. See
//! <https://github.com/zeroclaw-labs/zeroclaw/issues/6095> (M44).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use outcrop_converse::{Encoded, RejectedParameter, encode_request, rejected_parameter};
use outcrop_core::{ModelError, ModelRequest, UnifiedMessage};

use super::BedrockClient;

/// The parameters that models have rejected, by model id.
#[derive(Debug, Default)]
pub(super) struct RejectedParameters(Mutex<BTreeMap<String, BTreeSet<RejectedParameter>>>);

impl RejectedParameters {
    /// Removes the parameters that were rejected for the model of a request.
    pub(super) fn apply(&self, encoded: &mut Encoded) {
        let rejected = self.by_model().get(&encoded.model_id).cloned().unwrap_or_default();
        for parameter in &rejected {
            encoded.remove_parameter(parameter);
        }
    }

    /// Adds a rejected parameter. Returns whether it is new.
    fn insert(&self, model: &str, parameter: RejectedParameter) -> bool {
        self.by_model().entry(model.to_owned()).or_default().insert(parameter)
    }

    fn by_model(&self) -> MutexGuard<'_, BTreeMap<String, BTreeSet<RejectedParameter>>> {
        // A panic cannot leave the map inconsistent, because each change is a single insertion.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BedrockClient {
    /// Records the parameter that an error names. Returns whether the request had it and can be retried without it.
    pub(super) fn record_rejection(&self, error: &ModelError, request: &ModelRequest) -> bool {
        let Some(rejected) = &self.shared.rejected else { return false };
        let options = self.shared.discovery.options();
        let Some(parameter) = rejected_parameter(error).filter(|_| !options.strict) else {
            return false;
        };
        // Parameters don't depend on the conversation, whose media would have to be fetched again.
        let mut bare = self.shared.defaults.apply(request).into_owned();
        bare.messages = vec![UnifiedMessage::user("hi")];
        let Ok(mut encoded) = encode_request(&bare, &options) else { return false };
        rejected.apply(&mut encoded);
        encoded.remove_parameter(&parameter) && rejected.insert(&encoded.model_id, parameter)
    }
}
