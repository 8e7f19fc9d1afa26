//! What models were seen to refuse.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use outcrop_converse::{Encoded, RejectedParameter, encode_request, rejected_parameter};
use outcrop_core::{ModelError, ModelRequest, UnifiedMessage};

use super::BedrockClient;

/// The parameters that models were seen to refuse, by the models' ids.
#[derive(Debug, Default)]
pub(super) struct Learned(Mutex<BTreeMap<String, BTreeSet<RejectedParameter>>>);

impl Learned {
    /// Takes out of a request what its model was seen to refuse.
    pub(super) fn apply(&self, encoded: &mut Encoded) {
        let refused = self.by_model().get(&encoded.model_id).cloned().unwrap_or_default();
        for parameter in &refused {
            encoded.remove_parameter(parameter);
        }
    }

    /// Keeps in mind what a model refused; whether that is new.
    fn remember(&self, model: &str, parameter: RejectedParameter) -> bool {
        self.by_model().entry(model.to_owned()).or_default().insert(parameter)
    }

    fn by_model(&self) -> MutexGuard<'_, BTreeMap<String, BTreeSet<RejectedParameter>>> {
        // What a thread that panicked left there is whole: each change is one insertion.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BedrockClient {
    /// Learns from an error which parameter the model refuses; whether the request is worth sending again, without it.
    pub(super) fn learns_from(&self, error: &ModelError, request: &ModelRequest) -> bool {
        let Some(learned) = &self.shared.learned else { return false };
        let Some(parameter) = rejected_parameter(error).filter(|_| !self.shared.options.strict) else {
            return false;
        };
        // The conversation does not matter here, and its media may have to be fetched.
        let mut bare = self.shared.defaults.applied_to(request).into_owned();
        bare.messages = vec![UnifiedMessage::user("hi")];
        let Ok(mut encoded) = encode_request(&bare, &self.shared.options) else { return false };
        learned.apply(&mut encoded);
        encoded.remove_parameter(&parameter) && learned.remember(&encoded.model_id, parameter)
    }
}
